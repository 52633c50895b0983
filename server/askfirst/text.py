"""Sentences in two languages, and places in a file: the only conversion between bytes, lines and UTF-16."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

LANGUAGES = ("en", "zh")


class Text(NamedTuple):
    """One human sentence in English and Chinese; both carry the same `{placeholders}`."""

    en: str
    zh: str

    def of(self, lang: str) -> str:
        """The sentence in `lang` ("en" or "zh"; anything else is English)."""
        return self.zh if lang == "zh" else self.en


class Span(NamedTuple):
    """A piece of a file: `path` relative to the project root with forward slashes, UTF-8 byte offsets [start, end)."""

    path: str
    start: int
    end: int


class Lines:
    """Where lines start in one file's bytes. Lines and columns given out are 0-based."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        starts = [0]
        at = data.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = data.find(b"\n", at + 1)
        self.starts = starts

    def line(self, offset: int) -> int:
        """The line that holds the byte `offset`."""
        return bisect_right(self.starts, min(max(offset, 0), len(self.data))) - 1

    def column(self, offset: int) -> int:
        """The column of the byte `offset` in UTF-16 code units, as LSP and SARIF count."""
        start = self.starts[self.line(offset)]
        piece = self.data[start:offset].decode("utf-8", "replace")
        return len(piece) + sum(1 for c in piece if ord(c) > 0xFFFF)

    def text(self, line: int) -> str:
        """The words of one line, without its end."""
        if not 0 <= line < len(self.starts):
            return ""
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.data)
        return self.data[self.starts[line] : end].decode("utf-8", "replace").rstrip("\r\n")
