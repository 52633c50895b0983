"""Bad input gets one clear sentence with its place and the right exit status; the rest of the check goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from askfirst.cli import main
from askfirst.project import read_file

EXAMPLE = Path(__file__).parent.parent / "examples" / "leaking-kotlin"
STILL = "consent/sdk-before-consent"  # what the rest of the project is reported for


@pytest.fixture
def app(tmp_path: Path) -> Path:
    root = tmp_path / "app"
    shutil.copytree(EXAMPLE, root)
    return root


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    status = main(["check", "--jobs", "1", "--no-progress", "--color", "never", *argv])
    out, err = capsys.readouterr()
    return status, out, err


def kotlin(app: Path, name: str, data: bytes) -> str:
    path = app / "app/src/main/java/com/example/trailmate" / name
    path.write_bytes(data)
    return path.relative_to(app).as_posix()


def test_a_file_in_another_encoding(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = kotlin(app, "Old.kt", 'package x\nval 名 = "同意"\n'.encode("gb18030"))
    status, out, err = run(capsys, str(app))
    assert status == 1
    assert STILL in out
    assert f"{where}" in out + err
    assert "GB18030" in out + err


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"just text", bytes(range(256))])
def test_a_manifest_that_is_none(app: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    (app / "app/src/main/AndroidManifest.xml").write_bytes(data)
    status, out, err = run(capsys, str(app), "--exit-zero")
    assert status == 3
    assert "app/src/main/AndroidManifest.xml: has no <manifest> element" in out + err


def test_bytes_that_are_no_text(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = kotlin(app, "Noise.kt", bytes(range(256)) * 40)
    status, out, err = run(capsys, str(app))
    assert status == 1
    assert STILL in out
    assert where in out + err


def test_a_file_that_vanishes(app: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    where = kotlin(app, "Gone.kt", b"package x")

    def vanishing(root: Path, file: object) -> object:
        if getattr(file, "path", "") == where:
            raise FileNotFoundError(2, "No such file or directory")
        return read_file(root, file)  # type: ignore[arg-type]

    monkeypatch.setattr("askfirst.pool.read_file", vanishing)
    status, out, err = run(capsys, str(app))
    assert status == 3
    assert STILL in out
    assert where in out + err


def test_a_huge_file(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = app / "app/src/main/java/Huge.kt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    status, out, err = run(capsys, str(app))
    assert status == 3
    assert STILL in out
    assert "Huge.kt" in out + err
    assert "large" in out + err


def test_a_loop_of_links(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (app / "app/src/main/again").symlink_to(app, target_is_directory=True)
    status, out, err = run(capsys, str(app))
    assert status == 1
    assert STILL in out
    assert "again" in out + err


def test_a_broken_manifest(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = app / "app/src/main/AndroidManifest.xml"
    text = manifest.read_text("utf-8")
    manifest.write_text(text[: text.index("</application>")], "utf-8")
    status, out, err = run(capsys, str(app))
    assert status == 1
    assert STILL in out
    assert "app/src/main/AndroidManifest.xml" in out + err


def test_broken_kotlin(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = kotlin(app, "Broken.kt", b"package x\nclass A { fun f( { ) }\n")
    status, out, err = run(capsys, str(app))
    assert status == 1
    assert STILL in out
    assert where in out + err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[consent]\ngate = []\n", "gates"),
        ("[project\n", "askfirst.toml"),
        ("[project]\ncategory = 3\n", "category"),
        ("[project]\ncategory = 'map'\n", "map"),
        ("[project]\nmarkets = ['moon']\n", "moon"),
        ("[rules]\nignore = ['consent/nothing']\n", "consent/nothing"),
        ("[rules]\nseverity = { 'consent/opt-out' = 'loud' }\n", "loud"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_wrong_settings(app: Path, capsys: pytest.CaptureFixture[str], text: str, said: str, lang: str) -> None:
    (app / "askfirst.toml").write_text(text, "utf-8")
    status, out, err = run(capsys, str(app), "--lang", lang)
    assert (status, out) == (2, "")
    assert "askfirst.toml" in err
    assert said in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "argv",
    [["nowhere"], ["--formt", "json"], ["--format", "yaml"], ["--select", "consent/nothing"], ["--fail-on", "sometimes"],
     ["--report", "json"], ["--config", "nowhere.toml"], ["--jobs", "many"]],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_wrong_usage(app: Path, capsys: pytest.CaptureFixture[str], argv: list[str], lang: str) -> None:
    paths = [] if argv == ["nowhere"] else [str(app)]
    status, out, err = run(capsys, *paths, *argv, "--lang", lang)
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert argv[-1].lstrip("-") in err


def test_an_empty_folder_and_a_bare_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, str(tmp_path))
    assert (status, out) == (2, "")
    assert "nothing to check" in err
    bare = tmp_path / "Bare.java"
    bare.write_text(
        "import android.app.Application;\nimport com.umeng.commonsdk.UMConfigure;\n"
        "class App extends Application {\n  @Override public void onCreate() {\n"
        "    UMConfigure.init(this, null, null, 1, null);\n  }\n}\n"
    )
    status, out, _ = run(capsys, str(bare))
    assert status == 1
    assert STILL in out
