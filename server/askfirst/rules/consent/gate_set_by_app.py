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
        en="{call} waits for `{gate}`, which the app sets itself before the user has agreed",
        zh="{call} 由 `{gate}` 控制，但应用在用户同意之前自行设置了它",
    ),
    next=Text(
        en="set the flag only in the handler of the button that agrees",
        zh="只在“同意”按钮的处理代码中设置该标志",
    ),
)
def gate_set_by_app(consent: Consent) -> Iterator[Finding]:
    for gate, written, exposures in consent.by_flag(Worth.SET_BY_APP):
        first = exposures[0]
        related = [Related(written, Text(f"`{gate}` is set here", f"此处设置 `{gate}`"))]
        related += [Related(e.place, Text("so does this", "此处同样由其控制")) for e in exposures]
        yield gate_set_by_app.at(
            first.place, target=gate, symbol=first.symbol, confidence=first.confidence, severity=consent.worst(exposures),
            steps=first.steps, related=tuple(r for r in dict.fromkeys(related) if r.place != first.place), also=first.also,
            variants=first.variants, call=consent.listed(exposures), gate=gate,
        )  # fmt: skip
