"""consent/sdk-before-consent."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.edits import Sources
from askfirst.findings import Finding, Fix, Severity
from askfirst.model.collect import Site
from askfirst.model.consent import Consent
from askfirst.model.gates import Gates
from askfirst.model.symbols import Symbols
from askfirst.model.worth import Worth
from askfirst.rules.code import gated, prepared
from askfirst.rules.rule import rule
from askfirst.text import Text


def _mend(finding: Finding, sources: Sources, symbols: Symbols, gates: Gates, consent: Consent) -> Iterator[Fix]:
    yield from gated(finding, sources, symbols, gates)
    yield from prepared(finding, sources, consent)


@rule(
    "consent/sdk-before-consent",
    severity=Severity.ERROR,
    clauses=("191-3.1", "164-1#5", "PIPL-13"),
    message=Text(
        en="`{call}` starts {sdk} on the first launch, before the user has agreed",
        zh="首次启动、用户同意之前，`{call}` 已启动{sdk}",
    ),
    next=Text(
        en="call it after the user agrees; until then only what the vendor documents as safe before consent",
        zh="改为在用户同意之后调用；同意之前只调用厂商文档标明可预先调用的接口",
    ),
    fix=_mend,
    local=True,
)
def sdk_before_consent(consent: Consent) -> Iterator[Finding]:
    for exposure in consent.starts:
        site = exposure.site
        if exposure.worth in (Worth.SET_BY_APP, Worth.OPT_OUT) or not isinstance(site, Site) or site.sdk is None:
            continue
        yield sdk_before_consent.at(
            exposure.place, target=f"{site.sdk.id} {site.name}", symbol=exposure.symbol,
            confidence=exposure.confidence, steps=exposure.steps, also=exposure.also, variants=exposure.variants,
            call=site.name, sdk=site.sdk.name,
        )  # fmt: skip
