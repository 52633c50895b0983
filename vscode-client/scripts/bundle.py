"""What the extension carries of the engine, in `bundled/`: its wheel, and requirements.txt with what it needs, hash by hash."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

EXTRA = "server"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ROOT = "(pyproject.toml)"  # how uv writes who wants a direct requirement: `askfirst (pyproject.toml)`


def restricted(lock: str, direct: Iterable[str]) -> str:
    """The blocks of a lock file written by uv that `direct` needs, these included. Raises KeyError for one that is not locked."""
    blocks: dict[str, str] = {}
    for block in re.split(r"(?m)^(?=[A-Za-z0-9])", lock):
        if found := _NAME.match(block):
            blocks[_plain(found[0])] = block
    wanted = [_plain(name) for name in direct]
    kept: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in kept:
            kept.add(name)
            wanted += [other for other, block in blocks.items() if name in _wanted_by(block)]
    return "".join(_uncommented(blocks[name]) for name in sorted(kept))


def direct_requirements(pyproject: str) -> list[str]:
    """The names of what the project and its extra `server` ask for."""
    project = tomllib.loads(pyproject)["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"][EXTRA]]
    return [found[0] for one in asked if (found := _NAME.match(one))]


def build_wheel(root: Path, folder: Path) -> None:
    """Build the engine's wheel into `folder`: with the hatchling at hand, else with one that pip gets for the build."""
    if importlib.util.find_spec("hatchling"):
        command = ["-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    else:
        command = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(root)]
    subprocess.run([sys.executable, *command], cwd=root, check=True, stdout=sys.stderr)


def _wanted_by(block: str) -> set[str]:
    comment = block[block.find("# via") :] if "# via" in block else ""
    lines = (line.removeprefix("# via").strip(" #") for line in map(str.strip, comment.splitlines()))
    return {_plain(line) for line in lines if line and not line.endswith(_ROOT)}


def _uncommented(block: str) -> str:
    return "".join(f"{line}\n" for line in block.splitlines() if line.strip() and not line.strip().startswith("#"))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    root = Path(__file__).resolve().parents[2]
    folder = root / "vscode-client" / "bundled"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    direct = direct_requirements((root / "pyproject.toml").read_text("utf-8"))
    try:
        requirements = restricted((root / "requirements.lock").read_text("utf-8"), direct)
    except KeyError as missing:
        sys.exit(f"requirements.lock does not lock {missing}: write it anew with ./dev lock")
    (folder / "requirements.txt").write_text(requirements, "utf-8", newline="\n")
    build_wheel(root, folder)


if __name__ == "__main__":
    main()
