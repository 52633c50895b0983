"""A report as diagnostics: what is wrong, the way there as related places, and what fixes are looked up by."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import NamedTuple

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
    Position,
    Range,
)

from askfirst.findings import Finding, Note, Place, Report, Severity
from askfirst.lsp.options import Client
from askfirst.lsp.positions import Ranges
from askfirst.report.words import Rules, message, next_step
from askfirst.settings import SettingsError
from askfirst.text import Text

SOURCE = "askfirst"
PAGES = ""  # where docs/rules is published; until it is, links lead to the page in this package
SEVERITIES = {
    Severity.ERROR: DiagnosticSeverity.Error,
    Severity.WARNING: DiagnosticSeverity.Warning,
    Severity.NOTE: DiagnosticSeverity.Information,
}
TAGS = {
    "permissions/unused": [DiagnosticTag.Unnecessary],
    "sdk/retired": [DiagnosticTag.Deprecated],
}
SAID = Text("{text}\nNext: {advice}", "{text}\n下一步：{advice}")
HOP = Text("{n}. {name}: {note}", "{n}. {name}：{note}")
ALSO = Text("also from: {note}", "另一入口：{note}")

Items = dict[str, list[Diagnostic]]  # by path, relative to the root


class Words(NamedTuple):
    """What a report is put into words with."""

    rules: Rules
    lang: str
    ranges: Ranges
    uri: Callable[[str], str]  # of a path of the project
    client: Client


def diagnostics(report: Report, words: Words) -> Items:
    """What each file of the report is to show, in the order of the report."""
    items: defaultdict[str, list[Diagnostic]] = defaultdict(list)
    for finding, n in numbered(report):
        items[finding.at.path].append(diagnostic(finding, n, report, words))
    for note in report.notes:
        if note.path:
            items[note.path].append(information(note, words.lang))
    return dict(items)


def numbered(report: Report) -> Iterator[tuple[Finding, int]]:
    """The findings, each with how many before it have the same fingerprint."""
    seen: Counter[str] = Counter()
    for finding in report.findings:
        fingerprint = finding.fingerprint
        yield finding, seen[fingerprint]
        seen[fingerprint] += 1


def information(note: Note, lang: str) -> Diagnostic:
    """Something about the check itself."""
    return Diagnostic(
        _line(note.line), note.text.of(lang), severity=DiagnosticSeverity.Information, source=SOURCE
    )  # fmt: skip


def broken(error: SettingsError, lang: str) -> Diagnostic:
    """What is wrong with the settings."""
    return Diagnostic(_line(error.line), error.message.of(lang), severity=DiagnosticSeverity.Error, source=SOURCE)


def page(rule: str, lang: str) -> str:
    """The address of a rule's page."""
    if PAGES:
        return f"{PAGES}/{lang}/{rule}.md"
    theme, _, name = rule.partition("/")
    return files("askfirst.rules").joinpath(theme, f"{name.replace('-', '_')}.md").as_uri()  # type: ignore[attr-defined,no-any-return]


def _line(line: int) -> Range:
    """A whole line; editors cut it at its end."""
    return Range(Position(max(0, line), 0), Position(max(0, line) + (line >= 0), 0))


def diagnostic(finding: Finding, n: int, report: Report, words: Words) -> Diagnostic:
    """One finding, the nth with its fingerprint."""
    said = message(finding, words.rules, words.lang)
    if advice := next_step(finding, words.rules, words.lang):
        said = SAID.of(words.lang).format(text=said, advice=advice)
    able = words.client
    data = {"fingerprint": finding.fingerprint, "rule": finding.rule, "path": finding.at.path, "n": n}
    return Diagnostic(
        words.ranges.of(report.regions[finding.at]),
        said,
        severity=SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=CodeDescription(page(finding.rule, words.lang)) if able.links else None,
        source=SOURCE,
        tags=TAGS.get(finding.rule) if able.tags else None,
        related_information=list(_related(finding, report, words)) or None if able.related else None,
        data=data if able.data else None,
    )


def _related(finding: Finding, report: Report, words: Words) -> Iterator[DiagnosticRelatedInformation]:
    """Every hop of the way, then the places that belong to the finding."""

    def at(place: Place, said: str) -> DiagnosticRelatedInformation:
        region = report.regions[place]
        return DiagnosticRelatedInformation(Location(words.uri(region.path), words.ranges.of(region)), said)

    for n, step in enumerate(finding.steps, 1):
        note = step.note.of(words.lang)
        yield at(step.place, HOP.of(words.lang).format(n=n, name=step.name, note=note) if note else f"{n}. {step.name}")
    for related in finding.related:
        yield at(related.place, related.note.of(words.lang))
    for related in finding.also:
        yield at(related.place, ALSO.of(words.lang).format(note=related.note.of(words.lang)))
