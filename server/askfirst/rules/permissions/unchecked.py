"""permissions/unchecked."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Finding, Severity
from askfirst.knowledge.types import short
from askfirst.model.unchecked import Unchecked
from askfirst.rules.rule import rule
from askfirst.text import Text


@rule(
    "permissions/unchecked",
    severity=Severity.NOTE,
    clauses=("Play-permissions",),
    message=Text(
        en="`{call}` needs {permission}, and nothing on the way from `{entry}` checks whether it is granted",
        zh="`{call}` 需要 {permission}，而从 `{entry}` 到此处均未检查是否已授权",
    ),
    next=Text(
        en="check the permission before the call, and go on without it where it is refused",
        zh="调用前检查是否已授权；未授权时不调用，应用仍可继续使用",
    ),
    local=True,
)
def unchecked(found: Unchecked) -> Iterator[Finding]:
    for each in found.all:
        names = [f"`{short(name)}`" for name in each.permissions]
        yield unchecked.at(
            found.collector.place(each.site), target=each.permissions[0], symbol=found.collector.symbols.qualified(each.site.fn),
            confidence=each.confidence, steps=each.steps, call=each.site.name, entry=each.entry,
            permission=Text(" or ".join(names), " 或 ".join(names)),
        )  # fmt: skip
