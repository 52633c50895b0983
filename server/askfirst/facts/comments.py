"""Allowance comments: `askfirst: allow[rule-id, other] reason until 2027-03-01`, in any language's comments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from askfirst.facts.builder import Builder
from askfirst.text import Lines

MARK = b"askfirst:"
_ALLOW = re.compile(r"askfirst:\s*allow\s*\[([^\]]*)\]([^\n]*)")
_UNTIL = re.compile(r"\buntil\s+(\d{4}-\d{2}-\d{2})\b")
_CLOSERS = re.compile(r"\s*(\*/|-->)\s*$")
_OPENERS = ("//", "/*", "*", "#", "<!--")


class Allowed(NamedTuple):
    """What one `allow[...]` says, its place apart."""

    rules: tuple[str, ...]
    reason: str
    until: str  # "2027-03-01" or ""


def parse_allowance(text: str) -> Allowed | None:
    """The allowance in a comment's text (delimiters may be part of it); None when there is none."""
    found = _ALLOW.search(text)
    if found is None:
        return None
    rules = tuple(rule.strip() for rule in found[1].split(",") if rule.strip())
    reason = _CLOSERS.sub("", found[2])
    until = _UNTIL.search(reason)
    if until is not None:
        reason = reason[: until.start()] + reason[until.end() :]
    return Allowed(rules, " ".join(reason.split()).strip(" ;,:—-"), until[1] if until is not None else "")


def add_allowances(rows: Builder, data: bytes, comments: Iterable[tuple[int, int]]) -> None:
    """Add a row for each rule that the comments at [start, end) allow.

    Call it last: its spots then come after all others, so that a comment changes no other row.
    """
    lines = Lines(data)
    for start, end in comments:
        allowed = parse_allowance(data[start:end].decode("utf-8", "replace"))
        if allowed is None:
            continue
        line, spot = _line_meant(lines, start, end), rows.spot(start, end)
        for rule in allowed.rules:
            rows.allowances.append((rule, allowed.reason, allowed.until, line, spot))


def _line_meant(lines: Lines, start: int, end: int) -> int:
    """The line a comment speaks of: its own, or the next that holds code when the comment stands alone."""
    first, last = lines.line(start), lines.line(end)
    after_last = lines.starts[last + 1] if last + 1 < len(lines.starts) else len(lines.data)
    if lines.data[lines.starts[first] : start].strip() or lines.data[end:after_last].strip():
        return first
    for line in range(last + 1, len(lines.starts)):
        words = lines.text(line).strip()
        if words and not words.startswith(_OPENERS):
            return line
    return first
