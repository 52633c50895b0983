"""Invariant 4: a check runs nothing of the project, reaches no network, and writes nothing into the project."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent / "examples" / "leaking-kotlin"

# Runs the command line under an audit hook; anything forbidden ends the process at once with status 99.
WATCHED = """
import os, sys
root = os.path.realpath(sys.argv[1])
FORBIDDEN = ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn",
             "os.remove", "os.rename", "os.mkdir", "os.rmdir", "shutil.")
CACHE = os.environ["ASKFIRST_CACHE_DIR"]

def watch(event, args):
    bad = event.startswith(FORBIDDEN) and not (event == "os.mkdir" and str(args[0]) == CACHE)
    if event == "open" and isinstance(args[0], str) and os.path.realpath(args[0]).startswith(root):
        mode, flags = args[1], args[2]
        bad = any(c in (mode or "") for c in "wax+") or bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    if event == "sqlite3.connect":
        bad = not os.path.realpath(args[0]).startswith(os.path.realpath(CACHE))
    if event in ("exec", "compile") and root in str(args):
        bad = True
    if bad:
        os.write(2, f"{event} {args}".encode())
        os._exit(99)

from askfirst.cli import main
sys.addaudithook(watch)
sys.exit(main(["check", root, "--jobs", "1", "--no-progress", "--exit-zero"]))
"""


def digest(root: Path) -> str:
    names = sorted(p for p in root.rglob("*") if p.is_file())
    return hashlib.sha256(b"".join(p.relative_to(root).as_posix().encode() + p.read_bytes() for p in names)).hexdigest()


def test_a_check_leaves_the_project_alone(tmp_path: Path, cache_folder: Path) -> None:
    root = tmp_path / "app"
    shutil.copytree(EXAMPLE, root)
    (root / "sitecustomize.py").write_text("raise SystemExit('executed')")
    (root / "gradlew").write_text("#!/bin/sh\nexit 1\n")
    before = digest(root)
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(root)], cwd=root, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(Path(__file__).parent.parent / "server"), "PYTHONDONTWRITEBYTECODE": "1", "PATH": "",
             "ASKFIRST_CACHE_DIR": str(cache_folder)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "consent/sdk-before-consent" in done.stdout
    assert (cache_folder / "facts.db").exists()
    assert digest(root) == before


@pytest.mark.parametrize(
    "deed", ["open(os.path.join(root, 'x'), 'w')", "import sqlite3; sqlite3.connect(os.path.join(root, 'x'))"]
)
def test_the_watch_sees_what_it_forbids(deed: str, tmp_path: Path, cache_folder: Path) -> None:
    loud = WATCHED.replace("sys.exit(main(", f"{deed}\nsys.exit(main(")
    done = subprocess.run([sys.executable, "-c", loud, str(tmp_path)], capture_output=True, text=True, check=False,
                          env={"PYTHONPATH": str(Path(__file__).parent.parent / "server"),
                               "ASKFIRST_CACHE_DIR": str(cache_folder)})  # fmt: skip
    assert done.returncode == 99
