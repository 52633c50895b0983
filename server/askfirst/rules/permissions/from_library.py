"""permissions/from-library."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Confidence, Finding, Related, Severity
from askfirst.knowledge import Index
from askfirst.knowledge.types import Permission
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.manifest import Manifests, Merged
from askfirst.model.modules import Module, Modules
from askfirst.model.uses import Uses
from askfirst.rules.rule import rule
from askfirst.text import Text

_GRAVE = frozenset({
    "com.google.android.gms.permission.AD_ID", "android.permission.ACCESS_ADSERVICES_AD_ID",
    "android.permission.QUERY_ALL_PACKAGES",
})  # fmt: skip
_CATALOG = Text("its line in the version catalog", "版本目录中的对应行")
_INTO = Text("merged into this application", "合并到该应用")


@rule(
    "permissions/from-library",
    severity=Severity.WARNING,
    clauses=("191-4.1", "164-1"),
    message=Text(
        en="{library} brings `{permission}` into {app}; the app itself does not use it",
        zh="{library} 将 `{permission}` 带入 {app}，而应用自身并未使用",
    ),
    next=Text(
        en='take it out with <uses-permission … tools:node="remove" />, or disclose what the library does with it',
        zh='用 <uses-permission … tools:node="remove" /> 移除，或在隐私政策中说明该库的用途',
    ),
)
def from_library(
    modules: Modules, manifests: Manifests, dependencies: Dependencies, uses: Uses, index: Index
) -> Iterator[Finding]:
    for module in modules.applications:
        brought: dict[tuple[str, str], tuple[Library, str, Permission]] = {}
        for sdk, library in dependencies.sdks(module):
            for name, mark, _ in sdk.permissions if not library.empty else ():
                known = index.permission(name)
                if known is not None and known.personal:
                    brought.setdefault((f"{library.group}:{library.name}", known.name), (library, mark, known))
        for (_, name), (library, mark, known) in brought.items():
            merged = [m for m in manifests.of(module) if m.variant.takes(library.source_set)]
            left = [m for m in merged if not _taken_out(m, name)]
            if not left or _used(uses, name, module):
                continue
            everywhere = len(left) == len(manifests.of(module))
            yield from_library.at(
                library.place, target=f"{library.group}:{library.name} {name}", symbol=module.name,
                confidence=Confidence.HIGH if mark == "V" and library.version else Confidence.MEDIUM,
                severity=Severity.WARNING if known.dangerous or name in _GRAVE else Severity.NOTE,
                related=tuple(_related(library, left[0])), variants=() if everywhere else tuple(m.variant.name for m in left),
                library=library.coordinates, permission=name.rpartition(".")[2], app=module.name,
            )  # fmt: skip


def _taken_out(merged: Merged, permission: str) -> bool:
    return ("uses-permission", permission) in merged.removed or ("uses-permission", "") in merged.removed


def _used(uses: Uses, permission: str, module: Module) -> bool:
    """Whether the app's own code needs it."""
    return any(e.kind != "library" and e.confidence >= Confidence.MEDIUM for e in uses.of(permission, module))


def _related(library: Library, merged: Merged) -> Iterator[Related]:
    if library.catalog is not None:
        yield Related(library.catalog, _CATALOG)
    if merged.application is not None:
        yield Related(merged.application.tag, _INTO)
