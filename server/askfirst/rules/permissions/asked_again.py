"""permissions/asked-again."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Confidence, Finding, Severity
from askfirst.model.consent import Consent
from askfirst.model.refusals import Refusals
from askfirst.model.requests import Request, Requests
from askfirst.rules.rule import rule
from askfirst.text import Text

_RESUMED = frozenset({"onResume", "onStart", "onWindowFocusChanged", "onRestart"})
_AFTER = Text("after it was refused", "被拒绝后")
_ON_RESUME = Text("each time the screen comes back", "每次回到该界面时")


@rule(
    "permissions/asked-again",
    severity=Severity.WARNING,
    clauses=("164-5#5", "164-5#6", "191-3.2"),
    message=Text(
        en="{permissions} is asked for again {when}, and nothing remembers the refusal",
        zh="{when}再次申请 {permissions}，且未记录用户的拒绝",
    ),
    next=Text(
        en="remember the refusal and ask again only when the user starts the feature",
        zh="记录用户的拒绝，仅在用户主动使用该功能时再次申请",
    ),
    local=True,
)
def asked_again(requests: Requests, refusals: Refusals, consent: Consent) -> Iterator[Finding]:
    for request in requests.all:
        f, n = request.fn
        guard = request.gates[0][1] if request.gates else -1
        when = None
        if refusals.refused(f, n, guard):
            when = _AFTER
        elif _resumed(consent, request):
            when = _ON_RESUME
        if when is None or not request.permissions or _remembers(consent, request):
            continue
        short = ", ".join(sorted(p.rpartition(".")[2] for p in request.permissions))
        yield asked_again.at(
            consent.collector.place_of(*request.key), target=short, symbol=consent.symbols.qualified(request.fn),
            confidence=min(request.confidence, Confidence.MEDIUM), permissions=Text(short, short.replace(", ", "、")), when=when,
        )  # fmt: skip


def _resumed(consent: Consent, request: Request) -> bool:
    """Whether the request runs on the way of a resume, outside of anything a person starts."""
    start = consent.at_start(request)
    names = {step.name.rpartition(".")[2].removesuffix(" (lambda)") for step in start[1]} if start else set()
    return bool(names & _RESUMED)


def _remembers(consent: Consent, request: Request) -> bool:
    """Whether a condition on the request, or its function, asks for a rationale or a flag of its own."""
    f, n = request.fn
    if consent.requests.calls.mentions(f, n, "shouldShowRequestPermissionRationale"):
        return True
    verdicts = [v for gate in request.gates for v in consent.flags.guard(gate)]
    return any(v.kind not in ("permission", "build", "constant") and v.text for v in verdicts)
