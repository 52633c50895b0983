"""consent/opt-out."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Confidence, Finding, Related, Severity
from askfirst.model.collect import Site
from askfirst.model.consent import Consent
from askfirst.model.resources import Resources
from askfirst.model.wording import sense
from askfirst.model.worth import Worth
from askfirst.rules.rule import rule
from askfirst.text import Text


@rule(
    "consent/opt-out",
    severity=Severity.WARNING,
    clauses=("191-3.4", "PIPL-14"),
    message=Text(
        en="`{gate}` is on until someone switches it off, and {what} runs before that",
        zh="`{gate}` 默认开启、需用户主动关闭，在此之前{what}已运行",
    ),
    next=Text(
        en="let it be off until the user switches it on, or agrees",
        zh="默认关闭，待用户开启或同意后再运行",
    ),
)
def opt_out(consent: Consent, resources: Resources) -> Iterator[Finding]:
    for exposure in (*consent.starts, *consent.reads, *consent.dialogs):
        if exposure.worth != Worth.OPT_OUT:
            continue
        site, gate = exposure.site, exposure.verdict.text
        name = site.name if isinstance(site, Site) else "requestPermissions"
        related: tuple[Related, ...] = ()
        if exposure.verdict.at is not None and exposure.verdict.at != exposure.place:
            related = (Related(exposure.verdict.at, Text(f"`{gate}` starts as on here", f"`{gate}` 在此默认为开启")),)
        yield opt_out.at(
            exposure.place, target=f"{name} {gate}", symbol=exposure.symbol, confidence=exposure.confidence,
            steps=exposure.steps, related=related, also=exposure.also, variants=exposure.variants,
            gate=gate, what=Text(f"`{name}`", f"`{name}`"),
        )  # fmt: skip
    for preference in resources.preferences:
        said = sense(preference.title or preference.key)  # what the user reads says more than a key
        if preference.value == "true" and said is not None and said.kind in ("collect", "consent") and said.positive:
            yield opt_out.at(
                preference.place, target=preference.key, symbol=preference.key, confidence=Confidence.MEDIUM,
                gate=preference.key, what=Text("what it switches", "其控制的收集"),
            )  # fmt: skip
