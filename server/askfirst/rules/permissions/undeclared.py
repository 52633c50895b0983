"""permissions/undeclared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Related, Severity
from askfirst.knowledge import Index
from askfirst.knowledge.types import Api, Need, short
from askfirst.model.calls import Calls
from askfirst.model.collect import Collector, Site
from askfirst.model.dependencies import Dependencies
from askfirst.model.manifest import Manifests
from askfirst.model.modules import Module, Modules
from askfirst.rules.markup import add_permission
from askfirst.rules.rule import rule
from askfirst.text import Text

# Words of a file that asks first or is ready for a refusal, whatever the way from there to the call.
_CHECKS = re.compile(r"permission|SDK_INT|VERSION_CODES|SecurityException", re.I)
_OLDEST = 23  # the first level in the table of permissions: those it has from there on may be older
_ALSO = Text("needs it too", "同样需要该权限")


def _declare(finding: Finding, sources: Sources, modules: Modules) -> Iterator[Fix]:
    """Not safe: to ask for more, or to do without the call, is the developer's decision."""
    app = dict(finding.args)["app"]
    for module in (m for m in modules.applications if m.name == app):
        title = Text("declare the permission", "声明该权限")
        yield Fix(title, add_permission(module.manifest, sources, finding.target), safe=False)


@rule(
    "permissions/undeclared",
    severity=Severity.WARNING,
    clauses=("Play-permissions",),
    message=Text(
        en="`{call}` needs `{permission}`, which no manifest of {app} declares",
        zh="`{call}` 需要 `{permission}`，而 {app} 的清单均未声明",
    ),
    next=Text(en="declare the permission, or remove the call", zh="声明该权限，或删除该调用"),
    fix=_declare,
)
def undeclared(
    collector: Collector, calls: Calls, manifests: Manifests, modules: Modules, dependencies: Dependencies, index: Index
) -> Iterator[Finding]:
    sites = [s for role in ("read", "use") for s in collector.of(role) if s.api is not None and _plain(s, s.api, calls)]
    for module in modules.applications if sites else ():
        held = _held(module, manifests, dependencies, index)
        near = {part.path for part in modules.closure(module)}
        found: defaultdict[str, list[Site]] = defaultdict(list)
        for site in sites:
            if site.api is not None and calls.symbols.units[site.fn[0]].module in near:
                for permission in _lacking(site.api, held, module.min_sdk, index):
                    found[permission].append(site)
        for permission, rows in sorted(found.items()):
            first, *rest = {site.key: site for site in rows}.values()
            yield undeclared.at(
                collector.place(first), target=permission, symbol=calls.symbols.qualified(first.fn),
                confidence=Confidence.MEDIUM, related=tuple(Related(collector.place(s), _ALSO) for s in rest),
                call=first.name, permission=short(permission), app=module.name,
            )  # fmt: skip


def _plain(site: Site, api: Api, calls: Calls) -> bool:
    """A certain call of the platform in a file that neither checks for permissions or levels nor expects a refusal."""
    if site.confidence < Confidence.HIGH or api.kind != "method" or not api.key.startswith("android.") or not api.needs:
        return False
    facts = calls.symbols.facts(site.fn[0])
    words = (*facts.sites, *(row.type for row in facts.variables if row.kind == "catch"))
    caught = any(row.kind == "catch" and row.type in ("Exception", "Throwable") for row in facts.variables)
    annotated = any("@Requires" in m for row in facts.functions for m in row.modifiers)
    return not caught and not annotated and not any(map(_CHECKS.search, words))


def _held(module: Module, manifests: Manifests, dependencies: Dependencies, index: Index) -> set[str]:
    """Permissions that some variant has, with those they stand in for and those that known libraries bring."""
    merged = manifests.of(module)
    held = {row.key for each in merged for row in each.permissions} | {
        row.permission for each in merged for row in each.implied
    }
    held.update(brought.row.permission for brought in dependencies.brought(module))
    known = [index.permission(name) for name in held]
    return held.union(*(row.implies for row in known if row is not None))


def _lacking(api: Api, held: set[str], min_sdk: int, index: Index) -> Iterator[str]:
    """Permissions without which the call fails on every level the app runs on and that an app can get."""
    needs = [n for n in api.needs if not n.conditional]
    options = [n for n in needs if n.any_of]
    for need in needs:
        if not need.any_of and need.permission not in held and _always(need, min_sdk, index):
            yield need.permission
    if options and not any(n.permission in held for n in options) and all(_always(n, min_sdk, index) for n in options):
        yield options[0].permission


def _always(need: Need, min_sdk: int, index: Index) -> bool:
    """Whether the need is there on every level the app runs on, for a permission that any app can get on all of them."""
    known = index.permission(need.permission)
    if known is None or need.last or need.first > min_sdk or known.first > max(min_sdk, _OLDEST):
        return False
    granted = known.protection[-1][1].partition("|")[0] if known.protection else ""
    return known.dangerous or granted == "normal"
