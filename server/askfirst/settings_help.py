"""Help for whoever writes askfirst.toml: completion, and what stands at a place. Any text is understood as far as it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askfirst import toml_words
from askfirst.hints.shapes import About, Link
from askfirst.hints.sheet import code, fill, labelled, sheet
from askfirst.knowledge import Index
from askfirst.knowledge.types import Permission
from askfirst.meanings import Row, of_category, of_permission, of_rule, same
from askfirst.rules import RULES, page, themes
from askfirst.settings import ANY, CHOICES, FILE_NAME, NAMES, SPECS, SettingsKey, Spec, known_keys
from askfirst.text import Span, Text
from askfirst.toml_words import Word


class Completion(NamedTuple):
    """One thing that may be written at a place."""

    kind: str  # "table", "key" or "value"
    label: str
    insert: str
    detail: Text  # beside the label; may be empty
    documentation: Text  # Markdown; may be empty
    span: Span  # what it replaces


class Names(NamedTuple):
    """What the project itself has to offer."""

    gates: tuple[str, ...] = ()  # functions and properties that look like gates
    permissions: tuple[str, ...] = ()  # that it declares or is given


NO_NAMES = Names()
_EMPTY = Text("", "")
_TABLE = Text("table", "表")
_LIST = Text("list", "列表")
_STRING = Text("text", "文本")
_THEME = Text("all rules of a theme", "该主题下的全部规则")
_TABLES: dict[SettingsKey, Text] = {
    ("project",): Text("What the app is", "应用是什么"),
    ("consent",): Text("How the code asks whether the user has agreed", "代码如何判断用户是否已同意"),
    ("permissions",): Text("What is said of permissions", "关于权限的说明"),
    ("permissions", "reasons"): Text(
        'Why the app needs each permission: `"android.permission.CAMERA" = "scans a bill"`',
        '应用需要各项权限的原因：`"android.permission.CAMERA" = "扫描账单"`',
    ),
    ("rules",): Text("Which rules are used, and how bad a finding is", "使用哪些规则，以及问题的级别"),
    ("rules", "severity"): Text("How bad a finding of each rule is", "各规则所报问题的级别"),
    ("paths",): Text("Which files are checked", "检查哪些文件"),
    ("per-path",): Text('Rules left out below some paths: `[per-path."legacy/**"]`', '在某些路径下不使用的规则：`[per-path."legacy/**"]`'),
}  # fmt: skip
_MARKETS = {
    "cn": Text("mainland China", "中国大陆"), "play": Text("Google Play", "Google Play"),
    "eu": Text("the European Union", "欧盟"),
}  # fmt: skip
_LANGUAGES = {"en": Text("English", "英语"), "zh": Text("Chinese", "中文")}
_SEVERITIES = {
    "error": Text("a clause forbids it", "条款明确禁止"), "warning": Text("likely too much, or a risk", "很可能过度，或有风险"),
    "note": Text("worth knowing; never fails a build", "供了解，不会使构建失败"),
}  # fmt: skip
_SAID = {"market": _MARKETS, "language": _LANGUAGES, "severity": _SEVERITIES}
_DEFAULT = Text("Default: {value}", "默认值：{value}")
_DEFAULTS: dict[SettingsKey, str] = {("project", "markets"): '["cn", "play", "eu"]', ("project", "lang"): '"en"'}


def complete(text: str, offset: int, index: Index, names: Names = NO_NAMES, path: str = FILE_NAME) -> list[Completion]:
    """What may be written at a byte offset of the settings, the usual first."""
    data = text.encode("utf-8", "surrogatepass")
    offset = min(max(offset, 0), len(data))
    word = toml_words.at(data, offset)
    if word is None:
        kind, table, span = *toml_words.gap(data, offset), Span(path, offset, offset)
        word = Word("", table, "", offset, offset, closed=False, quoted=False)
    else:
        kind, table = {"string": "value", "bare": "value"}.get(word.kind, word.kind), word.path
        span = Span(path, word.start, word.end)
    match kind:
        case "header":
            found = _headers(table, span)
        case "key":
            found = _keys(table, word, span, index, names)
        case "value":
            found = _values(table, span, index, names)
        case _:
            found = iter(())
    return [_quoted(each, word, data) for each in found]


def _quoted(each: Completion, word: Word, data: bytes) -> Completion:
    """With the quotes, and for a key the `=`, that are not there yet."""
    insert = each.insert
    if each.kind == "table":
        return each
    if word.quoted:
        mark = data[word.start - 1 : word.start]
        closed = data[word.end : word.end + 1] == mark
        insert = each.label if closed else each.label + mark.decode()
        rest = "" if closed or word.closed or each.kind == "value" else each.insert.removeprefix(_in_quotes(each.label))
        return each._replace(insert=insert + rest)
    if each.kind == "key" and word.kind == "key" and word.closed:
        insert = insert.partition(" = ")[0]
    return each._replace(insert=insert)


def _in_quotes(name: str) -> str:
    return f'"{name}"'


def hover(text: str, offset: int, index: Index, path: str = FILE_NAME) -> About | None:
    """What stands at a byte offset of the settings; None where nothing is known of it."""
    word = toml_words.at(text.encode("utf-8", "surrogatepass"), offset)
    if word is None:
        return None
    said = _meaning(word, index)
    return About(Span(path, word.start, word.end), said) if said.en else None


def links(text: str, path: str = FILE_NAME) -> tuple[Link, ...]:
    """The rules that the settings name."""
    return tuple(
        Link(Span(path, word.start, word.end), word.text, page(word.text).summary)
        for word in toml_words.words(text.encode("utf-8", "surrogatepass")) if word.text in RULES and word.kind in ("string", "key")
    )  # fmt: skip


# what may be written


def _headers(table: SettingsKey, span: Span) -> Iterator[Completion]:
    """Tables below `table`, as far as they have names of their own."""
    for key, said in _TABLES.items():
        if key[: len(table)] == table and key != table:
            name = ".".join(key[len(table) :])
            yield Completion("table", name, name, _TABLE, said, span)


def _keys(table: SettingsKey, word: Word, span: Span, index: Index, names: Names) -> Iterator[Completion]:
    spec = _spec(table)
    for key in known_keys(spec):
        here = (*spec, key)
        if key == ANY:
            yield from _named(spec, span, index, names)
        elif here in SPECS:
            value = "[]" if SPECS[here].many else '""'
            detail = _LIST if SPECS[here].many else _STRING
            yield Completion("key", key, f"{key} = {value}", detail, _of_key(here, index), span)
        else:
            insert = key if table or word.closed else f"[{key}]"  # at the top a header opens it
            yield Completion("table", key, insert, _TABLE, _TABLES.get(here, _EMPTY), span)


def _named(spec: SettingsKey, span: Span, index: Index, names: Names) -> Iterator[Completion]:
    """Names that the project chooses: permissions, rules."""

    def completion(name: str, detail: Text, documentation: Text) -> Completion:
        return Completion("key", name, f'{_in_quotes(name)} = ""', detail, documentation, span)

    if spec == ("permissions", "reasons"):
        known = [p.name for p in index.knowledge.permissions if p.personal]
        for name in dict.fromkeys((*names.permissions, *sorted(known))):
            permission = index.permission(name)
            own = permission if permission is not None and permission.name == name else None
            yield completion(name, own.label if own else _EMPTY, _of_permission(own) if own else _EMPTY)
    elif NAMES.get(spec) == "rule":
        for rule in sorted(RULES):
            yield completion(rule, page(rule).summary, _of_rule(rule, index))


def _values(key: SettingsKey, span: Span, index: Index, names: Names) -> Iterator[Completion]:
    spec = SPECS.get(_spec(key))
    if spec is None:
        return
    for name, detail, documentation in _offered(_spec(key), spec, index, names):
        yield Completion("value", name, _in_quotes(name), detail, documentation, span)


def _offered(key: SettingsKey, spec: Spec, index: Index, names: Names) -> Iterator[tuple[str, Text, Text]]:
    """(value, what it is, more of it) of the values that a key takes."""
    if key == ("consent", "gates"):
        yield from ((gate, _EMPTY, _EMPTY) for gate in names.gates)
    if spec.names in ("rules", "rule"):
        yield from ((theme, _THEME, _EMPTY) for theme in (themes() if spec.names == "rules" else ()))
        yield from ((rule, page(rule).summary, _of_rule(rule, index)) for rule in sorted(RULES))
    if spec.names == "category":
        for category in index.knowledge.categories:
            yield category.id, category.name, labelled(of_category(category))
    yield from ((name, _SAID[spec.names][name], _EMPTY) for name in CHOICES.get(spec.names, ()))


def _spec(path: Sequence[str]) -> SettingsKey:
    """A written path with ANY for the names that the project chose."""
    found: SettingsKey = ()
    for part in path:
        known = known_keys(found)
        found = (*found, part if part in known or ANY not in known else ANY)
    return found


# what stands there


def _meaning(word: Word, index: Index) -> Text:
    if word.kind in ("header", "key"):
        here = (*_spec(word.path), word.text)
        if _spec(here) in SPECS or here in _TABLES:
            own = _of_name(word.text, index) if _spec(here)[-1] == ANY else _EMPTY
            return sheet(own, _of_key(_spec(here), index))
        return _of_name(word.text, index)
    spec = SPECS.get(_spec(word.path)) if word.kind == "string" else None
    if spec is None:
        return _EMPTY
    said = _SAID.get(spec.names, {}).get(word.text)
    return sheet(same(f"**{code(word.text)}**"), said) if said is not None else _of_name(word.text, index)


def _of_key(key: SettingsKey, index: Index) -> Text:
    """What a key or table is for."""
    title = same(f"**{code('.'.join(part for part in key if part != ANY))}**")
    text = SPECS[key].text if key in SPECS else _TABLES.get(key, _EMPTY)
    default = _DEFAULTS.get(key, "")
    return sheet(title, text, fill(_DEFAULT, value=code(default)) if default else _EMPTY)


def _of_name(name: str, index: Index) -> Text:
    """A rule, theme, permission or category by its name; empty when it is none."""
    if name in RULES:
        return _of_rule(name, index)
    if name in themes():
        rows = [Row(same(rule.id), page(rule.id).summary) for rule in RULES.values() if rule.theme == name]
        return sheet(same(f"**{code(name)}**"), _THEME, labelled(sorted(rows)))
    category = index.category(name)
    if category is not None:
        return labelled(of_category(category))
    permission = index.permission(name)
    return _of_permission(permission) if permission is not None and permission.name == name else _EMPTY


def _of_rule(name: str, index: Index) -> Text:
    return sheet(labelled(of_rule(RULES[name], index)), page(name).prose)


def _of_permission(permission: Permission) -> Text:
    return labelled(of_permission(permission))
