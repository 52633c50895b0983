"""permissions/broader-than-used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Related, Severity
from askfirst.knowledge.types import short
from askfirst.model.asked import Ask, Asked
from askfirst.model.calls import Calls
from askfirst.model.uses import Evidence
from askfirst.rules.markup import delete, replace
from askfirst.rules.rule import rule
from askfirst.text import Text

_P = "android.permission."


class _Narrow(NamedTuple):
    """Uses for which less would do."""

    names: re.Pattern[str]  # of the evidence
    naming: tuple[str, ...] = ()  # the file names one of these …
    without: tuple[str, ...] = ()  # … and none of these


_QUERIES = ("query", "CursorLoader", "startQuery")
NARROW = {
    _P + "CAMERA": _Narrow(
        re.compile(r"IMAGE_CAPTURE|VIDEO_CAPTURE|STILL_IMAGE_CAMERA|\.TakePicture|\.CaptureVideo"),
    ),
    _P + "RECORD_AUDIO": _Narrow(re.compile(r"RECOGNIZE_SPEECH|RECORD_SOUND")),
    _P + "READ_CONTACTS": _Narrow(
        re.compile(r"URI$|^content://"),
        ("ACTION_PICK", "PickContact"), _QUERIES,
    ),
    _P + "ACCESS_FINE_LOCATION": _Narrow(
        re.compile(""),
        ("NETWORK_PROVIDER", "PASSIVE_PROVIDER", "PRIORITY_LOW_POWER", "PRIORITY_NO_POWER",
         "PRIORITY_BALANCED_POWER_ACCURACY", "ACCURACY_COARSE"),
        ("GPS_PROVIDER", "FUSED_PROVIDER", "PRIORITY_HIGH_ACCURACY", "ACCURACY_FINE", "ACCURACY_HIGH"),
    ),
    _P + "QUERY_ALL_PACKAGES": _Narrow(
        re.compile(r"\.(?:queryIntent\w+|queryBroadcastReceivers|resolveActivity|getPackageArchiveInfo)$"),
    ),
}  # fmt: skip
_HERE = Text("what it is used for", "其用途")


def _narrow(finding: Finding, sources: Sources, asked: Asked) -> Iterator[Fix]:
    """The narrower permission, or none. An intent filter in <queries> is for the developer to choose."""
    fine, coarse = _P + "ACCESS_FINE_LOCATION", _P + "ACCESS_COARSE_LOCATION"
    for ask in asked.of(finding):
        if ask.requested:
            continue  # the request has to go too: without the declaration it is refused for good
        has_coarse = any(a.permission == coarse and a.application is ask.application for a in asked.all)
        if ask.permission == fine and not has_coarse:
            edits = tuple(e for d in ask.declarations for e in replace(sources, d.place, fine, coarse))
            yield Fix(Text("declare ACCESS_COARSE_LOCATION instead", "改为声明 ACCESS_COARSE_LOCATION"), edits, safe=False)
        elif ask.permission != _P + "QUERY_ALL_PACKAGES":
            title = Text("delete the declaration", "删除该声明")
            yield Fix(title, delete(sources, [d.whole for d in ask.declarations]), safe=False)


@rule(
    "permissions/broader-than-used",
    severity=Severity.WARNING,
    clauses=("191-4.1", "164-5#1", "Play-permissions"),
    message=Text(
        en="`{permission}` is declared, but only `{use}` was found; less would do: {less}",
        zh="声明了 `{permission}`，但只发现 `{use}`，用更小的权限即可：{less}",
    ),
    next=Text(en="delete the declaration or declare the narrower one", zh="删除该声明，或改为声明范围更小的权限"),
    fix=_narrow,
)
def broader_than_used(asked: Asked, calls: Calls) -> Iterator[Finding]:
    for ask in asked.all:
        if not only_narrow(ask, calls):
            continue
        own = [e for e in ask.evidence if e.permission == ask.permission]
        uses = tuple(Related(e.place, _HERE) for e in {e.place: e for e in own}.values())
        yield broader_than_used.at(
            ask.declarations[0].place, target=ask.permission, symbol=ask.symbol, confidence=Confidence.MEDIUM,
            related=(*uses, *ask.also), variants=ask.variants, permission=short(ask.permission),
            use=own[0].name, less=ask.known.narrower if ask.known else Text("", ""),
        )  # fmt: skip


def only_narrow(ask: Ask, calls: Calls) -> bool:
    """Whether everything that was found to need the permission would do with less."""
    narrow = NARROW.get(ask.permission)
    own = [e for e in ask.evidence if e.permission == ask.permission]
    return narrow is not None and bool(own) and all(_fits(e, narrow, calls) for e in own)


def _fits(evidence: Evidence, narrow: _Narrow, calls: Calls) -> bool:
    """Whether less would do for this use. A library is never taken for narrow; nor is what needs just this permission."""
    if evidence.kind in ("library", "web") or not narrow.names.search(evidence.name):
        return False
    if not narrow.naming:
        return True
    if evidence.needed or evidence.fn is None:
        return False
    named = calls.symbols.facts(evidence.fn[0]).sites.keys()
    return not named.isdisjoint(narrow.naming) and named.isdisjoint(narrow.without)
