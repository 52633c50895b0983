"""Views of layouts: what stands on a screen, with ids, texts and the places of attributes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from askfirst.findings import Place
from askfirst.model.files import Unit
from askfirst.model.resources import Resources, kind_of


class View(NamedTuple):
    """One element of a layout."""

    kind: str  # "CheckBox", "AgreeBox": the last segment
    id: str  # "agree_box", "" without one
    attributes: dict[str, str]  # android attributes without the prefix, references resolved
    places: dict[str, Place]
    tag: Place

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def place(self, name: str) -> Place:
        """Where the attribute stands, or the start tag."""
        return self.places.get(name, self.tag)


class Layouts:
    """All views of a project's layouts, those for other screens and languages too."""

    def __init__(self, units: Sequence[Unit], resources: Resources) -> None:
        self._units, self._resources = units, resources

    @cached_property
    def views(self) -> tuple[View, ...]:
        return tuple(view for unit in self._units if kind_of(unit.path) == "layout" for view in self._of(unit))

    def _of(self, unit: Unit) -> Iterator[View]:
        for element in unit.facts.elements:
            own = {a.name.removeprefix("android:"): a for a in element.attributes if a.name.startswith("android:")}
            values = {name: self._resources.resolve(unit.module, row.value) for name, row in own.items()}
            places = {name: Place(unit.path, row.spot) for name, row in own.items()}
            kind = element.name.rpartition(".")[2] or element.name
            yield View(kind, values.get("id", "").rpartition("/")[2], values, places, Place(unit.path, element.tag))
