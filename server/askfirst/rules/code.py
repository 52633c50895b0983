"""Fixes of code: what comes too early put under the project's own gate, a literal turned round."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst import edits
from askfirst.edits import Sources
from askfirst.facts.statements import statement
from askfirst.findings import Finding, Fix
from askfirst.model.gates import Gates
from askfirst.model.symbols import Symbols
from askfirst.text import Span, Text


def gated(finding: Finding, sources: Sources, symbols: Symbols, gates: Gates) -> Iterator[Fix]:
    """The call runs only after agreement. Not safe: on the first launch somebody has to make it once more.

    Offered where the call is a statement of its own and the project has just one gate that can be asked there.
    """
    path = finding.at.path
    for f, unit in ((f, unit) for f, unit in enumerate(symbols.units) if unit.path == path):
        row = next((e for e in unit.facts.exprs if e.spot == finding.at.spot and e.kind in ("call", "new")), None)
        condition = gates.words((f, row.function)) if row is not None and row.function >= 0 else ""
        data = sources.data(path) if condition else b""
        found = statement(unit.language, data, *unit.facts.span(finding.at.spot)) if data else None
        edit = edits.wrap(data, Span(path, *found), condition) if found else None
        if edit is not None:
            yield Fix(Text(f"run it only if `{condition}`", f"仅在 `{condition}` 时运行"), (edit,), safe=False)
