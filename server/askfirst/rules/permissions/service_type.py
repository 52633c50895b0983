"""permissions/service-type."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Place, Related, Severity
from askfirst.knowledge.types import short
from askfirst.model.calls import Calls
from askfirst.model.dependencies import Dependencies
from askfirst.model.manifest import Manifests, Merged, Node
from askfirst.model.modules import Modules
from askfirst.model.variants import Variant, named
from askfirst.rules.markup import add_permission, set_attribute
from askfirst.rules.rule import rule
from askfirst.text import Text

_LEVEL = 34
_P = "android.permission.FOREGROUND_SERVICE_"
_FREE = frozenset({"shortService", "none"})  # types without a permission of their own
_STARTED = Text("it goes to the foreground here", "在此转为前台服务")


def _complete(finding: Finding, sources: Sources, modules: Modules, manifests: Manifests) -> Iterator[Fix]:
    """The permission that a declared type asks for; the type, where the permissions leave only one."""
    service, _, missing = finding.target.partition(" ")
    for module in (m for m in modules.applications if f"{m.name} service" == finding.symbol):
        merged = manifests.of(module)[0]
        if missing.startswith(_P):
            title = Text("declare the permission", "声明该权限")
            yield Fix(title, add_permission(module.manifest, sources, missing), safe=True)
            continue
        held = {row.key.removeprefix(_P) for row in merged.permissions if row.key.startswith(_P)}
        for node in merged.components("service") if len(held) == 1 else ():
            if node.key == service:
                words = held.copy().pop().split("_")
                kind = words[0].lower() + "".join(word.capitalize() for word in words[1:])
                title = Text(f"declare the type {kind}", f"声明类型 {kind}")
                yield Fix(title, set_attribute(sources, node.tag, "foregroundServiceType", kind), safe=False)


@rule(
    "permissions/service-type",
    severity=Severity.ERROR,
    clauses=("Play-fgs",),
    message=Text(
        en="the foreground service `{service}` has no {missing}, which target API level {level} requires",
        zh="前台服务 `{service}` 缺少{missing}，而目标 API 级别 {level} 要求声明",
    ),
    next=Text(
        en="declare android:foregroundServiceType and the FOREGROUND_SERVICE_… permission of that type",
        zh="声明 android:foregroundServiceType 及该类型对应的 FOREGROUND_SERVICE_… 权限",
    ),
    fix=_complete,
)
def service_type(modules: Modules, manifests: Manifests, dependencies: Dependencies, calls: Calls) -> Iterator[Finding]:
    for module in modules.applications:
        level = module.sdks.get("targetSdk", (0,))[0]
        if level < _LEVEL:
            continue
        every = manifests.of(module)
        services = {node.key for merged in every for node in merged.components("service")}
        started = {key: place for key in services if (place := _foreground(key, calls)) is not None}
        lacking: defaultdict[tuple[Place, str, Text, str], list[Variant]] = defaultdict(list)
        for merged in every:
            for node in merged.components("service"):
                for missing, target in _missing(node, merged, dependencies) if node.key in started else ():
                    lacking[node.origin.place, node.key, missing, target].append(merged.variant)
        for (place, name, missing, target), taken in lacking.items():
            yield service_type.at(
                place, target=f"{name} {target}", symbol=f"{module.name} service",
                confidence=Confidence.MEDIUM if target.startswith(_P) else Confidence.HIGH,
                related=(Related(started[name], _STARTED),), variants=named(taken, module.variants),
                service=name.rpartition(".")[2], missing=missing, level=str(level),
            )  # fmt: skip


def _missing(node: Node, merged: Merged, dependencies: Dependencies) -> Iterator[tuple[Text, str]]:
    """What the service lacks, and what to call it in a fingerprint."""
    types = [word.strip() for word in node.get("foregroundServiceType").split("|") if word.strip()]
    if not types:
        yield Text("android:foregroundServiceType", " android:foregroundServiceType"), "foregroundServiceType"
    held = {row.key for row in merged.permissions}
    taken = (sdk for sdk, library in dependencies.sdks(merged.module) if merged.variant.takes(library.source_set))
    held.update(row.permission for sdk in taken for row in sdk.permissions)
    for each in types:
        permission = _P + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", each).upper()
        if each not in _FREE and each.isalpha() and permission not in held:
            called = short(permission)
            yield Text(f"permission `{called}`", f"权限 `{called}`"), permission


def _foreground(name: str, calls: Calls) -> Place | None:
    """Where the service of that class, or a class of the project above it, calls startForeground."""
    symbols = calls.symbols
    above = set(symbols.ancestors(name)) if name in symbols.types else set()
    for f, e in calls.sites("startForeground"):
        row = calls.resolver.expr(f, e)
        owner = symbols.function((f, row.function)).owner if row.function >= 0 else -1
        while owner >= 0:
            if symbols.name_of((f, owner)) in above:
                return Place(symbols.units[f].path, row.spot)
            owner = symbols.type((f, owner)).outer
    return None
