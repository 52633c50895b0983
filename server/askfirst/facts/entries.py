"""Files that hold keys and values: version catalogs, properties, lockfiles, pubspec.yaml, package.json, services.

All read a Latin-1 view of the bytes where places matter, so that an index is a byte offset.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from askfirst.facts.builder import Builder
from askfirst.facts.comments import MARK, add_allowances
from askfirst.facts.rows import Facts
from askfirst.source import Source

Fields = tuple[tuple[str, str], ...]

_LINE = re.compile(r"[^\n]+")
_TABLE = re.compile(r"\s*\[\s*([A-Za-z0-9_.-]+)\s*\]\s*(?:#.*)?$")
_TOML_KEY = re.compile(r"\s*(?:([A-Za-z0-9_-]+)|\"([^\"]+)\"|'([^']+)')([.\w-]*)\s*=\s*(.*)")
_TOML_PAIR = re.compile(r"([A-Za-z0-9_.-]+)\s*=\s*[\"']([^\"']*)[\"']")
_TOML_STRING = re.compile(r"[\"']([^\"']*)[\"']")
_LOGICAL = re.compile(r"(?:\\\r?\n|\\.|[^\\\n])*+", re.DOTALL)  # a backslash at its end continues a line
_PROPERTY = re.compile(r"[ \t\f]*((?:\\.|[^\s=:#!\\])(?:\\.|[^\s=:\\])*)[ \t\f]*[=:]?[ \t\f]*", re.DOTALL)
_COMMENT = re.compile(r"[ \t\f]*[#!][^\n]*")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|\r?\n[ \t\f]*|(.))", re.DOTALL)
_LOCKED = re.compile(r"([^\s:#=]+:[^\s:=]+):([^\s:=]+)=")
_YAML = re.compile(r"( *)(?:\"([^\"]+)\"|'([^']+)'|([^\s#:'\"][^#:]*?)) *:(?:\s+(.*))?$")
_YAML_COMMENT = re.compile(r"(?:^|\s)#.*$")
_LONG = 1_000  # characters: longer lines and arrays are no dependencies
_JSON_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\]:,]')
_JAVA_NAME = re.compile(r"\s*([\w$.]+)\s*(?:#.*)?$")


def read_catalog(source: Source) -> Facts:
    """gradle/libs.versions.toml; what is broken TOML is read line by line."""
    builder = Builder()
    text = source.data.decode("latin-1")
    try:
        tables: dict[str, Any] | None = tomllib.loads(source.data.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        tables = None
        builder.problems.append(("syntax", str(error), -1))
    for table, key, raw, start, end in _toml_lines(text):
        value = tables[table].get(key) if tables and isinstance(tables.get(table), dict) else None
        words, fields = _toml_raw(raw) if value is None else _toml_value(value)
        _entry(builder, f"{table}.{key}", words, fields, start, end)
    return _finish(builder, source.data)


def _toml_lines(text: str) -> Iterator[tuple[str, str, str, int, int]]:
    """(table, key, value as written, start, end) of each entry; a value in several lines is put together."""
    table, key, raw, start, end, seen = "", "", "", 0, 0, set[tuple[str, str]]()
    for line in _LINE.finditer(text):
        words = line[0].rstrip()
        if key:  # an array goes on
            raw += words
        elif head := _TABLE.match(words):
            table = head[1]
            continue
        elif found := _TOML_KEY.match(words):
            key, raw = _utf8(found[1] or found[2] or found[3]), found[5]
            raw = f"{{ {found[4][1:]} = {raw} }}" if found[4] else raw
            start, end = line.start() + len(words) - len(words.lstrip()), line.start() + len(words)
        if key and (not raw.startswith("[") or "]" in raw or len(raw) > 100 * _LONG):
            if (table, key) not in seen:
                yield table, key, raw, start, end
            seen.add((table, key))
            key = ""


def _toml_value(value: Any) -> tuple[str, Fields]:
    if isinstance(value, dict):
        return "", tuple(_flat(value, ""))
    if isinstance(value, list):
        return "", tuple(("", str(item)) for item in value)
    return str(value), ()


def _flat(table: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict) and prefix.count(".") < 3:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, str(value)


def _toml_raw(raw: str) -> tuple[str, Fields]:
    if raw.startswith("{"):
        return "", tuple((pair[1], _utf8(pair[2])) for pair in _TOML_PAIR.finditer(raw))
    words = [_utf8(item[1]) for item in _TOML_STRING.finditer(raw)]
    if raw.startswith("["):
        return "", tuple(("", word) for word in words)
    return (words[0] if words else ""), ()


def read_properties(source: Source) -> Facts:
    """gradle.properties."""
    builder = Builder()
    text, at = source.data.decode("latin-1"), 0
    while at < len(text):
        comment = _COMMENT.match(text, at)
        logical = comment or _LOGICAL.match(text, at)
        end = logical.end() if logical else len(text)
        key = None if comment else _PROPERTY.match(text, at, end)
        if key is not None:
            value = text[key.end() : end].rstrip("\r")
            _entry(builder, _unescape(key[1]), _unescape(value), (), key.start(1), key.end() + len(value))
        at = end + 1
    return _finish(builder, source.data)


def _unescape(piece: str) -> str:
    def undo(match: re.Match[str]) -> str:
        if match[1] is not None:
            return chr(int(match[1], 16)).encode("utf-8", "replace").decode()
        return {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}.get(match[2], match[2]) if match[2] else ""

    piece = _utf8(piece)
    return _ESCAPE.sub(undo, piece) if "\\" in piece else piece


def read_lockfile(source: Source) -> Facts:
    """gradle.lockfile: `group:name:version=configurations`."""
    builder = Builder()
    for line in _LINE.finditer(source.data.decode("latin-1")):
        locked = _LOCKED.match(line[0])
        if locked is not None:
            _entry(builder, _utf8(locked[1]), _utf8(locked[2]), (), line.start(), line.start() + locked.end(2))
    return builder.finish()


def read_pubspec(source: Source) -> Facts:
    """The `dependencies:` of a pubspec.yaml; what stands below a name (`git`, `path`, `version`) becomes its fields."""
    builder = Builder()
    inside, indent = False, 0
    name, value, fields, span = "", "", list[tuple[str, str]](), (0, 0)
    for line in _LINE.finditer(source.data.decode("latin-1")):
        found = _YAML.match(_YAML_COMMENT.sub("", line[0]).rstrip()) if len(line[0]) < _LONG else None
        if found is None:
            continue
        depth, key = len(found[1]), _utf8(found[2] or found[3] or found[4])
        words = _utf8((found[5] or "").strip("\"'"))
        if depth == 0 or (inside and depth <= indent):
            if name:
                _entry(builder, f"dependencies.{name}", value or dict(fields).get("version", ""), tuple(fields), *span)
            name, fields = "", []
        if depth == 0:
            inside, indent = key == "dependencies", 0
        elif inside and (not indent or depth <= indent):
            indent = depth
            name, value = key, words
            span = (line.start() + depth, line.start() + len(line[0].rstrip()))
        elif inside and name and words:
            fields.append((key, words))
    if name:
        _entry(builder, f"dependencies.{name}", value or dict(fields).get("version", ""), tuple(fields), *span)
    return _finish(builder, source.data)


def read_package_json(source: Source) -> Facts:
    """The `dependencies` of a package.json."""
    builder = Builder()
    try:
        json.loads(source.data)
    except (ValueError, RecursionError) as error:
        builder.problems.append(("syntax", str(error), -1))
    depth, inside = 0, False
    tokens = list(_JSON_TOKEN.finditer(source.data.decode("latin-1")))
    for at, token in enumerate(tokens):
        if token[0] in ("{", "["):
            depth += 1
        elif token[0] in ("}", "]"):
            depth -= 1
            inside = inside and depth > 1
        elif token[0].startswith('"') and at + 2 < len(tokens) and tokens[at + 1][0] == ":":
            value = tokens[at + 2]
            if depth == 1:
                inside = token[0] == '"dependencies"' and value[0] == "{"
            elif depth == 2 and inside and value[0].startswith('"'):
                key = f"dependencies.{_json_string(token[0])}"
                _entry(builder, key, _json_string(value[0]), (), token.start(), value.end())
    return builder.finish()


def _json_string(piece: str) -> str:
    try:
        return str(json.loads(_utf8(piece))).encode("utf-8", "replace").decode()
    except ValueError:
        return _utf8(piece[1:-1])


def read_services(source: Source) -> Facts:
    """META-INF/services/<interface>: the classes that implement it."""
    builder = Builder()
    interface = source.path.rpartition("/")[2]
    for line in _LINE.finditer(source.data.decode("latin-1")):
        named = _JAVA_NAME.match(line[0])
        if named is not None:
            _entry(builder, interface, _utf8(named[1]), (), line.start() + named.start(1), line.start() + named.end(1))
    return builder.finish()


def _entry(builder: Builder, key: str, value: str, fields: Fields, start: int, end: int) -> None:
    builder.entries.append((key, value, fields, builder.spot(start, end)))


def _finish(builder: Builder, data: bytes) -> Facts:
    """Close the rows, with the allowances in `#` comments."""
    comments = []
    at = data.find(MARK)
    while at >= 0:
        line, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        end = len(data) if end < 0 else end
        mark = data.rfind(b"#", line, at)
        if mark >= 0:
            comments.append((mark, end))
        at = data.find(MARK, end)
    add_allowances(builder, data, comments)
    return builder.finish()


def _utf8(piece: str) -> str:
    return piece if piece.isascii() else piece.encode("latin-1").decode("utf-8", "replace")
