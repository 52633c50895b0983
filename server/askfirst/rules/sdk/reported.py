"""sdk/reported."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Confidence, Finding, Severity
from askfirst.knowledge import Index
from askfirst.model.dependencies import Dependencies
from askfirst.model.modules import Modules
from askfirst.rules.rule import rule
from askfirst.rules.sdk.declarations import declarations
from askfirst.text import Text
from askfirst.versions import moves, within


@rule(
    "sdk/reported",
    severity=Severity.ERROR,
    clauses=("164-1",),
    message=Text(
        en="`{library}` brings {sdk}, which an authority has named ({notice}): {said}",
        zh="`{library}` 引入的{sdk}曾被主管部门通报（{notice}）：{said}",
    ),
    next=Text(
        en="move to a version that the vendor says has fixed it, and check what it collects; or remove it",
        zh="升级到厂商声明已整改的版本并核查其收集行为，或移除",
    ),
)
def reported(modules: Modules, dependencies: Dependencies, index: Index) -> Iterator[Finding]:
    for declared in declarations(modules, dependencies):
        version = declared.library.version
        for sdk in dependencies.known(declared.library):
            for versions, notice, said in sdk.reported:
                if versions and (not version or moves(version) or not within(version, versions)):
                    continue
                clause = index.clause(notice)
                # a notice without a version may speak of one that is mended since
                yield reported.at(
                    declared.place, target=f"{sdk.id} {notice} {declared.name}", symbol=declared.symbol,
                    confidence=Confidence.HIGH if versions else Confidence.MEDIUM,
                    severity=None if versions else Severity.WARNING, related=declared.related,
                    variants=declared.variants, library=declared.library.coordinates, sdk=sdk.name,
                    notice=clause.document if clause else notice, said=said,
                )  # fmt: skip
