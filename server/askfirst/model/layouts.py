"""Views of layouts: what stands on a screen, with ids, texts and the places of attributes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from askfirst.findings import Place
from askfirst.model.files import Unit
from askfirst.model.resources import Resources


class View(NamedTuple):
    """One element of a layout."""

    kind: str  # "CheckBox", "AgreeBox": the last segment
    id: str  # "agree_box", "" without one
    text: str  # resolved android:text, "" without one
    attributes: dict[str, str]  # android attributes without the prefix
    places: dict[str, Place]
    tag: Place
    layout: str  # name of the layout file
    module: str

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def place(self, name: str) -> Place:
        """Where the attribute stands, or the start tag."""
        return self.places.get(name, self.tag)


class Layouts:
    """All views of a project's layouts."""

    def __init__(self, units: Sequence[Unit], resources: Resources) -> None:
        self._units, self._resources = units, resources

    @cached_property
    def views(self) -> tuple[View, ...]:
        return tuple(view for unit in self._units if "/layout/" in unit.path for view in self._of(unit))

    def _of(self, unit: Unit) -> Iterator[View]:
        name = unit.path.rpartition("/")[2].removesuffix(".xml")
        for element in unit.facts.elements:
            own = {a.name.removeprefix("android:"): a for a in element.attributes if a.name.startswith("android:")}
            id = own["id"].value.rpartition("/")[2] if "id" in own else ""
            text = self._resources.resolve(unit.module, own["text"].value) if "text" in own else ""
            yield View(
                element.name.rpartition(".")[2] or element.name, id, text, {k: a.value for k, a in own.items()},
                {k: Place(unit.path, a.spot) for k, a in own.items()}, Place(unit.path, element.tag), name, unit.module,
            )  # fmt: skip
