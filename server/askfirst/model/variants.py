"""The variants of a module that ship: build types × flavours, as the `android` block declares them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from askfirst.facts.rows import Value
from askfirst.model.gradle_values import GradleValues
from askfirst.model.scripts import Line, leaves, pairs

LIMIT = 12  # variants of one module that are looked at
_OPENERS = frozenset({"create", "register", "maybeCreate", "getByName", "named", "get"})
NO_NAMES = frozenset(
    {"all", "each", "forEach", "configureEach", "whenObjectAdded", "withType", "matching", "filter", "if"}
)
_NOT_SHIPPED = re.compile(r"debug|.*Debug|(?:macro)?benchmark.*|nonMinified.*|profile|mock")
_SHARED = {"kmp": ("main", "commonMain", "androidMain")}


class Variant(NamedTuple):
    """One way the module is built. `source_sets` in merge order, "main" first: what comes later goes over it."""

    name: str
    flavors: tuple[str, ...]
    build_type: str
    source_sets: tuple[str, ...]

    def takes(self, source_set: str) -> bool:
        """Whether what is declared for `source_set` ("" = all) goes into this variant."""
        return source_set in ("", "main") or source_set in self.source_sets


def named(taken: Iterable[Variant], every: Sequence[Variant]) -> tuple[str, ...]:
    """The variants that a finding names: those of `every` that it holds in, none when it holds in all of them."""
    wanted = set(taken)
    names = tuple(variant.name for variant in every if variant in wanted)
    return () if len(names) == len(every) else names


def variants(
    lines: Sequence[Line], values: GradleValues, place: str, kind: str, on_disk: Iterable[str]
) -> tuple[Variant, ...]:
    """The variants that ship, at most LIMIT, release builds first; `on_disk` are the source sets that have files."""
    others = (name for name in opened(lines, "buildTypes") if name != "release")
    # a release that can be debugged is a mistake, and what ships all the same
    build_types = ["release", *(n for n in others if not _NOT_SHIPPED.fullmatch(n) and not _debuggable(lines, n))]
    flavors = opened(lines, "productFlavors")
    known = {"main", "commonMain", "androidMain", *build_types}
    if not flavors and kind != "kmp":
        # declared where nothing can be read (a convention plugin, a loop): the folders tell
        ends = tuple(name.capitalize() for name in build_types)
        flavors = tuple(name for name in sorted(on_disk) if name not in known and not name.endswith(ends))
    dimensions = _dimensions(lines, values, place)
    groups: dict[str, list[str]] = {dimension: [] for dimension in dimensions}
    for flavor in flavors:
        dimension = _dimension(lines, values, place, flavor) or (dimensions[0] if dimensions else "")
        groups.setdefault(dimension, []).append(flavor)
    combinations = list(itertools.islice(itertools.product(*filter(None, groups.values())), LIMIT))
    shared = _SHARED.get(kind, ("main",))
    every = (_variant(shared, flavors, name) for name in build_types for flavors in combinations)
    return tuple(itertools.islice(every, LIMIT))


def opened(lines: Iterable[Line], container: str) -> tuple[str, ...]:
    """The names declared in `android { container { … } }`, in order."""
    names: dict[str, None] = {}
    for line in lines:
        if not line.below("android", container):
            continue
        if len(line.block) > 2:
            names[line.block[2]] = None
        elif line.head in _OPENERS and line.args and line.args[0].kind == "str":
            names[line.args[0].text] = None
        elif line.op == "block" or (
            line.args and line.args[0].kind == "call" and line.args[0].text in _OPENERS | {"creating"}
        ):
            names[line.head] = None
    return tuple(name for name in names if re.fullmatch(r"\w+", name) and name not in NO_NAMES | _OPENERS)


def texts(args: Iterable[Value], values: GradleValues, place: str) -> Iterator[str]:
    """The strings among `args`, in lists and `listOf(…)` too."""
    for value in leaves(args):
        if value.kind == "call" and value.text.rpartition(".")[2] in (
            "listOf",
            "setOf",
            "arrayOf",
            "mutableListOf",
            "asList",
        ):
            yield from texts(value.parts, values, place)
        elif text := values.text(value, place):
            yield text


def placeholders(lines: Iterable[Line], block: tuple[str, ...], values: GradleValues, place: str) -> dict[str, str]:
    """The manifest placeholders set in `block`; a value that cannot be known is left out."""
    found: dict[str, str] = {}
    for line in lines:
        if line.inside(*block) and line.head in ("manifestPlaceholders", "addManifestPlaceholders"):
            items = _entries(line.args)
        elif line.inside(*block, "manifestPlaceholders"):
            put = line.head in ("put", "set") and len(line.args) == 2
            items = iter([(line.args[0].text, line.args[1])]) if put else _entries(line.args)
            if line.op == "=" and line.args:
                items = iter([(line.head, line.args[0])])
        else:
            continue
        for name, value in items:
            if text := values.text(value, place):
                found[name] = text
    return found


def _entries(args: Iterable[Value]) -> Iterator[tuple[str, Value]]:
    """The entries of maps: written in brackets, or by `mapOf("a" to "b")`."""
    for value in args:
        if value.kind == "call" and value.text in ("mapOf", "mutableMapOf", "hashMapOf", "to"):
            yield from _entries(value.parts)
        else:
            yield from pairs((value,))


def _variant(shared: tuple[str, ...], flavors: tuple[str, ...], build_type: str) -> Variant:
    combined = _camel(flavors)
    name = _camel((*flavors, build_type))
    # of two flavours the first dimension's goes over the second's
    sets = (*shared, *reversed(flavors), combined, build_type, name)
    return Variant(name, flavors, build_type, tuple(dict.fromkeys(filter(None, sets))))


def _camel(words: tuple[str, ...]) -> str:
    return "".join(word if number == 0 else word[:1].upper() + word[1:] for number, word in enumerate(words))


def _debuggable(lines: Sequence[Line], build_type: str) -> bool:
    for line in lines:
        if line.inside("android", "buildTypes", build_type) and line.args:
            if line.head in ("debuggable", "isDebuggable") and line.args[0].text == "true":
                return True
            if line.head in ("initWith", "initWith.buildTypes") and re.search(r"\bdebug\b", repr(line.args)):
                return not any(
                    other.head in ("debuggable", "isDebuggable") and other.args and other.args[0].text == "false"
                    for other in lines
                    if other.inside("android", "buildTypes", build_type)
                )
    return False


def _dimensions(lines: Iterable[Line], values: GradleValues, place: str) -> list[str]:
    names: dict[str, None] = {}
    for line in lines:
        if line.head == "flavorDimensions" or (line.block and line.block[-1] == "flavorDimensions"):
            names.update(dict.fromkeys(texts(line.args, values, place)))
    return list(names)


def _dimension(lines: Iterable[Line], values: GradleValues, place: str, flavor: str) -> str:
    for line in lines:
        if line.inside("android", "productFlavors", flavor) and line.head in (
            "dimension",
            "setDimension",
            "flavorDimension",
        ):
            return next(texts(line.args, values, place), "")
    return ""
