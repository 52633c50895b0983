"""consent/auto-start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from askfirst.edits import Sources
from askfirst.findings import Edit, Finding, Fix, Related, Severity
from askfirst.knowledge.types import AutoStart, Sdk
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.files import Unit
from askfirst.model.manifest import Manifests, Merged
from askfirst.model.module import attribute
from askfirst.model.modules import Modules
from askfirst.model.switches import Switches
from askfirst.model.variants import named
from askfirst.rules.markup import add, set_switch, together
from askfirst.rules.rule import rule
from askfirst.text import Text

_INTO = Text("merged into this application", "合并到该应用")


def _stop(
    finding: Finding, sources: Sources, modules: Modules, manifests: Manifests, dependencies: Dependencies
) -> Iterator[Fix]:
    """Its switch, or the components taken out. Not safe: the app has to start the SDK itself from then on."""
    for module in (m for m in modules.applications if m.name == finding.symbol):
        sdk = next((sdk for sdk, _ in dependencies.sdks(module) if sdk.id == finding.target), None)
        shown = dict(finding.args)["component"]
        autos = [auto for auto in sdk.auto if isinstance(shown, Text) and f"`{auto.name}`" in shown.en] if sdk else []
        switches = {auto.switch for auto in autos}
        off = next((s.off for s in sdk.switches if {s.name} == switches), "") if sdk else ""
        if off:
            name = autos[0].switch
            title = Text(f'set {name} to "{off}"', f'将 {name} 设为 "{off}"')
            own = manifests.of(module)[0].meta(name)
            yield Fix(title, set_switch(module.manifest, own, sources, name, off), safe=False)
        elif autos:
            removed = [_removal(module.manifest, sources, auto) for auto in autos]
            title = Text("take what starts it out of the merged manifest", "从合并清单中移除使其启动的组件")
            yield Fix(title, together(e for made in removed for e in made) if all(removed) else (), safe=False)


def _removal(unit: Unit | None, sources: Sources, auto: AutoStart) -> tuple[Edit, ...]:
    if unit is None or any(attribute(element, "android:name") == auto.name for element in unit.facts.elements):
        return ()  # it is there already, and a manifest names a component once
    if auto.kind == "initializer":
        return ()  # it belongs into the provider of App Startup, which others share
    line = f'<{auto.kind} android:name="{auto.name}" tools:node="remove" />'
    return add(unit, sources, "application", line, [auto.kind])


@rule(
    "consent/auto-start",
    severity=Severity.ERROR,
    clauses=("191-3.1", "164-1#5"),
    message=Text(
        en="{sdk} starts by itself through {component}, before Application.onCreate and before the user has agreed",
        zh="{sdk}通过 {component} 自行启动，早于 Application.onCreate，也早于用户同意",
    ),
    next=Text(
        en='remove the component with tools:node="remove" and start the SDK after the user agrees',
        zh='用 tools:node="remove" 移除该组件，在用户同意之后再启动该 SDK',
    ),
    fix=_stop,
)
def auto_start(
    modules: Modules, manifests: Manifests, dependencies: Dependencies, switches: Switches
) -> Iterator[Finding]:
    for module in modules.applications:
        # an SDK of many libraries starts once
        found: defaultdict[tuple[Sdk, AutoStart], list[tuple[Library, Merged]]] = defaultdict(list)
        for sdk, library in dependencies.sdks(module):
            if not switches.configured(module, sdk):
                continue
            switched = bool(switches.left_on(module, sdk, library))  # consent/collection-on-by-default speaks of it
            for auto in sdk.auto:
                if not auto.collects or not auto.comes_with(library.module_id, library.version):
                    continue
                if not switched or (auto.evidence == "artifact" and not auto.switch):
                    found[sdk, auto].extend(
                        (library, merged)
                        for merged in manifests.of(module)
                        if merged.variant.takes(library.source_set) and not _quiet(merged, sdk, auto)
                    )
        alike: defaultdict[tuple[Sdk, bool, tuple[str, ...]], list[tuple[AutoStart, Library, Merged]]] = defaultdict(list)
        for (sdk, auto), rows in found.items():
            if rows:
                within = named((merged.variant for _, merged in rows), module.variants)
                alike[sdk, auto.evidence == "artifact", within].append((auto, *rows[0]))
        for (sdk, sure, within), starts in alike.items():
            _, library, merged = starts[0]
            into = merged.application
            names = [f"`{auto.name}`" for auto, _, _ in starts]
            yield auto_start.at(
                library.place, target=sdk.id, symbol=module.name, severity=None if sure else Severity.WARNING,
                related=(Related(into.tag, _INTO),) if into else (), variants=within, sdk=sdk.name,
                component=Text(", ".join(names), "、".join(names)),
            )  # fmt: skip


def _quiet(merged: Merged, sdk: Sdk, auto: AutoStart) -> bool:
    """Whether the manifest takes the component out or switches it off."""
    if merged.takes_out(auto.element, auto.name):
        return True
    off = {switch.name: switch.off for switch in sdk.switches}
    for name in [auto.switch] if auto.switch else off:
        node = merged.meta(name)
        if node is not None and node.get("value") == off.get(name, "false"):
            return True
    return any(node.key == auto.name and node.flag("enabled") is False for node in merged.components(auto.element))
