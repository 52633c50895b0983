"""permissions/from-library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askfirst.findings import Confidence, Finding, Related, Severity
from askfirst.knowledge import Index
from askfirst.knowledge.types import Permission
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.manifest import Manifests, Merged
from askfirst.model.modules import Module, Modules
from askfirst.model.uses import Uses
from askfirst.rules.rule import rule
from askfirst.rules.sdk.versions import key
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
        brought: dict[tuple[str, str], _Brought] = {}
        for sdk, library in dependencies.sdks(module):
            for name, mark, source in sdk.permissions if not library.empty else ():
                known = index.permission(name)
                if known is None or not known.personal:
                    continue
                # of several libraries of an SDK, the one that was read to bring it
                new = _Brought(library, known, mark, source)
                old = brought.setdefault((sdk.id, name), new)
                if new.itself and not old.itself:
                    brought[sdk.id, name] = new
        for row in brought.values():
            left = [
                merged for merged in manifests.of(module)
                if merged.variant.takes(row.library.source_set) and not _taken_out(merged, row.known.name)
            ]  # fmt: skip
            if left and not _used(uses, row.known.name, module):
                yield _finding(row, module, left, everywhere=len(left) == len(manifests.of(module)))


class _Brought(NamedTuple):
    library: Library
    known: Permission
    mark: str
    source: str  # begins with the artifact and the version that was read: "group:name 1.2.3 …"

    @property
    def itself(self) -> bool:
        """Whether it was read of this very library."""
        return self.source.startswith(f"{self.library.group}:{self.library.name} ")

    @property
    def confidence(self) -> Confidence:
        """Libraries change what they bring: certain from the version that was read on, hidden for older majors."""
        if self.mark != "V" or not self.itself or not self.library.version:
            return Confidence.MEDIUM
        own, read = key(self.library.version), key(self.source.split(" ")[1])
        return Confidence.HIGH if own >= read else Confidence.MEDIUM if own[:1] == read[:1] else Confidence.LOW


def _finding(row: _Brought, module: Module, left: Sequence[Merged], everywhere: bool) -> Finding:
    library, name = row.library, row.known.name
    return from_library.at(
        library.place, target=f"{library.group}:{library.name} {name}", symbol=module.name, confidence=row.confidence,
        severity=Severity.WARNING if row.known.dangerous or name in _GRAVE else Severity.NOTE,
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
