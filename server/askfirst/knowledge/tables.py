"""One TOML row → the row type it stands for. Everything here raises ValueError naming the file and row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

from askfirst.knowledge.book import Row
from askfirst.knowledge.types import (
    TIERS,
    Api,
    Artifact,
    AutoStart,
    Brings,
    Category,
    Clause,
    Cmp,
    Data,
    Habit,
    Need,
    Permission,
    Sdk,
    Start,
    Switch,
)  # fmt: skip
from askfirst.text import Text

T = TypeVar("T")
NONE = Text("", "")
PREFIX = "android.permission."
# Field of a group of APIs → kind of the rows it holds.
KINDS = {
    "methods": "method", "fields": "field", "uris": "uri", "shells": "shell", "files": "file",
    "properties": "property", "reflections": "reflect", "actions": "action", "strings": "string",
}  # fmt: skip


def full(permission: str) -> str:
    """`CAMERA` is short for `android.permission.CAMERA`."""
    return permission if "." in permission else PREFIX + permission


def data(row: Row) -> Data:
    made = Data(row.string("id", None), row.string("tier", None), row.text("name"))
    if made.tier not in TIERS:
        raise row.fail(f"no tier is called `{made.tier}`")
    return sourced(row, made)


def sourced(row: Row, made: T) -> T:
    """`made`, once the row is seen to carry source and mark and nothing unread."""
    row.done()
    _ = row.mark, row.source
    return made


def needs(row: Row) -> Iterator[Need]:
    """`"A ..28"`, `"A | B 31.."`, `"A? 29.."`: `|` one of them is enough, `?` only in some cases, API levels last."""
    for text in row.strings("needs"):
        words = text.split()
        first = last = 0
        if ".." in words[-1]:
            low, _, high = words.pop().partition("..")
            first, last = int(low or 0), int(high or 0)
        names = [word for word in words if word != "|"]
        for name in names:
            yield Need(full(name.rstrip("?")), first, last, len(names) > 1, name.endswith("?"))


def apis(row: Row) -> Iterator[Api]:
    """The APIs of one group: what they read and need is said once."""
    owner, kind_of_data = row.string("class"), row.string("data")
    needed, argument = tuple(needs(row)), row.string("argument")
    collects = row.flag("collects", bool(kind_of_data))
    for field, kind in KINDS.items():
        for key in row.strings(field):
            name = f"{owner}#{key}" if kind in ("method", "field") and "#" not in key else key
            if kind in ("method", "field") and name.startswith("#"):
                raise row.fail(f"`{key}` has no class")
            yield Api(kind, name, kind_of_data, needed, argument, collects, row.mark, row.source)
    sourced(row, None)


def start(row: Row) -> Start:
    made = Start(
        row.string("call", None), row.string("argument"), row.mark, row.source, row.string("before"), row.number("takes", 0)
    )  # fmt: skip
    return sourced(row, made)


def starts(row: Row, key: str) -> tuple[Start, ...]:
    return tuple(map(start, row.rows(key, "call")))


def switch(row: Row) -> Switch:
    made = Switch(
        row.string("name", None), row.string("off", None), row.text("what"), row.strings("coordinates"),
        row.strings("enables"), row.mark, row.source,
    )  # fmt: skip
    return sourced(row, made)


def auto(row: Row) -> AutoStart:
    made = AutoStart(
        row.string("name", None), row.string("kind", "provider"), row.strings("coordinates"),
        row.flag("collects", False), row.string("evidence"), row.string("switch"), row.mark, row.source, row.string("since"),
    )  # fmt: skip
    if made.kind not in ("provider", "initializer", "receiver"):
        raise row.fail(f"`{made.kind}` is no kind of automatic start")
    return sourced(row, made)


def merged(row: Row) -> Brings:
    return sourced(row, Brings(full(row.string("name", None)), row.mark, row.source, row.string("since"), row.string("until")))


def artifact(row: Row) -> Artifact:
    made = Artifact(
        row.strings("names"), tuple(map(merged, row.rows("brings", "name"))), tuple(map(merged, row.rows("implied", "name"))),
        tuple(map(full, row.strings("uses"))), row.mark, row.source,
    )  # fmt: skip
    return sourced(row, made)


def risk(row: Row) -> tuple[str, Text]:
    return sourced(row, (row.string("coordinate", None), row.text("why")))


def earliest(row: Row) -> tuple[str, str]:
    return sourced(row, (row.string("coordinate", None), row.string("version", None)))


def report(row: Row) -> tuple[str, str, Text]:
    return sourced(row, (row.string("versions"), row.string("notice", None), row.text("said")))


def sdk(row: Row) -> Sdk:
    made = Sdk(
        id=row.string("id", None), name=row.text("name"), vendor=row.text("vendor", ""),
        kind=row.string("kind", None), abroad=row.flag("abroad", False),
        coordinates=row.strings("coordinates"), packages=row.strings("packages"), plugins=row.strings("plugins"),
        starts=starts(row, "starts"), safe=starts(row, "safe"), consents=starts(row, "consents"),
        required=row.flag("required", False), offs=starts(row, "offs"), controllers=starts(row, "controllers"),
        switches=tuple(map(switch, row.rows("switches"))), auto=tuple(map(auto, row.rows("auto", "name"))),
        permissions=tuple(map(merged, row.rows("permissions", "name"))), data=row.strings("data"),
        collects=row.flag("collects", True), retired=row.text("retired", ""),
        risky=tuple(map(risk, row.rows("risky"))), reported=tuple(map(report, row.rows("reported"))),
        url=row.string("url"), mark=row.mark, source=row.source,
        limits=tuple(map(switch, row.rows("limits"))), configured=row.strings("configured"),
        required_since=tuple(map(earliest, row.rows("required_since"))),
    )  # fmt: skip
    return sourced(row, made)


def permission(row: Row, known: Permission | None) -> Permission:
    """A permission; `known` is what the platform's own table says of it, and the row adds to that."""
    name = full(row.string("name", None))
    base = known or Permission(
        name, NONE, 0, 0, "", (), False, False, False, "", NONE, (), 0, row.mark, row.source
    )  # fmt: skip
    protection = tuple(
        (int(level), word) for level, _, word in (item.partition(":") for item in row.strings("protection"))
    )
    on_a_page = any("appop" in word and "signature" in word for _, word in protection)
    made = base._replace(
        label=row.text("label", base.label.en or name.rpartition(".")[2]),
        first=row.number("first", base.first), last=row.number("last", base.last),
        group=row.string("group", base.group), protection=protection or base.protection,
        dangerous=row.flag("dangerous", base.dangerous or any("dangerous" in word for _, word in protection)),
        special=row.flag("special", base.special or on_a_page),
        play=row.string("play", base.play), narrower=row.text("narrower", ""),
        implies=tuple(map(full, row.strings("implies"))), max_sdk=row.number("max_sdk", base.max_sdk),
        mark=row.mark, source=row.source, device=row.flag("device", base.device),
    )  # fmt: skip
    return sourced(row, made._replace(personal=row.flag("personal", base.personal or made.dangerous)))


