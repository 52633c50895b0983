"""What is known of a rule, an API, a permission, an SDK, a switch or a clause, as labelled rows in both languages.

`explain` prints them, hovers of editors show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from askfirst.knowledge import Index
from askfirst.knowledge.types import Api, Category, Clause, Permission, Sdk, Start, Switch
from askfirst.report.text import WORDS
from askfirst.rules import RULES, page
from askfirst.rules.rule import Rule
from askfirst.text import Text


class Row(NamedTuple):
    """One thing that is known. Rows of the same label belong together; an empty value says nothing."""

    label: Text
    value: Text
    url: str = ""  # where to read on


Rows = Iterator[Row]

RULE = Text("rule", "规则")
SEVERITY_OF = Text("severity", "级别")
CLAUSE = Text("clause", "条款")
SAYS = Text("says", "内容")
MARKETS = Text("markets", "适用市场")
LINK = Text("link", "链接")
API = Text("API", "API")
DATA = Text("reads", "读取")
COLLECTS = Text("collection", "是否收集")
NEEDS = Text("needs", "需要权限")
ARGUMENT = Text("when given", "参数条件")
PERMISSION = Text("permission", "权限")
LABEL = Text("means", "含义")
LEVELS = Text("API levels", "API 级别")
GRANTED = Text("granted", "授予方式")
PLAY = Text("Google Play", "Google Play")
NARROWER = Text("narrower", "更窄的做法")
IMPLIES = Text("implies", "包含")
NEEDED_TO = Text("needed up to", "仅需至")
SDK = Text("SDK", "SDK")
VENDOR = Text("vendor", "厂商")
KIND = Text("kind", "类别")
ABROAD = Text("receives abroad", "境外接收")
LIBRARIES = Text("libraries", "依赖坐标")
STARTS = Text("starts by", "启动调用")
SAFE = Text("safe before", "同意前可调用")
CONSENTS = Text("told by", "告知同意")
SWITCHES = Text("switched off by", "关闭开关")
AUTO = Text("starts itself by", "自启动组件")
BRINGS = Text("brings", "带入权限")
RETIRED = Text("retired", "已停用")
SOURCE = Text("source", "来源")
WITHOUT = Text("unless it is off", "未关闭时")
OFF = Text("off when", "关闭取值")
ENABLED = Text("changed by", "代码中切换")
CATEGORY = Text("category", "类别")
NECESSARY = Text("necessary", "必要个人信息")

YES, NO = Text("yes", "是"), Text("no", "否")
ALWAYS = Text("all", "全部")
DANGEROUS = Text("by the user, in a dialog", "由用户在弹窗中授予")
SPECIAL = Text("by the user, on a settings page", "由用户在设置页授予")
INSTALL = Text("on installation, or to the system only", "安装时授予，或仅限系统")
MARKS = {"V": Text("verified", "已核实"), "R": Text("recalled, not verified", "凭记忆，未核实")}
TIERS = {
    "identifiers": Text("identifiers", "设备标识"),
    "lists": Text("lists", "列表类信息"),
    "location": Text("location", "位置"),
    "content": Text("content", "内容"),
    "senses": Text("senses", "传感与采集"),
    "traits": Text("traits", "设备特征"),
    "none": Text("none", "无"),
}


def same(words: str) -> Text:
    """What reads alike in both languages: a name."""
    return Text(words, words)


def beside(a: Text, b: Text) -> Text:
    """`a (b)`."""
    return Text(f"{a.en} ({b.en})", f"{a.zh} ({b.zh})")


def of_rule(rule: Rule, index: Index) -> Rows:
    yield Row(RULE, same(rule.id))
    yield Row(SEVERITY_OF, WORDS[rule.severity.word])
    yield Row(SAYS, page(rule.id).summary)
    for key in rule.clauses:
        yield cited(key, index)


def cited(key: str, index: Index) -> Row:
    """A clause that something rests on, by its number and title."""
    clause = index.clause(key)
    if clause is None:
        return Row(CLAUSE, same(key))
    return Row(CLAUSE, Text(f"{key}  {clause.title.en}", f"{key}  {clause.title.zh}"), clause.url)


def of_clause(clause: Clause) -> Rows:
    key = clause.key
    yield Row(CLAUSE, Text(f"{key}  {clause.document.en}", f"{key}  {clause.document.zh}"))
    yield Row(SAYS, clause.title)
    yield Row(MARKETS, same(", ".join(clause.markets)))
    yield Row(LINK, same(clause.url))
    yield Row(SOURCE, source(clause.source, clause.mark))


def of_permission(p: Permission) -> Rows:
    yield Row(PERMISSION, same(p.name))
    yield Row(LABEL, p.label)
    yield Row(LEVELS, levels(p.first, p.last))
    yield Row(GRANTED, DANGEROUS if p.dangerous else SPECIAL if p.special else INSTALL)
    yield Row(PLAY, same(p.play))
    yield Row(NARROWER, p.narrower)
    yield Row(IMPLIES, same(", ".join(p.implies)))
    yield Row(NEEDED_TO, same(f"API {p.max_sdk}" if p.max_sdk else ""))
    yield Row(SOURCE, source(p.source, p.mark))


def of_sdk(sdk: Sdk, index: Index) -> Rows:
    yield Row(SDK, beside(sdk.name, same(sdk.id)))
    yield Row(VENDOR, sdk.vendor)
    yield Row(KIND, same(sdk.kind))
    yield Row(ABROAD, YES if sdk.abroad else NO)
    yield Row(COLLECTS, YES if sdk.collects else NO)
    yield Row(RETIRED, sdk.retired)
    for label, values in (
        (LIBRARIES, map(same, sdk.coordinates)),
        (STARTS, _calls(sdk.starts)),
        (SAFE, _calls(sdk.safe)),
        (CONSENTS, _calls(sdk.consents)),
        (SWITCHES, (same(f'{switch.name}="{switch.off}"') for switch in sdk.switches)),
        (AUTO, (same(auto.name) for auto in sdk.auto)),
        (BRINGS, (same(row.permission) for row in sdk.permissions)),
        (DATA, read_by(sdk, index)),
    ):
        for value in values:
            yield Row(label, value)
    yield Row(LINK, same(sdk.url))
    yield Row(SOURCE, source(sdk.source, sdk.mark))


def read_by(sdk: Sdk, index: Index) -> list[Text]:
    """The personal data that an SDK reads by itself."""
    return [data.name if (data := index.data(id)) else same(id) for id in sdk.data]


def of_switch(switch: Switch) -> Rows:
    """A manifest switch, without the SDK that reads it."""
    yield Row(WITHOUT, switch.what)
    yield Row(OFF, same(f'android:value="{switch.off}"'))
    for call in switch.enables:
        yield Row(ENABLED, same(call))
    yield Row(SOURCE, source(switch.source, switch.mark))


def of_api(api: Api, index: Index) -> Rows:
    yield Row(API, same(f"{api.key} ({api.kind})"))
    if data := index.data(api.data):
        yield Row(DATA, beside(data.name, TIERS[data.tier]))
    yield Row(ARGUMENT, same(api.argument))
    yield Row(COLLECTS, YES if api.collects else NO)
    yield from needed(api)
    yield Row(SOURCE, source(api.source, api.mark))


def needed(api: Api) -> Rows:
    """The permissions that a call needs, each with its API levels."""
    for need in api.needs:
        span = levels(need.first, need.last)
        words = (f"{need.permission}, {label} {own}" for label, own in zip(LEVELS, span, strict=True))
        yield Row(NEEDS, Text(*words))


def of_category(category: Category) -> Rows:
    number = category.number
    yield Row(CATEGORY, Text(f"{category.name.en} ({number})", f"{category.name.zh} ({number})"))
    yield Row(NECESSARY, category.necessary)
    yield Row(SOURCE, source(category.source, category.mark))


def levels(first: int, last: int) -> Text:
    return same(f"{first or ''}–{last or ''}") if first or last else ALWAYS


def source(words: str, mark: str) -> Text:
    """Where a fact is from, and whether that was read."""
    return beside(same(words), MARKS[mark])


def _calls(starts: Iterable[Start]) -> list[Text]:
    return [same(f"{start.call} ({start.argument})" if start.argument else start.call) for start in starts]


class Meaning(NamedTuple):
    """One of the things that a name may mean."""

    rows: tuple[Row, ...]
    prose: Text  # what stands below: a rule's page


_NO_PROSE = Text("", "")
_LONGEST = 12  # APIs shown for one name


def meanings(name: str, index: Index) -> Iterator[Meaning]:
    """All that `name` may mean: rules, clauses, permissions, SDKs by any of their names, APIs."""
    if rule := RULES.get(name):
        yield Meaning(tuple(of_rule(rule, index)), page(name).prose)
    if clause := index.clause(name):
        yield Meaning(tuple(of_clause(clause)), _NO_PROSE)
    if permission := index.permission(name):
        yield Meaning(tuple(of_permission(permission)), _NO_PROSE)
    for sdk in _sdks(name, index):
        yield Meaning(tuple(of_sdk(sdk, index)), _NO_PROSE)
    apis = [api for api in index.apis if api.key == name or _names(name, dotted(api.key))]
    for api in apis[:_LONGEST]:
        yield Meaning(tuple(of_api(api, index)), _NO_PROSE)


def _sdks(name: str, index: Index) -> list[Sdk]:
    """SDKs by id, name, library coordinate, package or class, or by one of their calls or manifest switches."""
    group, _, artifact = name.partition(":")
    if artifact:
        return list(index.sdks_for(group, artifact.partition(":")[0]))
    folded = name.casefold()
    found = [s for s in index.sdks if folded in (s.id, s.name.en.casefold(), s.name.zh.casefold())]
    calls = index.starts_by_method.get(name.replace("#", ".").rpartition(".")[2], ()) if "." in name else ()
    found += [sdk for sdk, start, _ in calls if _names(name, start.call) or _names(start.call, name)]
    found += [sdk for sdk in index.sdks if any(name == switch.name for switch in (*sdk.switches, *sdk.limits))]
    if not found and name.count(".") >= 2 and (sdk := index.sdk_of_package(name)):
        found = [sdk]
    return list(dict.fromkeys(found))


def _names(short: str, full: str) -> bool:
    """Whether `short` (`getImei`, `TelephonyManager.getImei`, the whole) names `full`."""
    return ("." + full).endswith("." + short.replace("#", "."))


def dotted(key: str) -> str:
    """An API's key with its member after a point."""
    return key.replace("#", ".") if "://" not in key else key
