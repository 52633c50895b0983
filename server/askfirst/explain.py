"""`askfirst explain NAME`: what is known of a rule, an API, a permission, an SDK or a clause, with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from askfirst.hints.sheet import described
from askfirst.knowledge import Index
from askfirst.meanings import Row, dotted, meanings
from askfirst.report.text import pad, width
from askfirst.rules import RULES
from askfirst.text import Text


def explain(name: str, lang: str, index: Index) -> str:
    """All that `name` may mean, one block each; "" when it means nothing."""
    return "\n".join(_block(rows, prose.of(lang), lang) for rows, prose in meanings(name, index))


def as_markdown(name: str, index: Index) -> Text:
    """The same for editors, in both languages; empty when it means nothing."""
    return described(meanings(name, index))


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
        yield from (dotted(api.key), dotted(api.key).rpartition(".")[2])


def _block(rows: Iterable[Row], prose: str, lang: str) -> str:
    """Labelled lines; a label is said once for the lines that share it, and empty values are left out."""
    said = [(row.label.of(lang), row.value.of(lang)) for row in rows if row.value.of(lang)]
    wide = max(width(label) for label, _ in said)
    last = ""
    lines: list[str] = []
    for label, value in said:
        lines.append(f"{pad('' if label == last else label, wide)}  {value}".rstrip())
        last = label
    return "\n".join(lines) + "\n" + (f"\n{prose}\n" if prose else "")
