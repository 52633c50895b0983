"""SARIF 2.1.0, for code scanning services and editors."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote

from askfirst import __version__
from askfirst.findings import Finding, Mended, Note, Place, Region, Report, Severity
from askfirst.report.words import Rules, RuleText, clauses, message, next_step
from askfirst.text import Text

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "SRCROOT"
FINGERPRINT = "askfirst/v1"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
NEXT = Text("{text}. Next: {advice}.", "{text}。下一步：{advice}。")

Object = dict[str, Any]


def render(report: Report, rules: Rules, lang: str, *, docs: str = "") -> str:
    """The report as SARIF text. `docs` is the address of the rule pages."""
    results = _Results(report, rules, lang)
    run: Object = {
        "tool": {
            "driver": {
                "name": "Askfirst",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rules[name], docs) for name in sorted(rules)],
                "properties": {"knowledge": report.knowledge},
            }
        },
        "invocations": [
            {
                "executionSuccessful": not any(n.serious for n in report.notes),
                "toolExecutionNotifications": [_notification(n, lang) for n in report.notes],
            }
        ],
        "originalUriBaseIds": {ROOT: {"uri": _directory(report.root)}},
        "columnKind": "utf16CodeUnits",
        "language": "zh-CN" if lang == "zh" else "en-US",
        "results": [results.one(f) for f in report.findings]
        + [results.one(f) | {"suppressions": [_suppression(reason)]} for f, reason in report.quieted],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


class _Results:
    """Turns findings into results; holds what they share."""

    def __init__(self, report: Report, rules: Rules, lang: str) -> None:
        self.regions, self.rules, self.lang, self.fixes = report.regions, rules, lang, report.fixes
        self.index = {name: i for i, name in enumerate(sorted(rules))}
        every = (*report.findings, *(f for f, _ in report.quieted))
        self.equal = Counter(f.fingerprint for f in every)

    def one(self, f: Finding) -> Object:
        related = [(r.place, r.note.of(self.lang)) for r in (*f.related, *f.also)]
        result: Object = {
            "ruleId": f.rule,
            "ruleIndex": self.index[f.rule],
            "level": LEVELS[f.severity],
            "message": {"text": self.said(f)},
            "locations": [self.location(f.at, symbol=f.symbol)],
            "partialFingerprints": {FINGERPRINT: f.fingerprint},
            "properties": self.properties(f),
        }
        if related:
            result["relatedLocations"] = [self.location(p, note) | {"id": i} for i, (p, note) in enumerate(related, 1)]
        if f.steps:
            result["codeFlows"] = [{"threadFlows": [{"locations": self.flow(f)}]}]
        if f in self.fixes:
            result["fixes"] = [_fix(m, self.lang) for m in self.fixes[f]]
        return result

    def said(self, f: Finding) -> str:
        """The message, and the next step when the rule names one."""
        text = message(f, self.rules, self.lang)
        advice = next_step(f, self.rules, self.lang)
        return NEXT.of(self.lang).format(text=text, advice=advice) if advice else text

    def flow(self, f: Finding) -> list[Object]:
        """The way there, ending at the offence itself."""
        steps = [(s.place, f"{s.name}: {note}" if (note := s.note.of(self.lang)) else s.name) for s in f.steps]
        end = (f.at, message(f, self.rules, self.lang))
        return [{"location": self.location(place, words), "nestingLevel": i} for i, (place, words) in
                enumerate((*steps, end))]  # fmt: skip

    def properties(self, f: Finding) -> Object:
        """What SARIF has no field for. `tier` is the rule's argument of that name: the kind of data at stake."""
        tier = dict(f.args).get("tier", "")
        own: Object = {"confidence": f.confidence.word, "clauses": list(clauses(f, self.rules)), "target": f.target}
        own |= {"tier": tier.of("en") if isinstance(tier, Text) else tier} if tier else {}
        own |= {"variants": list(f.variants)} if f.variants else {}
        return own | ({"count": n} if (n := self.equal[f.fingerprint]) > 1 else {})

    def location(self, place: Place, words: str = "", symbol: str = "") -> Object:
        region = self.regions[place]
        value: Object = {"physicalLocation": {"artifactLocation": _artifact(region.path), "region": _region(region)}}
        if words:
            value["message"] = {"text": words}
        if symbol:
            value["logicalLocations"] = [{"fullyQualifiedName": symbol}]
        return value


def _rule(rule: RuleText, docs: str) -> Object:
    both = "\n\n".join(part for part in (rule.help.en, rule.help.zh) if part) or "\n\n".join(rule.summary)
    value: Object = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.replace("/", "-").split("-")),
        "shortDescription": {"text": rule.summary.en},
        "fullDescription": {"text": f"{rule.summary.en}\n\n{rule.summary.zh}"},
        "help": {"text": both, "markdown": both},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": ["privacy", rule.id.partition("/")[0]], "clauses": list(rule.clauses)},
    }
    return value | ({"helpUri": f"{docs.rstrip('/')}/{rule.id}.md"} if docs else {})


def _notification(n: Note, lang: str) -> Object:
    value: Object = {"level": "error" if n.serious else "note", "message": {"text": n.text.of(lang)}}
    if n.path:
        where: Object = {"artifactLocation": _artifact(n.path)}
        where |= {"region": {"startLine": n.line + 1}} if n.line >= 0 else {}
        value["locations"] = [{"physicalLocation": where}]
    return value


def _fix(mended: Mended, lang: str) -> Object:
    """One alternative; the edits of one file stand together."""
    changes: dict[str, list[Object]] = {}
    for edit, region in zip(mended.fix.edits, mended.regions, strict=True):
        replacement = {"deletedRegion": _region(region), "insertedContent": {"text": edit.text}}
        changes.setdefault(edit.span.path, []).append(replacement)
    return {
        "description": {"text": mended.fix.title.of(lang)},
        "artifactChanges": [{"artifactLocation": _artifact(p), "replacements": r} for p, r in changes.items()],
        "properties": {"safe": mended.fix.safe},
    }


def _suppression(reason: str) -> Object:
    return {"kind": "inSource", "status": "accepted", "justification": reason}


def _artifact(path: str) -> Object:
    return {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": ROOT}


def _region(region: Region) -> Object:
    return {
        "startLine": region.line + 1,
        "startColumn": region.column + 1,
        "endLine": region.end_line + 1,
        "endColumn": region.end_column + 1,
    }


def _directory(root: str) -> str:
    """The root as a file URI that ends in a slash, as base addresses must; Windows paths too, whatever this runs on."""
    path = PureWindowsPath(root) if root[1:3] in (":\\", ":/") else PurePosixPath(root)
    uri = path.as_uri()
    return uri if uri.endswith("/") else uri + "/"
