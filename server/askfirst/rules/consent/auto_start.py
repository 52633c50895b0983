"""consent/auto-start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from askfirst.findings import Finding, Related, Severity
from askfirst.knowledge.types import AutoStart, Sdk
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.manifest import Manifests, Merged
from askfirst.model.modules import Modules
from askfirst.model.switches import Switches
from askfirst.model.variants import named
from askfirst.rules.rule import rule
from askfirst.text import Text

_INTO = Text("merged into this application", "合并到该应用")


@rule(
    "consent/auto-start",
    severity=Severity.ERROR,
    clauses=("191-3.1", "164-1#5"),
    message=Text(
        en="{sdk} starts by itself through `{component}`, before Application.onCreate and before the user has agreed",
        zh="{sdk}通过 `{component}` 自行启动，早于 Application.onCreate，也早于用户同意",
    ),
    next=Text(
        en='remove the component with tools:node="remove" and start the SDK after the user agrees',
        zh='用 tools:node="remove" 移除该组件，在用户同意之后再启动该 SDK',
    ),
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
                if auto.collects and auto.comes_with(library.module_id) and not (switched and auto.evidence != "artifact"):
                    found[sdk, auto].extend(
                        (library, merged)
                        for merged in manifests.of(module)
                        if merged.variant.takes(library.source_set) and not _quiet(merged, sdk, auto)
                    )
        for (sdk, auto), rows in found.items():
            if rows:
                library, merged = rows[0]
                into = merged.application
                yield auto_start.at(
                    library.place, target=f"{sdk.id} {auto.name}", symbol=module.name,
                    severity=None if auto.evidence == "artifact" else Severity.WARNING,
                    related=(Related(into.tag, _INTO),) if into else (),
                    variants=named((m.variant for _, m in rows), module.variants), sdk=sdk.name, component=auto.name,
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
