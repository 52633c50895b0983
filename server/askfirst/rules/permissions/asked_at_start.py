"""permissions/asked-at-start."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Confidence, Finding, Severity
from askfirst.model.consent import Consent
from askfirst.model.requests import Requests
from askfirst.model.worth import Worth
from askfirst.rules.rule import rule
from askfirst.text import Text


@rule(
    "permissions/asked-at-start",
    severity=Severity.WARNING,
    clauses=("164-5#7", "164-5#1"),
    message=Text(
        en="{permissions} is asked for at start, before the feature that needs it is used",
        zh="应用启动时即申请 {permissions}，此时用户尚未使用需要该权限的功能",
    ),
    next=Text(
        en="ask when the user first uses the feature that needs it",
        zh="改为在用户首次使用相关功能时申请",
    ),
    local=True,
)
def asked_at_start(requests: Requests, consent: Consent) -> Iterator[Finding]:
    # where the dialog can also open before consent, a rule of that theme speaks
    said = {e.place for e in consent.dialogs if e.worth < Worth.UNKNOWN and e.confidence > Confidence.LOW}
    for request in requests.all:
        place = consent.collector.place_of(*request.key)
        personal = consent.personal(request)
        start = consent.at_start(request) if personal and place not in said else None
        if start is None or start[0].entry.kind not in ("application", "launcher", "provider"):
            continue
        yield asked_at_start.at(
            place, target=" ".join(personal), symbol=consent.symbols.qualified(request.fn), steps=start[1],
            confidence=min(request.confidence, Confidence(3 - start[0].cost.doubt)),
            permissions=Text(", ".join(personal), "、".join(personal)),
        )  # fmt: skip
