"""Reads a project into units: everything anew, or some files with other content; and says what could not be read."""

from __future__ import annotations

import marshal
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from askfirst.facts import extract
from askfirst.facts.rows import Facts
from askfirst.findings import Note
from askfirst.model.files import Unit
from askfirst.model.scripts import in_build_logic
from askfirst.project import File, Project, discover, read_file
from askfirst.source import Source, make_source
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

    def __init__(self, spent: Iterable[tuple[str, float]] = ()) -> None:
        """`spent`: laps before."""
        self._last = time.perf_counter()
        self._spent: defaultdict[str, float] = defaultdict(float, spent)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._spent[stage] += now - self._last
        self._last = now

    def laps(self) -> tuple[tuple[str, float], ...]:
        return tuple(self._spent.items())


class Cancelled(Exception):
    """A check was given up because its answer is no longer wanted. The workspace is as it was; check again."""


class _Held(NamedTuple):
    """One file as it was read; `unit` is None when it could not be."""

    file: File
    unit: Unit | None
    notes: tuple[Note, ...]
    lines: int
    digest: str


class Files:
    """The files of a project as they are: on disk, or as somebody put them. `update` reads what is new."""

    def __init__(self, root: Path, exclude: tuple[str, ...], reader: Reader) -> None:
        self.root, self._exclude, self._reader = root, exclude, reader
        self.project = Project(root, (), (), ())
        self.units: tuple[Unit, ...] = ()  # the shipping files that could be read, in path order
        self.content: dict[str, bytes] = {}  # what stands before the disk
        self.by_path: dict[str, File] = {}  # all files of the project
        self._shipping: dict[str, File] = {}  # those that are read, in path order
        self._held: dict[str, _Held] = {}  # what they say, in path order
        self._touched: set[str] | None = None  # to be read again; None: everything

    def put(self, path: str, content: bytes | None) -> None:
        """As Workspace.put."""
        if content is not None:
            self.content[path] = content
        else:
            self.content.pop(path, None)
        self.touch([path])

    def touch(self, paths: Iterable[str] | None) -> None:
        """As Workspace.touch."""
        if paths is None:
            self._touched = None
        elif self._touched is not None:
            self._touched.update(paths)

    @property
    def notes(self) -> Iterator[Note]:
        """What could not be read."""
        yield from (note(path, -1, what, "") for path, what in self.project.notes)
        for held in self._held.values():
            yield from held.notes

    @property
    def lines(self) -> int:
        """Of all files that are read."""
        return sum(held.lines for held in self._held.values())

    @property
    def digests(self) -> dict[str, str]:
        return {path: held.digest for path, held in self._held.items()}

    def raw(self, path: str) -> bytes:
        """A file of the project as it is now; nothing of one that cannot be read."""
        try:
            return self.content[path] if path in self.content else (self.root / path).read_bytes() if path in self.by_path else b""
        except OSError:
            return b""

    def identity(self) -> Iterator[tuple[object, ...]]:
        """All that tells the project as it was last read from another one."""
        yield from ((file[:-1], held.digest) for held in self._held.values() if (file := held.file))
        yield from (file[:-1] for file in self.project.files if file.path not in self._shipping)
        yield self.project[2:]

    def update(self, clock: Clock, progress: Progress | None, cancelled: Callable[[], bool]) -> None:
        """Read what was touched. Raises Cancelled; what was read until then is not read again."""
        touched = self._touched
        if touched is None or not all(path in self._held and (self.root / path).is_file() for path in touched - self.content.keys()):
            self._walk()
            wanted = [file for file in self._shipping.values() if touched is None or file.path in touched or not self._holds(file)]
        else:
            wanted = [self._shipping[path] for path in sorted(touched) if path in self._shipping]
        clock.lap("walk")
        for file in wanted:
            if file.path in self.content:
                self._take(file, make_source(file.path, file.language, self.content[file.path]))
        on_disk = [file for file in wanted if file.path not in self.content]
        for done, (file, read) in enumerate(self._reader.extract(self.root, on_disk), 1):
            if progress is not None:
                progress("facts", done, len(on_disk))
            if cancelled():
                raise Cancelled
            self._keep(file, read)
        if list(self._held) != list(self._shipping):  # some came or went
            self._held = {path: self._held[path] for path in self._shipping}
        self.units = tuple(held.unit for held in self._held.values() if held.unit is not None)
        self._touched = set()
        clock.lap("facts")

    def _walk(self) -> None:
        """See which files there are."""
        self.project = discover(self.root, self._exclude)
        self.by_path = {file.path: file for file in self.project.files}
        # code of the build itself does not ship, but names dependencies and plugins
        self._shipping = {path: file for path, file in self.by_path.items() if file.ships or in_build_logic(path)}

    def _holds(self, file: File) -> bool:
        """Whether a file is known, and belongs where it did."""
        held = self._held.get(file.path)
        return held is not None and held.file[:-1] == file[:-1]

    def _take(self, file: File, source: Source) -> None:
        """Hold what somebody put."""
        if not self._holds(file) or self._held[file.path].digest != source.digest:
            unit = _unit(file, extract(source))
            notes = tuple(_problems(unit, source.problem, lambda: source.data))
            self._held[file.path] = _Held(file, unit, notes, source.lines, source.digest)

    def _keep(self, file: File, read: Read) -> None:
        """Hold what was read."""
        if self._holds(file) and self._held[file.path].digest == read.digest != "":
            return
        if not read.packed:
            why = note(file.path, -1, "unreadable", read.problem.removeprefix("unreadable: "))
            self._held[file.path] = _Held(file, None, (why,), read.lines, read.digest)
            return
        unit = _unit(file, Facts.unpack(marshal.loads(read.packed)))
        notes = tuple(_problems(unit, read.problem, lambda: read_file(self.root, file).data))
        self._held[file.path] = _Held(file, unit, notes, read.lines, read.digest)


def _unit(file: File, facts: Facts) -> Unit:
    return Unit(file.path, file.language, file.module, file.source_set, file.ships, facts)


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
