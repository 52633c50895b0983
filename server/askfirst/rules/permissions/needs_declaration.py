"""permissions/needs-declaration."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from askfirst.findings import Finding, Related, Severity
from askfirst.knowledge import Index
from askfirst.knowledge.types import short
from askfirst.model.asked import Ask, Asked
from askfirst.model.calls import Calls
from askfirst.model.manifest import Merged
from askfirst.model.uses import Uses
from askfirst.rules.permissions.broader_than_used import only_narrow
from askfirst.rules.rule import rule
from askfirst.settings import Settings
from askfirst.text import Text

_P = "android.permission."
_HANDLER = frozenset({
    "android.provider.Telephony.SMS_DELIVER", "android.provider.Telephony.WAP_PUSH_DELIVER",
    "android.intent.action.RESPOND_VIA_MESSAGE", "android.telecom.InCallService",
    "android.service.voice.VoiceInteractionService",
})  # fmt: skip
_ALL_APPS = re.compile(
    r"getInstalled|getPackagesHolding|LauncherApps|getPackagesForUid|getNameForUid|pm list|getAppsInfo"
)
_UNATTENDED = ("android.app.Service", "android.content.BroadcastReceiver", "androidx.work.ListenableWorker")
_KINDS = {
    "declaration": Text("a declaration in Play Console", "须在 Play 管理中心提交声明"),
    "core-use": Text(
        "a core feature that needs it and a declaration in Play Console",
        "须有依赖它的核心功能，并在 Play 管理中心提交声明",
    ),
}
_MANY, _SHOWN = 4, 3  # permissions of one policy that make one finding, and those it names
_UNSEEN = Text("; no such feature was found", "；未发现此类功能")


@rule(
    "permissions/needs-declaration",
    severity=Severity.NOTE,
    clauses=(
        "Play-permissions", "Play-sms", "Play-background-location", "Play-package-visibility", "Play-all-files",
        "Play-photos", "Play-install-packages", "Play-health", "Play-ad-id",
    ),
    message=Text(
        en="Google Play restricts {permission}: it asks for {what}{seen}",
        zh="Google Play 限制 {permission}：{what}{seen}",
    ),
    next=Text(en="fill in the declaration before release, or do without the permission", zh="发布前提交声明，或不再使用该权限"),
)  # fmt: skip
def needs_declaration(
    asked: Asked, uses: Uses, calls: Calls, settings: Settings, index: Index
) -> Iterator[Finding]:
    if "play" not in settings.markets:
        return
    named = dict(settings.reasons)
    alike: defaultdict[_Kind, list[Ask]] = defaultdict(list)
    for ask in asked.all:
        if ask.known is None or not ask.known.play or (_unused(ask) and ask.permission not in named):
            continue
        policy = index.policy(ask.permission)
        kind = _Kind(ask.application.path, policy, ask.known.play, not _qualifies(ask, policy, uses, calls), ask.variants)
        alike[kind].append(ask)
    for kind, asks in alike.items():
        for part in [asks] if len(asks) >= _MANY else [[ask] for ask in asks]:
            yield _finding(kind, part)


class _Kind(NamedTuple):
    """What is said in one breath where it is said of many permissions."""

    application: str
    policy: str
    play: str
    doubtful: bool
    variants: tuple[str, ...]


def _finding(kind: _Kind, asks: list[Ask]) -> Finding:
    first, names = asks[0], [f"`{short(ask.permission)}`" for ask in asks]
    more = len(names) - _SHOWN
    rest = (f" and {more} more", f" 等 {len(names)} 项权限") if more > 0 else ("", "")
    others = (Related(ask.declarations[0].place, Text(short(ask.permission), short(ask.permission))) for ask in asks[1:])
    return needs_declaration.at(
        first.declarations[0].place, target=" ".join(ask.permission for ask in asks), symbol=first.symbol,
        related=(*first.also, *others), variants=kind.variants,
        severity=Severity.WARNING if kind.doubtful else Severity.NOTE, clauses=(kind.policy or "Play-permissions",),
        permission=Text(", ".join(names[:_SHOWN]) + rest[0], "、".join(names[:_SHOWN]) + rest[1]),
        what=_KINDS.get(kind.play, _KINDS["declaration"]), seen=_UNSEEN if kind.doubtful else Text("", ""),
    )  # fmt: skip


def _unused(ask: Ask) -> bool:
    """Whether permissions/unused speaks of it, unless the settings do: then it should go, not be declared."""
    return ask.known is not None and ask.known.personal and not ask.evidence and not ask.requested


def _qualifies(ask: Ask, policy: str, uses: Uses, calls: Calls) -> bool:
    """Whether a use that Google Play accepts is seen, or need not be; or another rule already warns."""
    if policy == "Play-sms":
        return any(_handles(merged) for merged in ask.held)
    if ask.permission == _P + "QUERY_ALL_PACKAGES":
        return any(_ALL_APPS.search(e.name) for e in ask.evidence) or only_narrow(ask, calls) or any(map(_opens_all, ask.held))
    if ask.permission == _P + "MANAGE_EXTERNAL_STORAGE":
        return any(e.permission == ask.permission for e in ask.evidence)
    if ask.permission == _P + "ACCESS_BACKGROUND_LOCATION":
        return bool(ask.evidence) or _located_unattended(ask, uses)
    return True


def _handles(merged: Merged) -> bool:
    """Whether the app can be the default app for messages or calls."""
    return any(action.key in _HANDLER for node in merged.components() for action in node.actions())


def _opens_all(merged: Merged) -> bool:
    """Whether the app is a browser or a home screen, whose core is to know what else is installed
    (support.google.com/googleplay/android-developer/answer/10158779)."""
    for node in merged.components("activity"):
        for each in node.children:
            names = {row.key for row in each.children if row.name == "category"}
            data = [row for row in each.children if row.name == "data"]
            web = any(row.get("scheme") in ("http", "https") for row in data) and not any(row.get("host") for row in data)
            if "android.intent.category.HOME" in names or ("android.intent.category.BROWSABLE" in names and web):
                return True
    return False


def _located_unattended(ask: Ask, uses: Uses) -> bool:
    """Whether a service, receiver or worker asks for the location."""
    symbols = uses.symbols
    for evidence in uses.of(_P + "ACCESS_FINE_LOCATION", ask.application):
        owner = symbols.function(evidence.fn).owner if evidence.fn is not None else -1
        if evidence.fn is not None and owner >= 0:
            if symbols.is_a(symbols.name_of((evidence.fn[0], owner)), *_UNATTENDED):
                return True
    return False
