"""consent/auto-start."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from askfirst.findings import Finding, Related, Severity
from askfirst.knowledge.types import AutoStart, Sdk
from askfirst.model.dependencies import Dependencies
from askfirst.model.manifest import Manifests, Merged
from askfirst.model.modules import Modules
from askfirst.model.switches import Switches
from askfirst.model.variants import named
from askfirst.rules.rule import rule
from askfirst.text import Text


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
        for sdk, library in dependencies.sdks(module):
            if not switches.configured(module, library):
                continue
            switched = bool(switches.left_on(module, sdk, library))  # consent/collection-on-by-default speaks of it
            for auto in sdk.auto:
                if switched and auto.evidence != "artifact":
                    continue
                if not auto.collects or (
                    auto.coordinates and not any(fnmatchcase(library.module_id, c) for c in auto.coordinates)
                ):
                    continue
                open_in = [
                    m
                    for m in manifests.of(module)
                    if m.variant.takes(library.source_set) and not _stopped(m, sdk, auto)
                ]
                if not open_in:
                    continue
                application = open_in[0].application
                related = (
                    (Related(application.tag, Text("merged into this application", "合并到该应用")),)
                    if application
                    else ()
                )
                yield auto_start.at(
                    library.place, target=f"{sdk.id} {auto.name}", symbol=module.name,
                    severity=None if auto.evidence == "artifact" else Severity.WARNING, related=related,
                    variants=named([m.variant for m in open_in], module.variants), sdk=sdk.name, component=auto.name,
                )  # fmt: skip


def _stopped(merged: Merged, sdk: Sdk, auto: AutoStart) -> bool:
    """Whether the manifest takes the component out or switches it off."""
    element = "meta-data" if auto.kind == "initializer" else auto.kind
    if (element, auto.name) in merged.removed or (element, "") in merged.removed:
        return True
    off = {switch.name: switch.off for switch in sdk.switches}
    names = [auto.switch] if auto.switch else list(off)
    for name in names:
        node = merged.meta(name)
        if node is not None and node.get("value") == off.get(name, "false"):
            return True
    own = (
        next((node for node in merged.components(auto.kind) if node.key == auto.name), None)
        if auto.kind != "initializer"
        else None
    )
    return own is not None and own.flag("enabled") is False
