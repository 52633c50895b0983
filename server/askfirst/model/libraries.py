"""Reads the dependency declarations of one module into libraries, resolved as far as the scripts tell."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from askfirst.facts.rows import Value
from askfirst.findings import Place
from askfirst.model.catalogs import Item, accessor
from askfirst.model.declared import Declared, declared, exclude
from askfirst.model.modules import Module, Modules
from askfirst.model.scripts import Line, folder, leaves

_PLATFORMS = frozenset({"platform", "enforcedPlatform"})
_WRAPPERS = frozenset(
    {"create", "dependency", "variantOf", "npm", "get", "module", "provider", "jvmLibrary", "toolingJar"}
)
_COORDINATES = re.compile(r"[\w.\0-]+:[\w.\0-]+(?::[^\s:]*)*(?:@\w+)?")
_FIND = re.compile(r"find(Library|Bundle)\(([\w.-]+)\)")
_STEPS = 20_000  # values of one module that are looked at
_DEPTH = 6  # lists in lists, bundles in lists


class Library(NamedTuple):
    """A library that one module declares. Strings are "" where they cannot be known."""

    group: str  # "pub" and "npm" for packages of Flutter and React Native, "plugin" for Gradle plugins that are SDKs
    name: str
    version: str
    configuration: str
    module: str
    source_set: str  # "" = all variants
    ships: bool  # False: tests, debug builds, annotation processors, compileOnly, the build's own class path
    place: Place  # the declaration in the build file
    catalog: Place | None = None  # its line in the version catalog
    file: str = ""  # "libs/x.aar", or "libs" when the whole folder is taken

    @property
    def module_id(self) -> str:
        """`group:name`, by which it is told from others in any version (Gradle's ModuleIdentifier)."""
        return f"{self.group}:{self.name}"

    @property
    def coordinates(self) -> str:
        """`group:name:version`, shortened by what is not known."""
        return ":".join(filter(None, (self.group, self.name, self.version))) or self.file

    @property
    def empty(self) -> bool:
        """Whether it only stands in for a library and does nothing ("leakcanary-android-no-op")."""
        return self.name.endswith(("no-op", "noop"))


class LibraryReader:
    """Reads the declarations of one module."""

    def __init__(self, modules: Modules, module: Module, lock: dict[str, str]) -> None:
        self.modules, self.module, self.lock = modules, module, lock
        self.values = modules.values
        self._steps = 0

    def libraries(self) -> Iterator[Library]:
        """The module's libraries, with what its configurations exclude taken out."""
        common = tuple(self._excluded(exclude(row)) for row in self.module.lines if _excludes_everywhere(row))
        found = [library for row in declared(self.module.lines) for library in self._read(row, row.value, 0)]
        found.extend(self._class_path())
        for library in found:
            if not any(_matches(rule, library) for rule in common):
                yield library._replace(version=self._locked(library))

    def _read(self, row: Declared, value: Value, depth: int) -> Iterator[Library]:
        self._steps += 1
        if depth > _DEPTH or self._steps > _STEPS:
            return
        if row.named and depth == 0:
            yield from self._named(row)
            return
        if value.kind == "call":
            yield from self._call(row, value, depth)
            return
        if value.kind in ("list", "map"):
            for part in leaves(value.parts):
                yield from self._read(row, part.parts[0] if part.kind == "pair" and part.parts else part, depth + 1)
            return
        if value.kind in ("name", "expr") and (items := self._catalog(row, value)):
            yield from items
            return
        text = self.values.template(value, self.module.path)
        if _COORDINATES.fullmatch(text):
            yield self._library(row, text)
            return
        resolved = self.values.resolve(value, self.module.path)
        if resolved != value:
            yield from self._read(row, resolved, depth + 1)
        elif value.kind == "expr":
            # `if (x) "a:b:1" else "c:d:1"`: any of them may ship
            for part in value.parts:
                yield from self._read(row, part, depth + 1)

    def _call(self, row: Declared, value: Value, depth: int) -> Iterator[Library]:
        name = value.text.rpartition(".")[2]
        words = [part.text for part in value.parts if part.kind == "str"]
        if name in _PLATFORMS:
            return  # a BOM sets versions and brings nothing
        if name == "kotlin" and words:
            yield self._library(row, ":".join(("org.jetbrains.kotlin", f"kotlin-{words[0]}", *words[1:2])))
        elif name in ("files", "fileTree"):
            yield from self._files(row, value)
        elif items := self._catalog(row, value):
            yield from items
        elif name in _WRAPPERS and value.parts:
            yield from self._read(row, value.parts[0], depth + 1)
        elif name not in ("project", "testFixtures"):
            resolved = self.values.resolve(value, self.module.path)
            if resolved != value:
                yield from self._read(row, resolved, depth + 1)

    def _named(self, row: Declared) -> Iterator[Library]:
        fields = {name: self.values.text(value, self.module.path) for name, value in row.named.items()}
        if not fields.get("name"):
            return
        library = self._library(row, ":".join((fields.get("group", ""), fields["name"], fields.get("version", ""))))
        if not library.group:
            # found by name in a `flatDir` repository
            ending = fields.get("ext") or "jar"
            library = library._replace(file=f"libs/{library.name}.{ending}")
        yield library

    def _files(self, row: Declared, value: Value) -> Iterator[Library]:
        texts = [self.values.text(part, self.module.path) for part in leaves(_arguments(value))]
        for text in filter(None, texts):
            if not text.startswith("*"):
                path = posixpath.normpath(posixpath.join(self.module.path, text))
                yield self._library(row, "")._replace(file=path, name=posixpath.splitext(posixpath.basename(path))[0])

    def _catalog(self, row: Declared, value: Value) -> tuple[Library, ...]:
        """The libraries behind `libs.foo.bar` and `libs.bundles.x`."""
        text = re.sub(r"\.(?:get|asProvider|orNull)(?:\(\))?(?=\.|$)", "", value.text)
        name, _, alias = text.partition(".")
        words = [part.text for part in value.parts if part.kind == "str"]
        asked = _FIND.search(f"{value.text}({words[0]})" if words else value.text)
        if asked:
            alias = ("bundles." if asked[1] == "Bundle" else "") + accessor(asked[2])
        catalog = self.modules.catalogs.of(self.module.path, name) if alias else None
        if asked and catalog is None:  # whatever the build's own code calls it
            catalog = self.modules.catalogs.of(self.module.path, "libs")
        items = catalog.find(alias) if catalog else ()
        return tuple(self._library(row, self._filled(item))._replace(catalog=item.place) for item in items)

    def _filled(self, item: Item) -> str:
        """The coordinates of a catalog's library; settings scripts write them with variables."""
        text = f"{item.group}:{item.name}:{item.version}"
        return self.values.template(Value("str", text, (), -1), folder(item.place.path)) if "$" in text else text

    def _library(self, row: Declared, text: str) -> Library:
        group, name, version = (part if "\0" not in part else "" for part in (text + "::").split(":")[:3])
        version, _, _ = version.partition("@")
        name, _, _ = name.partition("@")
        place = Place(row.line.place.path, row.value.spot if row.value.spot >= 0 else row.line.place.spot)
        return Library(
            group, name, version.removesuffix("!!"), row.configuration, self.module.path, row.source_set, row.ships, place,
        )  # fmt: skip

    def _class_path(self) -> Iterator[Library]:
        """The plugins that `buildscript { dependencies { classpath … } }` brings to the build."""
        for line in self.module.lines:
            if line.head == "classpath" and line.block[:1] == ("buildscript",):
                for value in leaves(line.args):
                    row = Declared("classpath", "", False, value, {}, line)
                    yield from self._read(row, value, 0)

    def _excluded(self, fields: Iterator[tuple[str, Value]]) -> tuple[str, str]:
        found = {name: self.values.text(value, self.module.path) for name, value in fields}
        return found.get("group", ""), found.get("module", "")

    def _locked(self, library: Library) -> str:
        """The version in the lockfile, which is what the build takes; the declared one without it."""
        return self.lock.get(library.module_id) or library.version


def _arguments(value: Value) -> Iterator[Value]:
    """What `files(…)` and `fileTree(…)` name: positional arguments, and `dir`."""
    for part in value.parts:
        if part.kind in ("pair", "map"):
            named = [part] if part.kind == "pair" else list(part.parts)
            yield from (row.parts[0] for row in named if row.text == "dir" and row.parts)
        else:
            yield part


def _excludes_everywhere(line: Line) -> bool:
    """`configurations.all { exclude … }`, `configurations { all*.exclude … }` and their like."""
    if line.head != "exclude" or "configurations" not in line.block:
        return False
    which = line.block[line.block.index("configurations") + 1 :]
    return not any(re.search(r"[tT]est|[dD]ebug", name) for name in which)


def _matches(rule: tuple[str, str], library: Library) -> bool:
    group, name = rule
    return bool(group or name) and fnmatchcase(library.group, group or "*") and fnmatchcase(library.name, name or "*")
