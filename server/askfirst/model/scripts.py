"""Gradle scripts as the build sees them: what applies to a module, in order, with its enclosing blocks made uniform."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from askfirst.facts.gradle_chains import LINK, SCOPE_FUNCTIONS
from askfirst.facts.rows import Statement, Value
from askfirst.findings import Place
from askfirst.model.files import Unit

BUILD_FILES = ("build.gradle.kts", "build.gradle")
SETTINGS_FILES = ("settings.gradle.kts", "settings.gradle")
BUILD_LOGIC = frozenset({"buildSrc", "build-logic", "buildLogic"})
TOOLS = frozenset({"lint", "lintOptions", "testOptions"})  # blocks of android whose levels are those of tools
_APPLY_LIMIT = 8  # scripts that apply scripts

# `create(full) { … }` and `full { … }` are the same block.
_NAMED = re.compile(r"(?:create|getByName|get|named|register|maybeCreate|getting|creating)\((.*)\)")
_INDEXED = re.compile(r"\[\s*[\"']([^\"'\]]+)[\"']\s*\]")
_WITH = re.compile(r"with\((.*)\)")
_GETTER = re.compile(r"get([A-Z])(\w*)\(\)")
_DEFINITIONS = ("fun ", "class ")


class Line(NamedTuple):
    """A Statement whose way of blocks holds one plain name each: ("android", "defaultConfig"), head "minSdk"."""

    block: tuple[str, ...]
    head: str
    op: str
    args: tuple[Value, ...]
    guard: str
    place: Place

    def inside(self, *block: str) -> bool:
        """Whether the line stands directly in this block."""
        return self.block == block

    def below(self, *block: str) -> bool:
        """Whether the line stands in this block or deeper."""
        return self.block[: len(block)] == block


def folder(path: str) -> str:
    """The folder of a file or folder, "" for the root."""
    return path.rpartition("/")[0]


def above(path: str) -> Iterator[str]:
    """The folder `path` itself and those above it, up to the root ""."""
    while path:
        yield path
        path = folder(path)
    yield ""


def in_build_logic(path: str) -> bool:
    """Whether the file belongs to the build itself rather than to what it builds."""
    return not BUILD_LOGIC.isdisjoint(path.split("/"))


class Scripts:
    """The Gradle scripts among `units`."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = {u.path: u for u in units if u.language in ("groovy", "kts")}
        self._lines: dict[str, tuple[Line, ...]] = {}
        self._own: dict[str, tuple[Line, ...]] = {}
        self._given: dict[str, tuple[Line, ...]] = {}
        # id of a precompiled script plugin → its path
        self.plugins: dict[str, str] = {}
        self._builds = tuple(
            f"{posixpath.normpath(posixpath.join(folder(path), line.args[0].text))}/"
            for path in self.units
            if posixpath.basename(path) in SETTINGS_FILES
            for line in self.lines(path)
            if line.head == "includeBuild" and line.args
        )
        for path in self.units:
            name = posixpath.basename(path)
            if "/src/main/" in path and name not in BUILD_FILES + SETTINGS_FILES:
                self.plugins.setdefault(re.sub(r"\.gradle(\.kts)?$", "", name), path)

    def is_build_code(self, path: str) -> bool:
        """Whether the file belongs to the build itself, or to one that the settings include."""
        return in_build_logic(path) or path.startswith(self._builds)

    def settings(self, path: str) -> str:
        """The nearest settings file at or above the folder `path`, or ""."""
        for place in above(path):
            for name in SETTINGS_FILES:
                if (file := posixpath.join(place, name)) in self.units:
                    return file
        return ""

    def lines(self, path: str) -> tuple[Line, ...]:
        """One script, line by line; () when there is no such script."""
        if path not in self._lines:
            unit = self.units.get(path)
            self._lines[path] = unit_lines(unit) if unit else ()
        return self._lines[path]

    def own(self, path: str) -> tuple[Line, ...]:
        """A script together with the scripts and script plugins it applies, in their place."""
        if path not in self._own:
            self._own[path] = tuple(self._expand(path, {path}, 0))
        return self._own[path]

    def effective(self, build_file: str, module: str) -> tuple[Line, ...]:
        """What holds for the module in the folder `module`: `allprojects` and `subprojects` above it, then its own."""
        parts = [self._from_above(place) for place in reversed(list(above(module))) if place != module]
        parts.append(tuple(_within(self._build_lines(module), ("allprojects",))))
        parts.append(outside(self.own(build_file)))
        return tuple(line for part in parts for line in part)

    def build_file(self, place: str) -> str:
        """The build file in the folder `place`, or ""."""
        for name in BUILD_FILES:
            if (path := posixpath.join(place, name)) in self.units:
                return path
        return ""

    def _build_lines(self, place: str) -> tuple[Line, ...]:
        path = self.build_file(place)
        return self.own(path) if path else ()

    def _from_above(self, place: str) -> tuple[Line, ...]:
        if place not in self._given:
            self._given[place] = outside(_within(self._build_lines(place), ("allprojects", "subprojects")))
        return self._given[place]

    def _expand(self, path: str, seen: set[str], depth: int) -> Iterator[Line]:
        for line in self.lines(path):
            applied = self._applied(line, path) if depth < _APPLY_LIMIT else ""
            if applied and applied not in seen:
                seen.add(applied)
                yield from (
                    inner._replace(block=line.block + inner.block) if line.block not in ((), ("plugins",)) else inner
                    for inner in self._expand(applied, seen, depth + 1)
                )
            yield line

    def _applied(self, line: Line, path: str) -> str:
        """The script that the line applies, or ""."""
        if line.head == "apply":
            for name, value in pairs(line.args):
                if name == "from":
                    return self._find(_script_name(value), path)
                if name == "plugin" and value.kind == "str":
                    return self.plugins.get(value.text, "")
        elif line.head == "id" and line.args and line.args[0].kind == "str":
            name = line.args[0].text
            return self.plugins.get(name) or self.plugins.get(name.rpartition(".")[2], "")
        elif line.block == ("plugins",) and not line.args:
            return self.plugins.get(line.head.strip("`"), "")
        return ""

    def _find(self, name: str, path: str) -> str:
        """`name`, as written after `apply from:` in the script `path`: beside it, or from a folder above (rootDir)."""
        for place in above(folder(path)):
            candidate = posixpath.normpath(posixpath.join(place, name))
            if candidate in self.units and candidate != path:
                return candidate
        return ""


