"""permissions/exit-on-refusal."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Finding, Place, Severity
from askfirst.model.refusals import Refusals
from askfirst.rules.rule import rule
from askfirst.text import Text


@rule(
    "permissions/exit-on-refusal",
    severity=Severity.ERROR,
    clauses=("337-5", "191-4.2", "PIPL-16"),
    message=Text(
        en="`{call}` closes the app when a permission is refused",
        zh="用户拒绝权限后，`{call}` 退出应用",
    ),
    next=Text(
        en="go on without the feature that needs the permission, and say what is missing",
        zh="仅停用需要该权限的功能，并说明缺少什么；应用应可继续使用",
    ),
    local=True,
)
def exit_on_refusal(refusals: Refusals) -> Iterator[Finding]:
    symbols = refusals.symbols
    for found in refusals.exits():
        f = found.fn[0]
        place = Place(symbols.units[f].path, refusals.resolver.expr(f, found.at).spot)
        yield exit_on_refusal.at(
            place, target=found.name, symbol=symbols.qualified(found.fn), confidence=found.confidence, call=found.name
        )
