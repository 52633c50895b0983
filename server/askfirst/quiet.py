"""Inline allowances: `// askfirst: allow[rule-id] reason until 2027-03-01` quiets what is found on its line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from askfirst.facts.rows import Allowance
from askfirst.findings import Finding, Note, Place
from askfirst.text import Text

NO_REASON = Text(
    "this allowance for `{rule}` quiets nothing: it gives no reason; write one after the bracket",
    "对 `{rule}` 的豁免未生效：没有写明理由；请在方括号后写明理由",
)
NO_RULE = Text("there is no rule or theme `{rule}` to allow", "没有名为 `{rule}` 的规则或主题，豁免未生效")
NO_DATE = Text(
    "this allowance for `{rule}` quiets nothing: `{until}` is not a date like 2027-03-01",
    "对 `{rule}` 的豁免未生效：`{until}` 不是形如 2027-03-01 的日期",
)
EXPIRED = Text("this allowance for `{rule}` expired on {until}", "对 `{rule}` 的豁免已于 {until} 到期")
IDLE = Text(
    "this allowance for `{rule}` quiets nothing: nothing is found here; remove it",
    "对 `{rule}` 的豁免没有对应的问题，请删除",
)


class Outcome(NamedTuple):
    """What allowances make of a list of findings."""

    kept: tuple[Finding, ...]
    quieted: tuple[tuple[Finding, str], ...]  # with the reason
    notes: tuple[Note, ...]


def apply(
    findings: Iterable[Finding],
    allowances: Mapping[str, Sequence[Allowance]],
    lines_of: Callable[[Place], Sequence[int]],
    *,
    known: Collection[str],
    ran: Collection[str],
    today: date,
) -> Outcome:
    """Part the findings into kept and quieted, and note the allowances that do nothing.

    `allowances` are those of each path. `lines_of` gives the 0-based lines at which an
    allowance for a place may stand: its own, and in XML that of the start tag around it. `known` are all rule ids, `ran`
    those that this check ran: an allowance for a rule that did not run is not called idle. Give findings of all
    confidences, so that an allowance for a hidden one is not called idle either. Only a finding's own place counts, not
    its steps.
    """
    notes: list[Note] = []
    valid: dict[tuple[str, int], list[Allowance]] = {}
    themes = {rule.partition("/")[0] for rule in known}
    for path, rows in sorted(allowances.items()):
        for row in rows:
            wrong = _wrong(row, known, themes, today)
            if wrong is None:
                valid.setdefault((path, row.line), []).append(row)
            else:
                notes.append(_note(wrong, path, row, lines_of))
    kept: list[Finding] = []
    quieted: list[tuple[Finding, str]] = []
    used: set[tuple[str, Allowance]] = set()
    for finding in findings:
        path = finding.at.path
        covering = [
            row
            for line in lines_of(finding.at)
            for row in valid.get((path, line), ())
            if _covers(row.rule, finding.rule)
        ]
        used.update((path, row) for row in covering)
        if covering:
            quieted.append((finding, covering[0].reason))
        else:
            kept.append(finding)
    for (path, _), rows in valid.items():
        for row in rows:
            if (path, row) not in used and any(_covers(row.rule, rule) for rule in ran):
                notes.append(_note(IDLE, path, row, lines_of))
    return Outcome(tuple(kept), tuple(quieted), tuple(sorted(notes)))


def _covers(allowed: str, rule: str) -> bool:
    """`allowed` is a rule's id or its theme."""
    return allowed in (rule, rule.partition("/")[0])


def _wrong(row: Allowance, known: Collection[str], themes: Collection[str], today: date) -> Text | None:
    """What keeps an allowance from being one."""
    if row.rule not in known and row.rule not in themes:
        return NO_RULE
    if not row.reason:
        return NO_REASON
    if not row.until:
        return None
    try:
        return EXPIRED if date.fromisoformat(row.until) < today else None
    except ValueError:
        return NO_DATE


def _note(text: Text, path: str, row: Allowance, lines_of: Callable[[Place], Sequence[int]]) -> Note:
    words = Text(*(sentence.format(rule=row.rule, until=row.until) for sentence in text))
    return Note(path, lines_of(Place(path, row.spot))[0], words, serious=False)
