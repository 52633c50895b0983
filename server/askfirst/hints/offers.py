"""What a project has to offer where its settings are written."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.hints.view import View
from askfirst.model.flags import as_gate
from askfirst.model.wording import sense

_TRUTH = frozenset({"boolean", "Boolean"})


def gates(view: View) -> tuple[str, ...]:
    """Functions and properties that answer yes or no and speak of agreement, as `consent.gates` names them."""
    return tuple(sorted(dict.fromkeys(_gates(view))))


def _gates(view: View) -> Iterator[str]:
    symbols = view.model.symbols
    for f, unit in enumerate(symbols.units):
        for n, row in enumerate(unit.facts.functions):
            if row.returns in _TRUTH and row.outer < 0 and _agrees(row.name.removeprefix("<get>")):
                yield as_gate(symbols.qualified((f, n)))
        for v, var in enumerate(unit.facts.variables):
            if var.kind in ("field", "top") and var.type in _TRUTH and _agrees(var.name):
                yield as_gate(symbols.qualified_variable((f, v)))


def _agrees(name: str) -> bool:
    said = None if name.startswith("<") else sense(name)
    return said is not None and said.kind == "consent" and said.positive


def permissions(view: View) -> tuple[str, ...]:
    """The permissions that the project's own manifests ask for."""
    return tuple(sorted({row.permission for row in view.model.manifests.declarations if row.permission}))
