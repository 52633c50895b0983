"""What a loop's variable stands for in a Gradle script: all items of its collection at once, since loops are read once."""

from __future__ import annotations

import re

from askfirst.facts.gradle_cursor import Value

Bound = dict[str, Value]

_SIZE = 500  # values in what a variable stands for
_REPEATS = 12  # times that a block is read for the items of a list
_HOLE = re.compile(r"\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)(?![\w.])")


def bindings(names: list[str], items: Value) -> Bound:
    """The variables `names` of a loop over `items`: a map's keys and values, or what they have in common."""
    if size(items) > _SIZE or ".." in items[1]:
        return {}
    if len(names) == 2 and items[0] == "map":
        pairs: list[Value] = [part for part in items[2] if isinstance(part, tuple)]
        keys = tuple(("str", pair[1], (), pair[3]) for pair in pairs)
        values = tuple(pair[2][0] for pair in pairs if pair[2])
        return {names[0]: ("list", "", keys, items[3]), names[1]: ("list", "", values, items[3])}
    return dict.fromkeys(names[-1:] or ["it"], items)


def bind(value: Value, bound: Bound) -> Value:
    """`value` with the variables of loops put in."""
    kind, text, parts, spot = value
    if kind == "name" and text in bound:
        return bound[text]
    if kind == "str" and "$" in text:
        hole = _HOLE.search(text)
        items = bound.get(hole[1] or hole[2]) if hole else None
        if hole and items and items[0] == "str":
            return (kind, text[: hole.start()] + items[1] + text[hole.end() :], parts, spot)
        if hole and items and items[0] == "list" and all(item[0] == "str" for item in items[2]):  # type: ignore[index]
            texts = [text[: hole.start()] + item[1] + text[hole.end() :] for item in items[2]]  # type: ignore[index]
            return ("list", "", tuple(("str", filled, (), spot) for filled in texts), spot)
        return value
    return (kind, text, tuple(bind(part, bound) for part in parts), spot) if parts else value  # type: ignore[arg-type]


def listed(value: Value, bound: Bound) -> tuple[Value, ...]:
    """The texts that the loop variable `value` goes through, a few at most; () when they are not known."""
    items = bound.get(value[1]) if value[0] == "name" else None
    if items is None or items[0] != "list" or not all(item[0] == "str" for item in items[2]):  # type: ignore[index]
        return ()
    return items[2][:_REPEATS]  # type: ignore[return-value]


def texts(text: str, bound: Bound) -> tuple[str, ...]:
    """What `text` comes to with the variables of loops put in: `"${it}Implementation"`; a few texts at most."""
    kind, filled, parts, _ = bind(("str", text, (), -1), bound)
    return tuple(part[1] for part in parts[:_REPEATS]) if kind == "list" else (filled,)  # type: ignore[index]


def size(value: Value) -> int:
    """How many values `value` is made of."""
    return 1 + sum(map(size, value[2]))  # type: ignore[arg-type]
