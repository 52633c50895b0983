"""Answers that the protocol has no form for: a finding's way, and the two trees of a folder. Runs on the worker's thread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol.types import Range

from askfirst.findings import Finding, Place, Report
from askfirst.lsp.diagnostics import Words, diagnostic
from askfirst.lsp.engine import Engine
from askfirst.report.words import message

Node = dict[str, Any]
ICONS = {"entry": "play", "path": "arrow-right", "error": "error", "warning": "warning", "note": "info", "permission": "key"}


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


def trees(engine: Engine) -> dict[str, list[Node]]:
    """What runs before consent, by entry, way and data; and the permissions with what is said of each."""
    report = engine.last
    if report is None:
        return {"consent": [], "permissions": []}
    words = engine.words()
    return {"consent": list(_consent(report, words)), "permissions": list(_permissions(report, words))}


def _consent(report: Report, words: Words) -> Iterator[Node]:
    entries: dict[tuple[str, Place], dict[str, list[Finding]]] = {}
    for finding in report.findings:
        if finding.rule.startswith("consent/") and finding.steps:
            first, *rest = finding.steps
            way = " → ".join(step.name for step in rest) or first.name
            entries.setdefault((first.name, first.place), {}).setdefault(way, []).append(finding)
    for (name, place), ways in entries.items():
        below = [
            _node(way, found[0].steps[-1].place, report, words, "path", [_leaf(f, report, words) for f in found])
            for way, found in ways.items()
        ]
        yield _node(name, place, report, words, "entry", below)


def _permissions(report: Report, words: Words) -> Iterator[Node]:
    permissions: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.rule.startswith("permissions/"):
            permissions.setdefault(finding.target.rpartition(".")[2] or finding.target, []).append(finding)
    for name, found in sorted(permissions.items()):
        yield _node(name, found[0].at, report, words, "permission", [_leaf(f, report, words) for f in found])


def _leaf(finding: Finding, report: Report, words: Words) -> Node:
    said = message(finding, words.rules, words.lang)
    node = _node(said, finding.at, report, words, finding.severity.word, [])
    return node | {"severity": finding.severity.word, "tooltip": said}


def _node(label: str, place: Place, report: Report, words: Words, icon: str, children: list[Node]) -> Node:
    region = report.regions[place]
    where = {"uri": words.uri(region.path), "range": as_json(words.ranges.of(region))}
    description = f"{region.path.rpartition('/')[2]}:{region.line + 1}"
    return {"label": label, "description": description, "icon": ICONS[icon], "location": where, "children": children}
