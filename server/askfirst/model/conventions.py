"""Convention plugins written as classes of the build, read as if they were script lines."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.facts.rows import Expr, Facts, Value
from askfirst.findings import Place
from askfirst.model.files import Unit
from askfirst.model.scripts import Line

_LEVELS = frozenset({"minSdk", "targetSdk", "compileSdk"})
_DEPTH = 12


def convention_lines(unit: Unit) -> tuple[Line, ...]:
    """The plugins, dependencies and SDK levels that the code of one file of the build sets."""
    return (*_calls(unit), *level_lines(unit))


def level_lines(unit: Unit) -> Iterator[Line]:
    """`targetSdk = 34` and its like."""
    exprs = unit.facts.exprs
    for row in unit.facts.assigns:
        if not (0 <= row.target < len(exprs) and 0 <= row.value < len(exprs)):
            continue
        target, value = exprs[row.target], exprs[row.value]
        if target.kind in ("name", "field") and target.value in _LEVELS and value.kind == "int":
            block = ("android",) if target.value == "compileSdk" else ("android", "defaultConfig")
            number = Value("int", value.value, (), value.spot)
            yield Line(block, target.value, "=", (number,), "", Place(unit.path, target.spot))


def _calls(unit: Unit) -> Iterator[Line]:
    facts = unit.facts
    for row in facts.exprs:
        if row.kind != "call":
            continue
        arguments = [_unnamed(facts, kid) for kid in row.kids[1:]]
        place = Place(unit.path, row.spot)
        first = arguments[0] if arguments else None
        if row.value == "apply" and first is not None and first.kind == "str":
            plugin = Value("pair", "plugin", (_string(first),), first.spot)
            yield Line((), "apply", "call", (plugin,), "", place)
        elif row.value == "add" and first is not None and first.kind == "str":
            for value in _dependencies(facts, row.kids[2:], 0):
                yield Line(("dependencies",), first.value, "call", (value,), "", place)
        elif row.value == "invoke" and row.kids:
            receiver = _unnamed(facts, row.kids[0])
            for value in _dependencies(facts, row.kids[1:], 0) if receiver and receiver.kind == "str" else ():
                yield Line(("dependencies",), receiver.value if receiver else "", "call", (value,), "", place)


def _dependencies(facts: Facts, kids: tuple[int, ...], depth: int) -> Iterator[Value]:
    """`project(":x")`, `libs.findLibrary("x").get()`, `platform(…)` and plain coordinates below `kids`."""
    for kid in kids:
        row = _unnamed(facts, kid)
        if row is None or depth > _DEPTH:
            continue
        first = _unnamed(facts, row.kids[1]) if len(row.kids) > 1 else None
        if row.kind == "str":
            yield _string(row)
        elif row.kind == "call" and row.value in ("platform", "enforcedPlatform"):
            inner = tuple(_dependencies(facts, row.kids[1:], depth + 1))
            yield Value("call", row.value, inner, row.spot)
        elif (
            row.kind == "call" and row.value in ("project", "findLibrary") and first is not None and first.kind == "str"
        ):
            name = "project" if row.value == "project" else "libs.findLibrary"
            yield Value("call", name, (_string(first),), row.spot)
        elif row.kind == "name":
            # `val bom = libs.findLibrary("firebase-bom").get()`
            values = tuple(v.value for v in facts.variables if v.name == row.value and v.function == row.function)
            yield from _dependencies(facts, values[:1], depth + 1)
        elif row.kind in ("call", "field") and row.kids:
            yield from _dependencies(facts, row.kids[:1], depth + 1)


def _unnamed(facts: Facts, index: int) -> Expr | None:
    """The expression, or what a named argument holds."""
    if not 0 <= index < len(facts.exprs):
        return None
    row = facts.exprs[index]
    if row.kind == "named" and row.kids and 0 <= row.kids[0] < len(facts.exprs):
        return facts.exprs[row.kids[0]]
    return row


def _string(row: Expr) -> Value:
    return Value("str", row.value, (), row.spot)
