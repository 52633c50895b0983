"""Imports point one way, and who does no input or output does none: what docs/architecture.md promises."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import askfirst

ROOT = Path(askfirst.__file__).parent

# Each part, and the parts that it may import besides itself and `text`.
MAY: dict[str, set[str]] = {
    "text": set(),
    "globs": set(),
    "source": set(),
    "findings": set(),
    "edits": {"findings"},
    "versions": set(),
    "knowledge": {"versions"},
    "settings": {"globs"},
    "project": {"globs", "source"},
    "facts": {"source"},
    "model": {"facts", "findings", "globs", "knowledge", "project", "settings", "source"},
    "rules": {"edits", "facts", "findings", "knowledge", "model", "project", "settings", "versions"},
    "quiet": {"facts", "findings"},
    "unmatched": {"findings", "globs", "model", "settings"},
    "report": {"findings", "knowledge"},
    "loading": {"facts", "findings", "model", "project", "source"},
    "places": {"findings", "model", "project", "source"},
    "catalogue": {"knowledge", "report", "rules"},
    "meanings": {"knowledge", "report", "rules"},
    "toml_words": set(),
    "settings_help": {"hints", "knowledge", "meanings", "rules", "settings", "toml_words"},
    "hints": {"catalogue", "facts", "findings", "knowledge", "meanings", "model", "places", "report", "rules", "settings"},
    "workspace": {"findings", "globs", "hints", "knowledge", "loading", "model", "places", "quiet", "rules", "settings",
                  "settings_help", "unmatched"},
    "recall": {"findings", "workspace"},
    "mending": {"edits", "findings"},
    "pool": {"facts", "project"},
    "store": set(),
    "cache": {"facts", "loading", "project", "store"},
    "arguments": {"report"},
    "caching": {"arguments", "cache", "loading", "store"},
    "explain": {"hints", "knowledge", "meanings", "report", "rules"},
    "starter": set(),
    "lsp": {"arguments", "cache", "caching", "catalogue", "edits", "explain", "findings", "hints", "knowledge", "pool", "project",
            "recall", "report", "rules", "settings", "source", "starter", "workspace"},
    "cli": {"arguments", "caching", "catalogue", "explain", "findings", "knowledge", "lsp", "mending", "pool", "project", "recall",
            "report", "rules", "settings", "starter", "workspace"},
    "dev": {"knowledge", "report", "rules", "settings"},
    "__main__": {"cli"},
}  # fmt: skip

PROCESSES = {"multiprocessing", "subprocess", "concurrent", "signal"}
OUTSIDE = {"io", "os", "pathlib", "shutil", "socket", "sqlite3", "subprocess", "tempfile", "urllib"}
CALLS = {"open", "print", "input", "exec", "eval", "compile", "__import__"}
FILES = sorted(ROOT.rglob("*.py"))


def part(file: Path) -> str:
    """The part a file belongs to: `facts` for facts/java.py."""
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """Every module a file imports, wherever in it: line and dotted name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno} imports relatively"
            if node.module == "askfirst":
                yield from ((node.lineno, f"askfirst.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module or ""


def test_every_part_is_in_the_table() -> None:
    assert {part(file) for file in FILES} - {"__init__"} <= set(MAY)


def test_the_table_points_one_way() -> None:
    done: set[str] = {"text"}
    rest = set(MAY) - done
    while rest:
        free = {name for name in rest if MAY[name] <= done}
        assert free, f"a circle among {sorted(rest)}"
        done |= free
        rest -= free


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_imports_point_one_way(file: Path) -> None:
    own = part(file)
    allowed = MAY.get(own, set()) | {own, "text", "__version__"}
    wrong = [
        f"line {line}: {name}"
        for line, name in imports(file)
        if name.startswith("askfirst.") and name.split(".")[1] not in allowed
    ]
    assert not wrong


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_only_some_know_processes_and_editors(file: Path) -> None:
    roots = {name.partition(".")[0] for _, name in imports(file)}
    if part(file) not in {"cli", "pool", "lsp"}:
        assert not roots & PROCESSES
    if part(file) != "store":
        assert "sqlite3" not in roots
    if part(file) != "lsp":
        assert not roots & {"pygls", "lsprotocol"}
    assert not roots & {"click", "pickle", "requests", "httpx"}


@pytest.mark.parametrize("folder", ["facts", "model"])
def test_facts_and_model_do_no_input_or_output(folder: str) -> None:
    wrong = []
    for file in sorted((ROOT / folder).glob("**/*.py")):
        roots = {name.partition(".")[0] for _, name in imports(file)}
        wrong += [f"{file.name}: imports {name}" for name in sorted(roots & OUTSIDE)]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                wrong.append(f"{file.name}:{node.lineno}: calls {node.func.id}")
    assert not wrong
