"""The door to the engine: one project, checked. The command line and the language server use only this."""

from __future__ import annotations

import gc
import marshal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol

from askfirst import knowledge, quiet
from askfirst.facts import extract
from askfirst.facts.rows import Facts
from askfirst.findings import Confidence, Finding, Fix, Mended, Note, Place, Report, Severity
from askfirst.globs import Globs
from askfirst.model.files import Unit
from askfirst.model.model import Model
from askfirst.model.scripts import in_build_logic
from askfirst.places import Places
from askfirst.project import File, Project, discover, read_file
from askfirst.rules import RULES
from askfirst.rules.rule import Rule
from askfirst.settings import Settings
from askfirst.source import make_source
from askfirst.text import Lines, Text
from askfirst.unmatched import unmatched

Progress = Callable[[str, int, int], None]  # (stage, done, of)
RECURSION = 8000  # inference follows chains of calls; pure Python frames need no C stack

_PROBLEMS = {
    "syntax": Text("cannot be read in full here: {detail}", "此处无法完整解析：{detail}"),
    "timeout": Text("took too long to read; what was read is used: {detail}", "解析超时，仅使用已读取的部分：{detail}"),
    "too-large": Text("is too large to be read: {detail}", "文件过大，未读取：{detail}"),
    "depth": Text("is nested too deeply to be read in full: {detail}", "嵌套过深，无法完整读取：{detail}"),
    "encoding": Text("{detail}", "编码问题：{detail}"),
    "symlink-loop": Text(
        "a symbolic link that leads back to a folder above it; not followed", "符号链接形成循环，未跟随"
    ),
    "symlink-outside": Text(
        "a symbolic link that leads out of the project; not followed", "符号链接指向项目之外，未跟随"
    ),
    "unreadable": Text("cannot be read: {detail}", "无法读取：{detail}"),
    "rule": Text("internal error in rule {detail}; please report it", "规则内部错误：{detail}，请反馈"),
}
_NOT_WHOLE = frozenset({"timeout", "too-large", "unreadable", "rule"})


class Read(Protocol):
    """What reading and extracting one file gave (see pool.py)."""

    @property
    def packed(self) -> bytes: ...
    @property
    def digest(self) -> str: ...
    @property
    def lines(self) -> int: ...
    @property
    def problem(self) -> str: ...


class Reader(Protocol):
    """Reads and extracts files, in this process or in others."""

    def extract(self, root: Path, files: Sequence[File]) -> Iterator[tuple[File, Read]]: ...


class _Loaded(NamedTuple):
    project: Project
    units: tuple[Unit, ...]
    notes: list[Note]
    lines: dict[str, int]
    digests: dict[str, str]


class _Checked(NamedTuple):
    """What fixes are made from."""

    model: Model
    places: Places
    rules: dict[str, Rule]


