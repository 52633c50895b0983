"""Path patterns as .gitignore files write them; settings use the same ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple


def translate(glob: str) -> str:
    """The regular expression of one pattern. Raises ValueError for a pattern that cannot match anything."""
    parts = glob.split("/")
    last = len(parts) - 1
    pieces = []
    for at, part in enumerate(parts):
        if part == "**":
            if at == last:
                pieces.append(".+")
            elif at == 0 or parts[at - 1] != "**":
                pieces.append("(?:.*/)?")
        elif part == "" and 0 < at < last:
            raise ValueError("two slashes in a row")
        else:
            pieces.append(_segment(part) + ("" if at == last else "/"))
    return "".join(pieces)


def _segment(part: str) -> str:
    """One path segment. Atomic groups keep the match linear, however many stars there are."""
    pieces, at = [""], 0
    while at < len(part):
        char = part[at]
        at += 1
        if char == "*":
            if pieces[-1] or len(pieces) == 1:
                pieces.append("")
        elif char == "?":
            pieces[-1] += "[^/]"
        elif char == "[":
            close = part.find("]", at + 2 if part[at : at + 1] in ("!", "^") else at + 1)
            if close < 0:
                raise ValueError("'[' is never closed")
            inner, negated = part[at:close], part[at : at + 1] in ("!", "^")
            inner = (inner[1:] if negated else inner).replace("\\", r"\\").replace("[", r"\[")
            pieces[-1] += f"(?!/)[{'^' if negated else ''}{inner}]"
            at = close + 1
        elif char == "\\":
            if at == len(part):
                raise ValueError("a backslash escapes nothing")
            pieces[-1] += re.escape(part[at])
            at += 1
        else:
            pieces[-1] += re.escape(char)
    if len(pieces) == 1:
        return pieces[0]
    middle = "".join(f"(?>[^/]*?{piece})" for piece in pieces[1:-1])
    return f"{pieces[0]}{middle}[^/]*{pieces[-1]}"


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    whole: bool  # matched against the whole path, not the last name
    negated: bool
    folders: bool  # only folders


class Globs:
    """An ordered list of patterns; the last one that matches decides, and `!` takes back what an earlier one said."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.rules = [rule for rule in map(_rule, lines) if rule is not None]
        names = [r.pattern.pattern for r in self.rules if not r.whole]
        paths = [r.pattern.pattern for r in self.rules if r.whole]
        self._names = re.compile("|".join(f"(?:{p})\\Z" for p in names)) if names else None
        self._paths = re.compile("|".join(f"(?:{p})\\Z" for p in paths)) if paths else None

    def verdict(self, path: str, name: str, folder: bool) -> bool | None:
        """True: left out; False: taken back by `!`; None: nothing said. `path` starts where the patterns stand."""
        if not (self._names and self._names.match(name)) and not (self._paths and self._paths.match(path)):
            return None
        for rule in reversed(self.rules):
            if (folder or not rule.folders) and rule.pattern.fullmatch(path if rule.whole else name):
                return not rule.negated
        return None

    def covers(self, path: str) -> bool:
        """Whether the file `path`, or a folder it lies in, is named."""
        parts = path.split("/")
        folders = ("/".join(parts[:n]) for n in range(1, len(parts)))
        above = any(self.verdict(folder, folder.rpartition("/")[2], True) for folder in folders)
        return above or bool(self.verdict(path, parts[-1], False))


def _rule(line: str) -> _Rule | None:
    """One line of a .gitignore file; None for blank lines, comments and patterns that cannot match."""
    line = line.rstrip("\r\n")
    while line.endswith(" ") and not line.endswith("\\ "):
        line = line[:-1]
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    line = line[1:] if negated else line
    folders = line.endswith("/")
    glob = line.rstrip("/") if folders else line
    whole = "/" in glob
    try:
        pattern = re.compile(translate(glob.removeprefix("/")), re.DOTALL)
    except (ValueError, re.error):
        return None
    return _Rule(pattern, whole, negated, folders) if glob else None
