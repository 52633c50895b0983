"""`askfirst explain NAME`: what is known of a rule, an API, a permission, an SDK or a clause, with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from askfirst.knowledge import Index
from askfirst.knowledge.types import Api, Clause, Permission, Sdk, Start
from askfirst.report.text import WORDS, pad, width
from askfirst.rules import RULES, page
from askfirst.rules.rule import Rule
from askfirst.text import Text

Rows = Iterator[tuple[Text, str]]

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
LONGEST = 12  # APIs shown for one name


def explain(name: str, lang: str, index: Index) -> str:
    """All that `name` may mean, one block each; "" when it means nothing."""
    blocks = [_block(rows, lang, prose) for rows, prose in _meanings(name, lang, index)]
    return "\n".join(blocks)


def known_names(index: Index) -> Iterator[str]:
    """The names that can be explained, for a suggestion when one cannot."""
    yield from RULES
    yield from (clause.key for clause in index.knowledge.clauses)
    for permission in index.knowledge.permissions:
        yield permission.name
        yield permission.name.rpartition(".")[2]
    for sdk in index.sdks:
        yield from (sdk.id, sdk.name.en, sdk.name.zh)
    for api in index.apis:
        yield from (_dotted(api.key), _dotted(api.key).rpartition(".")[2])


def _meanings(name: str, lang: str, index: Index) -> Iterator[tuple[Rows, str]]:
    if rule := RULES.get(name):
        yield _rule(rule, index, lang), page(name).prose.of(lang)
    if clause := index.clause(name):
        yield _clause(clause, lang), ""
    if permission := index.permission(name):
        yield _permission(permission, lang), ""
    for sdk in _sdks(name, index):
        yield _sdk(sdk, index, lang), ""
    apis = [api for api in index.apis if api.key == name or _names(name, _dotted(api.key))]
    for api in apis[:LONGEST]:
        yield _api(api, index, lang), ""


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


def _dotted(key: str) -> str:
    return key.replace("#", ".") if "://" not in key else key


def _rule(rule: Rule, index: Index, lang: str) -> Rows:
    yield RULE, rule.id
    yield SEVERITY_OF, WORDS[rule.severity.word].of(lang)
    yield SAYS, page(rule.id).summary.of(lang)
    for key in rule.clauses:
        clause = index.clause(key)
        yield CLAUSE, f"{key}  {clause.title.of(lang)}" if clause else key


def _clause(clause: Clause, lang: str) -> Rows:
    yield CLAUSE, f"{clause.key}  {clause.document.of(lang)}"
    yield SAYS, clause.title.of(lang)
    yield MARKETS, ", ".join(clause.markets)
    yield LINK, clause.url
    yield SOURCE, _source(clause.source, clause.mark, lang)


def _permission(p: Permission, lang: str) -> Rows:
    yield PERMISSION, p.name
    yield LABEL, p.label.of(lang)
    yield LEVELS, _levels(p.first, p.last, lang)
    yield GRANTED, (DANGEROUS if p.dangerous else SPECIAL if p.special else INSTALL).of(lang)
    yield PLAY, p.play
    yield NARROWER, p.narrower.of(lang)
    yield IMPLIES, ", ".join(p.implies)
    yield NEEDED_TO, f"API {p.max_sdk}" if p.max_sdk else ""
    yield SOURCE, _source(p.source, p.mark, lang)


def _sdk(sdk: Sdk, index: Index, lang: str) -> Rows:
    yield SDK, f"{sdk.name.of(lang)} ({sdk.id})"
    yield VENDOR, sdk.vendor.of(lang)
    yield KIND, sdk.kind
    yield ABROAD, (YES if sdk.abroad else NO).of(lang)
    yield COLLECTS, (YES if sdk.collects else NO).of(lang)
    yield RETIRED, sdk.retired.of(lang)
    for label, values in (
        (LIBRARIES, sdk.coordinates),
        (STARTS, _calls(sdk.starts)),
        (SAFE, _calls(sdk.safe)),
        (CONSENTS, _calls(sdk.consents)),
        (SWITCHES, [f'{switch.name}="{switch.off}"' for switch in sdk.switches]),
        (AUTO, [auto.name for auto in sdk.auto]),
        (BRINGS, [row.permission for row in sdk.permissions]),
        (DATA, [data.name.of(lang) if (data := index.data(id)) else id for id in sdk.data]),
    ):
        for value in values:
            yield label, value
    yield LINK, sdk.url
    yield SOURCE, _source(sdk.source, sdk.mark, lang)


def _calls(starts: Iterable[Start]) -> list[str]:
    return [f"{start.call} ({start.argument})" if start.argument else start.call for start in starts]


def _api(api: Api, index: Index, lang: str) -> Rows:
    yield API, f"{api.key} ({api.kind})"
    if data := index.data(api.data):
        yield DATA, f"{data.name.of(lang)} ({TIERS[data.tier].of(lang)})"
    yield ARGUMENT, api.argument
    yield COLLECTS, (YES if api.collects else NO).of(lang)
    for need in api.needs:
        yield NEEDS, f"{need.permission}, {LEVELS.of(lang)} {_levels(need.first, need.last, lang)}"
    yield SOURCE, _source(api.source, api.mark, lang)


def _levels(first: int, last: int, lang: str) -> str:
    return f"{first or ''}–{last or ''}" if first or last else ALWAYS.of(lang)


def _source(source: str, mark: str, lang: str) -> str:
    return f"{source} ({MARKS[mark].of(lang)})"


def _block(rows: Rows, lang: str, prose: str) -> str:
    """Labelled lines; a label is said once for the lines that share it, and empty values are left out."""
    said = [(label.of(lang), value) for label, value in rows if value]
    wide = max(width(label) for label, _ in said)
    last = ""
    lines: list[str] = []
    for label, value in said:
        lines.append(f"{pad('' if label == last else label, wide)}  {value}".rstrip())
        last = label
    return "\n".join(lines) + "\n" + (f"\n{prose}\n" if prose else "")
