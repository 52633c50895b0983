"""The values that hints are. Spans are byte offsets in UTF-8; words are Markdown where it says so."""

from __future__ import annotations

from typing import NamedTuple

from askfirst.findings import Region, Severity
from askfirst.text import Span, Text


class About(NamedTuple):
    """What is known of what stands at a place."""

    span: Span
    text: Text  # Markdown


class Lens(NamedTuple):
    """A line above an entry point."""

    span: Span  # the function's name
    title: Text
    fingerprints: tuple[str, ...]  # of the findings that it speaks of


class Link(NamedTuple):
    """A piece of a file that leads somewhere."""

    span: Span
    target: str  # an address, or the id of a rule
    tooltip: Text


class Inlay(NamedTuple):
    """A short note behind a piece of a file."""

    span: Span  # empty: where it stands
    label: Text
    tooltip: Text  # Markdown, may be empty


class Branch(NamedTuple):
    """A node of a tree, with what is below it."""

    kind: str  # entry way data sdk request library; application permission declared brought implied used finding
    label: Text
    note: Text  # beside the label, may be empty
    tooltip: Text  # Markdown, may be empty
    region: Region | None
    severity: Severity | None
    fingerprints: tuple[str, ...]  # of the findings at this node itself
    children: tuple[Branch, ...]


class Outline(NamedTuple):
    """The project at a glance."""

    consent: tuple[Branch, ...]  # what runs before consent: entry → way → data
    permissions: tuple[Branch, ...]  # who declares and who uses each; below its application when there are several
