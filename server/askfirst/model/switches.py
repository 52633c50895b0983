"""Manifest switches of SDKs: which are left on in which variant."""

from __future__ import annotations

from fnmatch import fnmatchcase

from askfirst.knowledge.types import Sdk, Switch
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.manifest import Manifests, Merged, Node
from askfirst.model.modules import Module
from askfirst.model.resources import Resources

_GOOGLE_SERVICES = ("com.google.gms.google-services", "google-services")


class Switches:
    """Answers whether an SDK's own manifest switches keep it quiet."""

    def __init__(
        self, manifests: Manifests, dependencies: Dependencies, resources: Resources
    ) -> None:
        self._manifests, self._dependencies, self._resources = manifests, dependencies, resources

    def configured(self, module: Module, library: Library) -> bool:
        """Firebase starts only where google-services (or a string resource in its place) configures it."""
        if library.group != "com.google.firebase":
            return True
        plugins = {plugin.id for plugin in module.applied}
        if any(p.endswith(("google-services", "google.gms", "firebase")) or p in _GOOGLE_SERVICES for p in plugins):
            return True
        return bool(self._resources.string(module.path, "google_app_id"))

    def left_on(self, module: Module, sdk: Sdk, library: Library) -> list[tuple[Merged, Switch, Node | None]]:
        """(manifest, switch, its meta-data or None) for each variant with the library in which no switch of the SDK is off."""
        switches = [
            s for s in sdk.switches if not s.coordinates or any(fnmatchcase(library.module_id, c) for c in s.coordinates)
        ]
        found = []
        for merged in self._manifests.of(module) if switches else ():
            if not merged.variant.takes(library.source_set) or self._removed(merged, sdk, library):
                continue
            nodes = [(switch, merged.meta(switch.name)) for switch in switches]
            if any(node is not None and node.get("value") == switch.off for switch, node in nodes):
                continue
            written = next(((s, n) for s, n in nodes if n is not None), (switches[0], None))
            found.append((merged, *written))
        return found

    def _removed(self, merged: Merged, sdk: Sdk, library: Library) -> bool:
        """Whether every component through which the SDK starts is taken out."""
        autos = [
            a
            for a in sdk.auto
            if a.collects and (not a.coordinates or any(fnmatchcase(library.module_id, c) for c in a.coordinates))
        ]
        return bool(autos) and all(
            ("meta-data" if a.kind == "initializer" else a.kind, a.name) in merged.removed for a in autos
        )
