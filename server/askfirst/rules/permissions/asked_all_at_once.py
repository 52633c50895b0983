"""permissions/asked-all-at-once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from askfirst.findings import Finding, Severity
from askfirst.knowledge import Index
from askfirst.model.consent import Consent
from askfirst.model.requests import Requests
from askfirst.rules.rule import rule
from askfirst.text import Text

_PREFIX = "android.permission."
_VIDEO = {"CAMERA", "MICROPHONE"}  # taking a video needs both


@rule(
    "permissions/asked-all-at-once",
    severity=Severity.WARNING,
    clauses=("191-4.6",),
    message=Text(
        en="one request asks for {count} groups of permissions: {groups}",
        zh="一次申请了 {count} 组权限：{groups}",
    ),
    next=Text(en="ask for each when the feature that needs it is first used", zh="在各功能首次使用时分别申请"),
    local=True,
)
def asked_all_at_once(requests: Requests, consent: Consent, index: Index) -> Iterator[Finding]:
    for request in requests.all:
        groups = sorted(_groups(request.permissions, index))
        if len(groups) < 2 or set(groups) == _VIDEO:
            continue
        start = consent.at_start(request)
        yield asked_all_at_once.at(
            consent.collector.place_of(*request.key), target=" ".join(groups), symbol=consent.symbols.qualified(request.fn),
            confidence=request.confidence, severity=None if start else Severity.NOTE, steps=start[1] if start else (),
            count=str(len(groups)), groups=Text(", ".join(groups), "、".join(groups)),
        )  # fmt: skip


def _groups(names: Iterable[str], index: Index) -> set[str]:
    found = set()
    for name in names:
        known = index.permission(name)
        if known is not None and known.dangerous and name != _PREFIX + "POST_NOTIFICATIONS":
            short = name.removeprefix(_PREFIX)
            group = (
                "STORAGE" if short.startswith("READ_MEDIA_") or "EXTERNAL_STORAGE" in short else known.group or short
            )
            found.add("NEARBY_DEVICES" if short.startswith("BLUETOOTH_") else group)
    return found
