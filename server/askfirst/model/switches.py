"""Manifest switches of SDKs: which are left on in which variant."""

from __future__ import annotations

from typing import NamedTuple

from askfirst.findings import Place
from askfirst.knowledge.types import Sdk, Switch
from askfirst.model.dependencies import Library
from askfirst.model.manifest import Manifests, Merged, Node
from askfirst.model.modules import Module
from askfirst.model.resources import Resources


class LeftOn(NamedTuple):
    """A switch that leaves collection on in one variant."""

    merged: Merged
    switch: Switch
    node: Node | None  # its meta-data, None when nobody wrote it

    @property
    def written(self) -> Place | None:
        """Where its value stands."""
        return self.node.places.get("android:value", self.node.tag) if self.node else None


class Switches:
    """Answers whether an SDK's own manifest switches keep it quiet."""

    def __init__(self, manifests: Manifests, resources: Resources) -> None:
        self._manifests, self._resources = manifests, resources

    def configured(self, module: Module, sdk: Sdk) -> bool:
        """Whether the SDK has what it needs to start: Firebase does nothing without the settings that a plugin brings."""
        plugins = tuple(plugin.id for plugin in module.applied)
        return not sdk.configured or any(
            self._resources.resolve(module.path, name) != name if name.startswith("@") else
            any(merged.meta(name[5:]) for merged in self._manifests.of(module)) if name.startswith("meta:") else
            any(plugin.endswith(name) for plugin in plugins)
            for name in sdk.configured
        )  # fmt: skip

    def left_on(self, module: Module, sdk: Sdk, library: Library) -> list[LeftOn]:
        """One for each variant with the library in which no switch of the SDK is off."""
        switches = [switch for switch in sdk.switches if switch.read_by(library.module_id)]
        found = []
        for merged in self._manifests.of(module) if switches else ():
            if not merged.variant.takes(library.source_set) or _removed(merged, sdk, library):
                continue
            nodes = [(switch, merged.meta(switch.name)) for switch in switches]
            # a placeholder that cannot be filled here is the build's to decide
            if any(node is not None and (node.get("value") == switch.off or "${" in node.get("value")) for switch, node in nodes):
                continue
            written = next(((s, n) for s, n in nodes if n is not None), (switches[0], None))
            found.append(LeftOn(merged, *written))
        return found


def _removed(merged: Merged, sdk: Sdk, library: Library) -> bool:
    """Whether every component through which the SDK starts is taken out."""
    autos = [auto for auto in sdk.auto if auto.collects and auto.comes_with(library.module_id, library.version)]
    return bool(autos) and all(merged.takes_out(auto.element, auto.name) for auto in autos)
