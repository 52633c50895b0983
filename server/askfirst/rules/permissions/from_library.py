"""permissions/from-library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Related, Severity
from askfirst.knowledge import Index
from askfirst.knowledge.types import Brings, Permission
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.manifest import Manifests, Merged
from askfirst.model.modules import Module, Modules
from askfirst.model.uses import Uses
from askfirst.rules.markup import remove_permission
from askfirst.rules.rule import rule
from askfirst.rules.sdk.versions import key
from askfirst.text import Text

_GRAVE = frozenset({
    "com.google.android.gms.permission.AD_ID", "android.permission.ACCESS_ADSERVICES_AD_ID",
    "android.permission.QUERY_ALL_PACKAGES",
})  # fmt: skip
_CATALOG = Text("its line in the version catalog", "版本目录中的对应行")
_INTO = Text("merged into this application", "合并到该应用")


def _remove(finding: Finding, sources: Sources, modules: Modules, manifests: Manifests) -> Iterator[Fix]:
    """Not safe: what the library does with it may be wanted. None where the app declares it too."""
    permission = finding.target.rpartition(" ")[2]
    for module in (m for m in modules.applications if m.name == finding.symbol):
        if not any(node.key == permission for merged in manifests.of(module) for node in merged.permissions):
            title = Text("keep it out of the merged manifest", "在合并清单中移除该权限")
            yield Fix(title, remove_permission(module.manifest, sources, permission), safe=False)


@rule(
    "permissions/from-library",
    severity=Severity.WARNING,
    clauses=("191-4.1", "164-1"),
    message=Text(
        en="{library} brings `{permission}` into {app}; the app itself does not use it",
        zh="{library} 将 `{permission}` 带入 {app}，而应用自身并未使用",
    ),
    next=Text(
        en='remove it with <uses-permission … tools:node="remove" />, or disclose what the library does with it',
        zh='用 <uses-permission … tools:node="remove" /> 移除，或在隐私政策中说明该库的用途',
    ),
    fix=_remove,
)
def from_library(
    modules: Modules, manifests: Manifests, dependencies: Dependencies, uses: Uses, index: Index
) -> Iterator[Finding]:
    settled: set[tuple[str, str]] = set()
    pending: list[tuple[_Brought, Module, list[Merged]]] = []
    for module in modules.applications:
        for row in _brought(module, dependencies, index):
            takers = [merged for merged in manifests.of(module) if merged.variant.takes(row.library.source_set)]
            left = [merged for merged in takers if not _taken_out(merged, row.known.name)]
            if takers and not left:
                settled.add((row.name, row.known.name))
            elif left and not _used(uses, row.known.name, module):
                pending.append((row, module, left))
    for row, module, left in pending:
        # one application of the project took it out: its owners know, and the others are mostly samples
        grave = (row.known.dangerous or row.known.name in _GRAVE) and (row.name, row.known.name) not in settled
        severity = Severity.WARNING if grave else Severity.NOTE
        yield _finding(row, module, left, severity, everywhere=len(left) == len(manifests.of(module)))


def _brought(module: Module, dependencies: Dependencies, index: Index) -> list[_Brought]:
    """What known libraries bring into an application, once for each SDK and permission."""
    found: dict[tuple[str, str], _Brought] = {}
    for sdk, library in dependencies.sdks(module):
        for bring in sdk.permissions if not library.empty else ():
            known = index.permission(bring.permission)
            if known is None or not known.personal:
                continue
            # of several libraries of an SDK, the one that was read to bring it
            new = _Brought(library, known, bring)
            old = found.setdefault((sdk.id, bring.permission), new)
            if new.itself and not old.itself:
                found[sdk.id, bring.permission] = new
    return list(found.values())


class _Brought(NamedTuple):
    library: Library
    known: Permission
    row: Brings

    @property
    def name(self) -> str:
        return self.library.module_id

    @property
    def itself(self) -> bool:
        """Whether it was read of this very library."""
        return self.row.source.startswith(f"{self.name} ")

    @property
    def confidence(self) -> Confidence:
        """Libraries change what they bring: certain from the version that was read on, hidden for older majors."""
        version = self.library.version
        if version and self.row.since and key(version) < key(self.row.since):
            return Confidence.LOW
        if self.row.mark != "V" or not self.itself or not version:
            return Confidence.MEDIUM
        own, read = key(version), key(self.row.source.split(" ")[1])
        return Confidence.HIGH if own >= read else Confidence.MEDIUM if own[:1] == read[:1] else Confidence.LOW


def _finding(row: _Brought, module: Module, left: Sequence[Merged], severity: Severity, everywhere: bool) -> Finding:
    library, name = row.library, row.known.name
    return from_library.at(
        library.place, target=f"{row.name} {name}", symbol=module.name, confidence=row.confidence,
        severity=severity,
        related=tuple(_related(library, left[0])),
        variants=() if everywhere else tuple(merged.variant.name for merged in left),
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
