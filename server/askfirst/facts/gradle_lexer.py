"""Tokens of Gradle scripts, Groovy and Kotlin alike. Reads a Latin-1 view of the bytes: an index is a byte offset."""

from __future__ import annotations

import re
from typing import NamedTuple


class Token(NamedTuple):
    kind: str  # name num str op nl end
    text: str  # decoded; of a str the content with escapes undone, its `$x` and `${x}` as written
    start: int
    end: int
    inner: tuple[int, int]  # of a str: its content without quotes
    spaced: bool  # white space stands before it


class Tokens(NamedTuple):
    """`match` leads from the index of every opening bracket to that of what closes it, or of the end."""

    items: list[Token]
    match: dict[int, int]
    comments: list[tuple[int, int]]
    problems: list[tuple[str, int, int]]  # (what is wrong, start, end)


_TOKEN = re.compile(
    r"(?P<space>(?:[ \t\f\r]|\\\r?\n)+)|(?P<nl>\n)|(?P<line>//[^\n]*|\A\#![^\n]*)|(?P<comment>/\*)"
    r"|(?P<name>[A-Za-z_$\x80-\xff][\w$\x80-\xff]*)|`(?P<quoted>[^`\n]+)`"
    r"|(?P<num>\d\w*(?:\.\d\w*)?)"
    r"|(?P<str>\"\"\"|'''|[\"'])"
    r"|(?P<op>\?\.|\?:|!!|\.\.<|\.\.|->|::|==~|=~|===|!==|==|!=|<=|>=|&&|\|\||[-+*/%]=|\+\+|--|<<|\*\.|\.&|[^\w\s])"
)
_SLASHY = re.compile(r"/[^\n/]*/")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_HOLE_EDGE = re.compile(r"[{}\"'\n]")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}
_PAIRS = {")": "(", "]": "[", "}": "{"}
_HOLE_DEPTH = 20
_DEPTH_LIMIT = 1_000


def tokenize(data: bytes, kotlin: bool) -> Tokens:
    """All tokens of one script; the last is `end`. Newlines inside round and square brackets are left out."""
    return _Lexer(data.decode("latin-1"), kotlin).run()


def decode(piece: str) -> str:
    """Text of the Latin-1 view as it was meant."""
    return piece if piece.isascii() else piece.encode("latin-1").decode("utf-8", "replace")


