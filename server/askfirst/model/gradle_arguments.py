"""What a call's arguments put in the place of a function's parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from askfirst.facts.gradle_holes import fill
from askfirst.facts.rows import Value
from askfirst.model.scripts import pairs

Given = Mapping[str, Value]

_SIZE = 500  # values in a value
_DEPTH = 40  # lists in lists


def given_by(args: Sequence[Value], parameters: Sequence[Value]) -> dict[str, Value]:
    """Parameter → what a call gives for it, or its default."""
    found = {value.text: value.parts[0] for value in parameters if value.kind == "pair" and value.parts}
    found |= dict(zip((value.text for value in parameters), (v for v in args if v.kind != "pair"), strict=False))
    if len(args) > len(parameters) > 0:  # vararg
        found[parameters[-1].text] = Value("list", "", tuple(args[len(parameters) - 1 :]), -1)
    names = {value.text for value in parameters}
    return found | {name: value for name, value in pairs(args) if name in names}


def takes(parameters: Sequence[Value], count: int) -> tuple[bool, int]:
    """How ill a call with `count` arguments fits: whether it gives too few or too many, and how far it is from all."""
    needed = sum(value.kind != "pair" for value in parameters)
    return not needed <= count <= len(parameters), abs(len(parameters) - count)


def put(value: Value, given: Given) -> Value:
    """`value` with what is given for the names in it; with its names where that would be too much."""
    filled = _put(value, given) if given else value
    return filled if _fits(filled) else value


def unplaced(value: Value) -> Value:
    """`value` as it stands nowhere."""
    return value._replace(spot=-1, parts=tuple(map(unplaced, value.parts)))


def _put(value: Value, given: Given) -> Value:
    if value.kind == "name" and value.text in given:
        return given[value.text]
    if value.kind == "str" and "$" in value.text:
        return value._replace(text=fill(value.text, lambda name: _text(given.get(name))))
    first, dot, rest = value.text.partition(".")
    if dot and value.kind in ("name", "call") and first in given and given[first].kind == "name":
        value = value._replace(text=f"{given[first].text}.{rest}")
    return value._replace(parts=tuple(_put(part, given) for part in value.parts)) if value.parts else value


def _text(value: Value | None) -> str | None:
    """What stands in a hole for `value`."""
    if value is None or value.kind not in ("str", "int", "name"):
        return None
    return f"${{{value.text}}}" if value.kind == "name" else value.text


def _fits(value: Value) -> bool:
    """Whether `value` is neither larger nor deeper than what people write."""
    level, size = [value], 1
    for _ in range(_DEPTH):
        level = [part for outer in level for part in outer.parts]
        size += len(level)
        if not level or size > _SIZE:
            break
    return not level and size <= _SIZE