def outside(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines that run by themselves: those in no function and no class."""
    return tuple(
        line for line in lines if line.op != "fun" and not any(name.startswith(_DEFINITIONS) for name in line.block)
    )


def unit_lines(unit: Unit) -> tuple[Line, ...]:
    """What a script, or code of the build, says line by line."""
    return tuple(_line(unit.path, row) for row in unit.facts.statements)


def pairs(values: Iterable[Value]) -> Iterator[tuple[str, Value]]:
    """The named arguments among `values`, also those of a map written in brackets."""
    for value in values:
        if value.kind == "pair" and value.parts:
            yield value.text, value.parts[0]
        elif value.kind == "map":
            yield from pairs(value.parts)


def leaves(values: Iterable[Value]) -> Iterator[Value]:
    """The items of `values`, lists opened."""
    for value in values:
        if value.kind == "list":
            yield from leaves(value.parts)
        else:
            yield value


def _line(path: str, row: Statement) -> Line:
    block = tuple(name for head in row.block for name in _names(head) if name not in SCOPE_FUNCTIONS)
    *outer, head = _names(row.head) or [""]
    return Line(block + tuple(outer), head, row.op, row.args, row.guard, Place(path, row.spot))


def _names(head: str) -> list[str]:
    head = _INDEXED.sub(r".\1", head)
    names = []
    for segment in LINK.split(head):
        named = _NAMED.fullmatch(segment) or _WITH.fullmatch(segment)
        if got := _GETTER.fullmatch(segment):  # Java
            segment = got[1].lower() + got[2]
        names.append((named[1] if named else segment).strip("\"'` "))
    return names


def _within(lines: Iterable[Line], blocks: tuple[str, ...]) -> Iterator[Line]:
    """The lines inside one of `blocks` at the top of a script, as if they stood outside of it."""
    for line in lines:
        if line.block and line.block[0] in blocks:
            rest = line.block[1:]
            # `subprojects { afterEvaluate { … } }`, `configure(subprojects) { plugins.withId("…") { … } }`
            while rest and (
                rest[0] in ("afterEvaluate", "project", "plugins") or rest[0].startswith(("withId(", "withPlugin("))
            ):
                rest = rest[1:]
            yield line._replace(block=rest)


def _script_name(value: Value) -> str:
    """The path in `apply from: …`, without what stands for the root folder in front of it."""
    text = value.text if value.kind == "str" or not value.parts else value.parts[0].text
    found = re.search(r"[\"']([^\"']+\.gradle(?:\.kts)?)[\"']", text)
    text = found[1] if found else text
    text = re.sub(r"^(?:\$\{?[\w.]+\}?|\.\.?)(?:/|$)", "", text)
    while text.startswith("../"):
        text = text[3:]
    return text.lstrip("/")
