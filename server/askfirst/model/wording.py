"""What a name, a key or a label speaks of: agreement, a data-collection switch, a first run, a login, a build flag.

The words come from real gates: the official demos of Umeng and Easemob (`uminit`, `isAgreeAgreement`), consent platforms'
APIs, and the usual Chinese pinyin and English spellings of 同意 / 隐私 / 协议.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_SPLIT = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[一-鿿]+")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_AGREE = _set(
    "agree agreed agrees agreement agreements consent consented consents consenting eula gdpr ccpa optin uminit tongyi isagree "
    "hasagreed useragree useragreed privacyagree accepttos tcf canrequestads"
)
_RULES_ALONE = _set("privacy policy disclaimer terms tos yinsi xieyi yszc privacypolicy")  # these need no word of acceptance beside them
_RULES = _RULES_ALONE | _set("policies protocol legal license licence declaration statement")
_ACCEPT = _set(
    "accept accepted accepts allow allowed granted grant confirm confirmed read ok passed done checked approved authorized "
    "authorised shown showed seen finished complete completed signed state status version"
)
_COLLECT = _set(
    "telemetry analytics analytic tracking tracker crashlytics crashreport crashreports crashreporting sentry statistics "
    "statistic stats diagnostics diagnostic metrics usage experiments experimentation marketing bugreport reporting "
    "countly matomo amplitude mixpanel umeng bugly firebase acra logging eventlogging"
)
_CRASH = _set("crash crashes error errors bug bugs")
_SENDING = _set(
    "report reports reporting reporter send sending upload uploading submit collect collection enable enabled log logs data auto "
    "share sharing allow handler"
)
_NAMELESS = _set("anonymous anonymously anonymized anonymised")  # of data that is sent; "anonymous login" is none
_PLAINLY = _SENDING | _set("usage telemetry tracking diagnostics crash crashes consent agree")
_LOGIN = _set("login logged loggedin signin signed userid account")
_FIRST = _set("firstrun firstlaunch firststart firstopen firsttime firstuse firstboot isfirst newinstall newuser")
_FIRST_AFTER = _set("run launch start open time use boot in enter install visit login app")
_ONBOARD = _set("onboarding onboarded welcome intro guide walkthrough tutorial introduction setup wizard")
_DONE = _set("done shown seen completed complete finished passed displayed showed viewed watched has")
_BUILD = _set(
    "debug debuggable buildconfig release flavor flavour variant proxy foss fdroid gplay beta nightly snapshot process "
    "mainprocess emulator tablet landscape network connected online remote config sdk version"
)
_NOT = _set(
    "not no need needs should show must first disagree disagreed refuse refused reject rejected deny denied decline declined "
    "required require requires ask prompt pending missing optout without never skip disable disabled off block blocked exclude "
    "stop un mute unknown unset undecided undetermined"
)
_SHIELD = _set("protection protect protector shield antitracking blocker")  # tracking protection collects nothing
_CJK_AGREE = re.compile("同意|已阅读|接受.{0,4}(协议|政策|条款)|隐私(政策|协议|权).{0,6}(同意|接受|确认)?|用户协议")
_CJK_COLLECT = re.compile("统计|崩溃|使用数据|匿名.{0,4}(数据|信息|统计|上报|发送|上传|收集|报告|日志|使用|反馈)|改进计划|用户体验")
_CJK_NOT = re.compile("不同意|未同意|拒绝|取消|关闭|禁用|停用")
CONSTANT = re.compile(r"[A-Z][A-Z0-9_]*$")  # how constants are spelt
EQUAL = frozenset({"equals", "contentEquals", "equalsIgnoreCase", "isEqualTo"})  # calls that compare
_TECHNICAL = re.compile(
    r"process|buildconfig|isdebug|\bdebug\b|sdk_int|isNetwork|isConnected|savedInstanceState|isFinishing|packageName"
    r"|\bwhat\b|\bON_(?:CREATE|START|RESUME|ANY)\b|looper|currentThread|isMainThread|isSuccessful|isComplete\b|requestCode"
    r"|resultCode|\bposition\b|viewType|isDestroyed|isAdded|isAttached",
    re.I,
)


class Sense(NamedTuple):
    """`kind`: consent collect login first build. `positive`: truth of the thing means agreed / on / logged in / not first."""

    kind: str
    positive: bool


def words(text: str) -> list[str]:
    """The lower-case words of an identifier, key or sentence."""
    return [w.lower() for w in _SPLIT.findall(text)]


@lru_cache(maxsize=65536)
def sense(text: str) -> Sense | None:
    """What `text` (names and keys joined by spaces) speaks of, or None."""
    parts = words(text)
    said = frozenset(parts)
    joined = " ".join(parts)
    opts = "opt out" in joined or "opted out" in joined or "optout" in said
    negative = bool(said & _NOT) or opts or bool(_CJK_NOT.search(text))
    if said & _ONBOARD and not said & (_AGREE | _RULES):
        return Sense("first", bool(said & _DONE) and not said & {"show", "need", "should", "not"})
    if said & _AGREE or "opt in" in joined or "opted in" in joined or _CJK_AGREE.search(text):
        return Sense("consent", not negative)
    if said & _RULES_ALONE or (said & _RULES and said & _ACCEPT):
        asks = said & {"show", "need", "should", "first", "dialog"} and not said & {"shown", "showed", "accepted", "has"}
        return Sense("consent", not (negative or asks))
    if said & _SHIELD:
        return None
    sends = said & (_CRASH | _NAMELESS) and said & _SENDING
    if sends or opts or said & _COLLECT or _CJK_COLLECT.search(text) or said >= {"data", "collection"} or said >= {"send", "report"}:
        return Sense("collect", not negative)
    if said & _FIRST or ("first" in said and said & _FIRST_AFTER):
        return Sense("first", "not" in said)
    if said & _LOGIN:
        return Sense("login", not bool(said & {"not", "no", "need", "out", "logout", "un", "without", "empty"}))
    if said & _BUILD:
        return Sense("build", True)
    return None


def technical(text: str) -> bool:
    """Whether a name is about the build, the process or the device, not the person: `hasProcessingConsent` is not."""
    said = sense(text)
    return bool(_TECHNICAL.search(text)) and (said is None or said.kind != "consent")


_ANSWERED = frozenset({"accepted", "granted", "agreed", "allowed", "confirmed", "approved", "given"})


def with_owner(text: str, owner: str) -> str:
    """`text` with the name of the class it stands in, where that says what was accepted: `ConsentRepository.granted`."""
    if sense(text) is not None or _ANSWERED.isdisjoint(words(text)):
        return text
    said = sense(f"{text} {owner}")
    return f"{text} {owner}" if said is not None and said.kind in ("consent", "collect") else text


def speaks_of_agreement(text: str) -> bool:
    """Whether a label or name speaks of agreeing, privacy or terms."""
    found = sense(text)
    return found is not None and found.kind == "consent"


def shields(text: str) -> bool:
    """Whether a name speaks of protection from collecting."""
    return not _SHIELD.isdisjoint(words(text))


def switches_collecting(title: str, summary: str) -> bool:
    """Whether a setting plainly sends something away: its summary speaks of it, or its title names more than a topic
    ("Analytics" can be a feature)."""
    said = sense(summary)
    return not summary or said is not None or not _PLAINLY.isdisjoint(words(title))
