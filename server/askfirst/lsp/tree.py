"""A finding's way, hop by hop: an answer that the protocol has no form for. Runs on the worker's thread."""

from __future__ import annotations

from typing import Any

from lsprotocol.types import Range

from askfirst.findings import Place
from askfirst.lsp.diagnostics import diagnostic
from askfirst.lsp.engine import Engine

Node = dict[str, Any]


def path_of(engine: Engine, fingerprint: str) -> dict[str, Any] | None:
    """A finding's way, hop by hop, for clients that walk it."""
    known = engine.find(fingerprint)
    if known is None:
        return None
    report, finding = known
    words = engine.words()
    shown = diagnostic(finding, 0, report, words)

    def hop(place: Place, label: str, note: str) -> dict[str, Any]:
        region = report.regions[place]
        where = words.ranges.of(region)
        return {"label": label, "note": note, "uri": words.uri(region.path), "range": as_json(where)}

    hops = [hop(step.place, step.name, step.note.of(words.lang)) for step in finding.steps]
    title = shown.message.partition("\n")[0]
    return {"title": title, "hops": [*hops, hop(finding.at, title, "")]}


def as_json(range: Range) -> dict[str, Any]:
    """A range for answers that the protocol does not know."""
    return {
        name: {"line": position.line, "character": position.character}
        for name, position in (("start", range.start), ("end", range.end))
    }
