"""Rows as words, for tests: what is called under which conditions."""

from __future__ import annotations

from askfirst.facts.java import read_java
from askfirst.facts.kotlin import read_kotlin
from askfirst.facts.rows import Facts
from askfirst.source import Source


def kotlin(text: str | bytes) -> Facts:
    data = text.encode() if isinstance(text, str) else text
    return read_kotlin(Source("A.kt", "kotlin", data, ""))


def java(text: str | bytes) -> Facts:
    data = text.encode() if isinstance(text, str) else text
    return read_java(Source("A.java", "java", data, ""))


def words(facts: Facts, index: int) -> str:
    """An expression, written again."""
    if index < 0:
        return "_"
    kind, value, kids, *_ = facts.exprs[index]
    parts = [words(facts, k) for k in kids]
    match kind:
        case "name" | "int" | "bool":
            return value
        case "field":
            return f"{parts[0]}.{value}"
        case "call" | "new" | "super-call":
            receiver = "" if kids[0] < 0 else parts[0] + "."
            return f"{'new ' if kind == 'new' else ''}{receiver}{value}({', '.join(parts[1:])})"
        case "op":
            return f"({value} {parts[0]})" if len(parts) == 1 else f"({f' {value} '.join(parts)})"
        case "str" | "template" | "char":
            quote = "'" if kind == "char" else '"'
            return quote + value + quote + (f"[{', '.join(parts)}]" if parts else "")
        case "typearg":
            return f"<{value}>"
        case "named":
            return f"{value}={parts[0]}"
        case "lambda":
            return f"λ{value}"
        case "this" | "super" | "null":
            return kind + ("@" + value if value else "")
    return kind + (f":{value}" if value else "") + (f"({', '.join(parts)})" if parts else "")


def guards(facts: Facts, guard: int) -> str:
    """What is known, outermost first: "a, !b"."""
    found = []
    while guard >= 0:
        expr, polarity, guard = facts.guards[guard]
        found.append(("" if polarity else "!") + words(facts, expr))
    return ", ".join(reversed(found))


def place(facts: Facts, function: int) -> str:
    """The function an expression stands in: "A.f", or "A.f.λ3" inside a lambda."""
    if function < 0:
        return "?"
    row = facts.functions[function]
    name = f"λ{function}" if row.name == "<lambda>" else row.name
    if row.outer >= 0:
        return f"{place(facts, row.outer)}.{name}"
    return f"{facts.types[row.owner].name}.{name}" if row.owner >= 0 else name


def known(facts: Facts, function: int, guard: int) -> str:
    """What is known at a place, with what was known where the lambdas around it were made, outermost first."""
    parts = []
    while function >= 0:
        parts.append(guards(facts, guard))
        row = facts.functions[function]
        function, guard = (row.outer, row.guard) if row.name == "<lambda>" else (-1, -1)
    return " / ".join(reversed(parts))


def calls(facts: Facts) -> list[str]:
    """Every call and constructor call with what is known there."""
    return [
        f"{place(facts, e.function)}: {words(facts, i)} [{guards(facts, e.guard)}]"
        for i, e in enumerate(facts.exprs)
        if e.kind in ("call", "new", "super-call")
    ]


def at(facts: Facts, name: str) -> str:
    """What is known where `name` is called (it must be called once)."""
    found = [e for e in facts.exprs if e.kind in ("call", "new") and e.value == name]
    assert len(found) == 1, (name, calls(facts))
    return known(facts, found[0].function, found[0].guard)


def returns(facts: Facts) -> list[str]:
    return [f"{place(facts, r.function)}: {words(facts, r.value)} [{guards(facts, r.guard)}]" for r in facts.returns]


def assigns(facts: Facts) -> list[str]:
    return [
        f"{words(facts, a.target)} {a.op} {words(facts, a.value)} [{guards(facts, a.guard)}]" for a in facts.assigns
    ]


def text(facts: Facts, data: str, spot: int) -> str:
    start, end = facts.span(spot)
    return data.encode()[start:end].decode()
