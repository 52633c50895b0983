"""Fixes of manifests and other XML: elements added and taken out, values replaced, in the words of the file.

Elements are given as Android Studio writes them: with the prefixes `android:` and `tools:`, and " />" at their end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from askfirst import edits
from askfirst.edits import ANDROID, TOOLS, Sources
from askfirst.findings import Edit, Place
from askfirst.model.files import Unit
from askfirst.model.module import attribute
from askfirst.text import Span

_PERMISSIONS = ("uses-permission", "uses-permission-sdk-23")


def add_permission(unit: Unit | None, sources: Sources, name: str, more: str = "") -> tuple[Edit, ...]:
    """A <uses-permission> below the others, with `more` attributes."""
    return add(unit, sources, "manifest", [f'<uses-permission android:name="{name}"{more} />'], _PERMISSIONS)


def remove_permission(unit: Unit | None, sources: Sources, name: str) -> tuple[Edit, ...]:
    """The mark that keeps out what libraries bring."""
    return add_permission(unit, sources, name, ' tools:node="remove"')


def add(
    unit: Unit | None, sources: Sources, parent: str, lines: Sequence[str], below: Sequence[str] = (),
    name: str = "", alone: bool = False,
) -> tuple[Edit, ...]:  # fmt: skip
    """An element in the first `parent` of a file (the one with that android:name): below the last of its children of these
    names, else as the first child.

    Tabs at the start of a line are steps of indentation. `alone`: nothing else may be put at the same place at once.
    () when the file cannot be edited or has no such parent.
    """
    data = sources.data(unit.path) if unit is not None else b""
    android, tools = edits.prefix(data, ANDROID), edits.prefix(data, TOOLS)
    if unit is None or not android:
        return ()
    elements = unit.facts.elements
    at = next((i for i, e in enumerate(elements) if e.name == parent and name in ("", attribute(e, "name"))), -1)
    if at < 0:
        return ()
    own = [_in_words(line, android, tools or "tools:", edits.empty_tag(data)) for line in lines]
    others = [e for e in elements if e.parent == at and e.name in below]
    if others:
        edit = edits.add_after(data, sources.span(Place(unit.path, others[-1].whole)), own)
    else:
        edit = edits.add_inside(data, sources.span(Place(unit.path, elements[at].tag)), own)
    made = (_taking_its_place(edit, data) if alone else edit,)
    if tools or not any(" tools:" in line for line in lines):
        return made
    return (edits.declare(data, sources.span(Place(unit.path, elements[0].tag)), TOOLS, "tools"), *made)


def set_attribute(sources: Sources, tag: Place, name: str, value: str) -> tuple[Edit, ...]:
    """Give the start tag at `tag` the attribute android:`name`."""
    data = sources.data(tag.path)
    android = edits.prefix(data, ANDROID)
    return (edits.set_attribute(data, sources.span(tag), android + name, value),) if android else ()


def delete(sources: Sources, elements: Sequence[Place]) -> tuple[Edit, ...]:
    """Take whole elements out. () when one of them cannot be edited."""
    made = [edits.delete_element(data, sources.span(p)) for p in elements if (data := sources.data(p.path))]
    return tuple(made) if len(made) == len(elements) else ()


def replace(sources: Sources, place: Place, old: str, new: str) -> tuple[Edit, ...]:
    """Put another text in a place that reads `old`; () when it does not."""
    span = sources.span(place)
    return (Edit(span, new),) if sources.data(place.path)[span.start : span.end] == old.encode() else ()


def _taking_its_place(edit: Edit, data: bytes) -> Edit:
    """The same, with the character before it: another such edit collides with it."""
    path, start, end = edit.span
    return Edit(Span(path, start - 1, end), data[start - 1 : start].decode() + edit.text)


def _in_words(line: str, android: str, tools: str, empty: str) -> str:
    return re.sub(" />$", empty, line.replace(" android:", f" {android}").replace(" tools:", f" {tools}"))
