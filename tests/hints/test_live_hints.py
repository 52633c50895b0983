"""Hints of a workspace that is watched: after any change they are what a fresh one gives, and between checks they never raise."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from askfirst.findings import Confidence
from askfirst.pool import SerialPool
from askfirst.settings import Settings
from askfirst.workspace import Cancelled, Workspace
from opened import CODE, FRAME, opened

EXAMPLE = Path(__file__).parents[2] / "examples" / "leaking-kotlin"
APP, SPLASH = f"{CODE}/App.kt", f"{CODE}/SplashActivity.kt"


def live(root: Path) -> Workspace:
    workspace = Workspace(root, Settings(), SerialPool(), live=True)
    workspace.check()
    return workspace


def everything(workspace: Workspace, contents: dict[str, bytes], step: int = 11) -> Iterator[object]:
    """All hints of these files."""
    yield workspace.outline()
    for path, data in contents.items():
        yield path, workspace.lenses(path), workspace.links(path), workspace.inlays(path)
        yield [workspace.about(path, offset) for offset in range(0, len(data), step)]


def texts(root: Path) -> dict[str, bytes]:
    return {f.relative_to(root).as_posix(): f.read_bytes() for f in sorted(root.rglob("*")) if f.is_file() and f.suffix != ".xml"}


def test_hints_follow_changes(tmp_path: Path) -> None:
    """Lines moved, a guard put in, a file gone, a dependency changed: as a fresh workspace has it."""
    root = tmp_path / "app"
    shutil.copytree(EXAMPLE, root)
    workspace = live(root)
    list(everything(workspace, texts(root)))
    for path, old, new in (
        ("app/src/main/java/com/example/trailmate/App.kt", "class App", "// a line\n\nclass App"),
        ("app/src/main/java/com/example/trailmate/App.kt", "Startup.run(this)", "if (Privacy.isAgreed(this)) Startup.run(this)"),
        ("app/src/main/java/com/example/trailmate/App.kt", "Privacy.prepare(this)", ""),
        ("app/src/main/java/com/example/trailmate/Privacy.kt", "AGREED, true", "AGREED, false"),
        ("app/build.gradle.kts", "libs.sentry.android", "libs.androidx.preference"),
    ):
        text = (root / path).read_text(encoding="utf-8")
        assert old in text
        (root / path).write_text(text.replace(old, new), encoding="utf-8")
        workspace.touch([path])
        workspace.check()
        fresh = Workspace(root, Settings(), SerialPool())
        fresh.check()
        assert list(everything(workspace, texts(root))) == list(everything(fresh, texts(root)))


def test_between_checks_nothing_raises(tmp_path: Path) -> None:
    """The model goes on with `own`; findings of files that are no longer the same are left out until the next check."""
    opened(tmp_path)
    workspace = live(tmp_path)
    before = workspace.lenses(APP)
    assert before
    for text in (FRAME[APP][:400], "", "package x", FRAME[APP].replace("\n", "\n\n")):
        workspace.put(APP, text.encode())
        workspace.own(APP)
        list(everything(workspace, {APP: text.encode(), SPLASH: FRAME[SPLASH].encode()}, 7))
    found = workspace.about(APP, text.index("phone.imei") + 8)
    assert found is not None
    assert text.encode()[found.span.start : found.span.end] == b"phone.imei"
    workspace.put(APP, None)
    workspace.check()
    assert workspace.lenses(APP) == before


def test_own_findings_hide_no_lens(tmp_path: Path) -> None:
    opened(tmp_path)
    workspace = live(tmp_path)
    before = workspace.lenses(APP)
    workspace.own(SPLASH)
    assert workspace.lenses(APP) == before


def test_after_a_check_that_was_given_up(tmp_path: Path) -> None:
    opened(tmp_path)
    workspace = live(tmp_path)
    workspace.put(APP, FRAME[APP].replace("Device.report(this)", "").encode())
    with pytest.raises(Cancelled):
        workspace.check(minimum=Confidence.LOW, cancelled=lambda: True)
    list(everything(workspace, {APP: FRAME[APP].encode()}))
    workspace.check()
    assert workspace.lenses(APP) == ()
