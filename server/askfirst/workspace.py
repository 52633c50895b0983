"""The door to the engine: one project, checked. The command line and the language server use only this."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple, TypeVar

from askfirst import knowledge, quiet, settings_help
from askfirst.findings import Confidence, Finding, Fix, Mended, Note, Place, Region, Report, Severity
from askfirst.globs import Globs
from askfirst.hints.about import about
from askfirst.hints.inlays import inlays
from askfirst.hints.lenses import lenses
from askfirst.hints.links import links
from askfirst.hints.offers import gates, permissions
from askfirst.hints.outline import outline
from askfirst.hints.shapes import About, Inlay, Lens, Link, Outline
from askfirst.hints.view import View
from askfirst.loading import Clock, Loaded, Progress, Read, Reader, load, note
from askfirst.model.files import Unit
from askfirst.model.model import Model
from askfirst.places import Places
from askfirst.rules import RULES
from askfirst.rules.rule import Rule
from askfirst.settings import FILE_NAME, Settings
from askfirst.settings_help import Completion
from askfirst.text import Span
from askfirst.unmatched import unmatched

__all__ = ["Cancelled", "Progress", "Read", "Reader", "Workspace"]
H = TypeVar("H")
RECURSION = 8000  # inference follows chains of calls; pure Python frames need no C stack


class Cancelled(Exception):
    """A check was given up because its answer is no longer wanted. The workspace is as it was; check again."""


class _Checked(NamedTuple):
    """What fixes and hints are made from."""

    model: Model
    places: Places
    rules: dict[str, Rule]
    view: View


class Workspace:
    """One project at `root`, as it is on disk and in editors. `check` answers with a Report."""

    def __init__(self, root: Path, settings: Settings, reader: Reader, eager: bool = False) -> None:
        """`reader` does the reading (pool.Pool, pool.SerialPool); `eager` resolves every call instead of those that matter."""
        self.root, self.settings, self._reader, self._eager = root, settings, reader, eager
        self._loaded: Loaded | None = None
        self._checked: _Checked | None = None
        self._content: dict[str, bytes] = {}  # what stands before the disk

    def put(self, path: str, content: bytes | None) -> None:
        """What an editor or a fix has in a file of the project, before what is on disk; None: the disk counts again."""
        if content is None:
            self._content.pop(path, None)
            self.touch([path])
        else:
            self._content[path] = content

    def touch(self, paths: Iterable[str] | None = None) -> None:
        """These files or folders were made, changed or taken away on disk; None: anything may have been."""
        self._loaded = None

    def check(
        self,
        only: frozenset[str] | None = None,
        rules: Collection[Rule] | None = None,
        minimum: Confidence = Confidence.MEDIUM,
        progress: Progress | None = None,
        today: date | None = None,
        fixes: bool = False,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """Check the project as it stands: the first time all of it is read, later what was put or touched since.

        `only` limits what is reported to these paths, never what is known; `rules` default to all; `fixes`: say how the
        findings can be mended. `cancelled` is asked between units of work; when it says so, Cancelled is raised.
        """
        with _deep():
            return self._check(
                only, tuple(RULES.values()) if rules is None else tuple(rules), minimum, progress, today or date.today(),
                fixes, cancelled or _never,
            )  # fmt: skip

    def fixes(self, finding: Finding) -> tuple[Mended, ...]:
        """Ways to mend a finding of the last check, the best first; none where none is certain."""
        with _deep():
            return self._fixes(finding, [])

    # hints: of files as they were last checked

    def about(self, path: str, offset: int) -> About | None:
        """What is known of what stands at a byte offset of a file, of the settings as they are now; None where nothing is."""
        if path == self._settings_path:
            return settings_help.hover(self._settings_text(), offset, knowledge.load(), path)
        return self._hint(path, None, lambda view, unit: about(view, unit, offset))

    def lenses(self, path: str) -> tuple[Lens, ...]:
        """What the entry points of a file collect before consent; nothing for those that collect nothing."""
        return self._hint(path, (), lenses)

    def links(self, path: str) -> tuple[Link, ...]:
        """The pieces of a file that lead to a rule's page or a vendor's document."""
        if path == self._settings_path:
            return settings_help.links(self._settings_text(), path)
        return self._hint(path, (), links)

    def inlays(self, path: str) -> tuple[Inlay, ...]:
        """Short notes behind dependencies and permissions."""
        return self._hint(path, (), inlays)

    def outline(self, report: Report | None = None) -> Outline:
        """What runs before consent and who uses which permission, as trees, of a report of the last check (None: all it found)."""
        if self._checked is None:
            return Outline((), ())
        with _deep():
            return outline(self._checked.view, self._checked.view.findings if report is None else report.findings)

    def complete(self, offset: int) -> list[Completion]:
        """What may be written at a byte offset of the settings as they are now, with what the project has to offer."""
        names = settings_help.NO_NAMES
        if self._checked is not None:
            names = settings_help.Names(gates(self._checked.view), permissions(self._checked.view))
        return settings_help.complete(self._settings_text(), offset, knowledge.load(), names, self._settings_path)

    def region(self, span: Span) -> Region:
        """The lines and columns of a piece of a file."""
        if self._checked is None:
            return Region(span.path, 0, 0, 0, 0, span.start, span.end, (), 0)
        return self._checked.places.region(span)

    @property
    def _settings_path(self) -> str:
        return self.settings.path or FILE_NAME

    def _settings_text(self) -> str:
        """The settings file as an editor or the disk has it; "" when there is none."""
        data = self._content.get(self._settings_path)
        if data is None:
            try:
                data = (self.root / self._settings_path).read_bytes()
            except OSError:
                return ""
        return data.decode("utf-8", "replace")

    def _hint(self, path: str, nothing: H, make: Callable[[View, Unit], H]) -> H:
        view = self._checked.view if self._checked is not None else None
        unit = view.unit(path) if view is not None else None
        if view is None or unit is None:
            return nothing
        with _deep():
            return make(view, unit)

    def raw(self, path: str) -> bytes:
        """A file as it was when it was last checked; as it is now where nothing asked for it then."""
        return self._checked.places.raw(path) if self._checked is not None else b""

    def _check(
        self,
        only: frozenset[str] | None,
        rules: tuple[Rule, ...],
        minimum: Confidence,
        progress: Progress | None,
        today: date,
        fixes: bool,
        cancelled: Callable[[], bool],
    ) -> Report:
        clock = Clock()
        if self._loaded is None:
            self._loaded = load(self.root, self.settings.exclude, self._reader, clock, progress)
        loaded = self._loaded.with_content(self._content)
        notes = list(loaded.notes)
        model = Model(loaded.project, loaded.units, self.settings, knowledge.load(), self._eager)
        wanted = [rule for rule in rules if self._selected(rule)]
        findings = self._run(model, wanted, notes, progress, clock, cancelled)
        files = {f.path: f for f in loaded.project.files}
        places = Places(self.root, model.by_path, files, loaded.digests, dict(self._content))
        allowances = {unit.path: unit.facts.allowances for unit in loaded.units if unit.facts.allowances}
        outcome = quiet.apply(
            findings, allowances, places.lines,
            known=RULES.keys() | {r.id for r in rules}, ran={rule.id for rule in wanted}, today=today,
        )  # fmt: skip
        every = [f for f in outcome.kept if f.confidence >= minimum]
        shown = [f for f in every if only is None or f.at.path in only]
        self._checked = _Checked(model, places, {rule.id: rule for rule in wanted}, View(model, places, every, self.root))
        quieted = tuple(
            (f, why) for f, why in outcome.quieted if f.confidence >= minimum and (only is None or f.at.path in only)
        )
        shown.sort(key=lambda f: (f.at.path, places.of(f.at).start, f.rule, f.target))
        named = {place for finding in (*shown, *(f for f, _ in quieted)) for place in _places(finding)}
        regions = {place: places.of(place) for place in sorted(named)}
        clock.lap("report")
        mended = {f: ways for f in shown if (ways := self._fixes(f, notes))} if fixes else {}
        clock.lap("fixes")
        notes += [*outcome.notes, *unmatched(self.settings, model)]
        notes += [note(unit.path, -1, "no-manifest", "") for unit in model.modules.blank_manifests]
        notes.sort(key=lambda n: (n.path, n.line, n.text))
        if only is not None:
            notes = [n for n in notes if n.serious or n.path in only]
        return Report(
            str(self.root), tuple(shown), regions, quieted, tuple(notes), clock.laps(), len(files),
            sum(loaded.lines.values()), knowledge.load().version, mended,
        )  # fmt: skip

    def _fixes(self, finding: Finding, notes: list[Note]) -> tuple[Mended, ...]:
        if self._checked is None or finding.rule not in self._checked.rules:
            return ()
        model, places, rules, _ = self._checked
        rule = rules[finding.rule]
        if rule.fix is None:
            return ()
        try:
            ways = tuple(rule.fix(finding, places, *(model.part(part) for part in rule.fix_parts)))
        except Exception as error:  # as in _run
            notes.append(note("", -1, "rule", f"{rule.id}: {type(error).__name__}: {error}"))
            return ()
        return tuple(
            Mended(fix, tuple(places.region(edit.span) for edit in fix.edits))
            for fix in (_effective(way, places) for way in ways)
            if fix.edits and not any(map(places.allowed, fix.edits))
        )

    def model(self) -> Model:
        """The model of the project as it stands on disk."""
        loaded = load(self.root, self.settings.exclude, self._reader, Clock())
        return Model(loaded.project, loaded.units, self.settings, knowledge.load(), self._eager)

    def _selected(self, rule: Rule) -> bool:
        named = {rule.id, rule.theme}
        chosen = not self.settings.select or bool(named & set(self.settings.select))
        return chosen and not named & set(self.settings.ignore)

    def _run(
        self, model: Model, rules: list[Rule], notes: list[Note], progress: Progress | None, clock: Clock,
        cancelled: Callable[[], bool],
    ) -> list[Finding]:  # fmt: skip
        severities = dict(self.settings.severity)
        quiet_paths = [(Globs([p.glob]), frozenset(p.ignore)) for p in self.settings.per_path]
        found: dict[tuple[object, ...], Finding] = {}
        for done, rule in enumerate(rules, 1):
            if progress is not None:
                progress("rules", done, len(rules))
            if cancelled():
                raise Cancelled
            try:
                for finding in rule.check(*(model.part(part) for part in rule.parts)):
                    if rule.id in severities:
                        finding = finding._replace(severity=Severity[severities[rule.id].upper()])
                    if any(
                        {rule.id, rule.theme} & ignored and globs.covers(finding.at.path)
                        for globs, ignored in quiet_paths
                    ):
                        continue
                    found.setdefault((finding.rule, finding.at, finding.target), finding)
            except Exception as error:  # one rule's fault must not hide what the others find
                notes.append(note("", -1, "rule", f"{rule.id}: {type(error).__name__}: {error}"))
            clock.lap(rule.id)
        return list(found.values())


@contextmanager
def _deep() -> Iterator[None]:
    """Long chains may be followed; nothing is collected meanwhile."""
    limit, collecting = sys.getrecursionlimit(), gc.isenabled()
    sys.setrecursionlimit(max(limit, RECURSION))
    gc.disable()  # rows are many and hold no cycles
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()


def _never() -> bool:
    return False


def _effective(fix: Fix, places: Places) -> Fix:
    """The fix without edits that change nothing."""
    edits = (e for e in fix.edits if e.text.encode() != places.data(e.span.path)[e.span.start : e.span.end])
    return fix._replace(edits=tuple(edits))


def _places(finding: Finding) -> Iterator[Place]:
    yield finding.at
    for step in finding.steps:
        yield step.place
    for related in (*finding.related, *finding.also):
        yield related.place
