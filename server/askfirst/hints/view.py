"""What hints are made from: the last check's model and findings, and how places are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from posixpath import basename
from urllib.parse import quote

from askfirst.catalogue import rule_texts
from askfirst.findings import Finding, Place
from askfirst.meanings import Row, cited
from askfirst.model.files import Unit
from askfirst.model.model import Model
from askfirst.places import Places
from askfirst.report.words import Rules, message
from askfirst.text import LANGUAGES, Span, Text


class View:
    """One checked state of a project, to be looked at."""

    def __init__(self, model: Model, places: Places, findings: Iterable[Finding], root: Path) -> None:
        """`findings`: all that are shown, whichever files a check was limited to."""
        self.model, self.places, self.findings = model, places, tuple(findings)
        self.units = model.by_path  # as they were then; the model goes on
        self._root = root.absolute().as_uri()

    def unit(self, path: str) -> Unit | None:
        return self.units.get(path)

    def span(self, unit: Unit, spot: int) -> Span:
        return Span(unit.path, *unit.facts.span(spot))

    def where(self, place: Place) -> str:
        """A place as a Markdown link: `[App.kt:9](file:///…/App.kt#L9)`; without its line when the whole file is meant."""
        line = f"{self.places.of(place).line + 1}" if place.spot >= 0 else ""
        name, address = basename(place.path), f"{self._root}/{quote(place.path)}"
        return f"[{name}:{line}]({address}#L{line})" if line else f"[{name}]({address})"

    def short(self, place: Place) -> str:
        """`App.kt:9`."""
        return f"{basename(place.path)}:{self.places.of(place).line + 1}" if place.spot >= 0 else basename(place.path)

    def clauses(self, keys: Iterable[str]) -> Iterator[Row]:
        """What something rests on, as far as it applies to the project's markets."""
        index, markets = self.model.index, set(self.model.settings.markets)
        for key in keys:
            clause = index.clause(key)
            if clause is None or not clause.markets or not markets or markets.intersection(clause.markets):
                yield cited(key, index)

    @cached_property
    def rules(self) -> Rules:
        return rule_texts(self.model.settings.markets)

    def message(self, finding: Finding) -> Text:
        """What a finding says; its rule's id where the rule is none of Askfirst's."""
        if finding.rule not in self.rules:
            return Text(finding.rule, finding.rule)
        return Text(*(message(finding, self.rules, lang) for lang in LANGUAGES))
