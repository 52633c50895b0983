"""Manifest elements as values that can be merged: keys, origins, class names made whole, placeholders filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from askfirst.facts.rows import Attribute, Element
from askfirst.findings import Place
from askfirst.model.files import Unit

# Elements whose android:name is a class of the app, and the attributes of others that are.
COMPONENTS = frozenset({"activity", "activity-alias", "service", "receiver", "provider"})
_CLASSES = {
    "application": ("name", "backupAgent", "appComponentFactory", "zygotePreloadName", "manageSpaceActivity"),
    "activity": ("name", "parentActivityName"),
    "activity-alias": ("name", "targetActivity"),
    "service": ("name",),
    "receiver": ("name",),
    "provider": ("name",),
    "instrumentation": ("name",),
}
# What tells elements of a kind apart, where it is not android:name; "" for kinds of which there is one.
_KEYS = {
    "manifest": "", "application": "", "uses-sdk": "", "supports-screens": "", "queries": "", "compatible-screens": "",
    "uses-configuration": "", "package": "android:name", "data": "*", "intent-filter": "*", "intent": "*",
}  # fmt: skip
_DEPTH = 40  # elements inside elements; a manifest has five
_PLACEHOLDER = re.compile(r"\$\{([^{}]+)\}")


class Origin(NamedTuple):
    """Where a line of the merged manifest comes from. `place` is the value of its android:name, else its start."""

    place: Place
    module: str
    source_set: str


class Node(NamedTuple):
    """One element. `attributes` are those of the merge, with placeholders and resources filled; `raw` as written."""

    name: str
    key: str  # the class, permission or name that tells it from others of its kind
    attributes: dict[str, str]
    raw: dict[str, str]
    places: dict[str, Place]  # attribute → its value
    children: tuple[Node, ...]
    origin: Origin
    tag: Place  # the whole start tag
    whole: Place  # start tag to end tag

    def get(self, name: str) -> str:
        """The attribute android:`name`, "" without it."""
        return self.attributes.get("android:" + name, "")

    def flag(self, name: str) -> bool | None:
        """The attribute android:`name` as true or false; None when it is neither or missing."""
        return {"true": True, "false": False}.get(self.get(name))

    def child(self, name: str, key: str = "") -> Node | None:
        """The first child of that name, and of that key unless it is ""."""
        return next((row for row in self.children if row.name == name and key in ("", row.key)), None)

    def actions(self) -> Iterator[Node]:
        """The <action> elements anywhere inside; the key of each is the action."""
        for child in self.children:
            if child.name == "action":
                yield child
            else:
                yield from child.actions()

    @property
    def marker(self) -> str:
        """The value of tools:node."""
        return self.raw.get("tools:node", "")

    def tools(self, name: str) -> frozenset[str]:
        """The names listed in `tools:remove`, `tools:replace` and their like."""
        return frozenset(word.strip() for word in self.raw.get("tools:" + name, "").split(",") if word.strip())


class Filling(NamedTuple):
    """How one manifest's texts become values."""

    package: str  # what class names that begin with a dot are relative to
    placeholders: Mapping[str, str]
    resolve: Callable[[str], str]  # @string/x → its text


def read_manifest(unit: Unit, filling: Filling) -> Node | None:
    """The <manifest> of one file as a tree; None when it has none."""
    elements = unit.facts.elements
    children: dict[int, list[int]] = {}
    root = -1
    for number, element in enumerate(elements):
        children.setdefault(element.parent, []).append(number)
        if root < 0 and element.name == "manifest":
            root = number
    return _node(unit, filling, children, root, 0) if root >= 0 else None


def fill(text: str, placeholders: Mapping[str, str]) -> str:
    """`text` with the placeholders that are known filled."""
    return _PLACEHOLDER.sub(lambda hole: placeholders.get(hole[1], hole[0]), text) if "${" in text else text


def qualified(name: str, package: str) -> str:
    """A class name made whole: ".App" and "App" are relative to `package`."""
    if name.startswith("."):
        return package + name
    if name and "." not in name and "$" not in name[:1]:
        return f"{package}.{name}" if package else name
    return name


def _node(unit: Unit, filling: Filling, children: dict[int, list[int]], number: int, depth: int) -> Node:
    element = unit.facts.elements[number]
    raw = {row.name: row.value for row in element.attributes}
    classes = _CLASSES.get(element.name, ())
    values = {
        row.name: _value(row, filling, classes) for row in element.attributes if not row.name.startswith("tools:")
    }
    places = {row.name: Place(unit.path, row.spot) for row in element.attributes}
    below = children.get(number, ()) if depth < _DEPTH else ()
    inner = tuple(_node(unit, filling, children, child, depth + 1) for child in below)
    place = places.get("android:name", Place(unit.path, element.spot))
    origin = Origin(place, unit.module, unit.source_set)
    tag, whole = Place(unit.path, element.tag), Place(unit.path, element.whole)
    return Node(element.name, _key(element, values), values, raw, places, inner, origin, tag, whole)


def _value(row: Attribute, filling: Filling, classes: tuple[str, ...]) -> str:
    value = fill(row.value.strip(), filling.placeholders)
    if row.name.removeprefix("android:") in classes and row.name.startswith("android:"):
        return qualified(value, filling.package)
    return filling.resolve(value) if value.startswith("@") else value


def _key(element: Element, values: Mapping[str, str]) -> str:
    how = _KEYS.get(element.name, "android:name")
    if how == "*":
        return " ".join(f"{name}={value}" for name, value in sorted(values.items()))
    if element.name == "uses-feature":
        return values.get("android:name") or values.get("android:glEsVersion", "")
    if element.name == "provider" and "android:name" not in values:
        return values.get("android:authorities", "")  # inside <queries>
    return values.get(how, "") if how else ""
