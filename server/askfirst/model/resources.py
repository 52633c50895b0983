"""Resources by name: strings, booleans, numbers, and the defaults of preferences."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from askfirst.facts.rows import Element
from askfirst.findings import Place
from askfirst.model.files import Unit
from askfirst.model.module import Module, attribute
from askfirst.model.modules import Modules

_DEPTH = 8  # references to references
_SHARED = ("main",)
_VALUE_KINDS = frozenset({"string", "bool", "integer", "item"})


class PrefDefault(NamedTuple):
    """A preference of a settings screen. `value` is its android:defaultValue, "" when it has none."""

    key: str
    value: str
    title: str
    summary: str
    place: Place  # the default value; without one, the preference's start tag


class _Row(NamedTuple):
    """One value of a resource: where it is defined and what it is."""

    module: str
    source_set: str
    qualifier: str  # "" for the default language, "zh-rCN", …
    text: str


class Resources:
    """Looks names up in a module, then in the modules it is built with, then anywhere."""

    def __init__(self, modules: Modules, units: Sequence[Unit]) -> None:
        self._modules = modules
        self._units = [unit for unit in units if unit.language == "xml"]
        self._orders: dict[str, dict[str, int]] = {}

    def string(self, module: str, name: str) -> str:
        """The text of `@string/name` in the default language, as the module `module` sees it; "" unknown."""
        return self._text(module, "string", name, _SHARED, 0)

    def resolve(self, module: str, value: str, source_sets: Sequence[str] = _SHARED) -> str:
        """`value`, or what it stands for if it is a reference to a string, boolean or integer that is known: in a variant
        with these source sets, in merge order."""
        return self._resolve(module, value, source_sets, 0)

    @cached_property
    def overlays(self) -> frozenset[str]:
        """The source sets, beside "main", that define values."""
        return frozenset(row.source_set for rows in self._values.values() for row in rows) - {"main"}

    @cached_property
    def preferences(self) -> tuple[PrefDefault, ...]:
        """Every preference with a key, in the screens under res/xml."""
        return tuple(
            preference for unit in self._units if kind_of(unit.path) == "xml" for preference in self._preferences(unit)
        )

    @cached_property
    def _values(self) -> dict[tuple[str, str], list[_Row]]:
        found: defaultdict[tuple[str, str], list[_Row]] = defaultdict(list)
        for unit in self._units:
            if kind_of(unit.path) == "values":
                for kind, name, row in _value_rows(unit):
                    found[kind, name].append(row)
        for module in self._modules.all:
            for kind, name, row in _generated(module):
                found[kind, name].append(row)
        return found

    def _preferences(self, unit: Unit) -> Iterator[PrefDefault]:
        for element in unit.facts.elements:
            fields = {
                row.name.rpartition(":")[2]: row
                for row in element.attributes
                if row.name.startswith(("android:", "app:"))
            }
            if "key" not in fields:
                continue
            default = fields.get("defaultValue")
            value, title, summary = (
                self.resolve(unit.module, fields[name].value) if name in fields else ""
                for name in ("defaultValue", "title", "summary")
            )
            yield PrefDefault(
                self.resolve(unit.module, fields["key"].value), value, title, summary,
                Place(unit.path, default.spot if default else element.spot),
            )

    def _resolve(self, module: str, value: str, sets: Sequence[str], depth: int) -> str:
        kind, slash, name = value.removeprefix("@").partition("/")
        if not value.startswith("@") or not slash or depth > _DEPTH:
            return value
        return self._text(module, kind, name, sets, depth + 1) or value

    def _text(self, module: str, kind: str, name: str, sets: Sequence[str], depth: int) -> str:
        row = self._best(module, kind, name, sets)
        return self._resolve(module, row.text, sets, depth) if row else ""

    def _best(self, module: str, kind: str, name: str, sets: Sequence[str]) -> _Row | None:
        """The definition nearest to `module`: default language before others, later source sets before earlier ones, and
        those of no source set asked for last."""
        rows = self._values.get((kind, name), ())
        order = self._order(module) if len(rows) > 1 else {}

        def distance(row: _Row) -> tuple[bool, int, int]:
            level = sets.index(row.source_set) if row.source_set in sets else -1
            return bool(row.qualifier), order.get(row.module, len(order)), -level

        return min(rows, key=distance, default=None)

    def _order(self, module: str) -> dict[str, int]:
        """Module → how far it is from `module`."""
        if module not in self._orders:
            try:
                closure = self._modules.closure(self._modules.of(module))
            except KeyError:
                closure = ()
            self._orders[module] = {part.path: number for number, part in enumerate(closure)}
        return self._orders[module]


def kind_of(path: str) -> str:
    """What the folder of a resource file says it holds: "values", "layout", "xml", …"""
    return posixpath.basename(posixpath.dirname(path)).partition("-")[0]


def _value_rows(unit: Unit) -> Iterator[tuple[str, str, _Row]]:
    qualifier = posixpath.basename(posixpath.dirname(unit.path)).partition("-")[2]
    elements = unit.facts.elements
    for element in elements:
        if element.name not in _VALUE_KINDS or not _at_top(elements, element):
            continue
        name = attribute(element, "name")
        kind = attribute(element, "type") if element.name == "item" else element.name
        if name:
            yield kind, name, _Row(unit.module, unit.source_set, qualifier, _plain(element.text))


def _at_top(elements: Sequence[Element], element: Element) -> bool:
    return element.parent >= 0 and elements[element.parent].parent < 0


def _plain(text: str) -> str:
    """A resource's text as the app gets it: outer quotes and escapes undone."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if "\\" not in text:
        return text
    return text.replace("\\n", "\n").replace("\\'", "'").replace('\\"', '"').replace("\\@", "@").replace("\\?", "?")


def _generated(module: Module) -> Iterator[tuple[str, str, _Row]]:
    """(kind, name, row) of `resValue` in the build file: a flavour's or build type's own, or "main"."""
    for line in module.lines:
        if line.head == "resValue" and len(line.args) == 3:
            kind, name, text = (module.values.text(value, module.path) for value in line.args)
            if kind and name and text:
                special = len(line.block) > 2 and line.block[1] in ("productFlavors", "buildTypes")
                yield kind, name, _Row(module.path, line.block[2] if special else "main", "", text.strip('"'))
