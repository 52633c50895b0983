"""Rules named in allowance comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from askfirst.hints.shapes import About
from askfirst.hints.sheet import labelled, sheet
from askfirst.hints.view import View
from askfirst.meanings import Row, of_rule, same
from askfirst.model.files import Unit
from askfirst.rules import RULES, page, themes
from askfirst.text import Span, Text

_THEME = Text("the rules of a theme", "一个主题下的规则")


def named_rules(view: View, unit: Unit) -> Iterator[tuple[Span, str]]:
    """Where allowance comments name a rule or theme."""
    for allowance in unit.facts.allowances:
        start, end = unit.facts.span(allowance.spot)
        words = view.places.data(unit.path)[start:end]
        found = re.search(rb"[\[,\s]%b(?=\s*[,\]])" % re.escape(allowance.rule.encode()), words)
        if found is not None:
            yield Span(unit.path, start + found.start() + 1, start + found.end()), allowance.rule


def in_allowance(view: View, unit: Unit, offset: int) -> About | None:
    """A rule or theme in an allowance comment at an offset."""
    for span, name in named_rules(view, unit):
        if span.start <= offset < span.end and (said := about_rule(view, name)) is not None:
            return About(span, said)
    return None


def about_rule(view: View, name: str) -> Text | None:
    """What a rule says, or which rules a theme has; as Markdown."""
    if name in RULES:
        rows = [row for row in of_rule(RULES[name], view.model.index) if not row.url]
        own = page(name)
        return sheet(same(f"**{name}**"), labelled([*rows[1:], *view.clauses(RULES[name].clauses)]), own.prose)
    if name in themes():
        rows = [Row(same(rule.id), page(rule.id).summary) for rule in RULES.values() if rule.theme == name]
        return sheet(same(f"**{name}/**"), _THEME, labelled(sorted(rows)))
    return None
