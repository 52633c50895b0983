"""How surely a place runs when the function around it does, as far as the guards show by their form alone."""

from __future__ import annotations

from askfirst.facts.rows import Expr, Facts
from askfirst.findings import Confidence
from askfirst.model.wording import CONSTANT, EQUAL, sense, technical


def likely(facts: Facts, e: int) -> Confidence:
    """Medium in a catch block, which may never run, and in one of the branches that names and constants tell apart
    (`when (event) { "login" -> … }`), of which only one does; high elsewhere."""
    g = facts.exprs[e].guard
    while g >= 0:
        guard = facts.guards[g]
        row = facts.exprs[guard.expr]
        if row.kind == "caught" or (guard.polarity and _picks(facts, row)):
            return Confidence.MEDIUM
        g = guard.outer
    return Confidence.HIGH


def _picks(facts: Facts, row: Expr) -> bool:
    """Whether a comparison picks one of several: with a text or a constant, of something that is not about the device."""
    if not (row.kind == "op" and row.value in ("==", "===")) and not (row.kind == "call" and row.value in EQUAL):
        return False
    sides = [facts.exprs[kid] for kid in row.kids[:2] if kid >= 0]
    if len(sides) < 2 or not any(map(_constant, sides)):
        return False
    names = [name for kid in row.kids[:2] for name in _names(facts, kid)]
    text = " ".join(names)
    said = sense(text)
    return "Build" not in names and not technical(text) and (said is None or said.kind != "build")


def _constant(row: Expr) -> bool:
    return (row.kind == "str" and row.value != "") or (row.kind in ("name", "field") and CONSTANT.match(row.value) is not None)


def _names(facts: Facts, e: int) -> list[str]:
    row = facts.exprs[e]
    own = [row.value] if row.kind in ("name", "field", "call") else []
    return own + [name for kid in row.kids if kid >= 0 for name in _names(facts, kid)]
