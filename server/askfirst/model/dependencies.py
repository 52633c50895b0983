"""The libraries that ship with each module, and the known SDKs among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from askfirst.findings import Place
from askfirst.knowledge import Index
from askfirst.knowledge.types import Artifact, Brings, Sdk
from askfirst.model.files import Unit
from askfirst.model.libraries import Library, LibraryReader
from askfirst.model.modules import Module, Modules
from askfirst.model.plugins import Plugin
from askfirst.model.scripts import above, folder

__all__ = ["Dependencies", "Library"]

_PACKAGES = {"pubspec": "pub", "package-json": "npm"}


class Brought(NamedTuple):
    """A permission that a library merges into an app."""

    owner: str  # the SDK's id, or the library's own name
    library: Library
    row: Brings
    beside: bool  # not what the library is there for


class Dependencies:
    """The libraries of all modules."""

    def __init__(self, modules: Modules, units: Sequence[Unit], index: Index) -> None:
        self._modules, self._units, self._index = modules, units, index
        self._by_module: dict[str, tuple[Library, ...]] = {}
        self._sdks: dict[str, tuple[tuple[Sdk, Library], ...]] = {}
        self._artifacts: dict[str, tuple[Artifact, ...]] = {}
        self._locks: dict[str, dict[str, str]] = {}
        for unit in units:
            if unit.language == "lockfile":
                self._locks.setdefault(unit.module, {}).update((e.key, e.value) for e in unit.facts.entries)

    @cached_property
    def libraries(self) -> tuple[Library, ...]:
        """Every library of every module, whether it ships or not."""
        return tuple(library for module in self._modules.all for library in self.declared(module))

    @cached_property
    def shipping(self) -> tuple[Library, ...]:
        return tuple(library for library in self.libraries if library.ships)

    def declared(self, module: Module) -> tuple[Library, ...]:
        """The libraries that this module itself declares."""
        if module.path not in self._by_module:
            found = list(LibraryReader(self._modules, module, self._lock(module)).libraries())
            found.extend(_plugin_library(plugin) for plugin in module.applied if plugin.id in self._index.sdk_of_plugin)
            found.extend(self._packages.get(module.path, ()))
            # a plugin of the build may say a thing twice
            self._by_module[module.path] = tuple(dict.fromkeys(found))
        return self._by_module[module.path]

    def of(self, module: Module) -> tuple[Library, ...]:
        """What ships with `module`: its own libraries and those of the modules it is built with."""
        return tuple(row for part in self._modules.closure(module) for row in self.declared(part) if row.ships)

    def sdks(self, module: Module) -> tuple[tuple[Sdk, Library], ...]:
        """The known SDKs among `of(module)`, each with the library that brings it."""
        if module.path not in self._sdks:
            self._sdks[module.path] = tuple(
                (sdk, library) for library in self.of(module) for sdk in self.known(library)
            )
        return self._sdks[module.path]

    def known(self, library: Library) -> tuple[Sdk, ...]:
        """The SDKs that a library belongs to."""
        if library.group in ("pub", "npm", "plugin"):
            sdk = self._index.sdk_of_plugin.get(library.name)
            return (sdk,) if sdk else ()
        return self._index.sdks_for(library.group, library.name) if library.group else ()

    def artifacts(self, library: Library) -> tuple[Artifact, ...]:
        """What is known of a library that is no SDK."""
        name = library.module_id
        if name not in self._artifacts:
            self._artifacts[name] = self._index.artifacts_for(name)
        return self._artifacts[name]

    def brought(self, module: Module) -> Iterator[Brought]:
        """The permissions that known libraries merge into the app of `module`."""
        for sdk, library in self.sdks(module):
            for row in sdk.permissions if not library.empty else ():
                yield Brought(sdk.id, library, row, True)
        for library in self.of(module):
            for artifact in self.artifacts(library):
                for row in (*artifact.brings, *artifact.implied):
                    if row.comes_with(library.version):
                        yield Brought(library.module_id, library, row, row.permission not in artifact.uses)

    @cached_property
    def _packages(self) -> dict[str, tuple[Library, ...]]:
        """Module → the Flutter, React Native and Cordova packages that its application is built with."""
        found: dict[str, tuple[Library, ...]] = {}
        for unit in self._units:
            if unit.language in _PACKAGES:
                for module in self._hosts(folder(unit.path)):
                    rows = tuple(_packages(unit, module.path))
                    found[module.path] = (*found.get(module.path, ()), *rows)
        return found

    def _hosts(self, place: str) -> tuple[Module, ...]:
        """The applications below the folder `place`, or else those below the folder above it."""
        applications = self._modules.applications
        for start in list(above(place))[:2]:
            found = tuple(m for m in applications if not start or f"{m.path}/".startswith(f"{start}/"))
            if found:
                return found
        return ()

    def _lock(self, module: Module) -> dict[str, str]:
        found: dict[str, str] = {}
        for place in reversed(list(above(module.path))):
            found |= self._locks.get(place, {})
        return found


def _plugin_library(plugin: Plugin) -> Library:
    return Library("plugin", plugin.id, plugin.version, "plugins", plugin.module, "", True, plugin.place)


def _packages(unit: Unit, module: str) -> Iterator[Library]:
    for entry in unit.facts.entries:
        table, _, name = entry.key.partition(".")
        if name:
            version, place = entry.value, Place(unit.path, entry.spot)
            yield Library(_PACKAGES[unit.language], name, version, table, module, "", table == "dependencies", place)
