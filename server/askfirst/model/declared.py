"""Dependency declarations as scripts write them, before anything is resolved, and what their configurations mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from askfirst.facts.rows import Value
from askfirst.model.scripts import Line, leaves, pairs

# What a configuration's name ends in when it puts code into the app; before it may stand a source set ("fullApi").
_SHIPPING = re.compile(
    r"(.*?)(?:[iI]mplementation|[aA]pi|[cC]ompile|[rR]untimeOnly|[aA]pk|[pP]ublish|[eE]mbed|[bB]undle)$"
)
_SEEN_ONLY = re.compile(r"(.*?)(?:[cC]ompileOnly(?:Api)?|[pP]rovided)$")
_TESTS = re.compile(
    r"(?:^|.*[a-z])(?:[tT]est|[dD]ebug|androidTest|testFixtures)(?:[A-Z].*)?$|^(?:kapt|ksp|lint|detekt|wear)"
)
_PLATFORM = r"(?:ios|jvm|js|wasm|web|desktop|native|macos|linux|mingw|apple|tvos|watchos)"
_FOREIGN = re.compile(rf"(?:common|{_PLATFORM})\w*Test$|(?!.*[aA]ndroid){_PLATFORM}\w*Main$")
_SHARED_SETS = frozenset({"commonMain", "androidMain"})
_NOT_OURS = frozenset(
    {"buildscript", "pluginManagement", "dependencyResolutionManagement", "constraints", "versionCatalogs"}
)
_NOT_CONFIGURATIONS = frozenset({"exclude", "because", "version", "transitive", "force", "def", "val", "if", "for"})


class Declared(NamedTuple):
    """One argument of `implementation(…)`: what is depended on, still as written."""

    configuration: str
    source_set: str  # "" = all variants
    ships: bool
    value: Value
    named: dict[str, Value]  # of `group: 'a', name: 'b'`
    line: Line


def declared(lines: Sequence[Line]) -> Iterator[Declared]:
    """The dependency declarations among `lines`, in order."""
    for line in lines:
        if not _depends(line.block) or not _NOT_OURS.isdisjoint(line.block):
            continue
        args = line.args
        if line.op == "=" or not args:
            continue
        configurations: Iterable[str] = (line.head,)
        if line.head == "add" and len(args) == 1:
            configurations = (_added_to(line),)
        elif line.head == "add":
            configurations, args = (value.text for value in leaves(args[:1])), args[1:]
        for configuration in configurations:
            yield from _of(line, configuration, args)


def _of(line: Line, configuration: str, args: Sequence[Value]) -> Iterator[Declared]:
    """What one line adds to one configuration."""
    if configuration in _NOT_CONFIGURATIONS:
        return
    set_block = line.block[-2] if len(line.block) > 1 and "sourceSets" in line.block else ""
    source_set, ships = placed(configuration, set_block)
    named = dict(pairs(args))
    if "name" in named or "path" in named:
        yield Declared(configuration, source_set, ships, args[0], named, line)
        return
    for value in leaves(args):
        if value.kind not in ("pair", "closure"):
            yield Declared(configuration, source_set, ships, value, {}, line)


def _added_to(line: Line) -> str:
    """The configuration in `configurations.implementation.dependencies.add(…)`, or the one asked for around it:
    `configurations.all { if (name == "implementation") dependencies.add(…) }`."""
    asked = re.search(r"\bname\s*==\s*[\"'](\w+)[\"']", line.guard)
    return asked[1] if asked else line.block[-2] if len(line.block) > 1 else ""


def _depends(block: tuple[str, ...]) -> bool:
    """Whether lines of the block declare dependencies: `dependencies { … }`, `dependencies { extras.each { … } }`."""
    if block and block[-1] in ("each", "forEach"):
        return any(name.endswith("dependencies") for name in block)
    return bool(block) and block[-1].endswith("dependencies")


def placed(configuration: str, set_block: str = "") -> tuple[str, bool]:
    """The source set that a configuration feeds ("" = all variants), and whether that ships."""
    if set_block:
        shared = "" if set_block in _SHARED_SETS else set_block
        return shared, not (_FOREIGN.search(set_block) or _TESTS.match(set_block)) and bool(
            _SHIPPING.match(configuration)
        )
    if found := _SEEN_ONLY.match(configuration):
        return found[1], False
    if found := _SHIPPING.match(configuration):
        source_set = found[1].strip("_")
        return "" if source_set in _SHARED_SETS | {"android"} else source_set, not (
            _TESTS.match(source_set) or _FOREIGN.search(source_set)
        )
    return "", False


def exclude(line: Line) -> Iterator[tuple[str, Value]]:
    """Group and module of one `exclude` line: named, or in order as Kotlin allows."""
    named = list(pairs(line.args))
    if named:
        yield from ((name, value) for name, value in named if name in ("group", "module"))
        return
    yield from zip(("group", "module"), line.args, strict=False)
