"""sdk/retired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from askfirst.findings import Finding, Related, Severity
from askfirst.knowledge.types import Sdk
from askfirst.model.dependencies import Dependencies
from askfirst.model.modules import Modules
from askfirst.rules.rule import rule
from askfirst.rules.sdk.declarations import Declaration, declarations
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
    found: defaultdict[tuple[str, str, str], list[tuple[Declaration, Sdk]]] = defaultdict(list)
    for declared in declarations(modules, dependencies):
        for sdk in dependencies.known(declared.library):
            if sdk.retired.en:
                found[declared.place.path, declared.symbol, sdk.id].append((declared, sdk))
    for (_, _, id), rows in found.items():  # an SDK's artifacts stand side by side
        declared, sdk = rows[0]
        others = [Related(d.place, Text(f"so does {d.name}", f"{d.name} 同样引入")) for d, _ in rows[1:]]
        yield retired.at(
            declared.place, target=f"{id} {declared.name}", symbol=declared.symbol, related=(*declared.related, *others),
            variants=declared.variants, library=declared.library.coordinates, sdk=sdk.name, retired=sdk.retired,
        )  # fmt: skip
