"""Help in askfirst.toml: what may be written where, what stands there; however broken the file is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askfirst import knowledge, toml_words
from askfirst.rules import RULES, themes
from askfirst.settings import SPECS, SettingsError, parse, settings_schema
from askfirst.settings_help import Completion, Names, complete, hover, links
from askfirst.starter import STARTER
from opened import CODE, opened

INDEX = knowledge.load()
NAMES = Names(("a.B.isAgreed",), ("android.permission.CAMERA",))
FULL = """[project]
category = "map-navigation"
markets = ["cn", "eu"]   # of the app
lang = 'zh'
[consent]
gates = ["com.example.Privacy.isAgreed"]
[permissions.reasons]
"android.permission.CAMERA" = "scans # the code"
[rules]
select = ["sdk", "permissions/unused"]
ignore = [
    "sdk/moving-version",
]
severity = { "permissions/unused" = "error" }
[paths]
exclude = ["demo/**"]
[per-path."legacy/**"]
ignore = ["permissions/unused"]
"""


def offered(text: str) -> list[Completion]:
    """What is offered at `‸`."""
    return complete(text.replace("‸", ""), len(text.partition("‸")[0].encode()), INDEX, NAMES)


def taken(text: str, label: str) -> str:
    """The text once the completion of that label is taken."""
    (each,) = (c for c in offered(text) if c.label == label)
    data = text.replace("‸", "").encode()
    return (data[: each.span.start] + each.insert.encode() + data[each.span.end :]).decode()


TABLES = ["project", "consent", "permissions", "permissions.reasons", "rules", "rules.severity", "paths", "per-path"]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("‸", ["project", "consent", "permissions", "rules", "paths", "per-path"]),
        ("[‸", TABLES),
        ("[pro‸", TABLES),
        ("[pro‸]\nx", TABLES),
        ("[[‸", TABLES),
        ("[permissions.‸", ["reasons"]),
        ("[rules.sev‸]", ["severity"]),
        ("[project]\n‸", ["category", "markets", "lang"]), ("[project]\n  la‸", ["category", "markets", "lang"]),
        ("[ project ]\nla‸ = 'en'", ["category", "markets", "lang"]),
        ("project.‸", ["category", "markets", "lang"]), ("[rules]\n‸", ["select", "ignore", "severity"]),
        ('[per-path."x/**"]\n‸', ["ignore"]), ("[per-path.'x/**']\n‸", ["ignore"]),
        ("[project]\nmarkets = ‸", ["cn", "play", "eu"]), ("[project]\nmarkets = [‸", ["cn", "play", "eu"]),
        ("[project]\nmarkets = ['cn', ‸]", ["cn", "play", "eu"]),
        ("[project]\nmarkets = ['cn', 'e‸']", ["cn", "play", "eu"]),
        ("[project]\nmarkets = [\n  'cn',\n  ‸\n[rules]\nselect = []", ["cn", "play", "eu"]),
        ("[project]\nmarkets = ['cn'‸]", []),
        ("[project]\nmarkets = ['cn' ‸]", []),
        ("[project]\nlang = 'en' ‸", []),
        ("# ‸", []),
        ("[project] # ‸", []),
        ("[project]‸", []),
        ("[project]\nlang = 'a # b' # ‸", []), ("[consent]\ngates = ['‸']", ["a.B.isAgreed"]),
        ("[rules]\nseverity = { 'sdk/retired' = ‸ }", ["error", "warning", "note"]),
        ("[rules.severity]\n'sdk/retired' = '‸'", ["error", "warning", "note"]),
        ("[rules]\nseverity.'sdk/retired' = '‸'", ["error", "warning", "note"]),
        ("[rules]\nselect = ['‸", [*themes(), *sorted(RULES)]), ("[rules.severity]\n‸", sorted(RULES)),
        ("[rules]\nseverity = { ‸", sorted(RULES)), ("[rules]\nseverity = { 'sdk/retired' = 'note', ‸", sorted(RULES)),
        ("[rules]\nseverity = { 'sdk/retired' = 'note' ‸", []),
        ("[per-path.'a']\nignore = ['‸']", [*themes(), *sorted(RULES)]),
        ("[project]\ncategory = '‸'", list(INDEX.categories)), ("[unknown]\n‸", []), ("[paths]\nexclude = ['‸']", []),
        ("[project]\nmarkets = ['cn',\n[rules]\n‸", ["select", "ignore", "severity"]),
        ("[project]\nmarkets = ['cn',\nlang = ‸", ["en", "zh"]),
        ("[project]\nlang =\n‸", ["category", "markets", "lang"]),
        ("\ufeff[project]\n‸", ["category", "markets", "lang"]), ("[project]\r\n‸", ["category", "markets", "lang"]),
    ],
)  # fmt: skip
def test_what_may_be_written(text: str, labels: list[str]) -> None:
    assert [each.label for each in offered(text)] == labels


def test_permissions_of_the_project_come_first() -> None:
    labels = [each.label for each in offered("[permissions.reasons]\n‸")]
    assert labels[0] == "android.permission.CAMERA"
    assert len(labels) == len(set(labels)) > 100


@pytest.mark.parametrize(
    ("text", "label", "after"),
    [
        ("[pro‸", "project", "[project"),
        ("pro‸", "project", "[project]"),
        ("[project]\nla‸", "lang", '[project]\nlang = ""'),
        ("[project]\nla‸ = 'en'", "lang", "[project]\nlang = 'en'"), ("[rules]\n‸", "select", "[rules]\nselect = []"),
        ("[project]\nlang = ‸", "en", '[project]\nlang = "en"'),
        ("[project]\nlang = '‸", "en", "[project]\nlang = 'en'"),
        ("[project]\nlang = 'z‸'", "en", "[project]\nlang = 'en'"),
        ("[project]\nlang = z‸h", "en", '[project]\nlang = "en"'),
        ('[rules]\nseverity = { "sdk/ret‸', "sdk/retired", '[rules]\nseverity = { "sdk/retired" = ""'),
        ('[rules]\nseverity = { "sdk/ret‸" = "note" }', "sdk/retired", '[rules]\nseverity = { "sdk/retired" = "note" }'),
        ("[rules.severity]\n‸", "sdk/retired", '[rules.severity]\n"sdk/retired" = ""'),
    ],
)  # fmt: skip
def test_what_is_written_then(text: str, label: str, after: str) -> None:
    assert taken(text, label) == after


def test_completions_speak_both_languages() -> None:
    for text in ("‸", "[project]\n‸", "[rules]\nselect = [‸", "[rules.severity]\n‸", "[project]\ncategory = ‸", "[project]\nmarkets = ‸"):
        for each in offered(text):
            assert all(each.detail), each
            assert bool(each.documentation.en) == bool(each.documentation.zh)
    (markets,) = (c for c in offered("[project]\n‸") if c.label == "markets")
    assert markets.documentation.en == '**`project.markets`**\n\nThe markets whose clauses apply\n\nDefault: `["cn", "play", "eu"]`'
    assert "适用哪些市场的条款\n\n默认值：" in markets.documentation.zh


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        ("[pro‸ject]", "**`project`**\n\nWhat the app is", "应用是什么"),
        ("mar‸kets", "The markets whose clauses apply", "适用哪些市场的条款"),
        ('"map-‸navigation"', "- category: ", "- 类别："),
        ('"e‸u"', "the European Union", "欧盟"),
        ("'z‸h'", "Chinese", "中文"),
        ('reas‸ons]', "Why the app needs each permission", "应用需要各项权限的原因"),
        ("CAM‸ERA", "- permission: android.permission.CAMERA", "- 权限："),
        ('"s‸dk"', "all rules of a theme", "该主题下的全部规则"),
        ("moving-‸version", "- rule: sdk/moving-version", "- 规则：sdk/moving-version"),
        ('{ "permissions/un‸used"', "How bad a finding of this rule is", "该规则所报问题的级别"),
        ('"err‸or"', "a clause forbids it", "条款明确禁止"),
        ("[per‸-path", "Rules left out below some paths", "在某些路径下不使用的规则"),
    ],
)  # fmt: skip
def test_what_stands_there(words: str, english: str, chinese: str) -> None:
    before, _, after = words.partition("‸")
    found = hover(FULL, FULL.encode().index((before + after).encode()) + len(before), INDEX)
    assert found is not None
    assert english in found.text.en
    assert chinese in found.text.zh


@pytest.mark.parametrize("words", ["scans # the", "legacy/**", "demo/**", "Privacy", "of the app"])
def test_of_other_words_nothing_is_said(words: str) -> None:
    assert hover(FULL, FULL.index(words) + 1, INDEX) is None


def test_links_to_rules() -> None:
    found = [(FULL.encode()[row.span.start : row.span.end].decode(), row.target) for row in links(FULL)]
    names = ["permissions/unused", "sdk/moving-version", "permissions/unused", "permissions/unused"]
    assert found == [(name, name) for name in names]


def test_the_scanner_reads_as_tomllib_does() -> None:
    """Every string and key of whole files is found, with its path."""
    used = [re.sub(r"(?m)^# (?=\[|\S+ = [\[{\"])", "", text) for text in STARTER]
    for text in (FULL, *used, FULL.replace("\n", "\r\n")):
        values: set[tuple[str, ...]] = set()

        def walk(value: object, path: tuple[str, ...], values: set[tuple[str, ...]] = values) -> None:
            if isinstance(value, dict):
                for key, inner in value.items():
                    walk(inner, (*path, key))
            elif isinstance(value, list):
                for inner in value:
                    walk(inner, path)
            else:
                values.add((*path, str(value)))

        assert text not in STARTER
        walk(tomllib.loads(text), ())
        assert {(*word.path, word.text) for word in toml_words.words(text.encode()) if word.kind == "string"} == values


def test_unsaved_text_is_validated() -> None:
    assert parse(FULL, "askfirst.toml", tuple(RULES), themes(), INDEX.categories).markets == ("cn", "eu")
    with pytest.raises(SettingsError) as caught:
        parse("[project]\nmarkets = ['cn'", "x.toml")
    assert (caught.value.path, caught.value.line) == ("x.toml", 1)


def test_every_key_is_explained() -> None:
    """A table that the schema has, and the help has no words for, would be offered without any."""
    for key in SPECS:
        for n in range(1, len(key)):
            text = ".".join(part if part != "*" else '"x"' for part in key[:n])
            assert hover(f"[{text}]", len(text) if '"x"' not in text else 2, INDEX) is not None
    assert set(settings_schema()["properties"]) == {key[0] for key in SPECS}


@pytest.mark.parametrize("text", [FULL, *STARTER, FULL.replace("\n", "\r\n")])
def test_truncated_anywhere(text: str) -> None:
    """Half-written text, asked at its end and in its middle, never raises."""
    for end in range(len(text) + 1):
        part = text[:end]
        for offset in (len(part.encode()), end // 2):
            assert all(0 <= each.span.start <= each.span.end for each in complete(part, offset, INDEX, NAMES)) or part
            hover(part, offset, INDEX)
        links(part)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="[]{}\"'=.,#\n\r\\ ab-*项😀\t", max_size=60), st.integers(-3, 90))
def test_any_text_at_any_offset(text: str, offset: int) -> None:
    """Whatever is written: spans lie inside, nothing raises, nothing hangs."""
    data = text.encode()
    for each in complete(text, offset, INDEX, NAMES):
        assert 0 <= each.span.start <= each.span.end <= len(data)
    found = hover(text, offset, INDEX)
    assert found is None or found.span.start <= offset <= found.span.end
    for word in toml_words.words(data):
        assert 0 <= word.start <= word.end <= len(data)


def test_what_a_project_has_to_offer(tmp_path: Path) -> None:
    """Functions that look like gates, and declared permissions."""
    code = """package com.demo
object Terms {
    fun hasAgreed(): Boolean = ask()
    val isConsentGiven: Boolean get() = ask()
    fun isShown(): Boolean = true
    fun hasAgreedCount(): Int = 1
    fun isLoggedIn(): Boolean = true
}
"""
    workspace = opened(tmp_path, {f"{CODE}/Terms.kt": code})
    workspace.put("askfirst.toml", b"[consent]\ngates = []\n[permissions.reasons]\n")
    assert [each.label for each in workspace.complete(19)] == ["com.demo.Terms.hasAgreed", "com.demo.Terms.isConsentGiven"]
    assert workspace.complete(44)[0].label == "android.permission.CAMERA"
    assert workspace.complete(44)[0].documentation.en
