"""consent/collection-on-by-default."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Place, Related, Severity
from askfirst.knowledge.types import Sdk
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.modules import Module, Modules
from askfirst.model.switches import LeftOn, Switches
from askfirst.model.variants import named
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
def collection_on_by_default(modules: Modules, dependencies: Dependencies, switches: Switches) -> Iterator[Finding]:
    for module in modules.applications:
        # in each variant, the first library of an SDK speaks for it
        left: dict[tuple[str, str], tuple[Sdk, Library, LeftOn]] = {}
        for sdk, library in dependencies.sdks(module):
            for row in switches.left_on(module, sdk, library) if switches.configured(module, sdk) else ():
                left.setdefault((sdk.id, row.merged.variant.name), (sdk, library, row))
        alike: defaultdict[tuple[str, Place | None], list[tuple[Sdk, Library, LeftOn]]] = defaultdict(list)
        for found in left.values():
            alike[found[0].id, found[2].written].append(found)
        for rows in alike.values():
            yield _finding(module, *rows[0], named((row.merged.variant for _, _, row in rows), module.variants))


def _finding(module: Module, sdk: Sdk, library: Library, row: LeftOn, variants: tuple[str, ...]) -> Finding:
    merged, switch = row.merged, row.switch
    added = Text(f"{library.coordinates} is added here", f"此处引入 {library.coordinates}")
    return collection_on_by_default.at(
        row.written or (merged.application.tag if merged.application else library.place),
        target=f"{sdk.id} {switch.name}", symbol=module.name, related=(Related(library.place, added),),
        confidence=Confidence.HIGH if switch.mark == "V" else Confidence.MEDIUM, variants=variants,
        sdk=sdk.name, switch=switch.name, off=switch.off,
    )  # fmt: skip
