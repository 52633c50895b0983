"""consent/collection-on-by-default."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Confidence, Finding, Related, Severity
from askfirst.model.dependencies import Dependencies
from askfirst.model.modules import Modules
from askfirst.model.switches import Switches
from askfirst.model.variants import named
from askfirst.rules.rule import rule
from askfirst.text import Text


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
)
def collection_on_by_default(
    modules: Modules, dependencies: Dependencies, switches: Switches
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
                variants=named([m.variant for m, _, _ in left_on], module.variants),
                sdk=sdk.name, switch=switch.name, off=switch.off,
            )  # fmt: skip
