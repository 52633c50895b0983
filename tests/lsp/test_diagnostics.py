"""A report as diagnostics, without a process."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types as lsp

import samples
from askfirst.lsp.diagnostics import Words, broken, diagnostics, page
from askfirst.lsp.options import Client
from askfirst.lsp.positions import Ranges
from askfirst.lsp.uris import below, to_path, to_uri
from askfirst.settings import SettingsError
from askfirst.text import Text

ABLE = Client(related=True, tags=True, links=True, data=True)


def raw(path: str) -> bytes:
    return samples.FILES[path].encode()


def shown(client: Client = ABLE, lang: str = "en", encoding: str = "utf-16") -> dict[str, list[lsp.Diagnostic]]:
    words = Words(samples.RULES, lang, Ranges(encoding, raw, ()), lambda path: below("file:///p", path), client)
    return diagnostics(samples.REPORT, words)


def test_every_finding_and_note_is_shown_in_its_file() -> None:
    items = shown()
    codes = [d.code for found in items.values() for d in found if d.code]
    assert sorted(codes, key=str) == sorted(f.rule for f in samples.REPORT.findings)
    notes = [d.message for found in items.values() for d in found if not d.code]
    assert sorted(notes) == sorted(n.text.en for n in samples.REPORT.notes if n.path)


def test_equal_fingerprints_are_numbered() -> None:
    data = [d.data for found in shown().values() for d in found if isinstance(d.data, dict)]
    keys = [(d["fingerprint"], d["n"]) for d in data]
    assert len(set(keys)) == len(keys)
    assert {"fingerprint", "rule", "path", "n"} == set(data[0])
    assert max(n for _, n in keys) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_ranges_are_of_what_is_found(encoding: str) -> None:
    unit = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    finding = next(f for f in samples.REPORT.findings if f.at.path == samples.SDKS)
    region = samples.REPORT.regions[finding.at]
    found = next(d for d in shown(encoding=encoding)[samples.SDKS] if d.code == finding.rule)
    line = samples.FILES[samples.SDKS].split("\n")[found.range.start.line].encode(unit)
    words = line[found.range.start.character * size : found.range.end.character * size].decode(unit)
    assert words.encode() == raw(samples.SDKS)[region.start : region.end]
    assert "😀" in samples.FILES[samples.SDKS].split("\n")[found.range.start.line]


def test_what_the_client_does_not_know_is_left_out() -> None:
    for found in shown(Client()).values():
        for d in found:
            assert (d.related_information, d.tags, d.code_description, d.data) == (None, None, None, None)


def test_the_page_of_a_rule_is_there() -> None:
    path = to_path(page("consent/opt-out", "en"))
    assert path is not None
    assert "consent/opt-out" in Path(path).read_text(encoding="utf-8")


def test_it_speaks_chinese() -> None:
    found = next(d for found in shown(lang="zh").values() for d in found if d.related_information)
    assert found.related_information is not None
    assert any("一" <= c <= "鿿" for c in found.message)


def test_broken_settings() -> None:
    said = broken(SettingsError(Text("no", "否"), "askfirst.toml", 3), "zh")
    assert (said.message, said.range) == ("否", lsp.Range(lsp.Position(3, 0), lsp.Position(4, 0)))
    whole = broken(SettingsError(Text("no", "否"), "askfirst.toml", -1), "en")
    assert whole.range.start == lsp.Position(0, 0)


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b.kt", "/a/b.kt"),
        ("file:///a/%E4%BD%A0%20%23%3F;x.kt", "/a/你 #?;x.kt"),
        ("file:///a/b#c?d.kt", "/a/b#c?d.kt"),
        ("file://localhost/a/b.kt", "/a/b.kt"),
        ("file:///a/../b.kt", "/b.kt"),
        ("file:///a%00b", None),
        ("untitled:Untitled-1", None),
        ("vscode-userdata:/x", None),
        ("http://a/b", None),
        ("", None),
        ("file://[", None),
    ],
)
@pytest.mark.skipif(Path("/").as_posix() != "/", reason="paths of POSIX")
def test_addresses(uri: str, path: str | None) -> None:
    assert to_path(uri) == path
    if path is not None:
        assert to_path(to_uri(path)) == path
        assert to_path(below("file:///x", path)) == f"/x{path}"
