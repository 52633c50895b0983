"""A rule is a value without state: `@rule(...)` around a generator function whose annotations name what it reads."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from askfirst.findings import Confidence, Finding, Fix, Place, Related, Severity, Step
from askfirst.text import Text

Check = Callable[..., Iterator[Finding]]


class Rule(NamedTuple):
    """`check` is called with the parts of the model that its annotations name; `parts` are those types in order."""

    id: str
    severity: Severity
    clauses: tuple[str, ...]
    message: Text
    next: Text  # the next step, shown as `next`
    since: str
    check: Check
    parts: tuple[type, ...]
    fix: Callable[..., Iterable[Fix]] | None

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
        """A finding of this rule; `args` fill the message's placeholders."""
        return Finding(
            self.id, place, tuple(sorted(args.items())), target, symbol, confidence, severity or self.severity, steps,
            related, also, variants, clauses,
        )  # fmt: skip


def rule(
    id: str,
    *,
    severity: Severity,
    clauses: tuple[str, ...],
    message: Text,
    next: Text,
    since: str = "0.1",
    fix: Callable[..., Iterable[Fix]] | None = None,
) -> Callable[[Check], Rule]:
    """Make a Rule of a generator function. `clauses` are keys of knowledge/clauses.toml."""

    def wrap(check: Check) -> Rule:
        hints: dict[str, Any] = typing.get_type_hints(check)
        hints.pop("return", None)
        return Rule(id, severity, clauses, message, next, since, check, tuple(hints.values()), fix)

    return wrap
