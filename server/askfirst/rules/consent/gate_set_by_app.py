"""consent/gate-set-by-app."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Finding, Related, Severity
from askfirst.model.consent import Consent
from askfirst.model.worth import Worth
from askfirst.rules.rule import rule
from askfirst.text import Text


@rule(
    "consent/gate-set-by-app",
    severity=Severity.ERROR,
    clauses=("191-3.7", "191-3.1"),
    message=Text(
        en="`{call}` waits for `{gate}`, which the app sets itself before the user has agreed",
        zh="`{call}` 由 `{gate}` 控制，但应用在用户同意之前自行设置了它",
    ),
    next=Text(
        en="set the flag only in the handler of the button that agrees",
        zh="只在“同意”按钮的处理代码中设置该标志",
    ),
)
def gate_set_by_app(consent: Consent) -> Iterator[Finding]:
    for exposure in (*consent.reads, *consent.starts, *consent.dialogs):
        if exposure.worth != Worth.SET_BY_APP:
            continue
        name = consent.name(exposure)
        written = exposure.verdict.at
        related: tuple[Related, ...] = ()
        if written is not None:
            related = (
                Related(written, Text(f"`{exposure.verdict.text}` is set here", f"此处设置 `{exposure.verdict.text}`")),
            )
        yield gate_set_by_app.at(
            exposure.place, target=f"{name} {exposure.verdict.text}", symbol=exposure.symbol, confidence=exposure.confidence,
            severity=consent.severity(exposure), steps=exposure.steps, related=related, also=exposure.also, variants=exposure.variants,
            call=name, gate=exposure.verdict.text,
        )  # fmt: skip
