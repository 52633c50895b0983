"""What the names in Gradle scripts stand for: variables, extra properties, constants of buildSrc, catalog versions."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import MutableMapping, Sequence

from askfirst.facts.gradle_holes import LENGTH, fill
from askfirst.facts.rows import Value
from askfirst.model.catalogs import Catalogs, accessor
from askfirst.model.constants import build_constants
from askfirst.model.files import Unit
from askfirst.model.scripts import Line, Scripts, folder, pairs

_DEPTH = 12  # names that stand for names
_UNKNOWN = "\0"

# Blocks whose assignments are variables of the script, and what may stand before a variable's name.
_PREFIX = re.compile(
    r"^(?:(?:rootProject|project|parent|gradle|ext|extra|properties|this|extensions\.extraProperties"
    r"|buildscript|allprojects|subprojects|rootProject\.extensions\.extraProperties)\.)+"
)
_SCOPES = frozenset(
    [
        "buildscript",
        "allprojects",
        "subprojects",
        "ext",
        "extra",
        "project",
        "rootProject",
        "gradle",
        "extensions",
        "extraProperties",
        "parent",
        "this",
    ]
)
_ACCESSORS = re.compile(
    r"(?:\.(?:get|orNull|orElse|toInt|toInteger|toLong|toBoolean|toString|trim|getOrNull|asProvider|asString)(?:\([^()]*\))?"
    r"|!!|\s+as\s+\w+\??|\.(?:requiredVersion|displayName|strictVersion))+$"
)
_PROPERTY = re.compile(
    r"(?:[\w.]*\.)?(?:property|findProperty|gradleProperty|getProperty|getRequiredProperty|prop|extra\.get|ext\.get)"
    r"\(\s*[\"']?([\w.-]+)[\"']?\s*\)"
)
_FIND_VERSION = re.compile(r"^[\w.]*findVersion\(\s*[\"']?([\w.-]+)[\"']?\s*\)")
_INDEX = re.compile(r"\[\s*[\"']([^\"'\]]+)[\"']\s*\]")
_PARSE = re.compile(r"^(?:Integer\.(?:parseInt|valueOf)|Integer|int)\((.+)\)$")


class GradleValues:
    """Evaluates the values of scripts. `place` is always the folder of the module or script that mentions the name."""

    def __init__(self, units: Sequence[Unit], scripts: Scripts, catalogs: Catalogs) -> None:
        self._scripts, self._catalogs = scripts, catalogs
        self._names: dict[str, ChainMap[str, Value]] = {}
        self._properties: dict[str, dict[str, Value]] = {}
        self._texts: dict[tuple[str, str, int], str | None] = {}
        for unit in units:
            if unit.language == "properties":
                own = self._properties.setdefault(folder(unit.path), {})
                own.update((e.key, Value("str", e.value, (), e.spot)) for e in unit.facts.entries)
        self._constants = build_constants(units, scripts)

    def text(self, value: Value, place: str) -> str:
        """The string or number that `value` comes to; "" when it cannot be known."""
        found = self.template(value, place)
        return "" if _UNKNOWN in found else found

    def template(self, value: Value, place: str) -> str:
        """As `text`, but with a NUL for each part that cannot be known."""
        return self._text(value, place, 0)

    def number(self, value: Value, place: str) -> int:
        """The whole number that `value` comes to, also out of "android-30"; 0 when it cannot be known."""
        found = re.fullmatch(r"(?:android-)?(\d{1,9})(?:\.\d+)?", self.text(value, place).strip())
        return int(found[1]) if found else 0

    def resolve(self, value: Value, place: str) -> Value:
        """`value` with names followed to what they stand for, as far as that is known."""
        return self._resolve(value, place, 0)

    def _resolve(self, value: Value, place: str, depth: int) -> Value:
        key = reference(value)
        if not key or depth > _DEPTH:
            return value
        found = self._find(key, place, depth)
        return value if found is None else self._resolve(found, place, depth + 1)

    def _text(self, value: Value, place: str, depth: int) -> str:
        if depth > _DEPTH:
            return _UNKNOWN
        if value.kind in ("str", "int", "bool"):
            return self._interpolate(value.text, place, depth) if "$" in value.text else value.text
        if value.kind == "expr" and "+" in value.text and value.parts:
            return "".join(self._text(part, place, depth + 1) for part in value.parts)[:LENGTH]
        key = reference(value)
        filled = self._filled(key, place, depth) if key else None
        return _UNKNOWN if filled is None else filled

    def _interpolate(self, text: str, place: str, depth: int) -> str:
        return fill(text, lambda name: self._filled(_key(name), place, depth), _UNKNOWN)[:LENGTH]

    def _filled(self, key: str, place: str, depth: int) -> str | None:
        """The text of a variable; kept, so that strings made of strings made of strings cost no more than they are."""
        if (key, place, depth) not in self._texts:
            found = self._find(key, place, depth)
            self._texts[key, place, depth] = None if found is None else self._text(found, place, depth + 1)
        return self._texts[key, place, depth]

    def _find(self, key: str, place: str, depth: int) -> Value | None:
        """What the dotted name `key` stands for: a variable, or a path into a map."""
        first, _, rest = key.partition(".")
        catalog = self._catalogs.of(place, first) if rest.startswith("versions.") else None
        if catalog is not None and (version := catalog.versions.get(accessor(rest[9:]))):
            return Value("str", version, (), -1)
        if rest and (named := self._catalogs.of(place, first)) and len(items := named.find(accessor(rest))) == 1:
            return Value("str", f"{items[0].group}:{items[0].name}:{items[0].version}", (), -1)
        if found := self._variable(key, place):
            return found
        head = key
        while "." in head:
            head = head.rpartition(".")[0]
            if found := self._variable(head, place):
                path = key[len(head) + 1 :]
                # `deps.androidx = androidx`, whose entries are variables of their own: `androidx.core = "…"`
                other = reference(found) if depth < _DEPTH else ""
                entry = self._find(f"{other}.{path}", place, depth + 1) if other else None
                return entry or self._member(found, path, place, depth + 1)
        return None

    def _variable(self, name: str, place: str) -> Value | None:
        """The nearest variable of that name; `def x = rootProject.ext.x` is passed over for what it stands for."""
        names = self.names(place)
        if name not in names:
            return None
        return next((layer[name] for layer in names.maps if name in layer and reference(layer[name]) != name), None)

    def _member(self, value: Value, path: str, place: str, depth: int) -> Value | None:
        value = self._resolve(value, place, depth)
        first, _, rest = path.partition(".")
        for name, part in pairs((value, *value.parts)):
            if name == path:
                return part
            if name == first and rest:
                return self._member(part, rest, place, depth)
        return None

    def names(self, place: str) -> ChainMap[str, Value]:
        """Every variable that scripts in the folder `place` see, the nearest first."""
        if place not in self._names:
            build_file = self._scripts.build_file(place)
            own = _assigned(self._scripts.own(build_file)) if build_file else {}
            outer: list[MutableMapping[str, Value]] = [] if not place else list(self.names(folder(place)).maps)
            if not place:
                outer = [self._constants]
            settings = self._scripts.settings(place)
            given = _assigned(self._scripts.lines(settings)) if settings and folder(settings) == place else {}
            layers = [layer for layer in (own, self._properties.get(place, {}), given) if layer]
            self._names[place] = ChainMap(*layers, *outer)
        return self._names[place]


def reference(value: Value) -> str:
    """The name that `value` refers to, freed of `rootProject.ext.`, `.get()` and the like; "" when it is none."""
    if value.kind == "call":
        words = [part.text for part in value.parts if part.kind == "str"]
        call = value.text.rpartition(".")[2]
        if call in ("property", "findProperty", "gradleProperty", "getProperty", "getAt") and words:
            return words[0]
        if call in ("parseInt", "valueOf", "Integer", "provider") and value.parts:
            return reference(value.parts[0])
        return _key(value.text if not value.parts else f"{value.text}()")
    return _key(value.text) if value.kind in ("name", "expr") else ""


def _key(text: str) -> str:
    text = text.strip()
    if parsed := _PARSE.match(text):
        text = parsed[1].strip()
    text = _ACCESSORS.sub("", text)
    text = _PROPERTY.sub(r"\1", _FIND_VERSION.sub(r"libs.versions.\1", text))
    text = _INDEX.sub(r".\1", text)
    text = _PREFIX.sub("", text.replace("?.", "."))
    return text if re.fullmatch(r"[\w.-]+", text) else ""


def _assigned(lines: Sequence[Line]) -> dict[str, Value]:
    """The variables that a script sets, those of inner blocks only where no outer one has the name."""
    names: dict[str, Value] = {}
    inner: dict[str, Value] = {}
    for line in lines:
        if line.op == "=" and line.args:
            value = _initial(line.args[0])
            path = [name for name in (*line.block, line.head) if name not in _SCOPES]
            if len(path) == 1 or _SCOPES.intersection(line.block):
                names[".".join(path)] = value
            else:
                inner.setdefault(".".join(path), value)
                inner.setdefault(line.head, value)
        elif line.head == "set" and len(line.args) == 2 and _SCOPES.intersection(line.block):
            names[line.args[0].text] = line.args[1]
    return inner | names


def _initial(value: Value) -> Value:
    """The value behind `by extra("x")`."""
    return value.parts[0] if value.kind == "call" and value.text in ("extra", "ext") and value.parts else value
