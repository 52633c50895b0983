"""Generated files are fresh, rules are whole, and the program that says so says no when it must."""

from __future__ import annotations

from pathlib import Path

import pytest

from askfirst import dev
from askfirst.knowledge import Index
from askfirst.knowledge.compile import compile_knowledge
from askfirst.rules import RULES
from askfirst.text import Text


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(compile_knowledge())


def test_generated_files_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["--check"]) == 0, capsys.readouterr()


def test_rules_are_whole(index: Index) -> None:
    assert list(dev.faults(index)) == []


def test_a_faulty_rule_is_named(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = next(iter(RULES.values()))
    faulty = rule._replace(id="consent/none", clauses=("no-such",), message=Text("{a}", "{b}"))
    monkeypatch.setattr(dev, "RULES", {"consent/none": faulty})
    page, clause, message = dev.faults(index)
    assert "none.md" in page
    assert clause == "consent/none: there is no clause no-such"
    assert message == "consent/none: `{a}` and `{b}` have different placeholders"


def test_stale_files_are_written_and_left_over_ones_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = tmp_path / "docs" / "rules"
    files = {docs / "same.md": b"1", docs / "old.md": b"2", docs / "new.md": b"3"}
    docs.mkdir(parents=True)
    for name in ("same", "old", "left"):
        (docs / f"{name}.md").write_bytes(b"1")
    monkeypatch.setattr(dev, "REPOSITORY", tmp_path)
    monkeypatch.setattr(dev, "OWNED", (docs,))
    monkeypatch.setattr(dev, "GENERATORS", (lambda _: files,))
    monkeypatch.setattr(dev, "faults", lambda _: ())
    assert dev.main(["--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [f"stale: docs/rules/{n}.md" for n in ("left", "new", "old")]
    assert dev.main([]) == 0
    assert {path: path.read_bytes() for path in docs.iterdir()} == files
    assert dev.main(["--check"]) == 0
