"""The cache at the command line: used unless told otherwise, shown, cleared, and never in the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from askfirst.cli import main
from askfirst.store import FILE

EXAMPLE = Path(__file__).parent.parent / "examples" / "leaking-java"


class Said(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(shutil.copytree(EXAMPLE, tmp_path / "app"))

    def call(*argv: str) -> Said:
        return Said(main(argv), *capsys.readouterr())

    return call


def known(said: Said) -> tuple[int, int]:
    """Files known and asked for, as --timings says."""
    line = next(line for line in said.err.splitlines() if line.endswith("cache: files known"))
    one, _, other = line.split()[0].partition("/")
    return int(one), int(other)


def test_a_check_uses_the_cache(run: Run, cache_folder: Path) -> None:
    bare = run("check", "--no-cache", "--timings")
    assert "cache" not in bare.err
    assert not cache_folder.exists()
    first, second = run("check", "--timings"), run("check", "--timings")
    assert first[:2] == second[:2] == bare[:2]
    assert known(first)[0] == 0
    assert known(second)[0] == known(second)[1] == known(first)[1] > 10
    assert (cache_folder / FILE).exists()


def test_no_cache_changes_nothing_there(run: Run, cache_folder: Path) -> None:
    run("check")
    before = {p.name: p.read_bytes() for p in cache_folder.iterdir()}
    Path("New.java").write_text("class New {}")
    run("check", "--no-cache")
    assert {p.name: p.read_bytes() for p in cache_folder.iterdir()} == before


def test_fixes_are_the_same(run: Run) -> None:
    bare = run("check", "--diff", "--unsafe-fixes", "--no-cache")
    assert bare.out
    for _ in range(2):
        assert run("check", "--diff", "--unsafe-fixes") == bare
    run("check", "--fix", "--unsafe-fixes")
    assert run("check")[:2] == run("check", "--no-cache")[:2]


def test_the_cache_is_shown_and_cleared(run: Run, cache_folder: Path) -> None:
    empty = run("cache")
    assert (empty.status, empty.err) == (0, "")
    assert str(cache_folder) in empty.out
    assert "0.0 MB of at most 1000 MB" in empty.out
    assert not cache_folder.exists()
    run("check")
    full = run("cache", "show", "--lang", "zh")
    assert "上限 1000 MB" in full.out
    assert int(full.out.split()[-1]) > 10
    cleared = run("cache", "clear")
    assert (cleared.status, cleared.out) == (0, "")
    assert f"cleared the cache in {cache_folder}" in cleared.err
    assert not cache_folder.exists()
    assert run("cache", "clear", "--lang", "zh").status == 0
    assert known(run("check", "--timings"))[0] == 0


@pytest.mark.parametrize(("said", "size"), [("500M", "500"), ("2G", "2000"), ("7000000", "7"), (" 5K ", "0")])
def test_how_big_it_may_be(said: str, size: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKFIRST_CACHE_SIZE", said)
    assert f"of at most {size} MB" in run("cache").out


@pytest.mark.parametrize("said", ["much", "M", "-1", "1.5G", "5m"])
def test_no_size(said: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKFIRST_CACHE_SIZE", said)
    for command in ("check", "cache"):
        for lang, words in (("en", "is wanted, not"), ("zh", "而不是")):
            answer = run(command, "--lang", lang)
            assert (answer.status, answer.out) == (2, "")
            assert words in answer.err
            assert f"`{said}`" in answer.err
    assert run("check", "--no-cache").status == 1


def test_a_size_of_nothing_is_no_cache(run: Run, cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKFIRST_CACHE_SIZE", "0")
    assert run("check").err == run("check", "--no-cache").err
    assert not cache_folder.exists()


@pytest.mark.parametrize(("lang", "words"), [("en", "cannot be used"), ("zh", "无法使用")])
def test_a_cache_that_cannot_be_used_is_a_note(lang: str, words: str, run: Run, cache_folder: Path) -> None:
    bare = run("check", "--no-cache", "--lang", lang)
    cache_folder.write_text("a file where the folder should be")
    said = run("check", "--lang", lang)
    assert said[:2] == bare[:2]
    assert said.err.count("\n") == 1
    assert words in said.err
    assert f"`{cache_folder}`" in said.err
    assert bare.err == ""
    assert run("cache", "--lang", lang).status == 0
    assert cache_folder.read_text().startswith("a file")


def test_a_cache_of_others_is_a_note(run: Run, cache_folder: Path) -> None:
    run("check")
    cache_folder.chmod(0o777)
    assert "chmod 700" in run("check").err
    shown = run("cache")
    assert (shown.status, shown.out) == (2, "")
    assert "chmod 700" in shown.err


def test_without_sqlite_there_is_no_cache(run: Run, cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = run("check", "--no-cache")
    for name in ("sqlite3", "askfirst.store", "askfirst.cache"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    assert run("check") == bare
    assert not cache_folder.exists()


@pytest.mark.parametrize("command", [["rules"], ["explain", "READ_PHONE_STATE"], ["check", "--no-cache", str(EXAMPLE)]])
def test_sqlite_is_loaded_only_for_the_cache(command: list[str]) -> None:
    source = f"import sys; from askfirst.cli import main; main({command!r}); sys.exit(10 + ('sqlite3' in sys.modules))"
    paths = {"PYTHONPATH": str(Path(__file__).parents[1] / "server"), "PATH": os.environ.get("PATH", "")}
    done = subprocess.run([sys.executable, "-c", source], env=paths, capture_output=True, check=False)
    assert done.returncode == 10, done.stderr
