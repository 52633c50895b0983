"""The words of a TOML file that is being written: where each stands and what it is, however broken the rest.

Reads as much of TOML as askfirst.toml needs: headers, dotted and quoted keys, strings, arrays, inline tables, comments. Works
on bytes, so that an index is an offset; nothing ever raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

Path = tuple[str, ...]

_BLANK = re.compile(rb"[ \t\r\n]+|#[^\n]*|\xef\xbb\xbf")
_HEADER = re.compile(rb"(\[\[?)([^\]\n#]*)(\]{0,2})")
_PART = re.compile(rb"[ \t]*(?:\"([^\"\n]*)\"?|'([^'\n]*)'?|([\w-]+))[ \t]*(\.?)")
_KEY = re.compile(rb"((?:\"[^\"\n]*\"?|'[^'\n]*'?|[\w-]+)(?:[ \t]*\.[ \t]*(?:\"[^\"\n]*\"?|'[^'\n]*'?|[\w-]+)?)*)[ \t]*(=?)")
_LONG = re.compile(rb'"""(?:\\.|(?!""").)*(?:"""|\Z)|' + rb"'''(?:(?!''').)*(?:'''|\Z)", re.DOTALL)
_STRING = re.compile(rb"\"((?:\\.|[^\"\\\n])*)(\"?)|'([^'\n]*)('?)", re.DOTALL)
# What begins anew on a line of its own, whatever was left open above it.
_RESTART = re.compile(rb"[ \t]*(?:\[\[?[^\]\n]*\]\]?[ \t]*(?:#[^\n]*)?(?=\r?\n|\Z)|[\w-]+[ \t]*=)")
_BARE = re.compile(rb"[^\s,\]}#\"'\[{=]+")


class Word(NamedTuple):
    """A word of the file. `path` is the table it stands in (header, key), or the key whose value it is."""

    kind: str  # header key string bare
    path: Path
    text: str
    start: int  # without quotes
    end: int
    closed: bool  # a string: its quote is there; a key: its `=`; a header: its bracket
    quoted: bool


class Gap(NamedTuple):
    """A place between words: what may be written there."""

    kind: str  # "key": a key of the table `path`; "value": a value, or another one, of the key `path`; "header"; "" nothing
    path: Path


NOTHING = Gap("", ())


def words(data: bytes) -> Iterator[Word]:
    """The words of a file, in order."""
    for item in _read(data):
        if isinstance(item, Word):
            yield item


def at(data: bytes, offset: int) -> Word | None:
    """The word at or just before an offset; an empty string counts."""
    return next((word for word in words(data) if word.start <= offset <= word.end), None)


def gap(data: bytes, offset: int) -> Gap:
    """What may be written at an offset at which no word stands."""
    line = data[data.rfind(b"\n", 0, offset) + 1 : offset]
    last = Gap("key", ())
    for item in _read(data[:offset]):
        last = item if isinstance(item, Gap) else last
    if _in_comment(line):
        return NOTHING
    if last.kind == "key" and (header := _HEADER.match(line.lstrip())):
        path = tuple(part[0] for part in _parts(header[2], 0, len(header[2])))
        return NOTHING if header[3] else Gap("header", path)
    return last


def _in_comment(line: bytes) -> bool:
    """Whether the end of a line stands in a comment."""
    at = 0
    while at < len(line):
        if line[at : at + 1] == b"#":
            return True
        found = _STRING.match(line, at)
        at = found.end() if found and found.end() > at else at + 1
    return False


def _read(data: bytes) -> Iterator[Word | Gap]:
    """Words, and after each step what may come next."""
    table: Path = ()
    stack: list[tuple[bytes, Path]] = []  # open arrays and inline tables, with the key they are the value of
    key: Path | None = None  # whose value is awaited
    i = 0
    yield Gap("key", ())
    while i < len(data):
        if blank := _BLANK.match(data, i):
            i = blank.end()
            if b"\n" in blank[0] and (not stack or _RESTART.match(data, data.rfind(b"\n", 0, i) + 1)):
                key = None
                stack.clear()
                yield Gap("key", table)
            continue
        inside, owner = stack[-1] if stack else (b"", table)
        sign = data[i : i + 1]
        if key is None and not stack and sign == b"[" and (header := _HEADER.match(data, i)):
            table = tuple(part[0] for part in _parts(data, *header.span(2)))
            yield from _header(data, header)
            yield Gap("key", table)
            i = header.end()
        elif key is not None or inside == b"[":
            path = key if key is not None else owner
            if sign in (b"[", b"{"):
                stack.append((sign, path))
                key = None
                yield Gap("value" if sign == b"[" else "key", path)
                i += 1
            elif sign in (b"]", b"}") and stack:
                stack.pop()
                key = None
                yield NOTHING
                i += 1
            elif sign == b",":
                key = None
                yield Gap("value" if inside == b"[" else "key", owner)
                i += 1
            else:
                word = _value(data, i, path)
                yield word
                key = None
                yield NOTHING
                i = max(i + 1, word.end + (word.quoted and word.closed))
        elif inside == b"{" and sign in (b"}", b",", b"]"):
            if sign != b",":
                stack.pop()
            yield Gap("key", owner) if sign == b"," else NOTHING
            i += 1
        elif found := _KEY.match(data, i):
            parts = _parts(data, *found.span(1))
            path = (*owner, *(part[0] for part in parts))
            for n, (text, start, end, quoted) in enumerate(parts):
                yield Word("key", (*owner, *(part[0] for part in parts[:n])), text, start, end, bool(found[2]), quoted)
            key = path if found[2] else None
            yield Gap("value", path) if found[2] else Gap("key", path[:-1] if not found[1].rstrip().endswith(b".") else path)
            i = max(i + 1, found.end())
        else:
            i += 1


def _header(data: bytes, header: re.Match[bytes]) -> Iterator[Word]:
    parts = _parts(data, *header.span(2))
    closed = len(header[3]) == len(header[1])
    for n, (text, start, end, quoted) in enumerate(parts):
        yield Word("header", tuple(part[0] for part in parts[:n]), text, start, end, closed, quoted)


def _parts(data: bytes, start: int, end: int) -> list[tuple[str, int, int, bool]]:
    """(text, start, end, quoted) of the parts of a dotted name."""
    found, i = [], start
    while i < end and (part := _PART.match(data, i, end)):
        which = next(n for n in (1, 2, 3) if part[n] is not None)
        found.append((part[which].decode("utf-8", "replace"), *part.span(which), which < 3))
        if part.end() == i:
            break
        i = part.end()
    return found


def _value(data: bytes, i: int, path: Path) -> Word:
    """The string, or what else stands as a value, at `i`."""
    if long := _LONG.match(data, i):
        end = max(i + 3, long.end() - 3)
        return Word("bare", path, data[i + 3 : end].decode("utf-8", "replace"), i + 3, end + 2, True, True)
    if found := _STRING.match(data, i):
        which = 1 if found[1] is not None else 3
        text = found[which].decode("utf-8", "replace")
        return Word("string", path, text, *found.span(which), bool(found[which + 1]), True)
    bare = _BARE.match(data, i)
    end = bare.end() if bare else i + 1
    return Word("bare", path, data[i:end].decode("utf-8", "replace"), i, end, True, False)
