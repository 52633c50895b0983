"""consent/read-before-consent."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Confidence, Finding, Severity
from askfirst.knowledge import Index
from askfirst.model.collect import Site
from askfirst.model.consent import Consent
from askfirst.model.worth import Worth
from askfirst.rules.code import gated
from askfirst.rules.rule import rule
from askfirst.text import Text


@rule(
    "consent/read-before-consent",
    severity=Severity.ERROR,
    clauses=("191-3.1", "164-1#2", "PIPL-13"),
    message=Text(
        en="`{call}` reads {data} on the first launch, before the user has agreed",
        zh="首次启动、用户同意之前，`{call}` 已读取{data}",
    ),
    next=Text(
        en="read it after the user agrees, where the feature first needs it; otherwise it needs another legal basis",
        zh="改为在用户同意之后、功能首次需要时再读取；否则需要其他合法性基础",
    ),
    fix=gated,
    local=True,
)
def read_before_consent(consent: Consent, index: Index) -> Iterator[Finding]:
    traits: set[str] = set()
    for exposure in consent.reads:
        site = exposure.site
        if exposure.worth in (Worth.SET_BY_APP, Worth.OPT_OUT) or not isinstance(site, Site) or site.api is None:
            continue
        data = index.data(site.api.data)
        if data is None or (data.tier == "traits" and data.id in traits):
            continue
        if data.tier == "traits" and exposure.confidence > Confidence.LOW:
            traits.add(data.id)  # worth knowing once, not at every place
        yield read_before_consent.at(
            exposure.place, target=f"{site.name} {data.id}", symbol=exposure.symbol, confidence=exposure.confidence,
            severity=consent.severity(exposure), steps=exposure.steps, also=exposure.also, variants=exposure.variants,
            call=site.name, data=data.name,
        )  # fmt: skip
