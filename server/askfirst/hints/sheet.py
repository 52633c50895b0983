"""Markdown in both languages, put together from sentences and labelled rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from askfirst.meanings import Meaning, Row
from askfirst.report.words import filled
from askfirst.text import LANGUAGES, Text

NOTHING = Text("", "")
_CODE = re.compile(r"(`[^`]*`)")
_ACTIVE = re.compile(r"([\\*<\[])")
_LINE = Text("{label}: {value}", "{label}：{value}")
_COMMA = Text(", ", "、")
_SHORT = 60  # characters: longer values stand on lines of their own


def fill(text: Text, **values: str | Text) -> Text:
    """A sentence with its placeholders filled, in both languages."""
    return _both(text, values)


def _both(text: Text, values: Mapping[str, str | Text]) -> Text:
    return Text(*(filled(text, values, lang) for lang in LANGUAGES))


def joined(parts: Iterable[Text], between: Text) -> Text:
    """Parts one after the other; those that say nothing are left out."""
    said = [part for part in parts if part.en]
    return Text(*(between.of(lang).join(part.of(lang) for part in said) for lang in LANGUAGES))


def listed(parts: Iterable[Text]) -> Text:
    """`a, b, c`."""
    return joined(parts, _COMMA)


def sheet(*blocks: Text) -> Text:
    """Blocks with an empty line between them."""
    return joined(blocks, Text("\n\n", "\n\n"))


def items(parts: Iterable[Text], numbered: bool = False) -> Text:
    """A list."""
    marked = ((f"{n}. " if numbered else "- ", part) for n, part in enumerate(parts, 1))
    return joined((Text(mark + part.en, mark + part.zh) for mark, part in marked), _BREAK)


def labelled(rows: Iterable[Row], marked: bool = False) -> Text:
    """A list of `label: value`; a label is said once for the rows that follow each other under it. `marked`: the values are
    Markdown already."""
    parts = []
    for label, group in groupby((row for row in rows if row.value.en), key=lambda row: row.label):
        values = [row.value if marked else _value(row) for row in group]
        if len(values) > 1 and (marked or max(len(value.en) for value in values) > _SHORT):
            below = joined((Text(f"  - {value.en}", f"  - {value.zh}") for value in values), _BREAK)
            parts.append(fill(_LINE, label=label, value=Text(f"\n{below.en}", f"\n{below.zh}")))
        else:
            parts.append(fill(_LINE, label=label, value=listed(values)))
    return items(parts)


def described(meanings: Iterable[Meaning]) -> Text:
    """All that a name means, one block after the other; what `explain` says, as Markdown. Empty when it means nothing."""
    blocks = (sheet(_titled(meaning.rows), meaning.prose) for meaning in meanings)
    return joined(blocks, Text("\n\n---\n\n", "\n\n---\n\n"))


def _titled(rows: tuple[Row, ...]) -> Text:
    """The first row as a heading, the others below it."""
    name = _value(rows[0])
    return sheet(Text(f"**{name.en}**", f"**{name.zh}**"), labelled(rows[1:]))


_BREAK = Text("\n", "\n")


def _value(row: Row) -> Text:
    said = Text(plain(row.value.en), plain(row.value.zh))
    return Text(f"[{said.en}]({row.url})", f"[{said.zh}]({row.url})") if row.url else said


def plain(words: str) -> str:
    """Words with what Markdown would take for a sign made harmless; code between backticks stays as it is."""
    return "".join(part if i % 2 else _ACTIVE.sub(r"\\\1", part) for i, part in enumerate(_CODE.split(words)))


def code(words: str) -> str:
    """A name of code; a backtick in it would end it."""
    return f"`{words.replace('`', '')}`"
