"""The report for scripts: docs/json.md describes it, report.schema.json checks it."""

from __future__ import annotations

import json
from typing import Any

from askfirst.findings import Finding, Mended, Note, Place, Region, Related, Report
from askfirst.report.words import Rules, clauses, message, next_step

SCHEMA = 1  # raised when a field goes away or changes its meaning; new fields do not raise it


def render(report: Report, rules: Rules, lang: str) -> str:
    """The report as JSON text. Nothing in it depends on the machine: same input, same bytes."""
    regions = report.regions
    value = {
        "schema": SCHEMA,
        "language": lang,
        "knowledge": report.knowledge,
        "whole": not any(n.serious for n in report.notes),
        "files": report.files,
        "lines": report.lines,
        "findings": [
            _finding(f, regions, rules, lang) | _fixes(report.fixes.get(f, ()), lang) for f in report.findings
        ],
        "quieted": [_finding(f, regions, rules, lang) | {"reason": reason} for f, reason in report.quieted],
        "notes": [_note(n, lang) for n in report.notes],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _finding(f: Finding, regions: dict[Place, Region], rules: Rules, lang: str) -> dict[str, Any]:
    return {
        "rule": f.rule,
        "severity": f.severity.word,
        "confidence": f.confidence.word,
        "message": message(f, rules, lang),
        "next": next_step(f, rules, lang),
        "clauses": list(clauses(f, rules)),
        "fingerprint": f.fingerprint,
        "symbol": f.symbol,
        "target": f.target,
        "variants": list(f.variants),
        **_place(regions[f.at]),
        "steps": [
            {"name": s.name, "note": s.note.of(lang), **_place(regions[s.place])} for s in f.steps
        ],
        "related": [_related(r, regions, lang) for r in f.related],
        "also": [_related(r, regions, lang) for r in f.also],
    }  # fmt: skip


def _fixes(fixes: tuple[Mended, ...], lang: str) -> dict[str, Any]:
    """The field `fixes`, when there are any."""
    rows = [
        {
            "title": m.fix.title.of(lang),
            "safe": m.fix.safe,
            "edits": [_place(r) | {"text": edit.text} for edit, r in zip(m.fix.edits, m.regions, strict=True)],
        }
        for m in fixes
    ]
    return {"fixes": rows} if rows else {}


def _related(r: Related, regions: dict[Place, Region], lang: str) -> dict[str, Any]:
    return {"note": r.note.of(lang), **_place(regions[r.place])}


def _place(region: Region) -> dict[str, Any]:
    return {
        "path": region.path,
        "line": region.line + 1,
        "column": region.column + 1,
        "endLine": region.end_line + 1,
        "endColumn": region.end_column + 1,
    }


def _note(n: Note, lang: str) -> dict[str, Any]:
    place: dict[str, Any] = {"path": n.path} | ({"line": n.line + 1} if n.line >= 0 else {})
    return place | {"message": n.text.of(lang), "serious": n.serious}
