"""consent/permission-before-consent."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Finding, Severity
from askfirst.model.consent import Consent
from askfirst.model.requests import Request
from askfirst.model.worth import Worth
from askfirst.rules.code import gated
from askfirst.rules.rule import rule
from askfirst.text import Text


@rule(
    "consent/permission-before-consent",
    severity=Severity.ERROR,
    clauses=("191-3.1",),
    message=Text(
        en="the permission dialog for {permissions} opens on the first launch, before the user has agreed",
        zh="首次启动、用户同意之前，已弹出 {permissions} 权限申请",
    ),
    next=Text(
        en="ask after the user agrees, when the feature that needs it is first used",
        zh="改为在用户同意之后、首次使用相关功能时再申请",
    ),
    fix=gated,
    local=True,
)
def permission_before_consent(consent: Consent) -> Iterator[Finding]:
    for exposure in consent.dialogs:
        site = exposure.site
        if exposure.worth in (Worth.SET_BY_APP, Worth.OPT_OUT) or not isinstance(site, Request):
            continue
        short = ", ".join(consent.personal(site))
        yield permission_before_consent.at(
            exposure.place, target=short, symbol=exposure.symbol, confidence=exposure.confidence,
            steps=exposure.steps, also=exposure.also, variants=exposure.variants,
            permissions=Text(short, short.replace(", ", "、")),
        )  # fmt: skip
