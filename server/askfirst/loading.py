"""Reads a project into units: everything anew, or some files with other content; and says what could not be read."""

from __future__ import annotations

import marshal
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from askfirst.facts import extract
from askfirst.facts.rows import Facts
from askfirst.findings import Note
from askfirst.model.files import Unit
from askfirst.model.scripts import in_build_logic
from askfirst.project import File, Project, discover, read_file
from askfirst.source import make_source
from askfirst.text import Lines, Text

Progress = Callable[[str, int, int], None]  # (stage, done, of)

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
    "no-manifest": Text("has no <manifest> element: nothing it declares is checked", "没有 <manifest> 元素：其中的声明均未检查"),
    "rule": Text("internal error in rule {detail}; please report it", "规则内部错误：{detail}，请反馈"),
}
_NOT_WHOLE = frozenset({"timeout", "too-large", "unreadable", "no-manifest", "rule"})


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


class Clock:
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


class Loaded(NamedTuple):
    """A project as it was read."""

    project: Project
    units: tuple[Unit, ...]  # the shipping files, in path order
    notes: tuple[Note, ...]
    lines: dict[str, int]  # of each file
    digests: dict[str, str]

    def with_content(self, changed: Mapping[str, bytes]) -> Loaded:
        """The same with other content in some of its files."""
        files = {unit.path: unit for unit in self.units if unit.path in changed}
        sources = {path: make_source(path, unit.language, changed[path]) for path, unit in files.items()}
        units = tuple(
            unit._replace(facts=extract(sources[unit.path])) if unit.path in files else unit for unit in self.units
        )
        notes = [n for n in self.notes if n.path not in files]
        for unit in (unit for unit in units if unit.path in files):
            source = sources[unit.path]
            notes += _problems(unit, source.problem, lambda source=source: source.data)  # type: ignore[misc]
        lines = self.lines | {path: source.lines for path, source in sources.items()}
        digests = self.digests | {path: source.digest for path, source in sources.items()}
        return Loaded(self.project, units, tuple(notes), lines, digests)


def load(
    root: Path, exclude: tuple[str, ...], reader: Reader, clock: Clock, progress: Progress | None = None
) -> Loaded:
    """Find and read the files of a project."""
    project = discover(root, exclude)
    clock.lap("walk")
    notes = [note(path, -1, what, "") for path, what in project.notes]
    # code of the build itself does not ship, but names dependencies and plugins
    shipping = [file for file in project.files if file.ships or in_build_logic(file.path)]
    units: list[Unit] = []
    lines, digests = {}, {}
    for done, (file, read) in enumerate(reader.extract(root, shipping), 1):
        if progress is not None:
            progress("facts", done, len(shipping))
        lines[file.path], digests[file.path] = read.lines, read.digest
        if not read.packed:
            notes.append(note(file.path, -1, "unreadable", read.problem.removeprefix("unreadable: ")))
            continue
        facts = Facts.unpack(marshal.loads(read.packed))
        unit = Unit(file.path, file.language, file.module, file.source_set, file.ships, facts)
        notes += _problems(unit, read.problem, lambda file=file: read_file(root, file).data)  # type: ignore[misc]
        units.append(unit)
    units.sort(key=lambda unit: unit.path)
    clock.lap("facts")
    return Loaded(project, tuple(units), tuple(notes), lines, digests)


def note(path: str, line: int, what: str, detail: str) -> Note:
    """What is the matter with a file, or with the check itself, in words."""
    words = _PROBLEMS[what]
    en, zh = (t.format(detail=detail).removesuffix(": ").removesuffix("：") for t in words)
    return Note(path, line, Text(en, zh), what in _NOT_WHOLE)


def _problems(unit: Unit, encoding: str, data: Callable[[], bytes]) -> Iterator[Note]:
    """What could not be read in a file. `data` is asked only for the line of a problem."""
    if encoding:
        yield note(unit.path, -1, "encoding", encoding)
    for problem in unit.facts.problems:
        line = -1
        if problem.spot >= 0:
            with suppress(OSError):
                line = Lines(data()).line(unit.facts.span(problem.spot)[0])
        yield note(unit.path, line, problem.what, problem.detail)
