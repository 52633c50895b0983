"""Any offset in any file: hints never raise, and speak of what lies there."""

from __future__ import annotations

from pathlib import Path

import pytest

from askfirst.workspace import Workspace
from opened import checked, opened

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir())


def walk(workspace: Workspace, path: str) -> int:
    """Asks at every offset of a file; answers how many different things are known of it."""
    size = len((workspace.root / path).read_bytes())
    things = set()
    for offset in range(-1, size + 2):
        found = workspace.about(path, offset)
        if found is not None:
            assert found.span.path == path
            assert 0 <= found.span.start <= offset < found.span.end <= size
            assert all(found.text)
            things.add(found)
    rows = [lens.span for lens in workspace.lenses(path)] + [link.span for link in workspace.links(path)]
    for span in (*rows, *(inlay.span for inlay in workspace.inlays(path))):
        assert 0 <= span.start <= span.end <= size
    return len(things)


@pytest.mark.parametrize("name", NAMES)
def test_every_offset_of_the_examples(name: str) -> None:
    workspace = checked(EXAMPLES / name)
    paths = sorted(file.relative_to(workspace.root).as_posix() for file in workspace.root.rglob("*") if file.is_file())
    assert sum(walk(workspace, path) for path in paths) > 15


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (
            "app/src/main/java/com/demo/Broken.kt",
            b"package com.demo\nobject X { fun f(c: Context) { TelephonyManager.getImei(Manifest.permission.CAM",
        ),
        (
            "app/src/main/java/com/demo/Gbk.java",
            'package com.demo; // 中文\nclass G { String s = "android.permission.CAMERA"; }'.encode("gb18030"),
        ),
        (
            "app/src/main/java/com/demo/Mark.kt",
            b'\xef\xbb\xbf// askfirst: allow[consent/opt-out] x\nval p = "android.permission.CAMERA"\n',
        ),
        ("app/src/debugx/AndroidManifest.xml", b"<manifest><uses-permission android:name=\"android.permission.CAMERA\"><a"),
        ("app/src/main/res/values/x.xml", b"\x00\xff\xfe<resources"),
        ("gradle/libs.versions.toml", b"[libraries]\na = { module = \"com.umeng.umsdk:common\nb = \"x:y\"\nc = \":\""),
        ("lib/build.gradle", b"dependencies { implementation 'com.umeng.umsdk:common:"),
    ],
)  # fmt: skip
def test_every_offset_of_broken_files(tmp_path: Path, path: str, content: bytes) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_bytes(content)
    workspace = opened(tmp_path)
    walk(workspace, path)
    workspace.outline()


def test_a_file_that_went_away(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    path = "app/src/main/java/com/demo/App.kt"
    (tmp_path / path).unlink()
    for offset in range(0, 900, 7):
        workspace.about(path, offset)
    workspace.lenses(path)
    workspace.outline()