def habit(row: Row) -> Habit:
    made = Habit(
        row.strings("kinds"), row.string("words"), row.flag("guide", False), tuple(map(full, row.strings("permissions"))),
        row.mark, row.source,
    )  # fmt: skip
    try:
        re.compile(made.words)
    except re.error as error:
        raise row.fail(f"`words`: {error}") from error
    return sourced(row, made)


def clauses(row: Row) -> Iterator[Clause]:
    """The clauses of one document: its name, markets and address are said once."""
    row.string("key", None)  # of the document: names the row in messages
    document, markets, url = row.text("document"), row.strings("markets"), row.string("url")
    for inner in row.rows("clauses"):
        title = Text(inner.string("en", None), inner.string("zh", None))
        made = Clause(
            inner.string("key", None), document, title, inner.strings("markets") or markets,
            inner.string("url", url), inner.mark, inner.source, inner.strings("permissions"),
        )  # fmt: skip
        yield sourced(inner, made)
    sourced(row, None)


def category(row: Row) -> Category:
    made = Category(
        row.string("id", None), row.number("number", None), row.text("name"), row.text("necessary"),
        row.strings("permissions"), row.mark, row.source,
    )  # fmt: skip
    return sourced(row, made)


def cmp(row: Row) -> Cmp:
    made = Cmp(
        row.string("name", None), row.strings("packages"), row.strings("coordinates"), starts(row, "gates"),
        row.mark, row.source,
    )  # fmt: skip
    return sourced(row, made)


def pairs(row: Row) -> Iterator[tuple[str, str]]:
    """Names and what they stand for: `entries = { "a.B" = "a.A" }`."""
    entries = row.get("entries", dict)
    for key, value in entries.items():
        if not isinstance(value, str):
            raise row.fail(f"`{key}` stands for something else than a name")
        yield key, value
    sourced(row, None)


def names(row: Row) -> tuple[str, ...]:
    return sourced(row, row.strings("names"))
