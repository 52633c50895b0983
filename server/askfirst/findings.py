"""What a check finds: values without words. Words are put together at the edge, in either language."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from askfirst.text import Span, Text


class Severity(enum.IntEnum):
    """How bad it is if true."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class Confidence(enum.IntEnum):
    """How sure we are that it is true."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class Place(NamedTuple):
    """A row of a file, made concrete late: `spot` is an index into that file's `Facts.spots`; -1 is the file's start."""

    path: str
    spot: int


class Step(NamedTuple):
    """One hop on the way to a finding, first the entry."""

    place: Place
    name: str  # "App.onCreate", "Sdks.start"
    note: Text  # why this runs, or what a guard on it was worth; may be empty


class Related(NamedTuple):
    """Another place that belongs to a finding: the dependency that brings it, another entry, where a flag is written."""

    place: Place
    note: Text


class Edit(NamedTuple):
    """Replace `span` (byte offsets of the file as read) by `text`."""

    span: Span
    text: str


class Fix(NamedTuple):
    """One way to mend a finding. `title` is a verb phrase; `safe` fixes keep behaviour apart from the offence."""

    title: Text
    edits: tuple[Edit, ...]
    safe: bool


class Finding(NamedTuple):
    """One offence at one place."""

    rule: str
    at: Place
    args: tuple[tuple[str, str | Text], ...]  # values of the message's placeholders
    target: str  # what the fingerprint names besides the symbol: the API, permission, SDK, …
    symbol: str  # qualified name of the function or XML/Gradle path it stands in
    confidence: Confidence
    severity: Severity
    steps: tuple[Step, ...] = ()
    related: tuple[Related, ...] = ()
    also: tuple[Related, ...] = ()  # other entries that reach the same place
    variants: tuple[str, ...] = ()  # empty: all
    clauses: tuple[str, ...] = ()  # those of the rule that speak here; empty: all of the rule's

    @property
    def fingerprint(self) -> str:
        """Identity across edits: never a line. Equal fingerprints are counted, not numbered."""
        words = "\0".join((self.rule, self.at.path, self.symbol, self.target))
        return hashlib.sha256(words.encode()).hexdigest()[:24]


class Region(NamedTuple):
    """A place made concrete. Lines and columns are 0-based, columns in UTF-16 units; `end_*` is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int  # byte offsets
    end: int
    excerpt: tuple[str, ...]  # source lines from `line - 1` (or the first) to `end_line`, at most 6
    first: int  # line of excerpt[0]


class Mended(NamedTuple):
    """A fix with its places made concrete: one region for each edit."""

    fix: Fix
    regions: tuple[Region, ...]


class Note(NamedTuple):
    """Something about the check itself: a file that could not be read, an allowance that silences nothing."""

    path: str
    line: int  # 0-based, -1 when the whole file is meant
    text: Text
    serious: bool  # True: the check is not whole (exit status 3)


class Report(NamedTuple):
    """What comes out of the door. Findings are sorted by path, position, rule, target."""

    root: str  # absolute path of the project
    findings: tuple[Finding, ...]
    regions: dict[Place, Region]  # for every place that `findings` mention
    quieted: tuple[tuple[Finding, str], ...]  # findings silenced, with the reason given
    notes: tuple[Note, ...]
    timings: tuple[tuple[str, float], ...]  # stage, seconds
    files: int
    lines: int
    knowledge: str  # its version
    fixes: Mapping[Finding, tuple[Mended, ...]] = MappingProxyType({})  # alternatives, the first is the one to make
