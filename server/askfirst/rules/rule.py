"""A rule is a value without state: `@rule(...)` around a generator function whose annotations name what it reads."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Place, Related, Severity, Step
from askfirst.text import Text

Check = Callable[..., Iterator[Finding]]
Mend = Callable[..., Iterable[Fix]]


class Rule(NamedTuple):
    """`check` is called with the parts of the model that its annotations name; `parts` are those types in order.

    `fix` takes a finding of the rule, `Sources`, and the parts that its further annotations name (`fix_parts`); it offers
    alternatives, the best first, and none where it is not certain.
    """

    id: str
    severity: Severity
    clauses: tuple[str, ...]
    message: Text
    next: Text  # the next step, shown as `next`
    since: str
    check: Check
    parts: tuple[type, ...]
    fix: Mend | None
    fix_parts: tuple[type, ...]
    local: bool = False  # what it says of a file of code rests, beside who runs that, only on what that file itself does

    @property
    def theme(self) -> str:
        return self.id.partition("/")[0]

    def at(
        self,
        place: Place,
        *,
        target: str,
        symbol: str = "",
        confidence: Confidence = Confidence.HIGH,
        severity: Severity | None = None,
        steps: tuple[Step, ...] = (),
        related: tuple[Related, ...] = (),
        also: tuple[Related, ...] = (),
        variants: tuple[str, ...] = (),
        clauses: tuple[str, ...] = (),
        **args: str | Text,
    ) -> Finding:
        """A finding of this rule; `args` fill the message's placeholders. Errors are for what is sure: with a guess on the way,
        one is a warning."""
        level = severity or self.severity
        if level == Severity.ERROR and confidence < Confidence.HIGH:
            level = Severity.WARNING
        return Finding(
            self.id, place, tuple(sorted(args.items())), target, symbol, confidence, level, steps, related, also, variants,
            clauses,
        )  # fmt: skip


def rule(
    id: str,
    *,
    severity: Severity,
    clauses: tuple[str, ...],
    message: Text,
    next: Text,
    since: str = "0.1",
    fix: Mend | None = None,
    local: bool = False,
) -> Callable[[Check], Rule]:
    """Make a Rule of a generator function. `clauses` are keys of the tables in knowledge/clauses/."""

    def wrap(check: Check) -> Rule:
        parts = tuple(t for t in _parts(fix) if t not in (Finding, Sources)) if fix else ()
        return Rule(id, severity, clauses, message, next, since, check, _parts(check), fix, parts, local)

    return wrap


def _parts(function: Callable[..., Any]) -> tuple[type, ...]:
    """The types that a function's annotations name, in order."""
    hints: dict[str, Any] = typing.get_type_hints(function)
    hints.pop("return", None)
    return tuple(hints.values())
