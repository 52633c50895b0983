"""Functions of scripts and of the build's own code, and what runs where one is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from askfirst.facts.rows import Value
from askfirst.model.files import Unit
from askfirst.model.scripts import Line, Scripts, above, pairs, unit_lines

# What `x()` may hang on and be the same function: the project it is kept at.
_HOLDERS = frozenset({"rootProject", "project", "ext", "extra", "this", "parent", "call"})
_HOLE = re.compile(r"\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)")
_LEVELS = {
    "minSdk": ("android", "defaultConfig"), "targetSdk": ("android", "defaultConfig"), "compileSdk": ("android",),
}  # fmt: skip


class Function(NamedTuple):
    """One function; `lines` is its body, whose blocks begin in it."""

    owner: str  # the type or object it belongs to, "" without one
    name: str
    parameters: tuple[Value, ...]
    lines: tuple[Line, ...]

    @property
    def wraps(self) -> bool:
        """Whether it only does what its name says: `fun DependencyHandler.api(x: Any) = add("api", x)`."""
        return any(line.args and line.args[0].kind == "str" and line.args[0].text == self.name for line in self.lines)

    def run(self, call: Line) -> Iterator[Line]:
        """The body as it runs for `call`: in its block, with its arguments in the place of the parameters."""
        names = {value.text for value in self.parameters} | {"this", "project"}
        given = _arguments(self.parameters, call.args)
        local: dict[str, Value] = {}
        for line in self.lines:
            args = tuple(_put(value, given) for value in line.args)
            place = line.place
            if args != line.args:
                # what was given stands where the call does
                args, place = tuple(map(_unplaced, args)), call.place
            args = tuple(_put(value, local) for value in args)
            if line.op == "=" and args:
                local[line.head] = args[0]
            block = (*call.block, *(name for name in line.block if name not in names))
            # `(this as LibraryExtension).defaultConfig.targetSdk = 34`, on whatever way
            block = _LEVELS.get(line.head, block)
            yield line._replace(block=block, args=args, place=place, guard=line.guard or call.guard)


class Functions:
    """The functions that scripts can call."""

    def __init__(self, units: Sequence[Unit], scripts: Scripts) -> None:
        self._scripts = scripts
        self._near: dict[str, dict[str, Function]] = {}
        self._shared: dict[str, Function] = {}
        self._plugins: dict[str, Function] = {}
        for unit in units:
            if unit.language in ("java", "kotlin") and unit.facts.statements:
                for function in _defined(unit_lines(unit)):
                    if function.name == "apply":
                        self._plugins.setdefault(function.owner, function)
                    self._shared.setdefault(f"{function.owner}.{function.name}", function)
                    if function.name != "apply":
                        self._shared.setdefault(function.name, function)

    def plugin(self, name: str) -> Function | None:
        """What the plugin class of that name does to a project."""
        return self._plugins.get(name.rpartition(".")[2])

    def called(self, line: Line, place: str, owner: str) -> tuple[Function, Line] | None:
        """The function that a line calls from inside the type `owner` in a script of the folder `place`, and the call as
        it stands in its block without what the function hangs on."""
        if line.op not in ("call", "block"):
            return None
        name, block = line.head, line.block
        if name == "call" and block:  # `addX.call()`
            name, block = block[-1], block[:-1]
        if block and block[-1] in ("INSTANCE", "Companion"):
            block = block[:-1]
        receiver = block[-1] if block else ""
        found = self._shared.get(f"{receiver}.{name}")
        if found and receiver:
            block = block[:-1]
        else:
            while block and block[-1] in _HOLDERS:
                block = block[:-1]
            found = self._shared.get(f"{owner}.{name}") or self._script_function(name, place) or self._shared.get(name)
        return (found, line._replace(block=block)) if found and not found.wraps else None

    def _script_function(self, name: str, place: str) -> Function | None:
        for folder in above(place):
            if folder not in self._near:
                build_file = self._scripts.build_file(folder)
                lines = self._scripts.own(build_file) if build_file else ()
                self._near[folder] = {function.name: function for function in _defined(lines)}
            if name in self._near[folder]:
                return self._near[folder][name]
        return None


def _defined(lines: Iterable[Line]) -> Iterator[Function]:
    """The functions among `lines`; those inside of others are left to these."""
    heads: dict[tuple[str, ...], tuple[Value, ...]] = {}
    bodies: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        depth = next((n for n, name in enumerate(line.block) if name.startswith("fun ")), -1)
        if depth >= 0:
            key = line.block[: depth + 1]
            if line.op != "fun" and not any(name.startswith("fun ") for name in line.block[depth + 1 :]):
                bodies.setdefault(key, []).append(line._replace(block=line.block[depth + 1 :]))
        elif line.op == "fun":
            # overloads are read as one, with the parameters of the last
            heads[(*line.block, f"fun {line.head}")] = line.args
    for key, body in bodies.items():
        owner = key[-2].removeprefix("class ") if len(key) > 1 else ""
        yield Function(owner, key[-1].removeprefix("fun "), heads.get(key, ()), tuple(body))


def _arguments(parameters: Sequence[Value], args: Sequence[Value]) -> dict[str, Value]:
    """Parameter → what a call gives for it, or its default."""
    found = {value.text: value.parts[0] for value in parameters if value.kind == "pair" and value.parts}
    found |= dict(zip((value.text for value in parameters), (v for v in args if v.kind != "pair"), strict=False))
    if len(args) > len(parameters) > 0:  # vararg
        last = parameters[-1].text
        found[last] = Value("list", "", tuple(args[len(parameters) - 1 :]), -1)
    names = {value.text for value in parameters}
    return found | {name: value for name, value in pairs(args) if name in names}


def _put(value: Value, given: Mapping[str, Value]) -> Value:
    """`value` with what is given for the names in it."""
    if not given:
        return value
    if value.kind == "name" and value.text in given:
        return given[value.text]
    if value.kind == "str" and "$" in value.text:
        return value._replace(text=_HOLE.sub(lambda hole: _filled(hole, given), value.text))
    first, dot, rest = value.text.partition(".")
    if dot and value.kind in ("name", "call") and first in given and given[first].kind == "name":
        value = value._replace(text=f"{given[first].text}.{rest}")
    return value._replace(parts=tuple(_put(part, given) for part in value.parts)) if value.parts else value


def _filled(hole: re.Match[str], given: Mapping[str, Value]) -> str:
    value = given.get(hole[1] or hole[2])
    if value is None or value.kind not in ("str", "int", "name"):
        return hole[0]
    return f"${{{value.text}}}" if value.kind == "name" else value.text


def _unplaced(value: Value) -> Value:
    return value._replace(spot=-1, parts=tuple(map(_unplaced, value.parts)))
