"""consent/agreed-for-user."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Finding, Severity
from askfirst.model.collect import Site
from askfirst.model.consent import Consent
from askfirst.model.worth import Worth
from askfirst.rules.code import gated
from askfirst.rules.rule import rule
from askfirst.text import Text


@rule(
    "consent/agreed-for-user",
    severity=Severity.ERROR,
    clauses=("191-3.1", "191-3.7"),
    message=Text(
        en="`{call}` tells {sdk} that the user has agreed, but nothing shows that this is so",
        zh="`{call}` 告知{sdk}用户已同意，但没有任何条件表明这一点",
    ),
    next=Text(
        en="pass the answer of your consent screen, or call it in the handler of the button that agrees",
        zh="传入同意界面的实际结果，或在“同意”按钮的处理代码中调用",
    ),
    fix=gated,
    local=True,
)
def agreed_for_user(consent: Consent) -> Iterator[Finding]:
    for exposure in consent.claims:
        site = exposure.site
        if not isinstance(site, Site) or site.sdk is None or exposure.worth == Worth.OPT_OUT:
            continue
        yield agreed_for_user.at(
            exposure.place, target=f"{site.sdk.id} {site.name}", symbol=exposure.symbol, confidence=exposure.confidence,
            steps=exposure.steps, also=exposure.also, variants=exposure.variants,
            call=site.name, sdk=site.sdk.name,
        )  # fmt: skip
