"""The modules of a project: what each is, how it is built, and which of the others it is built with."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from askfirst.facts.rows import Facts, Value
from askfirst.model.catalogs import Catalogs
from askfirst.model.declared import declared
from askfirst.model.files import Unit
from askfirst.model.gradle_values import GradleValues
from askfirst.model.module import Module, attribute
from askfirst.model.plugins import Plugin, Plugins, kind_of
from askfirst.model.scripts import Line, Scripts, above, folder
from askfirst.model.variants import Variant, texts
from askfirst.project import Project

__all__ = ["Module", "Modules", "Variant"]

_HIDDEN = re.compile(r"\b(?:modules?|projects)\.")
_LAUNCHERS = frozenset({"android.intent.category.LAUNCHER", "android.intent.category.LEANBACK_LAUNCHER"})

_SOURCE_DIRS = frozenset({"srcDir", "srcDirs", "setSrcDirs", "directories"})


class Modules:
    """All modules of the project, and the graph between them."""

    def __init__(self, project: Project, units: Sequence[Unit]) -> None:
        self.scripts = Scripts(units)
        self.catalogs = Catalogs(units, self.scripts)
        self.values = GradleValues(units, self.scripts, self.catalogs)
        self._renamings: dict[str, dict[str, str]] = {}
        self._plugins = Plugins(units, self.scripts, self.catalogs, self.values)
        manifests, sets = self._manifests(units)
        self.all = tuple(
            self._module(row.path, row.build_file, manifests.get(row.path, {}), frozenset(sets.get(row.path, ())))
            for row in project.modules
        )
        self._by_path = {module.path: module for module in self.all}
        self._by_name: dict[tuple[str, str], Module] = {}
        for module in self.all:
            self._by_name.setdefault((folder(self.scripts.settings(module.path)), module.name), module)
        self._needs: dict[str, tuple[tuple[Module, ...], bool]] = {}
        self._closures: dict[str, tuple[Module, ...]] = {}

    @cached_property
    def applications(self) -> tuple[Module, ...]:
        return tuple(module for module in self.all if module.kind == "application")

    @property
    def blank_manifests(self) -> tuple[Unit, ...]:
        """The manifests of all modules that have no <manifest>: nothing of them is known."""
        units = (unit for module in self.all for unit in module.manifests.values())
        return tuple(unit for unit in units if not any(element.name == "manifest" for element in unit.facts.elements))

    def of(self, path: str) -> Module:
        """The module that the file or folder `path` belongs to. Raises KeyError when there is no module."""
        for place in above(path):
            if place in self._by_path:
                return self._by_path[place]
        raise KeyError(path)

    def known(self, module: Module) -> bool:
        """Whether it can be said which modules this one is built with."""
        return all(self._direct(part)[1] for part in self._reach(module))

    def closure(self, module: Module) -> tuple[Module, ...]:
        """The modules that `module` is built with, itself first, nearer ones before farther ones."""
        if module.path not in self._closures:
            if self.known(module):
                found = self._reach(module)
            else:
                found = (module, *(other for other in self.all if other is not module))
            self._closures[module.path] = found
        return self._closures[module.path]

    def lenders(self, module: Module) -> tuple[Module, ...]:
        """The modules whose source folders this one compiles as its own: `srcDirs("../app/src/main/java")`."""
        found: dict[str, Module] = {}
        for line in module.lines:
            if line.block[:2] == ("android", "sourceSets") and line.head.rpartition(".")[2] in _SOURCE_DIRS:
                for text in texts(line.args, self.values, module.path):
                    place = posixpath.normpath(posixpath.join(module.path, text))
                    owners = [m for m in self.all if m.path and place.startswith(m.path + "/") and m is not module]
                    if owners and not place.startswith(module.path + "/"):
                        nearest = max(owners, key=lambda m: len(m.path))
                        found[nearest.path] = nearest
        return tuple(found.values())

    def project(self, value: Value, module: Module) -> Module | None:
        """The module that `project(":x")` or `projects.x.y` names in a script of `module`."""
        settings = self.scripts.settings(module.path)
        build = folder(settings)
        if value.kind == "name":
            wanted = value.text.removeprefix("projects.").removesuffix(".dependencyProject").lower()
            for (place, name), other in self._by_name.items():
                if place == build and _accessor(name) == wanted:
                    return other
            return None
        name = ":" + value.text.strip(":")
        if found := self._by_name.get((build, name)):
            return found
        target = self._renamed(settings).get(name) or posixpath.join(build, name[1:].replace(":", "/"))
        if target in self._by_path:
            return self._by_path[target]
        tail = name[1:].replace(":", "/")
        ends = [other for other in self.all if f"/{other.path}".endswith(f"/{tail}")]
        return ends[0] if len(ends) == 1 else None

    def _reach(self, module: Module) -> tuple[Module, ...]:
        found = {module.path: module}
        pending = [module]
        while pending:
            for other in self._direct(pending.pop(0))[0]:
                if other.path not in found:
                    found[other.path] = other
                    pending.append(other)
        return tuple(found.values())

    def _direct(self, module: Module) -> tuple[tuple[Module, ...], bool]:
        """The modules named by this one's scripts, and whether all that is named could be understood."""
        if module.path not in self._needs:
            found: list[Module] = []
            # a module whose plugins cannot be seen may be given its dependencies from the same unseen place
            plugged = kind_of(module.applied, plain=False) != "unknown"
            known = plugged or not module.manifests or len(self.all) == 1
            settled = bool(self.scripts.settings(module.path))
            for row in declared(module.lines):
                value = _project_value(row.named.get("path", row.value) if row.named else row.value)
                if value is None or not row.ships:
                    # `Config.modules.base`: some module, kept where scripts do not tell
                    known = known and not (row.ships and row.value.kind == "name" and _HIDDEN.search(row.value.text))
                    continue
                other = self.project(value, module)
                # what a settings file lists but nobody checked out is no reason to take everything for everything
                known = known and (other is not None or settled)
                if other is not None and other is not module:
                    found.append(other)
            for line in module.block("android"):
                if line.head == "dynamicFeatures":
                    for name in texts(line.args, module.values, module.path):
                        other = self.project(Value("str", name, (), -1), module)
                        found.extend([other] if other else [])
            self._needs[module.path] = (tuple(found), known)
        return self._needs[module.path]

    def _module(self, path: str, build_file: str, manifests: dict[str, Unit], sets: frozenset[str]) -> Module:
        applied, lines = self._plugins.of(self.scripts.effective(build_file, path) if build_file else (), path)
        kind = _kind(applied, manifests)
        manifests = self._moved(path, lines, manifests)
        return Module(path, self._name(path), build_file, kind, applied, lines, self.values, manifests, sets)

    def _name(self, path: str) -> str:
        settings = self.scripts.settings(path)
        for name, target in self._renamed(settings).items():
            if target == path:
                return name
        build = folder(settings)
        inner = path[len(build) :].strip("/") if settings else path
        return ":" + inner.replace("/", ":")

    def _renamed(self, settings: str) -> dict[str, str]:
        """Gradle path → folder, where `project(":x").projectDir = file("…")` says so."""
        if not settings:
            return {}
        if settings not in self._renamings:
            self._renamings[settings] = dict(_project_folders(self.scripts.lines(settings), folder(settings)))
        return self._renamings[settings]

    def _manifests(self, units: Sequence[Unit]) -> tuple[dict[str, dict[str, Unit]], dict[str, set[str]]]:
        manifests: dict[str, dict[str, Unit]] = {}
        sets: dict[str, set[str]] = {}
        for unit in units:
            if unit.source_set and unit.ships:
                sets.setdefault(unit.module, set()).add(unit.source_set)
            if unit.ships and posixpath.basename(unit.path) == "AndroidManifest.xml":
                known = manifests.setdefault(unit.module, {})
                # beside `src/main/AndroidManifest.xml` another one somewhere below counts for nothing
                if unit.source_set not in known or len(unit.path) < len(known[unit.source_set].path):
                    known[unit.source_set] = unit
        self._files = {unit.path: unit for rows in manifests.values() for unit in rows.values()}
        return manifests, sets

    def _moved(self, path: str, lines: Sequence[Line], manifests: dict[str, Unit]) -> dict[str, Unit]:
        """`manifests` with those that `manifest.srcFile` or `setRoot` put elsewhere."""
        found = dict(manifests)
        for line in lines:
            if len(line.block) < 3 or line.block[:2] != ("android", "sourceSets") or not line.args:
                continue
            target = next(texts(line.args, self.values, path), "")
            if line.head == "setRoot" or (line.head == "root" and line.op == "="):
                target = posixpath.join(target, "AndroidManifest.xml")
            elif line.block[3:] != ("manifest",) or not line.head.startswith("srcFile"):
                continue
            unit = self._files.get(posixpath.normpath(posixpath.join(path, target)))
            if unit is not None:
                found = {name: other for name, other in found.items() if other is not unit}
                found[line.block[2]] = unit
        return found


