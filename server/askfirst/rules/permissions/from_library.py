"""permissions/from-library."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Related, Severity
from askfirst.knowledge import Index
from askfirst.knowledge.types import Brings, Permission, short
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.manifest import Manifests, Merged
from askfirst.model.modules import Module, Modules
from askfirst.model.uses import Uses
from askfirst.model.variants import named
from askfirst.rules.markup import remove_permission, together
from askfirst.rules.rule import rule
from askfirst.text import Text
from askfirst.versions import key

_GRAVE = frozenset({
    "com.google.android.gms.permission.AD_ID", "android.permission.ACCESS_ADSERVICES_AD_ID",
    "android.permission.QUERY_ALL_PACKAGES",
})  # fmt: skip
_CATALOG = Text("its line in the version catalog", "版本目录中的对应行")
_IT, _THEM = Text("it", "该权限"), Text("them", "这些权限")
_INTO = Text("merged into this application", "合并到该应用")


def _remove(finding: Finding, sources: Sources, modules: Modules) -> Iterator[Fix]:
    """Not safe: what the library does with it may be wanted."""
    wanted = finding.target.split(" ")[1:]
    for module in (m for m in modules.applications if m.name == finding.symbol):
        title = Text("keep it out of the merged manifest", "在合并清单中移除该权限")
        made = [remove_permission(module.manifest, sources, permission) for permission in wanted]
        yield Fix(title, together(edit for edits in made for edit in edits) if all(made) else (), safe=False)


@rule(
    "permissions/from-library",
    severity=Severity.WARNING,
    clauses=("191-4.1", "164-1"),
    message=Text(
        en="{library} brings {permission} into {app}; the app itself does not use {them}",
        zh="{library} 将 {permission} 带入 {app}，而应用自身并未使用{them}",
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
    written = {row.permission for row in manifests.declarations if not row.takes_out}
    for module in modules.applications:
        for rows in _brought(module, dependencies, index):
            permission = rows[0].known.name
            takers = [(row, m) for row in rows for m in manifests.of(module) if m.variant.takes(row.library.source_set)]
            left = [(row, merged) for row, merged in takers if not merged.takes_out("uses-permission", permission)]
            if takers and not left:
                settled.add((rows[0].name, permission))
            elif left and not _used(uses, permission, module) and permission not in written:
                pending.append((left[0][0], module, [merged for _, merged in left]))
    alike: defaultdict[_Kind, list[_Brought]] = defaultdict(list)
    for row, module, merged in pending:
        # one application of the project took it out: its owners know, and the others are mostly samples
        grave = (row.known.dangerous or row.known.name in _GRAVE) and (row.name, row.known.name) not in settled
        within = named((m.variant for m in merged), module.variants)
        alike[_Kind(row.library, module.path, grave, row.confidence, within)].append(row)
    for kind, rows in alike.items():
        yield _finding(kind, rows, modules.of(kind.module), manifests)


class _Kind(NamedTuple):
    """What is said in one finding: all that a library brings into an application, as grave and as sure."""

    library: Library
    module: str
    grave: bool
    confidence: Confidence
    variants: tuple[str, ...]


def _brought(module: Module, dependencies: Dependencies, index: Index) -> Iterator[list[_Brought]]:
    """What known libraries bring into an application: for each SDK and permission, the libraries that do."""
    found: defaultdict[tuple[str, str], list[_Brought]] = defaultdict(list)
    for owner, library, row, beside in dependencies.brought(module):
        known = index.permission(row.permission)
        if beside and known is not None and known.personal:
            found[owner, row.permission].append(_Brought(library, known, row))
    for rows in found.values():
        # of several libraries of an SDK, those that were read to bring it
        yield [row for row in rows if row.itself] or rows


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
        if not self.row.comes_with(version):
            return Confidence.LOW
        if self.row.mark != "V" or not self.itself or not version:
            return Confidence.MEDIUM
        own, read = key(version), key(self.row.source.split(" ")[1])
        return Confidence.HIGH if own >= read else Confidence.MEDIUM if own[:1] == read[:1] else Confidence.LOW


def _finding(kind: _Kind, rows: list[_Brought], module: Module, manifests: Manifests) -> Finding:
    library, names = kind.library, sorted(row.known.name for row in rows)
    shown = [f"`{short(name)}`" for name in names]
    return from_library.at(
        library.place, target=" ".join((library.module_id, *names)), symbol=module.name, confidence=kind.confidence,
        severity=Severity.WARNING if kind.grave else Severity.NOTE,
        related=tuple(_related(library, manifests.of(module)[0])), variants=kind.variants,
        library=library.coordinates, permission=Text(", ".join(shown), "、".join(shown)), app=module.name,
        them=_THEM if len(names) > 1 else _IT,
    )  # fmt: skip


def _used(uses: Uses, permission: str, module: Module) -> bool:
    """Whether the app's own code needs it."""
    return any(e.kind != "library" and e.confidence >= Confidence.MEDIUM for e in uses.of(permission, module))


def _related(library: Library, merged: Merged) -> Iterator[Related]:
    if library.catalog is not None:
        yield Related(library.catalog, _CATALOG)
    if merged.application is not None:
        yield Related(merged.application.tag, _INTO)
