"""Reads the TOML tables. A `Row` hands its fields out by type and says where it stands when one is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from askfirst.text import Text

MARKS = ("V", "R")


class Row:
    """One table of a TOML file: its own fields, then those it inherits (`mark` and `source` of its file or parent).

    Every getter raises ValueError, naming file and row, when a field is missing or of the wrong kind.
    """

    def __init__(self, where: str, fields: dict[str, Any], inherited: dict[str, Any]) -> None:
        name = next((fields[key] for key in ("id", "key", "name", "call", "class", "data") if key in fields), "")
        self.where = f"{where}: {name}" if isinstance(name, str) and name else where
        self.fields = fields
        self.inherited = inherited
        self.read: set[str] = {"mark", "source"}

    def fail(self, what: str) -> ValueError:
        return ValueError(f"{self.where}: {what}")

    def get(self, key: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        """The field `key`, of `kind`; `default` when absent, unless that is None."""
        self.read.add(key)
        value = self.fields.get(key, default)
        if value is None:
            raise self.fail(f"`{key}` is missing")
        if not isinstance(value, kind):
            raise self.fail(f"`{key}` is of the wrong kind")
        return value

    def string(self, key: str, default: str | None = "") -> str:
        return str(self.get(key, str, default))

    def number(self, key: str, default: int | None = 0) -> int:
        return int(self.get(key, int, default))

    def flag(self, key: str, default: bool) -> bool:
        return bool(self.get(key, bool, default))

    def strings(self, key: str) -> tuple[str, ...]:
        value = self.get(key, list, [])
        if not all(isinstance(item, str) for item in value):
            raise self.fail(f"`{key}` holds something else than strings")
        return tuple(value)

    def text(self, key: str, default: str | None = None) -> Text:
        """A sentence: a table of `en` and `zh`, or one string where both languages write it alike."""
        value = self.get(key, (str, dict), default)
        if isinstance(value, str):
            return Text(value, value)
        if set(value) != {"en", "zh"} or not all(isinstance(word, str) and word for word in value.values()):
            raise self.fail(f"`{key}` needs words in both `en` and `zh`")
        return Text(value["en"], value["zh"])

    def rows(self, key: str, shorthand: str = "") -> Iterator[Row]:
        """The tables in the list `key`; a plain string in it stands for a table with only `shorthand`."""
        for number, item in enumerate(self.get(key, list, [])):
            fields = {shorthand: item} if isinstance(item, str) and shorthand else item
            if not isinstance(fields, dict):
                raise self.fail(f"`{key}` holds something else than tables")
            yield Row(f"{self.where}: {key}[{number}]", fields, {**self.inherited, **self.fields})

    @property
    def mark(self) -> str:
        mark = self.fields.get("mark", self.inherited.get("mark"))
        if mark not in MARKS:
            raise self.fail("`mark` must be V (verified) or R (recalled)")
        return str(mark)

    @property
    def source(self) -> str:
        source = self.fields.get("source", self.inherited.get("source"))
        if not isinstance(source, str) or not source:
            raise self.fail("`source` is missing")
        return source

    def done(self) -> None:
        """Raises ValueError for a field nobody read (misspelt, most likely)."""
        for key in self.fields:
            if key not in self.read:
                raise self.fail(f"`{key}` is not a field of this row")


def rows(folder: Path, pattern: str, table: str) -> Iterator[Row]:
    """The `[[table]]` rows of the files that match `pattern`, in order; they inherit the strings of their file."""
    for path in sorted(folder.glob(pattern)):
        with path.open("rb") as file:
            try:
                content = tomllib.load(file)
            except tomllib.TOMLDecodeError as error:
                raise ValueError(f"{path.name}: {error}") from error
        inherited = {key: value for key, value in content.items() if isinstance(value, str)}
        for number, fields in enumerate(content.get(table, [])):
            yield Row(f"{path.name}: {table}[{number}]", fields, inherited)
