"""permissions/outlives-use."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Related, Severity
from askfirst.knowledge.types import short
from askfirst.model.asked import Ask, Asked
from askfirst.model.calls import Calls
from askfirst.model.manifest import Merged
from askfirst.model.unseen import Unseen
from askfirst.model.uses import Evidence
from askfirst.rules.markup import set_attribute
from askfirst.rules.rule import rule
from askfirst.settings import Settings
from askfirst.text import Text

_P = "android.permission."
_WRITE = _P + "WRITE_EXTERNAL_STORAGE"
_LEGACY = 29  # the last level on which requestLegacyExternalStorage counts
_HERE = Text("what it is used for", "其用途")


def _limit(finding: Finding, sources: Sources, asked: Asked, calls: Calls) -> Iterator[Fix]:
    """Not safe where the use is less than certain, or code that asks or checks for the permission may count on it later."""
    level = dict(finding.args)["level"]
    for ask in asked.of(finding):
        edits = tuple(e for d in ask.declarations for e in set_attribute(sources, d.tag, "maxSdkVersion", str(level)))
        named = ask.requested or any(True for _ in calls.sites(short(ask.permission)))
        yield Fix(
            Text(f'add android:maxSdkVersion="{level}"', f'添加 android:maxSdkVersion="{level}"'), edits,
            safe=finding.confidence == Confidence.HIGH and not named and not ask.also,
        )  # fmt: skip


@rule(
    "permissions/outlives-use",
    severity=Severity.NOTE,
    clauses=("191-4.1",),
    message=Text(
        en="`{permission}` is needed up to API level {level} only, for `{use}`, and is declared for all levels; {app} targets {targeted}",
        zh="`{permission}` 仅在 API 级别 {level} 及以下需要（用于 `{use}`），却对所有级别声明；{app} 的目标级别为 {targeted}",
    ),
    next=Text(en='add android:maxSdkVersion="{level}"', zh='添加 android:maxSdkVersion="{level}"'),
    fix=_limit,
)
def outlives_use(asked: Asked, unseen: Unseen, settings: Settings) -> Iterator[Finding]:
    named = dict(settings.reasons)
    for ask in asked.all:
        target = ask.application.sdks.get("targetSdk", (0,))[0]
        uses = _uses(ask, asked)
        level = _level(ask, uses)
        if not level or level >= target or ask.permission in named or _limited(ask):
            continue
        surest = max(uses, key=lambda e: (e.last, e.confidence))
        sure = (ask.known is not None and ask.known.max_sdk == level) or not unseen.of(ask.application)
        yield outlives_use.at(
            ask.declarations[0].place, target=ask.permission, symbol=ask.symbol,
            confidence=min(e.confidence for e in uses) if sure else Confidence.MEDIUM,
            related=(*(Related(e.place, _HERE) for e in uses[:3]), *ask.also), variants=ask.variants,
            permission=short(ask.permission), level=str(level), use=surest.name, app=ask.application.name, targeted=str(target),
        )  # fmt: skip


def _uses(ask: Ask, asked: Asked) -> list[Evidence]:
    """What needs this very permission, or one that it brings and that is not declared by itself; the surest first."""
    held = {a.permission: a for a in asked.all if a.application is ask.application}
    brought = {p for p in (ask.known.implies if ask.known else ()) if p not in held}
    found = [e for e in ask.evidence if e.permission == ask.permission or e.permission in brought]
    fine = held.get(_P + "ACCESS_FINE_LOCATION")
    if fine is not None and ask.permission == _P + "ACCESS_COARSE_LOCATION":  # asked for together from API level 31 on
        found += [e for e in fine.evidence if e.permission == fine.permission]
    return sorted(dict.fromkeys(found), key=lambda e: (-e.confidence, e.place))


def _level(ask: Ask, uses: list[Evidence]) -> int:
    """The last level on which anything needs it; 0 where something always does, or nobody can say."""
    if ask.known is None or not uses or not all(e.last for e in uses):
        return 0
    level = max(e.last for e in uses)
    if ask.known.group == "LOCATION" and not any(map(_never_for_location, ask.held)):
        return 0  # what a scan finds without that flag needs the location on all levels
    if ask.permission == _WRITE and any(_flag(m, "preserveLegacyExternalStorage") for m in ask.held):
        return 0
    if ask.permission == _WRITE and any(_flag(m, "requestLegacyExternalStorage") for m in ask.held):
        return max(level, _LEGACY)
    return level


def _flag(merged: Merged, name: str) -> bool:
    return merged.application is not None and merged.application.flag(name) is True


def _never_for_location(merged: Merged) -> bool:
    return any("neverForLocation" in node.get("usesPermissionFlags") for node in merged.permissions)


def _limited(ask: Ask) -> bool:
    """Whether a declaration, or what it is merged with, names a last level."""
    nodes = (node for merged in ask.held for node in merged.permissions if node.key == ask.permission)
    return any(d.max_sdk for d in ask.declarations) or any(node.get("maxSdkVersion") for node in nodes)
