"""`--fix` and `--diff`: fixes made round by round in memory until none is left, then shown or written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple, Protocol

from askfirst.edits import apply, together
from askfirst.findings import Edit, Fix, Mended, Note, Report
from askfirst.text import Text

ROUNDS = 30
CHANGED = Text("it has changed since it was read", "读取之后该文件已被修改")
FIXED = Text("fixed {n}", "已修复 {n} 个问题")
WOULD_FIX = Text("would fix {n}", "可修复 {n} 个问题")
MORE = Text(" ({n} more with --unsafe-fixes)", "（加上 --unsafe-fixes 还可修复 {n} 个）")
UNSETTLED = Text("; some fixes bring others without end: stopped here", "；部分修复会不断引出新的修复，已停止")
NOT_WRITTEN = Text("could not be written: {why}", "无法写入：{why}")
OUTSIDE = Text("it lies outside of the project", "该文件位于项目之外")


class Files(Protocol):
    """The files of a project as they were checked, and as they are to be checked: a Workspace."""

    root: Path

    def raw(self, path: str) -> bytes: ...
    def put(self, path: str, content: bytes | None) -> None: ...


class Change(NamedTuple):
    """One file, before and after."""

    path: str
    before: bytes
    after: bytes


class Outcome(NamedTuple):
    """What mending came to; nothing is written yet."""

    report: Report  # what remains
    changes: tuple[Change, ...]
    fixed: int  # findings whose fix was made
    more: int  # findings that only an unsafe fix would mend
    settled: bool  # False: after ROUNDS there is still something to make


def mend(files: Files, check: Callable[[], Report], unsafe: bool, nth: int = 1) -> Outcome:
    """Make the fixes of a project: the safe ones, with `unsafe` the others too, of alternatives the nth.

    `check` checks it and says how findings can be mended. What was changed stays put in `files`; the disk is as it was.
    """
    report, fixed = check(), 0
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    for _ in range(ROUNDS):
        ways = [fix for f in report.findings for fix in _chosen(report.fixes.get(f, ()), unsafe, nth)]
        edits, made = together(ways)
        if not edits:
            break
        for path in dict.fromkeys(edit.span.path for edit in edits):
            old = files.raw(path)
            before.setdefault(path, old)
            after[path] = apply(old, _of(edits, path))
            files.put(path, after[path])
        fixed += len(made)
        report = check()
    more = sum(1 for f in report.findings if f in report.fixes and not any(m.fix.safe for m in report.fixes[f]))
    changes = tuple(Change(path, before[path], after[path]) for path in sorted(after))
    left = any(_chosen(report.fixes.get(f, ()), unsafe, nth) for f in report.findings)
    return Outcome(report, changes, fixed, 0 if unsafe else more, not left)


def _chosen(ways: tuple[Mended, ...], unsafe: bool, nth: int) -> list[Fix]:
    """The alternative to make, if any."""
    return [m.fix for m in ways if unsafe or m.fix.safe][nth - 1 : nth]


def _of(edits: list[Edit], path: str) -> list[Edit]:
    return [edit for edit in edits if edit.span.path == path]


def diff(change: Change) -> Iterator[str]:
    """The lines of a unified diff, as `patch` and `git apply` take it."""
    old, new = (data.decode("utf-8", "surrogateescape").split("\n") for data in (change.before, change.after))
    for text in (old, new):
        last = text.pop()
        text[:] = [f"{line}\n" for line in text] + ([last] if last else [])
    for line in unified_diff(old, new, f"a/{change.path}", f"b/{change.path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def sum_up(outcome: Outcome, lang: str, done: bool) -> str:
    """`fixed 2 (1 more with --unsafe-fixes)`."""
    said = (FIXED if done else WOULD_FIX).of(lang).format(n=outcome.fixed)
    said += MORE.of(lang).format(n=outcome.more) if outcome.more else ""
    return said if outcome.settled else said + UNSETTLED.of(lang)


def written(files: Files, outcome: Outcome, check: Callable[[], Report]) -> Outcome:
    """Write what was changed. A file that cannot be written is a serious note of the report, and what was wrong in it remains."""
    wrong = [(change.path, why) for change in outcome.changes if (why := write(files.root, change)) is not None]
    for change in outcome.changes:
        files.put(change.path, None)
    if not wrong:
        return outcome
    report = check()
    notes = [Note(path, -1, Text(*(t.format(why=w) for t, w in zip(NOT_WRITTEN, why, strict=True))), serious=True)
             for path, why in wrong]  # fmt: skip
    still = len(report.findings) - len(outcome.report.findings)
    return outcome._replace(report=report._replace(notes=(*report.notes, *notes)), fixed=outcome.fixed - still)


def write(root: Path, change: Change) -> Text | None:
    """Put a file's new content in its place, at once and with the same mode; what is wrong if that cannot be.

    A symbolic link stays one; what it leads to is written, if that lies in the project.
    """
    file = Path(os.path.realpath(root / change.path))
    if not file.is_relative_to(os.path.realpath(root)):
        return OUTSIDE
    new = ""
    try:
        with file.open("r+b") as held:  # is it there, as it was, and may it be written?
            now = held.read()
        if now == change.after:  # by another path that leads here
            return None
        if now != change.before:
            return CHANGED
        handle, new = tempfile.mkstemp(prefix=".askfirst-", dir=file.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(change.after)
        shutil.copymode(file, new)
        os.replace(new, file)
    except OSError as error:
        if new and os.path.exists(new):
            os.unlink(new)
        why = error.strerror or str(error)
        return Text(why, why)
    return None
