"""consent/collection-on-by-default."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Related, Severity
from askfirst.model.dependencies import Dependencies
from askfirst.model.manifest import Manifests
from askfirst.model.modules import Modules
from askfirst.model.switches import Switches
from askfirst.rules.markup import set_switch
from askfirst.rules.rule import rule
from askfirst.text import Text


def _switch_off(
    finding: Finding, sources: Sources, modules: Modules, dependencies: Dependencies, switches: Switches
) -> Iterator[Fix]:
    for module in (m for m in modules.applications if m.name == finding.symbol):
        for sdk, library in dependencies.sdks(module):
            for _, switch, node in switches.left_on(module, sdk, library)[:1]:
                if f"{sdk.id} {switch.name}" == finding.target:
                    title = Text(f'set {switch.name} to "{switch.off}"', f'将 {switch.name} 设为 "{switch.off}"')
                    made = set_switch(module.manifest, node, sources, switch.name, switch.off)
                    # what a push service does for its users stops with it, until code starts it
                    yield Fix(title, made, safe=sdk.kind != "push")
                    return


@rule(
    "consent/collection-on-by-default",
    severity=Severity.WARNING,
    clauses=("191-3.4", "GDPR-7"),
    message=Text(
        en='{sdk} collects from the first launch: `{switch}` is not set to "{off}"',
        zh='{sdk}从首次启动起即开始收集：未将 `{switch}` 设为 "{off}"',
    ),
    next=Text(
        en='add <meta-data android:name="{switch}" android:value="{off}"/> and switch collection on in code after the user agrees',
        zh='添加 <meta-data android:name="{switch}" android:value="{off}"/>，在用户同意之后再用代码开启',
    ),
    fix=_switch_off,
)
def collection_on_by_default(
    modules: Modules, manifests: Manifests, dependencies: Dependencies, switches: Switches
) -> Iterator[Finding]:
    for module in modules.applications:
        seen = set()
        for sdk, library in dependencies.sdks(module):
            if sdk.id in seen or not switches.configured(module, library):
                continue
            left_on = switches.left_on(module, sdk, library)
            if not left_on:
                continue
            seen.add(sdk.id)
            merged, switch, node = left_on[0]
            application = merged.application
            place = (
                node.places.get("android:value", node.tag)
                if node is not None
                else application.tag
                if application
                else library.place
            )
            related = (
                Related(library.place, Text(f"{library.coordinates} is added here", f"此处引入 {library.coordinates}")),
            )
            yield collection_on_by_default.at(
                place, target=f"{sdk.id} {switch.name}", symbol=module.name, related=related,
                confidence=Confidence.HIGH if switch.mark == "V" else Confidence.MEDIUM,
                variants=() if len(left_on) == len(manifests.of(module)) else tuple(m.variant.name for m, _, _ in left_on),
                sdk=sdk.name, switch=switch.name, off=switch.off,
            )  # fmt: skip