class Workspace:
    """One project at `root`. `check` reads it afresh and answers with a Report."""

    def __init__(self, root: Path, settings: Settings, reader: Reader, eager: bool = False) -> None:
        """`reader` does the reading (pool.Pool, pool.SerialPool); `eager` resolves every call instead of those that matter."""
        self.root, self.settings, self._reader, self._eager = root, settings, reader, eager
        self._loaded: _Loaded | None = None
        self._checked: _Checked | None = None

    def check(
        self,
        only: frozenset[str] | None = None,
        rules: Collection[Rule] | None = None,
        minimum: Confidence = Confidence.MEDIUM,
        progress: Progress | None = None,
        today: date | None = None,
        fixes: bool = False,
        changed: Mapping[str, bytes] | None = None,
    ) -> Report:
        """Check the project. `only` limits what is reported to these paths, never what is known; `rules` default to all.

        `fixes`: say how the findings can be mended. `changed`: read nothing anew; the project is what the last check read,
        with this content in these files.
        """
        with _deep():
            return self._check(
                only, tuple(RULES.values()) if rules is None else tuple(rules), minimum, progress, today or date.today(),
                fixes, changed,
            )  # fmt: skip

    def fixes(self, finding: Finding) -> tuple[Mended, ...]:
        """Ways to mend a finding of the last check, the best first; none where none is certain."""
        with _deep():
            return self._fixes(finding, [])

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
        changed: Mapping[str, bytes] | None,
    ) -> Report:
        clock = _Clock()
        if changed is None or self._loaded is None:
            self._loaded = self._load(progress, clock)
        loaded = _with(self._loaded, changed or {})
        notes = list(loaded.notes)
        model = Model(loaded.project, loaded.units, self.settings, knowledge.load(), self._eager)
        wanted = [rule for rule in rules if self._selected(rule)]
        findings = self._run(model, wanted, notes, progress, clock)
        files = {f.path: f for f in loaded.project.files}
        places = Places(self.root, model.by_path, files, loaded.digests, changed or {})
        self._checked = _Checked(model, places, {rule.id: rule for rule in wanted})
        allowances = {unit.path: unit.facts.allowances for unit in loaded.units if unit.facts.allowances}
        outcome = quiet.apply(
            findings, allowances, places.lines,
            known=RULES.keys() | {r.id for r in rules}, ran={rule.id for rule in wanted}, today=today,
        )  # fmt: skip
        shown = [f for f in outcome.kept if f.confidence >= minimum and (only is None or f.at.path in only)]
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
        model, places, rules = self._checked
        rule = rules[finding.rule]
        if rule.fix is None:
            return ()
        try:
            ways = tuple(rule.fix(finding, places, *(model.part(part) for part in rule.fix_parts)))
        except Exception as error:  # as in _run
            notes.append(_note("", -1, "rule", f"{rule.id}: {type(error).__name__}: {error}"))
            return ()
        return tuple(
            Mended(fix, tuple(places.region(edit.span) for edit in fix.edits))
            for fix in (_effective(way, places) for way in ways)
            if fix.edits and not any(map(places.allowed, fix.edits))
        )

    def model(self) -> Model:
        """The model of the project as it stands on disk."""
        loaded = self._load(None, _Clock())
        return Model(loaded.project, loaded.units, self.settings, knowledge.load(), self._eager)

    def _load(self, progress: Progress | None, clock: _Clock) -> _Loaded:
        project = discover(self.root, self.settings.exclude)
        clock.lap("walk")
        notes = [_note(path, -1, what, "") for path, what in project.notes]
        # code of the build itself does not ship, but names dependencies and plugins
        shipping = [file for file in project.files if file.ships or in_build_logic(file.path)]
        units, lines, digests = [], {}, {}
        for done, (file, read) in enumerate(self._reader.extract(self.root, shipping), 1):
            if progress is not None:
                progress("facts", done, len(shipping))
            lines[file.path], digests[file.path] = read.lines, read.digest
            if not read.packed:
                notes.append(_note(file.path, -1, "unreadable", read.problem.removeprefix("unreadable: ")))
                continue
            if read.problem:
                notes.append(_note(file.path, -1, "encoding", read.problem))
            facts = Facts.unpack(marshal.loads(read.packed))
            units.append(_unit(file, facts))
        units.sort(key=lambda unit: unit.path)
        lined = {file.path: file for file in shipping}
        for unit in units:
            notes += _problems(unit, lambda unit: read_file(self.root, lined[unit.path]).data)
        clock.lap("facts")
        return _Loaded(project, tuple(units), notes, lines, digests)

    def _selected(self, rule: Rule) -> bool:
        named = {rule.id, rule.theme}
        chosen = not self.settings.select or bool(named & set(self.settings.select))
        return chosen and not named & set(self.settings.ignore)

    def _run(
        self, model: Model, rules: list[Rule], notes: list[Note], progress: Progress | None, clock: _Clock
    ) -> list[Finding]:
        severities = dict(self.settings.severity)
        quiet_paths = [(Globs([p.glob]), frozenset(p.ignore)) for p in self.settings.per_path]
        found: dict[tuple[object, ...], Finding] = {}
        for done, rule in enumerate(rules, 1):
            if progress is not None:
                progress("rules", done, len(rules))
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
                notes.append(_note("", -1, "rule", f"{rule.id}: {type(error).__name__}: {error}"))
            clock.lap(rule.id)
        return list(found.values())


class _Clock:
    """Seconds between laps."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._spent: defaultdict[str, float] = defaultdict(float)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._spent[stage] += now - self._last
        self._last = now

    def laps(self) -> tuple[tuple[str, float], ...]:
        return tuple(self._spent.items())


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


def _with(loaded: _Loaded, changed: Mapping[str, bytes]) -> _Loaded:
    """What was loaded, with other content in some of its files."""
    files = {file.path: file for file in loaded.project.files if file.path in changed}
    if not files:
        return loaded
    sources = {path: make_source(path, file.language, changed[path]) for path, file in files.items()}
    units = tuple(_unit(files[u.path], extract(sources[u.path])) if u.path in files else u for u in loaded.units)
    notes = [note for note in loaded.notes if note.path not in files]
    for unit in units:
        if unit.path in files:
            notes += _problems(unit, lambda unit: sources[unit.path].data)
    lines = loaded.lines | {path: s.lines for path, s in sources.items()}
    digests = loaded.digests | {path: source.digest for path, source in sources.items()}
    return _Loaded(loaded.project, units, notes, lines, digests)


def _unit(file: File, facts: Facts) -> Unit:
    return Unit(file.path, file.language, file.module, file.source_set, file.ships, facts)


def _problems(unit: Unit, data: Callable[[Unit], bytes]) -> Iterator[Note]:
    """What could not be read in a file, as notes."""
    for problem in unit.facts.problems:
        line = -1
        if problem.spot >= 0:
            with suppress(OSError):
                line = Lines(data(unit)).line(unit.facts.span(problem.spot)[0])
        yield _note(unit.path, line, problem.what, problem.detail)


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


def _note(path: str, line: int, what: str, detail: str) -> Note:
    words = _PROBLEMS[what]
    en, zh = (t.format(detail=detail).removesuffix(": ").removesuffix("：") for t in words)
    return Note(path, line, Text(en, zh), what in _NOT_WHOLE)
