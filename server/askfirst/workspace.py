"""The door to the engine: one project, checked. The command line and the language server use only this."""

from __future__ import annotations

import gc
import marshal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol

from askfirst import knowledge, quiet
from askfirst.facts.rows import Facts
from askfirst.findings import Confidence, Finding, Note, Place, Region, Report, Severity
from askfirst.globs import Globs
from askfirst.model.files import Unit
from askfirst.model.model import Model
from askfirst.model.scripts import in_build_logic
from askfirst.project import File, Project, discover, read_file
from askfirst.rules import RULES
from askfirst.rules.rule import Rule
from askfirst.settings import Settings
from askfirst.text import Lines, Text
from askfirst.unmatched import unmatched

Progress = Callable[[str, int, int], None]  # (stage, done, of)
RECURSION = 8000  # inference follows chains of calls; pure Python frames need no C stack
EXCERPT = 6  # lines of an excerpt at most

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
    lines: int


class Workspace:
    """One project at `root`. `check` reads it afresh and answers with a Report."""

    def __init__(self, root: Path, settings: Settings, reader: Reader, eager: bool = False) -> None:
        """`reader` does the reading (pool.Pool, pool.SerialPool); `eager` resolves every call instead of those that matter."""
        self.root, self.settings, self._reader, self._eager = root, settings, reader, eager

    def check(
        self,
        only: frozenset[str] | None = None,
        rules: Collection[Rule] | None = None,
        minimum: Confidence = Confidence.MEDIUM,
        progress: Progress | None = None,
        today: date | None = None,
    ) -> Report:
        """Check the project. `only` limits what is reported to these paths, never what is known; `rules` default to all."""
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, RECURSION))
        collecting = gc.isenabled()
        gc.disable()  # rows are many and hold no cycles
        try:
            return self._check(
                only, tuple(RULES.values()) if rules is None else tuple(rules), minimum, progress, today or date.today()
            )
        finally:
            sys.setrecursionlimit(limit)
            if collecting:
                gc.enable()

    def _check(
        self,
        only: frozenset[str] | None,
        rules: tuple[Rule, ...],
        minimum: Confidence,
        progress: Progress | None,
        today: date,
    ) -> Report:
        clock = _Clock()
        loaded = self._load(progress, clock)
        model = Model(loaded.project, loaded.units, self.settings, knowledge.load(), self._eager)
        wanted = [rule for rule in rules if self._selected(rule)]
        findings = self._run(model, wanted, loaded.notes, progress, clock)
        regions = _Regions(self.root, model.by_path, {f.path: f for f in loaded.project.files})
        allowances = {unit.path: unit.facts.allowances for unit in loaded.units if unit.facts.allowances}
        outcome = quiet.apply(
            findings, allowances, regions.lines,
            known=RULES.keys() | {r.id for r in rules}, ran={rule.id for rule in wanted}, today=today,
        )  # fmt: skip
        shown = [f for f in outcome.kept if f.confidence >= minimum and (only is None or f.at.path in only)]
        quieted = tuple(
            (f, why) for f, why in outcome.quieted if f.confidence >= minimum and (only is None or f.at.path in only)
        )
        shown.sort(key=lambda f: (f.at.path, regions.of(f.at).start, f.rule, f.target))
        places = {place for finding in (*shown, *(f for f, _ in quieted)) for place in _places(finding)}
        notes = sorted([*loaded.notes, *outcome.notes, *unmatched(self.settings, model)], key=lambda n: (n.path, n.line, n.text))
        if only is not None:
            notes = [n for n in notes if n.serious or n.path in only]
        report_regions = {place: regions.of(place) for place in sorted(places)}
        clock.lap("report")
        return Report(
            str(self.root), tuple(shown), report_regions, quieted, tuple(notes), clock.laps(), len(loaded.project.files),
            loaded.lines, knowledge.load().version,
        )  # fmt: skip

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
        units, lines = [], 0
        for done, (file, read) in enumerate(self._reader.extract(self.root, shipping), 1):
            if progress is not None:
                progress("facts", done, len(shipping))
            lines += read.lines
            if not read.packed:
                notes.append(_note(file.path, -1, "unreadable", read.problem.removeprefix("unreadable: ")))
                continue
            if read.problem:
                notes.append(_note(file.path, -1, "encoding", read.problem))
            facts = Facts.unpack(marshal.loads(read.packed))
            units.append(Unit(file.path, file.language, file.module, file.source_set, file.ships, facts))
        units.sort(key=lambda unit: unit.path)
        lined = {file.path: file for file in shipping}
        for unit in units:
            for problem in unit.facts.problems:
                line = self._line(lined[unit.path], unit.facts.span(problem.spot)[0]) if problem.spot >= 0 else -1
                notes.append(_note(unit.path, line, problem.what, problem.detail))
        clock.lap("facts")
        return _Loaded(project, tuple(units), notes, lines)

    def _line(self, file: File, offset: int) -> int:
        try:
            return Lines(read_file(self.root, file).data).line(offset)
        except OSError:
            return -1

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


class _Regions:
    """Makes places concrete; reads each file at most once."""

    def __init__(self, root: Path, units: dict[str, Unit], files: dict[str, File]) -> None:
        self._root, self._units, self._files = root, units, files
        self._lines: dict[str, Lines] = {}
        self._known: dict[Place, Region] = {}

    def of(self, place: Place) -> Region:
        if place not in self._known:
            self._known[place] = self._make(place)
        return self._known[place]

    def lines(self, place: Place) -> tuple[int, ...]:
        """The lines at which an allowance for `place` may stand: its own, and in XML that of the start tag around it."""
        own = self.of(place)
        unit = self._units.get(place.path)
        for element in unit.facts.elements if unit is not None else ():
            start, end = unit.facts.span(element.tag) if unit is not None else (0, 0)
            if start <= own.start < end:
                return (own.line, self._of_file(place.path).line(start))
        return (own.line,)

    def _make(self, place: Place) -> Region:
        lines = self._of_file(place.path)
        unit = self._units.get(place.path)
        start, end = unit.facts.span(place.spot) if unit is not None else (0, 0)
        line, last = lines.line(start), lines.line(end)
        first = max(0, line - 1)
        excerpt = tuple(lines.text(n) for n in range(first, min(max(last, line) + 1, first + EXCERPT)))
        return Region(place.path, line, lines.column(start), last, lines.column(end), start, end, excerpt, first)

    def _of_file(self, path: str) -> Lines:
        if path not in self._lines:
            file = self._files.get(path)
            try:
                data = read_file(self._root, file).data if file is not None else b""
            except OSError:  # it vanished since it was read
                data = b""
            self._lines[path] = Lines(data)
        return self._lines[path]


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
