"""sdk/risky-variant."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from askfirst.findings import Finding, Severity
from askfirst.model.dependencies import Dependencies
from askfirst.model.modules import Modules
from askfirst.rules.rule import rule
from askfirst.rules.sdk.declarations import declarations
from askfirst.text import Text


@rule(
    "sdk/risky-variant",
    severity=Severity.WARNING,
    clauses=("191-4.1",),
    message=Text(
        en="`{library}` is a variant of {sdk} that carries more than the plain one: {why}",
        zh="`{library}` 是{sdk}的一个变体，比普通版本包含更多内容：{why}",
    ),
    next=Text(en="depend on the plain variant", zh="改用不含附加内容的普通版本"),
)
def risky_variant(modules: Modules, dependencies: Dependencies) -> Iterator[Finding]:
    for declared in declarations(modules, dependencies):
        for sdk in dependencies.known(declared.library):
            why = next((why for glob, why in sdk.risky if fnmatchcase(declared.name, glob)), None)
            if why is not None:
                yield risky_variant.at(
                    declared.place, target=f"{sdk.id} {declared.name}", symbol=declared.symbol,
                    related=declared.related, variants=declared.variants, library=declared.library.coordinates,
                    sdk=sdk.name, why=why,
                )  # fmt: skip
