"""Fixes of code: what comes too early put under the project's own gate, a literal turned round."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst import edits
from askfirst.edits import Sources
from askfirst.facts.statements import statement
from askfirst.findings import Edit, Finding, Fix
from askfirst.model.collect import Site
from askfirst.model.consent import Consent
from askfirst.model.gates import Gates
from askfirst.model.symbols import Symbols
from askfirst.text import Span, Text

_SIMPLE = frozenset({"str", "name", "field", "null", "int", "this", "bool"})  # their spots cover all of them


def prepared(finding: Finding, sources: Sources, consent: Consent) -> Iterator[Fix]:
    """The vendor's safe call in the place of its start. Not safe: it counts on the start that comes after agreement.

    Offered where the project makes the same start elsewhere, out of reach before agreement, and the arguments are plain.
    """
    exposed = {exposure.site.key for exposure in consent.starts}
    starts = [site for site in consent.collector.of("start") if site.start is not None and site.start.before]
    for site in (site for site in starts if consent.collector.place(site) == finding.at and site.key in exposed):
        later = any(other.name == site.name and other.key not in exposed for other in starts)
        edit = _shortened(site, sources, consent) if later else ()
        if edit and site.start is not None:
            called = f"{site.name.rpartition('.')[0]}.{site.start.before}"
            title = Text(f"call `{called}` here, as another place starts it later", f"此处改为调用 `{called}`，由后续位置完成启动")
            yield Fix(title, edit, safe=False)


def _shortened(site: Site, sources: Sources, consent: Consent) -> tuple[Edit, ...]:
    f, e = site.key
    facts, start = consent.symbols.facts(f), site.start
    path, row = consent.symbols.units[f].path, facts.exprs[e]
    given = [facts.exprs[arg] for arg in consent.resolver.scope(f).positional(e)]
    data = sources.data(path)
    if start is None or not 0 < start.takes <= len(given) or {given[start.takes - 1].kind, given[-1].kind} - _SIMPLE:
        return ()
    named, kept, last = facts.span(row.spot)[1], facts.span(given[start.takes - 1].spot)[1], facts.span(given[-1].spot)[1]
    closing = data.find(b")", last)
    if not data[:named].endswith(row.value.encode()) or closing < 0 or data[last:closing].strip(b" ,\r\n\t"):
        return ()
    renamed = Edit(Span(path, named - len(row.value.encode()), named), start.before)
    return (renamed, Edit(Span(path, kept, closing), "")) if len(given) > start.takes else (renamed,)


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
