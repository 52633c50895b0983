"""Catalogs, properties, lockfiles, pubspec.yaml, package.json and services files."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askfirst.facts import LIMIT, extract
from askfirst.facts.rows import Facts
from askfirst.source import make_source

CATALOG = """[versions]
agp = "8.1.0" # the plugin
"kotlin" = { strictly = "1.9" }

[libraries]
# askfirst: allow[sdk] reviewed
umeng-common = "com.umeng.umsdk:common:9.6.1"
core = { module = "androidx.core:core-ktx", version.ref = "agp" }
other = { group = "a", name = "b", version = { require = "[1,2)" } }
short.module = "a:c"
[bundles]
all = [
    "core", # first
    'other',
]
[plugins]
app = { id = "com.android.application", version.ref = "agp" }
"""
PUBSPEC = """name: demo
dependencies:
  flutter:
    sdk: flutter
  # a comment
  umeng_common_sdk: ^1.2.4
  "quoted": '>=1.0.0 <2.0.0' # why
  own:
    git:
      url: https://example.com/own.git
    version: 2.0.0
  none:

dev_dependencies:
  test: any
"""
PACKAGE = """{
  "name": "demo", "scripts": {"dependencies": {"no": "0"}},
  "dependencies": {"react-native": "0.72.0", "a\\u002fb": "^1", "odd": {"x": "1"}},
  "devDependencies": {"jest": "1"}
}"""


def read(text: str, language: str, path: str = "file") -> Facts:
    return extract(make_source(path, language, text.encode()))


def entries(facts: Facts) -> dict[str, object]:
    return {e.key: e.fields or e.value for e in facts.entries}


def places(facts: Facts, text: str) -> list[str]:
    return [text.encode()[slice(*facts.span(e.spot))].decode() for e in facts.entries]


def test_catalog() -> None:
    facts = read(CATALOG, "catalog")
    assert entries(facts) == {
        "versions.agp": "8.1.0",
        "versions.kotlin": (("strictly", "1.9"),),
        "libraries.umeng-common": "com.umeng.umsdk:common:9.6.1",
        "libraries.core": (("module", "androidx.core:core-ktx"), ("version.ref", "agp")),
        "libraries.other": (("group", "a"), ("name", "b"), ("version.require", "[1,2)")),
        "libraries.short": (("module", "a:c"),),
        "bundles.all": (("", "core"), ("", "other")),
        "plugins.app": (("id", "com.android.application"), ("version.ref", "agp")),
    }
    assert places(facts, CATALOG)[2] == 'umeng-common = "com.umeng.umsdk:common:9.6.1"'
    assert [(a.rule, a.reason, a.line) for a in facts.allowances] == [("sdk", "reviewed", 6)]
    assert not facts.problems


def test_a_broken_catalog_is_read_line_by_line() -> None:
    broken = CATALOG + "oops = \n"
    facts = read(broken, "catalog")
    assert [p.what for p in facts.problems] == ["syntax"]
    whole = entries(read(CATALOG, "catalog"))
    found = entries(facts)
    assert {k: found[k] for k in whole if k != "libraries.other"} == {
        k: v for k, v in whole.items() if k != "libraries.other"
    }


def test_properties() -> None:
    text = (
        "# comment\n! other\na=1\nb.c : 2\\\n   3\nd\\ e 中\\u6587\n\n# askfirst: allow[sdk] why\nf = g=h\r\nempty=\n"
    )
    facts = read(text, "properties")
    assert entries(facts) == {"a": "1", "b.c": "23", "d e": "中文", "f": "g=h", "empty": ""}
    assert places(facts, text)[0] == "a=1"
    assert [a.line for a in facts.allowances] == [8]


def test_lockfile() -> None:
    text = "# This is a Gradle generated file\ncom.a:b:1.2=releaseRuntimeClasspath,x\nc:d:3=y\nempty=z\n"
    facts = read(text, "lockfile")
    assert entries(facts) == {"com.a:b": "1.2", "c:d": "3"}
    assert places(facts, text) == ["com.a:b:1.2", "c:d:3"]


def test_pubspec() -> None:
    facts = read(PUBSPEC, "pubspec")
    assert [(e.key, e.value) for e in facts.entries] == [
        ("dependencies.flutter", ""),
        ("dependencies.umeng_common_sdk", "^1.2.4"),
        ("dependencies.quoted", ">=1.0.0 <2.0.0"),
        ("dependencies.own", "2.0.0"),
        ("dependencies.none", ""),
    ]
    assert facts.entries[0].fields == (("sdk", "flutter"),)
    assert places(facts, PUBSPEC)[1] == "umeng_common_sdk: ^1.2.4"


def test_package_json() -> None:
    facts = read(PACKAGE, "package-json")
    assert entries(facts) == {"dependencies.react-native": "0.72.0", "dependencies.a/b": "^1"}
    assert places(facts, PACKAGE)[0] == '"react-native": "0.72.0"'
    assert not facts.problems
    broken = read(PACKAGE[:120] + "\n", "package-json")
    assert entries(broken) == {"dependencies.react-native": "0.72.0"}
    assert [p.what for p in broken.problems] == ["syntax"]


def test_services() -> None:
    text = "# licence\ncom.a.Impl # why\n\n com.a.Other\n"
    facts = read(text, "services", "app/src/main/resources/META-INF/services/com.a.Api")
    assert [(e.key, e.value) for e in facts.entries] == [("com.a.Api", "com.a.Impl"), ("com.a.Api", "com.a.Other")]
    assert places(facts, text) == ["com.a.Impl", "com.a.Other"]


def test_files_too_large_are_said_and_not_parsed() -> None:
    facts = read("a=1\n" * (LIMIT // 4 + 1), "properties")
    assert [p.what for p in facts.problems] == ["too-large"]
    assert not facts.entries


def test_a_reader_that_fails_is_a_problem_of_the_file() -> None:
    facts = read("x", "no-such-language")
    assert [p.what for p in facts.problems] == ["syntax"]


LANGUAGES = ["catalog", "properties", "lockfile", "pubspec", "package-json", "services"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["a\\\n" * 100_000, "[x]\na = [\n" + "'b',\n" * 100_000, "[" * 100_000, "a: " + " " * 200_000 + "b"]
)
def test_hostile_files_are_read_in_time(language: str, text: str) -> None:
    began = time.process_time()
    facts = read(text, language)
    assert time.process_time() - began < 3
    assert not any("Error:" in p.detail for p in facts.problems)


PIECES = [
    *CATALOG.split("\n"),
    *PUBSPEC.split("\n"),
    *PACKAGE.split("\n"),
    "a\\",
    "b=\\u12",
    "c:d:e=f",
    "com.a.B",
    "{",
    '"',
    "中",
    "\0",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=15), st.sampled_from(LANGUAGES), st.binary(max_size=8))
def test_anything_is_read(lines: list[str], language: str, noise: bytes) -> None:
    source = make_source("a/b", language, "\n".join(lines).encode() + noise)
    facts = extract(source)
    assert not any(
        p.detail.startswith(("IndexError", "TypeError", "AttributeError", "KeyError")) for p in facts.problems
    )
    for entry in facts.entries:
        start, end = facts.span(entry.spot)
        assert 0 <= start <= end <= len(source.data)
    assert Facts.unpack(facts.pack()).entries == facts.entries
