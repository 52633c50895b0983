"""Reports kept between runs: where nothing at all has changed since an earlier check, its report is the answer.

A report is a pure function of project, settings and version (an invariant of this house), so it is kept under a digest of these.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from askfirst.findings import (
    Confidence,
    Edit,
    Finding,
    Fix,
    Mended,
    Note,
    Place,
    Region,
    Related,
    Report,
    Severity,
    Step,
)  # fmt: skip
from askfirst.text import Span, Text
from askfirst.workspace import Progress, Workspace


class Shelf(Protocol):
    """Keeps bytes under words from run to run, or loses them."""

    def recall(self, *words: str) -> bytes | None: ...
    def keep(self, value: bytes, *words: str) -> None: ...


def recalled(
    workspace: Workspace, shelf: Shelf, minimum: Confidence, only: frozenset[str] | None = None, fixes: bool = False,
    progress: Progress | None = None, cancelled: Callable[[], bool] | None = None,
) -> Report | None:  # fmt: skip
    """What `workspace.check` with the same arguments would say, if that is known; the files are read, nothing is worked out."""
    kept = shelf.recall(*_words(workspace, minimum, only, fixes, progress, cancelled))
    try:
        report = _report(str(workspace.root), marshal.loads(kept)) if kept is not None else None
    except (ValueError, TypeError, EOFError, KeyError, IndexError):  # damaged beyond what its checksum sees
        return None
    return report._replace(timings=workspace.spent()) if report is not None else None


def remember(
    workspace: Workspace, shelf: Shelf, report: Report, minimum: Confidence, only: frozenset[str] | None = None, fixes: bool = False
) -> None:
    """Keep the report that a check of the workspace as it is has just given. One that is not whole is not worth it."""
    if not any(note.serious for note in report.notes):
        shelf.keep(marshal.dumps(_plain(_parts(report))), *_words(workspace, minimum, only, fixes, None, None))


def _words(
    workspace: Workspace, minimum: Confidence, only: frozenset[str] | None, fixes: bool, progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> tuple[str, ...]:  # fmt: skip
    """All that a report depends on."""
    limits = repr((minimum.word, sorted(only) if only is not None else None, fixes, date.today().isoformat()))
    return _version(), workspace.identity(progress, cancelled), limits


@cache
def _version() -> str:
    """A digest of everything that works reports out: our sources and the compiled knowledge."""
    here = Path(__file__).parent
    said = hashlib.blake2b(digest_size=16)
    for file in sorted([*here.rglob("*.py"), *here.rglob("compiled.bin")]):
        said.update(file.relative_to(here).as_posix().encode() + file.read_bytes())
    return said.hexdigest()


# reports as plain values and back


def _parts(report: Report) -> tuple[object, ...]:
    numbers = {finding: n for n, finding in enumerate(report.findings)}
    return (
        report.findings, tuple(report.regions.items()), report.quieted, report.notes, report.files, report.lines,
        report.knowledge, tuple((numbers[finding], ways) for finding, ways in report.fixes.items()),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return int(value) if isinstance(value, (Severity, Confidence)) else value


def _report(root: str, kept: tuple[Any, ...]) -> Report:
    findings, regions, quieted, notes, files, lines, version, fixes = kept
    found = tuple(map(_finding, findings))
    return Report(
        root, found, {Place(*place): Region(*region) for place, region in regions},
        tuple((_finding(finding), why) for finding, why in quieted),
        tuple(Note(path, line, Text(*text), serious) for path, line, text, serious in notes),
        (), files, lines, version, {found[n]: tuple(map(_mended, ways)) for n, ways in fixes},
    )  # fmt: skip


def _finding(row: tuple[Any, ...]) -> Finding:
    rule, at, args, target, symbol, confidence, severity, steps, related, also, variants, clauses = row
    return Finding(
        rule, Place(*at), tuple((name, value if isinstance(value, str) else Text(*value)) for name, value in args), target, symbol,
        Confidence(confidence), Severity(severity), tuple(Step(Place(*place), name, Text(*note)) for place, name, note in steps),
        tuple(map(_related, related)), tuple(map(_related, also)), variants, clauses,
    )  # fmt: skip


def _related(row: tuple[Any, ...]) -> Related:
    return Related(Place(*row[0]), Text(*row[1]))


def _mended(row: tuple[Any, ...]) -> Mended:
    (title, edits, safe), regions = row
    fix = Fix(Text(*title), tuple(Edit(Span(*span), text) for span, text in edits), safe)
    return Mended(fix, tuple(Region(*region) for region in regions))
