"""Byte offsets and an editor's positions: lines end where LSP says, characters count in the unit that was agreed on."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection

from lsprotocol.types import Position, Range

from askfirst.findings import Region
from askfirst.source import make_source

BOM = b"\xef\xbb\xbf"
UTF_8, UTF_16, UTF_32 = "utf-8", "utf-16", "utf-32"
_END = re.compile(rb"\r\n|\n|\r")


class Sheet:
    """One file's bytes as UTF-8, and where its lines start."""

    def __init__(self, data: bytes, encoding: str, first: int = 0) -> None:
        """`first` is where the text starts: after a byte order mark, which editors do not show."""
        self.data, self.encoding = data, encoding
        self.starts = [first, *(end.end() for end in _END.finditer(data))]

    def position(self, offset: int) -> Position:
        """Where the byte `offset` is."""
        line = max(0, bisect_right(self.starts, min(offset, len(self.data))) - 1)
        return Position(line, _units(self.data[self.starts[line] : offset], self.encoding))

    def range(self, start: int, end: int) -> Range:
        """The piece [start, end)."""
        return Range(self.position(start), self.position(end))

    def offset(self, position: Position) -> int:
        """The byte at a position; the end of the line or file where it lies beyond."""
        if position.line >= len(self.starts):
            return len(self.data)
        start = self.starts[position.line]
        end = self.starts[position.line + 1] if position.line + 1 < len(self.starts) else len(self.data)
        line = self.data[start:end].rstrip(b"\r\n")
        return start + _bytes(line, position.character, self.encoding)

    def whole(self) -> Range:
        """All of it."""
        return self.range(self.starts[0], len(self.data))


def sheet(raw: bytes, encoding: str) -> Sheet:
    """A file as it is on disk or in an editor."""
    return Sheet(make_source("", "", raw).data, encoding, len(BOM) if raw.startswith(BOM) else 0)


class Ranges:
    """Regions of a report as an editor counts. Files are looked at only where the report's own columns do not serve."""

    def __init__(self, encoding: str, raw: Callable[[str], bytes], shown: Collection[str]) -> None:
        """`shown` are the files that are open: their line ends may be any."""
        self.encoding, self.raw, self.shown = encoding, raw, shown
        self._sheets: dict[str, Sheet] = {}

    def of(self, region: Region) -> Range:
        if self.encoding == UTF_16 and region.path not in self.shown:
            return Range(Position(region.line, region.column), Position(region.end_line, region.end_column))
        return self.sheet(region.path).range(region.start, region.end)

    def sheet(self, path: str) -> Sheet:
        if path not in self._sheets:
            self._sheets[path] = sheet(self.raw(path), self.encoding)
        return self._sheets[path]


def _units(piece: bytes, encoding: str) -> int:
    """How long a piece of a line is."""
    if encoding == UTF_8 or piece.isascii():
        return len(piece)
    text = piece.decode("utf-8", "replace")
    return len(text) if encoding == UTF_32 else len(text) + sum(c > "\uffff" for c in text)


def _bytes(line: bytes, units: int, encoding: str) -> int:
    """How many bytes of a line the first `units` take. Never ends within a character."""
    if line.isascii():
        return min(units, len(line))
    if encoding == UTF_8:
        while 0 < units < len(line) and line[units] & 0xC0 == 0x80:
            units -= 1
        return min(units, len(line))
    taken = 0
    text = line.decode("utf-8", "replace")
    for character in text:
        units -= 2 if encoding == UTF_16 and character > "\uffff" else 1
        if units < 0:
            break
        taken += len(character.encode())
    return taken
