"""askfirst.toml: what a project says of itself. One table of keys serves reading, checking and the JSON schema."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from askfirst.globs import translate
from askfirst.text import LANGUAGES, Text

FILE_NAME = "askfirst.toml"
MARKETS = ("cn", "play", "eu")
SEVERITIES = ("error", "warning", "note")


class PerPath(NamedTuple):
    glob: str
    ignore: tuple[str, ...]


class Settings(NamedTuple):
    category: str = ""
    markets: tuple[str, ...] = MARKETS
    gates: tuple[str, ...] = ()  # qualified names of functions and properties whose truth is consent
    reasons: tuple[tuple[str, str], ...] = ()  # permission → purpose
    select: tuple[str, ...] = ()  # rule ids or themes; empty = all
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, str], ...] = ()  # rule id → error|warning|note
    exclude: tuple[str, ...] = ()  # globs
    per_path: tuple[PerPath, ...] = ()
    lang: str = ""
    path: str = ""  # the settings file, relative to the root; "" when there is none


class SettingsError(Exception):
    """The settings cannot be used. `line` is 0-based, -1 when the whole file is meant."""

    def __init__(self, message: Text, path: str, line: int) -> None:
        super().__init__(message.en)
        self.message, self.path, self.line = message, path, line


class Spec(NamedTuple):
    many: bool  # a list of strings; otherwise one string
    names: str  # what each string names: a key of _KINDS, "" for free text
    text: Text


ANY = "*"  # stands for a name that the project chooses
SettingsKey = tuple[str, ...]

SPECS: dict[SettingsKey, Spec] = {
    ("project", "category"): Spec(False, "category", Text(
        "The app's category, one of the 39 with a list of necessary personal information",
        "应用类别：规定了必要个人信息范围的 39 类之一",
    )),
    ("project", "markets"): Spec(True, "market", Text("The markets whose clauses apply", "适用哪些市场的条款")),
    ("project", "lang"): Spec(False, "language", Text("The language of reports", "报告使用的语言")),
    ("consent", "gates"): Spec(True, "", Text(
        "Functions and properties, by qualified name, whose truth means that the user has agreed",
        "其值为真即表示用户已同意的函数或属性（限定名）",
    )),
    ("permissions", "reasons", ANY): Spec(False, "", Text(
        "Why the app needs this permission", "应用需要该权限的原因"
    )),
    ("rules", "select"): Spec(True, "rules", Text("Use only these rules or themes", "只使用这些规则或主题")),
    ("rules", "ignore"): Spec(True, "rules", Text("Leave these rules or themes out", "不使用这些规则或主题")),
    ("rules", "severity", ANY): Spec(False, "severity", Text(
        "How bad a finding of this rule is", "该规则所报问题的级别"
    )),
    ("paths", "exclude"): Spec(True, "glob", Text("Files and folders to leave out", "排除的文件和文件夹")),
    ("per-path", ANY, "ignore"): Spec(True, "rules", Text(
        "Rules or themes to leave out below these paths", "在这些路径下不使用的规则或主题"
    )),
}  # fmt: skip
# What the names that a project chooses have to be.
NAMES: dict[SettingsKey, str] = {("rules", "severity"): "rule", ("per-path",): "glob"}
_KINDS = {
    "category": Text("category", "类别"),
    "market": Text("market", "市场"),
    "language": Text("language", "语言"),
    "severity": Text("severity", "级别"),
    "rule": Text("rule", "规则"),
    "rules": Text("rule or theme", "规则或主题"),
    "glob": Text("path pattern", "路径模式"),
}
CHOICES: dict[str, tuple[str, ...]] = {"market": MARKETS, "language": LANGUAGES, "severity": SEVERITIES}

_HEADER = re.compile(r"\s*\[{1,2}((?:\"[^\"]*\"|'[^']*'|[^\[\]\"'])+)\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"\s*((?:\"[^\"]*\"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:\"[^\"]*\"|'[^']*'|[\w-]+))*)\s*=")
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")
_TOML_LINE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


def load_settings(
    root: Path,
    config: Path | None,
    rule_ids: Collection[str] = (),
    themes: Collection[str] = (),
    categories: Collection[str] = (),
) -> Settings:
    """The settings in `config`, or in askfirst.toml of `root` when there is one, or the defaults.

    Names of rules, themes and categories are checked against those given; an empty collection checks nothing. Raises
    SettingsError for a file that cannot be read, broken TOML, unknown keys and names, wrong types and bad patterns.
    """
    file = root / FILE_NAME if config is None else config
    if config is None and not file.exists():
        return Settings()
    name = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        why = error.strerror or str(error)
        raise SettingsError(Text(f"cannot be read: {why}", f"无法读取：{why}"), name, -1) from error
    except UnicodeDecodeError as error:
        raise SettingsError(Text("is not UTF-8", "不是 UTF-8 编码"), name, -1) from error
    return parse(text, name, rule_ids, themes, categories)


def parse(
    text: str,
    name: str = FILE_NAME,
    rule_ids: Collection[str] = (),
    themes: Collection[str] = (),
    categories: Collection[str] = (),
) -> Settings:
    """The settings that a file with this text gives, as `load_settings` reads them; `name` is what errors call the file."""
    choices = CHOICES | {"rule": tuple(rule_ids), "rules": (*themes, *rule_ids), "category": tuple(categories)}
    return _Reader(text.removeprefix("\ufeff"), name, choices).read()


def settings_schema() -> dict[str, Any]:
    """The JSON schema of askfirst.toml, for editors."""
    schema: dict[str, Any] = {
        "$schema": "http://json-schema.org/draft-07/schema#", "title": FILE_NAME, **_table_schema(()),
    }  # fmt: skip
    return schema


def _table_schema(path: SettingsKey) -> dict[str, Any]:
    properties = {
        name: _leaf_schema(SPECS[(*path, name)]) if (*path, name) in SPECS else _table_schema((*path, name))
        for name in known_keys(path)
    }
    others: Any = properties.pop(ANY, False)
    table: dict[str, Any] = {"type": "object", "additionalProperties": others}
    return table | ({"properties": properties} if properties else {})


def _leaf_schema(spec: Spec) -> dict[str, Any]:
    word: dict[str, Any] = {"type": "string"}
    if spec.names in CHOICES:
        word["enum"] = list(CHOICES[spec.names])
    value: dict[str, Any] = {"type": "array", "items": word} if spec.many else word
    return {"description": f"{spec.text.en}\n{spec.text.zh}", **value}


def known_keys(path: SettingsKey) -> list[str]:
    """The keys that may stand in the table `path`, in order; ANY for a free name."""
    return list(dict.fromkeys(key[len(path)] for key in SPECS if len(key) > len(path) and key[: len(path)] == path))


class _Reader:
    """One settings file on its way to Settings."""

    def __init__(self, text: str, name: str, choices: Mapping[str, tuple[str, ...]]) -> None:
        self.text, self.name, self.choices = text, name, choices

    def read(self) -> Settings:
        try:
            data = tomllib.loads(self.text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            where = _TOML_LINE.search(str(error))
            why = _TOML_LINE.sub("", str(error)).strip()
            line = -1 if where is None else int(where[1]) - 1 if where[1] else self.text.rstrip().count("\n")
            message = Text(f"is not valid TOML: {why}", f"不是有效的 TOML：{why}")
            raise SettingsError(message, self.name, line) from error
        self.table(data, (), ())
        project, rules = data.get("project", {}), data.get("rules", {})
        per_path = data.get("per-path", {})
        return Settings(
            category=project.get("category", ""),
            markets=tuple(project.get("markets", MARKETS)),
            gates=tuple(data.get("consent", {}).get("gates", ())),
            reasons=tuple(data.get("permissions", {}).get("reasons", {}).items()),
            select=tuple(rules.get("select", ())),
            ignore=tuple(rules.get("ignore", ())),
            severity=tuple(rules.get("severity", {}).items()),
            exclude=tuple(data.get("paths", {}).get("exclude", ())),
            per_path=tuple(PerPath(glob, tuple(table.get("ignore", ()))) for glob, table in per_path.items()),
            lang=project.get("lang", ""),
            path=self.name,
        )

    def table(self, data: dict[str, Any], path: SettingsKey, spec: SettingsKey) -> None:
        """Check one table: `path` as written, `spec` with ANY for the names that the project chose."""
        known = known_keys(spec)
        for key, value in data.items():
            here = (*path, key)
            name = key if key in known else ANY
            if name not in known:
                self.unknown(here, known)
            if name == ANY and (kind := NAMES.get(spec)):
                self.named(key, kind, here)
            inner = (*spec, name)
            if inner in SPECS:
                self.leaf(value, SPECS[inner], here)
            elif isinstance(value, dict):
                self.table(value, here, inner)
            else:
                self.fail(here, Text(f"`{_dotted(here)}` must be a table", f"`{_dotted(here)}` 必须是表"))

    def leaf(self, value: Any, spec: Spec, path: SettingsKey) -> None:
        words = value if spec.many else [value]
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            what = Text("a list of strings", "字符串列表") if spec.many else Text("a string", "字符串")
            name = _dotted(path)
            self.fail(path, Text(f"`{name}` must be {what.en}", f"`{name}` 必须是{what.zh}"))
        for word in words:
            self.named(word, spec.names, path)

    def named(self, word: str, kind: str, path: SettingsKey) -> None:
        """Check that `word` names something of this kind."""
        name, label = _dotted(path), _KINDS.get(kind, Text("", ""))
        if kind == "glob":
            try:
                re.compile(translate(word.removeprefix("!").strip("/")))
            except (ValueError, re.error):
                word = ""
            if not word.strip("!/ "):
                self.fail(path, Text(f"`{name}` holds no valid {label.en}", f"`{name}` 中的{label.zh}无效"))
        known = self.choices.get(kind, ())
        if known and word not in known:
            hint = _hint(word, known)
            self.fail(path, Text(
                f"`{name}`: unknown {label.en} `{word}`; {hint.en}", f"`{name}`：未知的{label.zh} `{word}`；{hint.zh}"
            ))  # fmt: skip

    def unknown(self, path: SettingsKey, known: list[str]) -> None:
        hint = _hint(path[-1], known)
        name = _dotted(path)
        self.fail(path, Text(f"unknown key `{name}`; {hint.en}", f"未知的键 `{name}`；{hint.zh}"))

    def fail(self, path: SettingsKey, message: Text) -> None:
        """Raise SettingsError at the line of the key `path`, or of the innermost table around it that has a line."""
        lines: dict[SettingsKey, int] = {}
        for key, line in _key_lines(self.text):
            for n in range(1, len(key) + 1):
                lines.setdefault(key[:n], line)
        found = next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), -1)
        raise SettingsError(message, self.name, found)


def _key_lines(text: str) -> Iterator[tuple[SettingsKey, int]]:
    """Every table header and key with its line."""
    table: SettingsKey = ()
    for number, line in enumerate(text.split("\n")):
        if header := _HEADER.match(line):
            table = _parts(header[1])
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_parts(key[1])), number


def _parts(words: str) -> SettingsKey:
    return tuple(part[1] or part[2] or part[3] or "" for part in _PART.finditer(words))


def _dotted(path: SettingsKey) -> str:
    return ".".join(part if re.fullmatch(r"[\w-]+", part) else f'"{part}"' for part in path)


def _hint(word: str, known: Collection[str]) -> Text:
    """The nearest known name, or all of them when none is near and they are few."""
    near = difflib.get_close_matches(word, known, 1)
    if near:
        return Text(f"did you mean `{near[0]}`?", f"是否指 `{near[0]}`？")
    words = sorted(known)
    listed = ", ".join(f"`{name}`" for name in words[:12]) + (", …" if len(words) > 12 else "")
    return Text(f"known: {listed}", f"可用：{listed}")
