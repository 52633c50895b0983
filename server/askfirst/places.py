"""Places made concrete, and the bytes that fixes ask for. Reads each file at most once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from askfirst.findings import Edit, Place, Region
from askfirst.model.files import Unit
from askfirst.project import File
from askfirst.source import make_source
from askfirst.text import Lines, Span

EXCERPT = 6  # lines of an excerpt at most


class Places:
    """One checked state of the project. It is what fixes know as `Sources`."""

    def __init__(
        self, root: Path, units: Mapping[str, Unit], files: Mapping[str, File], digests: Mapping[str, str],
        changed: Mapping[str, bytes],
    ) -> None:  # fmt: skip
        """`digests` are those of the files as they were checked; `changed` stands before what is on disk."""
        self._root, self._units, self._files, self._digests, self._changed = root, units, files, digests, changed
        self._raw: dict[str, bytes] = {}
        self._data: dict[str, bytes] = {}
        self._lines: dict[str, Lines] = {}
        self._known: dict[Place, Region] = {}

    def of(self, place: Place) -> Region:
        """Where a place is, with the lines around it."""
        if place not in self._known:
            self._known[place] = self.region(self.span(place))
        return self._known[place]

    def region(self, span: Span) -> Region:
        """The lines and columns of a piece of a file."""
        path, start, end = span
        lines = self._of_file(path)
        line, last = lines.line(start), lines.line(end)
        first = max(0, line - 1)
        excerpt = tuple(lines.text(n) for n in range(first, min(max(last, line) + 1, first + EXCERPT)))
        return Region(path, line, lines.column(start), last, lines.column(end), start, end, excerpt, first)

    def lines(self, place: Place) -> tuple[int, ...]:
        """The lines at which an allowance for `place` may stand: its own, and in XML that of the start tag around it."""
        own = self.of(place)
        unit = self._units.get(place.path)
        for element in unit.facts.elements if unit is not None else ():
            start, end = unit.facts.span(element.tag) if unit is not None else (0, 0)
            if start <= own.start < end:
                return (own.line, self._of_file(place.path).line(start))
        return (own.line,)

    # what fixes ask

    def span(self, place: Place) -> Span:
        """As Sources.span."""
        unit = self._units.get(place.path)
        return Span(place.path, *(unit.facts.span(place.spot) if unit is not None else (0, 0)))

    def data(self, path: str) -> bytes:
        """As Sources.data: nothing when the file is no UTF-8, is broken markup, or has changed since it was checked."""
        if path not in self._data:
            self._data[path] = self._editable(path)
        return self._data[path]

    def raw(self, path: str) -> bytes:
        """The file as it is, with its byte order mark."""
        if path not in self._raw:
            self._raw[path] = self._changed[path] if path in self._changed else self._read(path)
        return self._raw[path]

    def allowed(self, edit: Edit) -> bool:
        """Whether what an edit takes away is a line that an allowance speaks of, or holds one: then a person decides."""
        path, start, end = edit.span
        if start == end:
            return False
        lines, facts = self._of_file(path), self._units[path].facts
        gone = range(lines.line(start), lines.line(end - 1) + 1)
        return any(a.line in gone or start <= facts.span(a.spot)[0] < end for a in facts.allowances)

    def _editable(self, path: str) -> bytes:
        file, unit = self._files.get(path), self._units.get(path)
        if file is None or unit is None or (file.language == "xml" and unit.facts.problems):
            return b""
        source = make_source(path, file.language, self.raw(path))
        return b"" if source.problem or source.digest != self._digests.get(path) else source.data

    def _read(self, path: str) -> bytes:
        try:
            return (self._root / path).read_bytes() if path in self._files else b""
        except OSError:  # it vanished since it was checked
            return b""

    def _of_file(self, path: str) -> Lines:
        if path not in self._lines:
            file = self._files.get(path)
            self._lines[path] = Lines(make_source(path, file.language, self.raw(path)).data if file else b"")
        return self._lines[path]
