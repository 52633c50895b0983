"""Where two texts differ, as one piece; and where what was found in the old one stands in the new one."""

from __future__ import annotations

from typing import NamedTuple

from lsprotocol.types import Range

from askfirst.lsp.positions import Sheet


class Difference(NamedTuple):
    """The bytes [start, old) of one text are the bytes [start, new) of the other. No character is cut."""

    start: int
    old: int
    new: int


def difference(old: bytes, new: bytes) -> Difference:
    """The smallest piece outside of which both texts are the same."""
    start = _common(old, new)
    same = _common(old[start:][::-1], new[start:][::-1])
    while start and _inside(old, start) | _inside(new, start):
        start -= 1
    while same and _inside(old, len(old) - same):
        same -= 1
    return Difference(start, len(old) - same, len(new) - same)


def moved(place: Range, old: Sheet, new: Sheet, change: Difference) -> Range:
    """A range of the old text in the new one; of what was replaced, the part that is left or what stands there now."""

    def at(offset: int, replaced: int) -> int:
        if offset <= change.start:
            return offset
        return offset + change.new - change.old if offset >= change.old else replaced

    return new.range(at(old.offset(place.start), change.start), at(old.offset(place.end), change.new))


def _common(a: bytes, b: bytes) -> int:
    """How many bytes both start with."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _inside(data: bytes, at: int) -> bool:
    """Whether a character goes on here."""
    return at < len(data) and data[at] & 0xC0 == 0x80
