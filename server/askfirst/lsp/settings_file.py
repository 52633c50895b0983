"""Edits of askfirst.toml that keep its comments, its order and its style."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from typing import Any

import tomlkit
from tomlkit.exceptions import ParseError, TOMLKitError

from askfirst.findings import Edit
from askfirst.lsp.differences import difference
from askfirst.text import Span

_SPECIAL = re.compile(r"[\\*?\[\]]|^!")


def allow(path: str, text: str, file: str, rule: str) -> Edit | None:
    """Leave a rule out in one file. None when `text`, the settings at `path`, says so already or cannot be edited."""

    def change(document: MutableMapping[str, Any]) -> None:
        quiet = _table(_table(document, "per-path"), pattern(file))
        ignored = quiet.setdefault("ignore", tomlkit.array())
        if rule not in ignored:
            ignored.append(rule)

    return _edit(path, text, change)


def give_reason(path: str, text: str, permission: str, reason: str) -> Edit | None:
    """Name what a permission is for."""

    def change(document: MutableMapping[str, Any]) -> None:
        _table(_table(document, "permissions"), "reasons").setdefault(permission, reason)

    return _edit(path, text, change)


def pattern(file: str) -> str:
    """The path pattern that names just this file."""
    said = _SPECIAL.sub(lambda special: f"\\{special[0]}", file)
    return said if "/" in said else f"/{said}"


def _edit(path: str, text: str, change: Callable[[MutableMapping[str, Any]], None]) -> Edit | None:
    """What `change` makes of the text, as one edit of what differs."""
    try:
        document = tomlkit.parse(text)
        change(document)
        new = tomlkit.dumps(document)
        tomlkit.parse(new)
    except (ParseError, TOMLKitError, AttributeError, TypeError, ValueError):
        return None
    if "\r\n" in text:
        new = re.sub(r"(?<!\r)\n", "\r\n", new)
    if new == text:
        return None
    before, after = text.encode(), new.encode()
    changed = difference(before, after)
    return Edit(Span(path, changed.start, changed.old), after[changed.start : changed.new].decode())


def _table(parent: MutableMapping[str, Any], name: str) -> MutableMapping[str, Any]:
    """A table within another, made when it is missing."""
    if name not in parent:
        parent[name] = tomlkit.table(is_super_table=name in ("per-path", "permissions"))
    found: MutableMapping[str, Any] = parent[name]
    return found
