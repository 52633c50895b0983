"""Reports kept between runs: the same as fresh ones, and only where nothing has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from askfirst.findings import Confidence, Report
from askfirst.pool import SerialPool
from askfirst.recall import recalled, remember
from askfirst.settings import Settings
from askfirst.workspace import Workspace

EXAMPLES = sorted(p for p in (Path(__file__).parent.parent / "examples").iterdir() if p.is_dir())


class Shelf:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, ...], bytes] = {}

    def recall(self, *words: str) -> bytes | None:
        return self.kept.get(words)

    def keep(self, value: bytes, *words: str) -> None:
        self.kept[words] = value


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLES[-1], tmp_path / "app")
    return tmp_path / "app"


def made(root: Path, settings: Settings | None = None) -> Workspace:
    return Workspace(root, settings or Settings(), SerialPool())


def checked(root: Path, shelf: Shelf, minimum: Confidence = Confidence.LOW) -> Report:
    workspace = made(root)
    report = workspace.check(minimum=minimum, fixes=True)
    remember(workspace, shelf, report, minimum, fixes=True)
    return report._replace(timings=())


def again(root: Path, shelf: Shelf, minimum: Confidence = Confidence.LOW, settings: Settings | None = None) -> Report | None:
    return recalled(made(root, settings), shelf, minimum, fixes=True)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.name)
def test_a_report_comes_back_as_it_was(example: Path) -> None:
    shelf = Shelf()
    report = checked(example, shelf)
    back = again(example, shelf)
    assert back is not None
    assert {stage for stage, _ in back.timings} == {"walk", "facts"}
    assert back._replace(timings=()) == report
    for fresh, kept in zip(report.findings, back.findings, strict=True):
        assert (type(kept.severity), type(kept.confidence)) == (type(fresh.severity), type(fresh.confidence))
        assert type(kept.at) is type(fresh.at)


def test_anything_that_changes_makes_it_another_one(root: Path) -> None:
    shelf = Shelf()
    checked(root, shelf)
    assert again(root, shelf) is not None
    assert again(root, shelf, Confidence.MEDIUM) is None
    assert again(root, shelf, settings=Settings(ignore=("sdk",))) is None
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".kt", ".xml", ".kts", ".toml")):
        before = path.read_bytes()
        path.write_bytes(before + b"\n")
        assert again(root, shelf) is None, path
        path.write_bytes(before)
    code = next(root.rglob("*.kt"))
    shutil.copy(code, code.with_name("Copy.kt"))
    assert again(root, shelf) is None
    code.with_name("Copy.kt").unlink()
    (root / "app/libs").mkdir()
    (root / "app/libs/sdk.aar").write_bytes(b"")
    assert again(root, shelf) is None


def test_what_an_editor_has_counts(root: Path) -> None:
    shelf = Shelf()
    checked(root, shelf)
    workspace = made(root)
    path = next(root.rglob("*.kt"))
    workspace.put(path.relative_to(root).as_posix(), path.read_bytes() + b"\n")
    assert recalled(workspace, shelf, Confidence.LOW, fixes=True) is None


@pytest.mark.parametrize("damage", [b"", b"i\x01\x00\x00\x00", b"(\x00\x00\x00\x00", b"x" * 20])
def test_a_damaged_one_is_none(root: Path, damage: bytes) -> None:
    shelf = Shelf()
    checked(root, shelf)
    shelf.kept = dict.fromkeys(shelf.kept, damage)
    assert again(root, shelf) is None


def test_one_that_is_not_whole_is_not_kept(root: Path) -> None:
    shelf = Shelf()
    manifest = root / "app/src/main/AndroidManifest.xml"
    manifest.write_text("just text", encoding="utf-8")
    assert any(note.serious for note in checked(root, shelf).notes)
    assert shelf.kept == {}


def test_files_can_be_read_before_anything_was_checked(root: Path) -> None:
    shelf = Shelf()
    report = checked(root, shelf)
    workspace = made(root)
    assert recalled(workspace, shelf, Confidence.LOW, fixes=True) is not None
    path = report.findings[0].at.path
    assert workspace.raw(path) == (root / path).read_bytes()
    assert workspace.raw("nothing") == b""
    workspace.put(path, b"other")
    assert workspace.raw(path) == b"other"
