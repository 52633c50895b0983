"""What a loop's variable stands for in a Gradle script: all items of its collection at once, where its body is read once."""

from __future__ import annotations

from itertools import chain, islice, product

from askfirst.facts.gradle_cursor import RawValue
from askfirst.facts.gradle_holes import LENGTH, fill, names

Bound = dict[str, RawValue]

_SIZE = 500  # values in what a variable stands for, texts that one text with variables comes to
_REPEATS = 12  # times that a block is read for the items of a list


def bindings(variables: list[str], items: RawValue) -> Bound:
    """The variables of a loop over `items`: a map's keys and values, or what they have in common."""
    if size(items) > _SIZE or ".." in items[1]:
        return {}
    if len(variables) == 2 and items[0] == "map":
        pairs = [part for part in items[2] if part[2]]
        keys = tuple(("str", pair[1], (), pair[3]) for pair in pairs)
        values = tuple(pair[2][0] for pair in pairs)
        return {variables[0]: ("list", "", keys, items[3]), variables[1]: ("list", "", values, items[3])}
    return dict.fromkeys(variables[-1:] or ["it"], items)


def bind(value: RawValue, bound: Bound) -> RawValue:
    """`value` with the variables of loops put in."""
    kind, text, parts, spot = value
    if kind == "name" and text in bound:
        return bound[text]
    if kind == "str" and "$" in text and len(text) <= LENGTH:
        filled = _filled(text, bound)
        if len(filled) == 1:
            return (kind, filled[0], parts, spot)
        return ("list", "", tuple(("str", each, (), spot) for each in filled), spot)
    return (kind, text, tuple(bind(part, bound) for part in parts), spot) if parts else value


def _filled(text: str, bound: Bound) -> list[str]:
    """What `text` comes to in each round of the loops whose variables it speaks of."""
    loops: dict[int, dict[str, tuple[RawValue, ...]]] = {}
    for name in names(text):
        kind, _, items, spot = bound.get(name, ("", "", (), -1))
        if kind == "str":
            loops.setdefault(spot, {})[name] = (bound[name],)
        elif kind == "list" and all(item[0] == "str" for item in items):
            # the keys and the values of a map have its spot, and go together
            loops.setdefault(spot, {})[name] = items
    rounds = product(*(zip(*loop.values(), strict=False) for loop in loops.values()))
    variables = [name for loop in loops.values() for name in loop]
    return [
        fill(text, {name: item[1] for name, item in zip(variables, chain(*each), strict=False)}.get)
        for each in islice(rounds, _SIZE)
    ]


def listed(value: RawValue, bound: Bound) -> tuple[RawValue, ...]:
    """The texts that the loop variable `value` goes through, a few at most; () when they are not known."""
    items = bound.get(value[1]) if value[0] == "name" else None
    if items is None or items[0] != "list" or not all(item[0] == "str" for item in items[2]):
        return ()
    return items[2][:_REPEATS]


def texts(text: str, bound: Bound) -> list[str]:
    """What `text` comes to with the variables of loops put in: `"${it}Implementation"`; a few texts at most."""
    return _filled(text, bound)[:_REPEATS]


def size(value: RawValue) -> int:
    """How many values `value` is made of."""
    return 1 + sum(map(size, value[2]))
