"""sdk/consent-call-missing."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Confidence, Finding, Related, Severity
from askfirst.knowledge.types import Sdk
from askfirst.model.collect import Collector, Site
from askfirst.model.dependencies import Dependencies
from askfirst.model.modules import Module, Modules
from askfirst.rules.rule import rule
from askfirst.text import Text


@rule(
    "sdk/consent-call-missing",
    severity=Severity.WARNING,
    clauses=("191-3.1",),
    message=Text(
        en="`{call}` uses {sdk}, whose vendor requires `{consent}` first; no such call was found",
        zh="`{call}` 使用了{sdk}，厂商要求先调用 `{consent}`，但未找到该调用",
    ),
    next=Text(
        en="call `{consent}` with the user's answer before the SDK is first used",
        zh="在首次使用该 SDK 之前调用 `{consent}`，传入用户的实际选择",
    ),
)
def consent_call_missing(modules: Modules, dependencies: Dependencies, collector: Collector) -> Iterator[Finding]:
    for module in modules.applications:
        near = {part.path for part in modules.closure(module)}
        for sdk, site in _first_starts(collector, near):
            if _told(collector, sdk, near) or _too_early(dependencies, module, sdk):
                continue
            # an archive or a plugin that nobody read may make the call
            hidden = any(not library.group or library.group in ("pub", "npm") for library in dependencies.of(module))
            yield consent_call_missing.at(
                collector.place(site), target=sdk.id, symbol=collector.symbols.qualified(site.fn),
                confidence=min(site.confidence, Confidence.MEDIUM if hidden else Confidence.HIGH),
                related=_declared(dependencies, module, sdk), call=site.name, sdk=sdk.name,
                consent=".".join(sdk.consents[0].call.split(".")[-2:]),
            )  # fmt: skip


def _first_starts(collector: Collector, near: set[str]) -> list[tuple[Sdk, Site]]:
    """The first use in these modules of each SDK that wants to be told first."""
    first: dict[str, tuple[Sdk, Site]] = {}
    for site in collector.of("start"):
        sdk = site.sdk
        if sdk is not None and sdk.required and sdk.consents and _module(collector, site.fn[0]) in near:
            first.setdefault(sdk.id, (sdk, site))
    return list(first.values())


def _module(collector: Collector, f: int) -> str:
    return collector.symbols.units[f].module


def _told(collector: Collector, sdk: Sdk, near: set[str]) -> bool:
    """Whether a consent call of the SDK is mentioned anywhere in these modules, with whatever answer."""
    names = {consent.call.rpartition(".")[2] for consent in sdk.consents}
    return any(_module(collector, f) in near for name in names for f in collector.calls.files_naming(name))


def _too_early(dependencies: Dependencies, module: Module, sdk: Sdk) -> bool:
    """Whether all that is declared of the SDK is of versions which do not have the consent call yet."""
    found = [library for known, library in dependencies.sdks(module) if known.id == sdk.id]
    return bool(found) and not any(sdk.wants_consent(f"{each.group}:{each.name}", each.version) for each in found)


def _declared(dependencies: Dependencies, module: Module, sdk: Sdk) -> tuple[Related, ...]:
    library = next((library for known, library in dependencies.sdks(module) if known.id == sdk.id), None)
    note = Text("the SDK is added here", "此处引入该 SDK")
    return () if library is None else (Related(library.place, note),)
