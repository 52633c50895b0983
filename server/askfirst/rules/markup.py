"""Fixes of manifests and other XML: elements added and taken out, values replaced, in the words of the file.

Elements are given as Android Studio writes them: with the prefixes `android:` and `tools:`, and " />" at their end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from askfirst import edits
from askfirst.edits import ANDROID, TOOLS, Sources
from askfirst.findings import Edit, Place
from askfirst.model.files import Unit
from askfirst.model.nodes import Node

_PERMISSIONS = ("uses-permission", "uses-permission-sdk-23")


def add_permission(unit: Unit | None, sources: Sources, name: str, more: str = "") -> tuple[Edit, ...]:
    """A <uses-permission> below the others, with `more` attributes."""
    return add(unit, sources, "manifest", f'<uses-permission android:name="{name}"{more} />', _PERMISSIONS)


def remove_permission(unit: Unit | None, sources: Sources, name: str) -> tuple[Edit, ...]:
    """The mark that keeps out what libraries bring."""
    return add_permission(unit, sources, name, ' tools:node="remove"')


def add(unit: Unit | None, sources: Sources, parent: str, line: str, below: Sequence[str] = ()) -> tuple[Edit, ...]:
    """An element in the first `parent` of a file: below the last of its children of these names, else as the first child.

    () when the file cannot be edited or has no such parent.
    """
    data = sources.data(unit.path) if unit is not None else b""
    android, tools = edits.prefix(data, ANDROID), edits.prefix(data, TOOLS)
    if unit is None or not android:
        return ()
    elements = unit.facts.elements
    at = next((i for i, element in enumerate(elements) if element.name == parent), -1)
    if at < 0:
        return ()
    own = _in_words(line, android, tools or "tools:", edits.empty_tag(data))
    others = [e for e in elements if e.parent == at and e.name in below]
    if others:
        edit = edits.add_after(data, sources.span(Place(unit.path, others[-1].whole)), own)
    else:
        edit = edits.add_inside(data, sources.span(Place(unit.path, elements[at].tag)), own)
    if tools or " tools:" not in line:
        return (edit,)
    return edits.declare(data, sources.span(Place(unit.path, elements[0].tag)), TOOLS, "tools"), edit


def set_attribute(sources: Sources, tag: Place, name: str, value: str) -> tuple[Edit, ...]:
    """Give the start tag at `tag` the attribute android:`name`."""
    data = sources.data(tag.path)
    android = edits.prefix(data, ANDROID)
    return (edits.set_attribute(data, sources.span(tag), android + name, value),) if android else ()


def set_switch(unit: Unit | None, own: Node | None, sources: Sources, name: str, value: str) -> tuple[Edit, ...]:
    """The application's <meta-data> of that name with this value. `own` is the one it has."""
    if own is None:
        line = f'<meta-data android:name="{name}" android:value="{value}" />'
        return add(unit, sources, "application", line, ["meta-data"])
    return set_attribute(sources, own.tag, "value", value) if "android:resource" not in own.raw else ()


def together(made: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits of one fix, the same only once; an element each, so that fixes which add the same one agree."""
    return tuple(dict.fromkeys(made))


def delete(sources: Sources, elements: Sequence[Place]) -> tuple[Edit, ...]:
    """Take whole elements out. () when one of them cannot be edited."""
    made = [edits.delete_element(data, sources.span(p)) for p in elements if (data := sources.data(p.path))]
    return tuple(made) if len(made) == len(elements) else ()


def replace(sources: Sources, place: Place, old: str, new: str) -> tuple[Edit, ...]:
    """Put another text in a place that reads `old`; () when it does not."""
    span = sources.span(place)
    return (Edit(span, new),) if sources.data(place.path)[span.start : span.end] == old.encode() else ()


def _in_words(line: str, android: str, tools: str, empty: str) -> str:
    return re.sub(" />$", empty, line.replace(" android:", f" {android}").replace(" tools:", f" {tools}"))
