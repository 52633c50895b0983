"""sdk/retired."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Finding, Severity
from askfirst.model.dependencies import Dependencies
from askfirst.model.modules import Modules
from askfirst.rules.rule import rule
from askfirst.rules.sdk.declarations import declarations
from askfirst.text import Text


@rule(
    "sdk/retired",
    severity=Severity.WARNING,
    clauses=(),
    message=Text(
        en="`{library}` brings {sdk}, which has been discontinued: {retired}",
        zh="`{library}` 引入的{sdk}已停止维护或服务：{retired}",
    ),
    next=Text(
        en="remove it, and replace it where the app still needs what it did",
        zh="移除该 SDK；仍需相关功能的，更换为在维护的替代品",
    ),
)
def retired(modules: Modules, dependencies: Dependencies) -> Iterator[Finding]:
    for declared in declarations(modules, dependencies):
        for sdk in dependencies.known(declared.library):
            if sdk.retired.en:
                yield retired.at(
                    declared.place, target=f"{sdk.id} {declared.name}", symbol=declared.symbol,
                    related=declared.related, variants=declared.variants, library=declared.library.coordinates,
                    sdk=sdk.name, retired=sdk.retired,
                )  # fmt: skip