def _kind(applied: tuple[Plugin, ...], manifests: dict[str, Unit]) -> str:
    """What plugins make of a module, those under a condition where no others tell; without any, what its manifest does."""
    kinds = (kind_of(applied, plain=plain) for plain in (True, False))
    launched = "application" if any(_launches(unit.facts) for unit in manifests.values()) else "unknown"
    return next((kind for kind in kinds if kind != "unknown"), launched)


def _launches(facts: Facts) -> bool:
    """Whether the manifest has an application that a launcher can start."""
    return any(row.name == "application" for row in facts.elements) and any(
        row.name == "category" and attribute(row, "android:name") in _LAUNCHERS for row in facts.elements
    )


def _project_value(value: Value) -> Value | None:
    """What names a module in a dependency's value: the string in `project(":x")`, or `projects.x`; else None."""
    if value.kind == "name":
        return value if value.text.startswith("projects.") else None
    if value.kind == "str":
        return value if value.text.startswith(":") and value.text.count(":") and " " not in value.text else None
    if value.kind == "call" and value.parts:
        if value.text.rpartition(".")[2] == "project":
            first = value.parts[0]
            if first.kind in ("pair", "map"):
                inner = next(
                    (part for part in (first, *first.parts) if part.kind == "pair" and part.text == "path"), None
                )
                return inner.parts[0] if inner and inner.parts else None
            return first if first.kind == "str" else None
        if value.text in ("api", "implementation", "dependencies.create", "create"):
            return _project_value(value.parts[0])
    return None


def _accessor(name: str) -> str:
    """`:core:my-data` → "core.mydata": how `projects.core.myData` compares."""
    return re.sub(r"[-_]", "", name.strip(":")).replace(":", ".").lower()


def _project_folders(lines: Sequence[Line], build: str) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.head != "projectDir" or not line.block or not line.args:
            continue
        name = re.search(r"project\(\s*[\"']?([\w:.-]+)", line.block[-1])
        words = re.findall(r"[\w./-]+", " ".join(_strings(line.args[0])))
        if name and words:
            yield ":" + name[1].strip(":"), posixpath.normpath(posixpath.join(build, words[-1]))


def _strings(value: Value) -> Iterator[str]:
    if value.kind == "str":
        yield value.text
    for part in value.parts:
        yield from _strings(part)
