"""The constants in the Kotlin and Java code of a build: `object Deps { const val x = "a:b:1" }`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from askfirst.facts.gradle_chains import LISTS
from askfirst.facts.rows import Facts, Value
from askfirst.model.files import Unit
from askfirst.model.scripts import Scripts

_DEPTH = 12  # constants made of constants


def build_constants(units: Sequence[Unit], scripts: Scripts) -> dict[str, Value]:
    """Name → value of every constant in the build's own code: "Deps.Inner.x" and, where nothing else has that name, "Inner.x"."""
    found: dict[str, Value] = {}
    for unit in units:
        if unit.language in ("java", "kotlin") and scripts.is_build_code(unit.path):
            found.update(_constants(unit.facts))
    for name in list(found):  # `import Deps.Inner`
        for tail in _tails(name):
            found.setdefault(tail, found[name])
    return found


def _tails(name: str) -> Iterator[str]:
    """What is left of "Libs.Versions.x" without its first types: "Versions.x"."""
    while name.count(".") > 1:
        name = name.partition(".")[2]
        yield name


def _constants(facts: Facts) -> Iterator[tuple[str, Value]]:
    """The constants of one file of buildSrc: "Deps.x", "Deps.Inner.x" and, inside their own type, "x"."""
    for variable in facts.variables:
        if variable.value < 0 or variable.kind not in ("field", "top"):
            continue
        owner = facts.types[variable.owner].name if 0 <= variable.owner < len(facts.types) else ""
        owner = owner.removesuffix(".Companion")
        value = _constant(facts, variable.value, owner, 0)
        if value is not None:
            yield f"{owner}.{variable.name}" if owner else variable.name, value


def _constant(facts: Facts, index: int, owner: str, depth: int) -> Value | None:
    if not 0 <= index < len(facts.exprs) or depth > _DEPTH:
        return None
    row = facts.exprs[index]
    if row.kind in ("str", "int", "bool"):
        return Value(row.kind, row.value, (), -1)
    if row.kind in ("name", "field"):
        return Value("name", _owned(facts, _dotted(facts, index), owner), (), -1)
    if row.kind == "template":
        holes = iter([_owned(facts, _dotted(facts, kid), owner) for kid in row.kids])
        return Value("str", re.sub(r"\{\}", lambda _: "${" + next(holes, "") + "}", row.value), (), -1)
    if row.kind == "call" and row.value in LISTS:
        items = (_constant(facts, kid, owner, depth + 1) for kid in row.kids[1:])
        return Value("list", "", tuple(item for item in items if item is not None), -1)
    if row.kind == "op" and row.value == "+":
        parts = tuple(_constant(facts, kid, owner, depth + 1) or Value("name", "", (), -1) for kid in row.kids)
        return Value("expr", "+", parts, -1)
    return None


def _dotted(facts: Facts, index: int) -> str:
    names = []
    while 0 <= index < len(facts.exprs) and facts.exprs[index].kind == "field":
        names.append(facts.exprs[index].value)
        index = facts.exprs[index].kids[0]
    if 0 <= index < len(facts.exprs) and facts.exprs[index].kind == "name":
        names.append(facts.exprs[index].value)
    return ".".join(reversed(names))


def _owned(facts: Facts, name: str, owner: str) -> str:
    """`name` with its type in front when it is a member of `owner` or of a type around it."""
    first = name.partition(".")[0]
    while owner:
        if any(f"{owner}.{first}" == t.name for t in facts.types) or any(
            v.name == first and v.owner >= 0 and facts.types[v.owner].name.removesuffix(".Companion") == owner
            for v in facts.variables
        ):
            return f"{owner}.{name}"
        owner = owner.rpartition(".")[0]
    return name