class _Lexer:
    def __init__(self, text: str, kotlin: bool) -> None:
        self.text = text
        self.kotlin = kotlin
        self.items: list[Token] = []
        self.match: dict[int, int] = {}
        self.comments: list[tuple[int, int]] = []
        self.problems: list[tuple[str, int, int]] = []
        self.open: list[int] = []

    def run(self) -> Tokens:
        at, spaced = 0, False
        while at < len(self.text):
            found = _TOKEN.match(self.text, at)
            if found is None:
                at += 1  # a control character
                continue
            kind, end = found.lastgroup or "", found.end()
            if kind == "line":
                self.comments.append((at, end))
            elif kind == "comment":
                end = self.comment(at)
                self.comments.append((at, end))
            elif kind == "nl":
                if not self.open or self.items[self.open[-1]].text == "{":
                    self.add("nl", "\n", at, end, spaced)
            elif kind == "str":
                end = self.string(at, found["str"], spaced)
            elif kind == "op" and found["op"] == "/" and self.slashy(at, spaced):
                end = self.slash_string(at, spaced)
            elif kind == "op":
                if len(self.open) >= _DEPTH_LIMIT:
                    self.problems.append(("brackets lie too deep", at, end))
                    break
                self.bracket(found["op"])
                self.add("op", found["op"], at, end, spaced)
            elif kind != "space":
                self.add("num" if kind == "num" else "name", decode(found[kind]), at, end, spaced)
            spaced = kind in ("space", "comment", "nl")
            at = end
        for index in self.open:
            self.match[index] = len(self.items)
            self.unclosed(index)
        self.add("end", "", at, at, True)
        return Tokens(self.items, self.match, self.comments, self.problems)

    def add(self, kind: str, text: str, start: int, end: int, spaced: bool, inner: tuple[int, int] = (0, 0)) -> None:
        self.items.append(Token(kind, text, start, end, inner, spaced))

    def bracket(self, text: str) -> None:
        """Keep `match` while brackets open and close; one that fits nothing is noted, and else passed over."""
        here = len(self.items)
        if text in "([{":
            self.open.append(here)
            return
        if text not in _PAIRS:
            return
        fits = len(self.open) - 1
        while fits >= 0 and self.items[self.open[fits]].text != _PAIRS[text]:
            # a round or square bracket closes nothing beyond its own braces
            fits = -1 if text != "}" and self.items[self.open[fits]].text == "{" else fits - 1
        if fits < 0:
            start = self.items[-1].end if self.items else 0
            self.problems.append((f"'{text}' closes nothing", start, start))
            if text != "}":
                return
        # a brace ends whatever is still open on its way
        for index in self.open[fits + 1 :]:
            self.match[index] = here
            self.unclosed(index)
        if fits >= 0:
            self.match[self.open[fits]] = here
        del self.open[max(fits, 0) :]

    def unclosed(self, index: int) -> None:
        token = self.items[index]
        self.problems.append((f"'{token.text}' is never closed", token.start, token.end))

    def comment(self, at: int) -> int:
        """The end of the block comment at `at`; Kotlin's nest."""
        depth, position = 1, at + 2
        while edge := _COMMENT_EDGE.search(self.text, position):
            position = edge.end()
            if edge[0] == "*/":
                depth -= 1
                if depth == 0:
                    return position
            elif self.kotlin:
                depth += 1
        self.problems.append(("a comment is never closed", at, at + 2))
        return len(self.text)

    def string(self, at: int, quote: str, spaced: bool) -> int:
        start = at + len(quote)
        stop, closed = self.string_end(start, quote, 0)
        if not closed:
            self.problems.append(("a string is never closed", at, start))
        raw = decode(self.text[start:stop])
        if "\\" in raw and not (self.kotlin and quote == '"""'):
            raw = _ESCAPE.sub(_unescape, raw)
        end = stop + len(quote) if closed else stop
        self.add("str", raw, at, end, spaced, (start, stop))
        return end

    def string_end(self, at: int, quote: str, depth: int) -> tuple[int, bool]:
        """Where the content of a string ends, and whether its quote follows there."""
        text, long, holes = self.text, len(quote) == 3, quote[0] == '"'
        raw = self.kotlin and long
        while at < len(text):
            char = text[at]
            if char == "\\" and not raw:
                at += 2
            elif char == "\n" and not long:
                return at, False
            elif char == quote[0] and text.startswith(quote, at):
                while long and text.startswith(quote, at + 1):
                    at += 1  # a quote right before the closing three is content
                return at, True
            elif char == "$" and holes and text.startswith("${", at) and depth < _HOLE_DEPTH:
                at = self.hole_end(at + 2, long, depth + 1)
            else:
                at += 1
        return len(text), False

    def hole_end(self, at: int, long: bool, depth: int) -> int:
        """Past the `}` of a `${…}` whose content begins at `at`; the line's end when it does not close."""
        level = 1
        while edge := _HOLE_EDGE.search(self.text, at):
            at = edge.end()
            if edge[0] == "{":
                level += 1
            elif edge[0] == "}":
                level -= 1
                if level == 0:
                    return at
            elif edge[0] == "\n":
                if not long:
                    return at - 1
            else:
                at, closed = self.string_end(at, edge[0], depth)
                if not closed:
                    return at
                at += 1
        return len(self.text)

    def slashy(self, at: int, spaced: bool) -> bool:
        """Whether the `/` at `at` opens a Groovy slashy string instead of dividing."""
        if self.kotlin:
            return False
        last = self.items[-1] if self.items else None
        if not _SLASHY.match(self.text, at):
            return False
        if last is None or last.kind == "nl" or (last.kind == "op" and last.text not in (")", "]", "}")):
            return True
        return last.kind == "name" and spaced and not self.text[at + 1 : at + 2].isspace()

    def slash_string(self, at: int, spaced: bool) -> int:
        stop = at + 1
        while stop < len(self.text) and self.text[stop] != "/":
            stop += 2 if self.text.startswith("\\/", stop) else 1
        stop = min(stop, len(self.text))
        content = decode(self.text[at + 1 : stop]).replace("\\/", "/")
        self.add("str", content, at, min(stop + 1, len(self.text)), spaced, (at + 1, stop))
        return min(stop + 1, len(self.text))


def _unescape(match: re.Match[str]) -> str:
    if match[1] is not None:
        return chr(int(match[1], 16)).encode("utf-8", "replace").decode()
    return _ESCAPES.get(match[2], match[2])
