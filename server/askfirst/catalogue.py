"""The rules in words: what reports are given of them, and the list that `askfirst rules` prints."""

from __future__ import annotations

import json
from collections.abc import Collection

from askfirst import knowledge
from askfirst.report.text import WORDS, pad, width
from askfirst.report.words import FIXES, RuleText
from askfirst.rules import RULES, page


def rule_texts(markets: Collection[str] = ()) -> dict[str, RuleText]:
    """All rules with the words of their pages, and of their clauses those of `markets` (all when none is given or none is left).

    Raises FileNotFoundError when a rule has no page.
    """
    known = knowledge.load()

    def applies(key: str) -> bool:
        clause = known.clause(key)
        return not markets or clause is None or not clause.markets or not set(markets).isdisjoint(clause.markets)

    texts = {}
    for rule in RULES.values():
        own = page(rule.id)
        texts[rule.id] = RuleText(
            rule.id, rule.severity, tuple(filter(applies, rule.clauses)) or rule.clauses, rule.message, rule.next, own.summary, own.prose
        )  # fmt: skip
    return texts


def as_text(lang: str) -> str:
    """One line a rule, in the order of their ids."""
    texts = sorted(rule_texts().values())
    wide = max((len(t.id) for t in texts), default=0)
    words = [WORDS[t.severity.word].of(lang) for t in texts]
    fixes = [FIXES[tuple(sorted(page(t.id).fixes))].of(lang) for t in texts]
    gap, room = (max(map(width, column), default=0) for column in (words, fixes))
    rows = zip(texts, words, fixes, strict=True)
    return "".join(
        f"{t.id:<{wide}}  {pad(word, gap)}  {pad(fix, room)}  {t.summary.of(lang)}\n" for t, word, fix in rows
    )


def as_json() -> str:
    """The same for scripts, in both languages."""
    rows = [
        {
            "id": t.id,
            "severity": t.severity.word,
            "clauses": list(t.clauses),
            "since": RULES[t.id].since,
            "fixes": sorted(page(t.id).fixes),
            "summary": t.summary._asdict(),
            "message": t.message._asdict(),
            "next": t.next._asdict(),
        }
        for t in sorted(rule_texts().values())
    ]
    return json.dumps({"schema": 1, "rules": rows}, ensure_ascii=False, indent=2) + "\n"
