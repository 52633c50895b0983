"""consent/collection-on-by-default."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Place, Related, Severity
from askfirst.knowledge.types import Sdk
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.modules import Module, Modules
from askfirst.model.switches import LeftOn, Switches
from askfirst.model.variants import Variant, named
from askfirst.rules.markup import set_switch, together
from askfirst.rules.rule import rule
from askfirst.text import Text

_AND = Text(" and ", "、")


class _Left(NamedTuple):
    """One SDK whose switch leaves it on in one variant."""

    sdk: Sdk
    library: Library
    row: LeftOn

    @property
    def id(self) -> str:
        return f"{self.sdk.id} {self.row.switch.name}"


def _switch_off(
    finding: Finding, sources: Sources, modules: Modules, dependencies: Dependencies, switches: Switches
) -> Iterator[Fix]:
    wanted = finding.target.split(", ")
    for module in (m for m in modules.applications if m.name == finding.symbol):
        left = {each.id: each for each in _left_on(module, dependencies, switches) if each.id in wanted}
        made = (
            edit for _, _, (_, switch, node) in left.values()
            for edit in set_switch(module.manifest, node, sources, switch.name, switch.off)
        )  # fmt: skip
        names = [each.row.switch.name for each in left.values()]
        off = next(iter(left.values())).row.switch.off if left else ""
        title = Text(f'set {_listed(names, _AND.en)} to "{off}"', f'将 {_listed(names, _AND.zh)} 设为 "{off}"')
        # what a push service does for its users stops with it, until code starts it
        yield Fix(title, together(made), safe=all(each.sdk.kind != "push" for each in left.values()))


@rule(
    "consent/collection-on-by-default",
    severity=Severity.WARNING,
    clauses=("191-3.4", "GDPR-7"),
    message=Text(
        en='{sdk} from the first launch: {switch} not set to "{off}"',
        zh='{sdk}从首次启动起即开始收集：未将 {switch} 设为 "{off}"',
    ),
    next=Text(
        en="set it with <meta-data android:name=… android:value=…/> and switch collection on in code after the user agrees",
        zh="用 <meta-data android:name=… android:value=…/> 设置，在用户同意之后再用代码开启",
    ),
    fix=_switch_off,
)
def collection_on_by_default(modules: Modules, dependencies: Dependencies, switches: Switches) -> Iterator[Finding]:
    for module in modules.applications:
        variants: defaultdict[tuple[str, Place | None], list[Variant]] = defaultdict(list)
        first: dict[tuple[str, Place | None], _Left] = {}
        for each in _left_on(module, dependencies, switches):
            variants[each.id, each.row.written].append(each.row.merged.variant)
            first.setdefault((each.id, each.row.written), each)
        # what nobody wrote is missing at one place: one finding says so of all
        together: defaultdict[tuple[Place, str, tuple[str, ...]], list[_Left]] = defaultdict(list)
        for key, each in first.items():
            application = each.row.merged.application
            place = key[1] or (application.tag if application else each.library.place)
            together[place, each.row.switch.off, named(variants[key], module.variants)].append(each)
        for (place, off, within), left in together.items():
            yield _finding(module, left, place, off, within)


def _left_on(module: Module, dependencies: Dependencies, switches: Switches) -> Iterator[_Left]:
    """Each SDK left on in each variant; the first of its libraries speaks for it."""
    seen: set[tuple[str, str]] = set()
    for sdk, library in dependencies.sdks(module):
        for row in switches.left_on(module, sdk, library) if switches.configured(module, sdk) else ():
            if (sdk.id, row.merged.variant.name) not in seen:
                seen.add((sdk.id, row.merged.variant.name))
                yield _Left(sdk, library, row)


def _finding(module: Module, left: list[_Left], place: Place, off: str, variants: tuple[str, ...]) -> Finding:
    libraries = dict.fromkeys(each.library for each in left)
    related = (Related(lib.place, Text(f"{lib.coordinates} is added here", f"此处引入 {lib.coordinates}")) for lib in libraries)
    names, words = [each.sdk.name for each in left], [f"`{each.row.switch.name}`" for each in left]
    several = len(left) > 1
    return collection_on_by_default.at(
        place, target=", ".join(sorted(each.id for each in left)), symbol=module.name, related=tuple(related),
        confidence=Confidence.HIGH if all(each.row.switch.mark == "V" for each in left) else Confidence.MEDIUM, variants=variants,
        sdk=Text(
            _listed([n.en for n in names], _AND.en) + (" collect" if several else " collects"),
            _listed([n.zh for n in names], _AND.zh),
        ),
        switch=Text(_listed(words, _AND.en) + (" are" if several else " is"), _listed(words, _AND.zh)), off=off,
    )  # fmt: skip


def _listed(words: list[str], last: str) -> str:
    """"a, b and c"."""
    comma = ", " if last == _AND.en else last
    return comma.join(words[:-1]) + last + words[-1] if len(words) > 1 else "".join(words)
