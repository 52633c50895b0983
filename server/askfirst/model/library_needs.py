"""What libraries need permissions for, as far as tables and names tell: known SDKs, bare jars, libraries nobody knows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from askfirst.findings import Confidence, Place
from askfirst.knowledge import Index
from askfirst.knowledge.types import Habit, Sdk
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.modules import Modules
from askfirst.model.symbols import Symbols

_AROUND = "wifi-scan"  # what a place is told by, where other data is taken besides
_PLATFORM = ("android.", "androidx.", "java.", "javax.", "kotlin.", "kotlinx.", "com.android.", "org.jetbrains.")


class LibraryNeed(NamedTuple):
    permission: str
    name: str  # "com.umeng.umsdk:common", the SDK's id, a package
    place: Place
    module: str
    confidence: Confidence


class LibraryNeeds:
    """Answers what the libraries of all modules may need."""

    def __init__(self, symbols: Symbols, dependencies: Dependencies, modules: Modules, index: Index) -> None:
        self.symbols, self.dependencies, self.modules, self.index = symbols, dependencies, modules, index
        self._spoken: dict[str, tuple[str, ...]] = {}
        self._named = symbols.memory.memo(self._named_in)

    def _named_in(self, f: int) -> tuple[str, tuple[str, ...]]:
        """The package of a file, and the names that it imports."""
        facts = self.symbols.facts(f)
        return facts.package, tuple(row.name for row in facts.imports)

    def all(self) -> Iterator[LibraryNeed]:
        """Every permission that some library of some module may need."""
        declared: set[str] = set()
        for library in self.dependencies.shipping:
            yield from self._of_artifacts(library)
        for module in self.modules.all:
            for sdk, library in self.dependencies.sdks(module):
                declared.add(sdk.id)
                if not library.empty:
                    yield from self._of_sdk(sdk, library.module_id, library.place, module.path, merges=True)
        yield from self._of_jars(declared)
        yield from self._spoken_of()

    def _of_jars(self, declared: set[str]) -> Iterator[LibraryNeed]:
        """SDKs that are imported where jars are taken from a folder: a jar has no manifest, the app declares what it needs."""
        with_jars = {
            module.path
            for module in self.modules.all
            if any(lib.file and not lib.file.endswith(".aar") for lib in self.dependencies.declared(module))
        }
        for f, unit in enumerate(self.symbols.units):
            if unit.module in with_jars:
                names = (name for name in self._named[f][1] if name not in self.symbols.types)
                found = {sdk.id: sdk for sdk in map(self.index.sdk_of_package, names) if sdk is not None}
                for id, sdk in found.items():
                    if id not in declared:
                        yield from self._of_sdk(sdk, id, Place(unit.path, -1), unit.module, merges=False)

    def _of_artifacts(self, library: Library) -> Iterator[LibraryNeed]:
        """What a library that is no SDK is there for, and what its manifest says; what the merger implies is no need."""
        for artifact in self.dependencies.artifacts(library):
            brought = (row.permission for row in artifact.brings if row.comes_with(library.version))
            for permission in dict.fromkeys((*artifact.uses, *brought)):
                confidence = Confidence.HIGH if artifact.mark == "V" else Confidence.MEDIUM
                yield LibraryNeed(permission, library.coordinates, library.place, library.module, confidence)

    def _of_sdk(self, sdk: Sdk, name: str, place: Place, module: str, merges: bool) -> Iterator[LibraryNeed]:
        """`merges`: it comes with a manifest, which brings what is granted at installation; the rest an app may add."""
        brought = {row.permission: row.mark for row in sdk.permissions}
        read = {need for data in sdk.data for need in self._opened.get(data, ())}
        habits = (habit for habit in self.index.habits if sdk.kind in habit.kinds and not (habit.guide and sdk.abroad))
        kind = {permission for habit in habits for permission in habit.permissions}
        # what is granted at installation and the SDK's manifest does not bring, but the app may have to
        left: set[str] = set()
        if not merges:
            left = kind | (self._opened[_AROUND] if _AROUND in sdk.data else frozenset())
        elif "V" in brought.values():
            left = read
        for permission in sorted({*brought, *read, *kind}):
            if not (permission in brought or permission in left or self._granted_later(permission)):
                continue
            confidence = Confidence.HIGH if brought.get(permission) == "V" else Confidence.MEDIUM
            yield LibraryNeed(permission, name, place, module, confidence)

    def _granted_later(self, permission: str) -> bool:
        known = self.index.permission(permission)
        return known is not None and (known.dangerous or known.special)

    @cached_property
    def _opened(self) -> dict[str, frozenset[str]]:
        """Personal data → the permissions that some way to it needs."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for api in self.index.apis:
            if api.data:
                found[api.data].update(need.permission for need in api.needs)
        return {data: frozenset(needs) for data, needs in found.items()}

    def _spoken_of(self) -> Iterator[LibraryNeed]:
        """Libraries nobody knows whose coordinates, or packages in imports, speak of what a permission opens."""
        for library in self.dependencies.shipping:
            if library.name and not library.group.startswith(_PLATFORM):
                for permission in self._speaking(f"{library.group}.{library.name}"):
                    yield LibraryNeed(permission, library.coordinates, library.place, library.module, Confidence.MEDIUM)
        own = {self._named[f][0] for f in range(len(self.symbols.units))}
        for f, unit in enumerate(self.symbols.units):
            packages = {name.rpartition(".")[0] for name in self._named[f][1] if not name.startswith(_PLATFORM)}
            for package in sorted(packages - own):
                for permission in () if _below(package, own) else self._speaking(package):
                    yield LibraryNeed(permission, package, Place(unit.path, -1), unit.module, Confidence.MEDIUM)

    def _speaking(self, words: str) -> tuple[str, ...]:
        """The permissions that a name speaks of; kept, since many files import the same packages."""
        if words not in self._spoken:
            found = (habit for habit, pattern in self._patterns if pattern.search(words))
            self._spoken[words] = tuple(permission for habit in found for permission in habit.permissions)
        return self._spoken[words]

    @cached_property
    def _patterns(self) -> list[tuple[Habit, re.Pattern[str]]]:
        """The habits told by names, each with what begins a part of one."""
        told = (habit for habit in self.index.habits if habit.words)
        return [(habit, re.compile(rf"(?i)(?:^|[.\-_:])(?:{habit.words})")) for habit in told]


def _below(package: str, own: set[str]) -> bool:
    """Whether a package lies in one of `own`; those of one word are too common to tell."""
    while "." in (package := package.rpartition(".")[0]):
        if package in own:
            return True
    return False
