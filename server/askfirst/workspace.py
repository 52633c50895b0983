"""The door to the engine: one project, checked. The command line and the language server use only this."""

from __future__ import annotations

import gc
import hashlib
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
from askfirst.loading import Cancelled, Clock, Files, Progress, Read, Reader, note
from askfirst.model.files import Unit
from askfirst.model.memo import Live, Memo, Memory, Stopped
from askfirst.model.model import Model
from askfirst.places import Places
from askfirst.rules import RULES
from askfirst.rules.rule import Rule
from askfirst.settings import FILE_NAME, Settings
from askfirst.settings_help import Completion
from askfirst.text import Span
from askfirst.unmatched import unmatched

__all__ = ["LOCAL", "Cancelled", "Progress", "Read", "Reader", "Workspace"]
H = TypeVar("H")
LOCAL = frozenset(rule.id for rule in RULES.values() if rule.local)  # what `Workspace.own` runs
RECURSION = 8000  # inference follows chains of calls; pure Python frames need no C stack


def _never() -> bool:
    return False


class _Checked(NamedTuple):
    """What fixes are made from."""

    model: Model
    places: Places


class Workspace:
    """One project at `root`, as it is on disk and in editors. `check` answers with a Report."""

    def __init__(self, root: Path, settings: Settings, reader: Reader, eager: bool = False, live: bool = False) -> None:
        """`reader` does the reading (pool.Pool, pool.SerialPool); `eager` resolves every call instead of those that matter;
        `live`: remember what answers rest on, so that a check after a change is quick (and the first one slower)."""
        self.root, self.settings, self._eager, self._live = root, settings, eager, live
        self._files = Files(root, settings.exclude, reader)
        self._model: Model | None = None
        self._found: Memo[Rule, tuple[Finding, ...]] = Memory().memo(lambda rule: ())
        self._checked: _Checked | None = None
        self._made: tuple[Model | None, int] = (None, 0)
        self._spent: tuple[tuple[str, float], ...] = ()
        self._view: View | None = None  # what hints are made from
        self._ran: dict[str, Rule] = {}  # the rules of the last check

    def put(self, path: str, content: bytes | None) -> None:
        """What an editor or a fix has in a file of the project, before what is on disk; None: the disk counts again."""
        self._files.put(path, content)

    def touch(self, paths: Iterable[str] | None = None) -> None:
        """These files or folders were made, changed or taken away on disk; None: anything may have been."""
        self._files.touch(paths)

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
            try:
                return self._check(
                    only, tuple(RULES.values()) if rules is None else tuple(rules), minimum, progress, today or date.today(),
                    fixes, cancelled or _never,
                )  # fmt: skip
            except Stopped:
                raise Cancelled from None

    def own(self, path: str, minimum: Confidence = Confidence.MEDIUM, today: date | None = None) -> Report | None:
        """What the rules of LOCAL say of one file of code, as `check` will, in a fraction of the time; neither notes nor findings
        that are notes. None where that cannot be told alone: for other files, or when nothing has been checked yet."""
        if self._checked is None or not self._live:
            return None
        with _deep():
            clock, notes = Clock(), list[Note]()
            self._files.update(clock, None, _never)
            model = self.model()
            if isinstance(model.memory, Live):
                model.memory.stopped = _never  # nobody asks any more whether the last check is wanted
            part = model.within(path)
            if part is None:
                return None
            wanted = [rule for rule in RULES.values() if rule.local and self._selected(rule)]
            found = (finding for rule in wanted for finding in self._of(rule, part, notes))
            findings = [f for f in self._kept(found) if f.severity > Severity.NOTE]
            ran = self._ran
            try:
                return self._report(part, findings, wanted, notes, minimum, frozenset({path}), today or date.today(), False, clock)
            finally:
                self._ran = ran

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
        view = self._looked()
        if view is None:
            return Outline((), ())
        with _deep():
            return outline(view, view.findings if report is None else report.findings)

    def complete(self, offset: int) -> list[Completion]:
        """What may be written at a byte offset of the settings as they are now, with what the project has to offer."""
        names, view = settings_help.NO_NAMES, self._looked()
        if view is not None:
            names = settings_help.Names(gates(view), permissions(view))
        return settings_help.complete(self._settings_text(), offset, knowledge.load(), names, self._settings_path)

    def region(self, span: Span) -> Region:
        """The lines and columns of a piece of a file."""
        view = self._looked()
        return view.places.region(span) if view is not None else Region(span.path, 0, 0, 0, 0, span.start, span.end, (), 0)

    @property
    def _settings_path(self) -> str:
        return self.settings.path or FILE_NAME

    def _settings_text(self) -> str:
        """The settings file as an editor or the disk has it; "" when there is none."""
        data = self._files.content.get(self._settings_path)
        if data is None:
            try:
                data = (self.root / self._settings_path).read_bytes()
            except OSError:
                return ""
        return data.decode("utf-8", "replace")

    def _hint(self, path: str, nothing: H, make: Callable[[View, Unit], H]) -> H:
        view = self._looked()
        unit = view.unit(path) if view is not None else None
        if view is None or unit is None:
            return nothing
        with _deep():
            return make(view, unit)

    def _looked(self) -> View | None:
        """The project as it was last read, with what the last check found in files that are still the same; None before one."""
        model, view = self._model, self._view
        if model is None or view is None:
            return None
        if isinstance(model.memory, Live):
            model.memory.stopped = _never
        if view.units is not model.by_path:
            there = [f for f in view.findings if all(view.units.get(p.path) is model.by_path.get(p.path) for p in _places(f))]
            view = self._view = View(model, self._places_now(model), there, self.root)
        return view

    def _places_now(self, model: Model) -> Places:
        return Places(self.root, model.by_path, self._files.by_path, self._files.digests, dict(self._files.content))

    def raw(self, path: str) -> bytes:
        """A file as it was when it was last checked; as it is now where nothing asked for it then."""
        return self._checked.places.raw(path) if self._checked is not None else self._files.raw(path)

    def spent(self) -> tuple[tuple[str, float], ...]:
        """Stages and seconds of what was done since the last report."""
        spent, self._spent = self._spent, ()
        return spent

    def identity(self, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None) -> str:
        """A digest of all files as they are and of the settings: with the version and the date, all that a report depends on."""
        clock = Clock()
        self._files.update(clock, progress, cancelled or _never)
        self._spent += clock.laps()
        said = hashlib.blake2b(repr((str(self.root), self.settings)).encode(), digest_size=16)
        for part in self._files.identity():
            said.update(repr(part).encode("utf-8", "backslashreplace"))
        return said.hexdigest()

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
        clock = Clock(self.spent())
        self._files.update(clock, progress, cancelled)
        model = self.model()
        wanted = [rule for rule in rules if self._selected(rule)]
        notes = list(self._files.notes)
        found: list[Finding] = []
        if isinstance(model.memory, Live):
            model.memory.stopped = cancelled
            model.memory.settle()
        clock.lap("update")
        for done, rule in enumerate(wanted, 1):
            if progress is not None:
                progress("rules", done, len(wanted))
            if cancelled():
                raise Cancelled
            found += self._of(rule, model, notes)
            clock.lap(rule.id)
        notes += unmatched(self.settings, model)
        notes += [note(unit.path, -1, "no-manifest", "") for unit in model.modules.blank_manifests]
        self._collect(model)
        return self._report(model, self._kept(found), wanted, notes, minimum, only, today, fixes, clock)

    def _collect(self, model: Model) -> None:
        """Let go of models and parts that were replaced: they hold themselves. What stays is not looked through again."""
        before, self._made = self._made, (model, model.generation)
        if self._live and before != self._made:
            if before[0] is not model:
                gc.unfreeze()
            gc.collect()
            if before[0] is not model:
                gc.freeze()

    def _of(self, rule: Rule, model: Model, notes: list[Note]) -> Iterable[Finding]:
        """What a rule finds. Its fault must not hide what the others find."""
        try:
            return self._found[rule] if model is self._model else tuple(rule.check(*map(model.part, rule.parts)))
        except Exception as error:
            notes.append(note("", -1, "rule", f"{rule.id}: {type(error).__name__}: {error}"))
            return ()

    def _kept(self, findings: Iterable[Finding]) -> list[Finding]:
        """Each place once, as severe as the settings say, without what they leave out for its path."""
        severities = dict(self.settings.severity)
        quiet_paths = [(Globs([p.glob]), frozenset(p.ignore)) for p in self.settings.per_path]
        kept: dict[tuple[object, ...], Finding] = {}
        for finding in findings:
            if finding.rule in severities:
                finding = finding._replace(severity=Severity[severities[finding.rule].upper()])
            names = {finding.rule, finding.rule.partition("/")[0]}
            if not any(names & ignored and globs.covers(finding.at.path) for globs, ignored in quiet_paths):
                kept.setdefault((finding.rule, finding.at, finding.target), finding)
        return list(kept.values())

    def _report(
        self, model: Model, findings: list[Finding], ran: list[Rule], notes: list[Note], minimum: Confidence,
        only: frozenset[str] | None, today: date, fixes: bool, clock: Clock,
    ) -> Report:  # fmt: skip
        """Findings made concrete, with what allowances make of them."""
        places = self._places_now(model)
        self._checked = _Checked(model, places)
        allowances = {unit.path: unit.facts.allowances for unit in model.units if unit.facts.allowances}
        outcome = quiet.apply(
            findings, allowances, places.lines, known=RULES.keys() | {r.id for r in ran}, ran={rule.id for rule in ran}, today=today
        )
        every = [f for f in outcome.kept if f.confidence >= minimum]
        if model is self._model:
            self._view = View(model, places, every, self.root)
        shown = [f for f in every if only is None or f.at.path in only]
        quieted = tuple(
            (f, why) for f, why in outcome.quieted if f.confidence >= minimum and (only is None or f.at.path in only)
        )
        shown.sort(key=lambda f: (f.at.path, places.of(f.at).start, f.rule, f.target))
        named = {place for finding in (*shown, *(f for f, _ in quieted)) for place in _places(finding)}
        regions = {place: places.of(place) for place in sorted(named)}
        clock.lap("report")
        self._ran = {rule.id: rule for rule in ran}
        mended = {f: ways for f in shown if (ways := self._fixes(f, notes))} if fixes else {}
        clock.lap("fixes")
        notes += outcome.notes
        notes.sort(key=lambda n: (n.path, n.line, n.text))
        if only is not None:
            notes = [n for n in notes if n.serious or n.path in only]
        return Report(
            str(self.root), tuple(shown), regions, quieted, tuple(notes), clock.laps(), len(self._files.project.files),
            self._files.lines, knowledge.load().version, mended,
        )  # fmt: skip

    def _fixes(self, finding: Finding, notes: list[Note]) -> tuple[Mended, ...]:
        rule = self._ran.get(finding.rule)
        if self._checked is None or rule is None or rule.fix is None:
            return ()
        model, places = self._checked
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
        """The model of the project as it was last read; read now, if it never was."""
        if not self._files.units:
            self._files.update(Clock(), None, _never)
        project, units = self._files.project, self._files.units
        if self._model is None or not self._model.update(project, units):
            if self._model is not None:
                self._model.close()
            memory = Live() if self._live else Memory()
            model = self._model = Model(project, units, self.settings, knowledge.load(), self._eager, memory)
            self._found = memory.memo(lambda rule: tuple(rule.check(*map(model.part, rule.parts))), wanted=True)
        return self._model

    def _selected(self, rule: Rule) -> bool:
        named = {rule.id, rule.theme}
        chosen = not self.settings.select or bool(named & set(self.settings.select))
        return chosen and not named & set(self.settings.ignore)


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
