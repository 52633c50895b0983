"""The consent analysis by example: tests/spec/*.md, read as rule pages are, run with one rule each.

A spec names its rule in the line `Rule: theme/id` and has its cases below `## Cases`. A case about another rule says so in a
line of the same form, between its heading and its first file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pages
from askfirst.rules import RULES, Page
from askfirst.text import Text

SPEC = Path(__file__).parent / "spec"

_RULE = re.compile(r"^Rule: (\S+)$", re.M)
_OWN = re.compile(r"^### (?P<name>.+?)[ \t]*\n+Rule: (?P<rule>\S+)$", re.M)


def read(path: Path) -> Page:
    text = path.read_text(encoding="utf-8")
    head, mark, cases = text.partition("\n## Cases\n")
    rule = _RULE.search(head)
    assert rule, path
    assert mark, path
    return Page(rule[1], Text("", ""), Text("", ""), cases, head.count("\n") + 3)


def rules(path: Path) -> Iterator[tuple[str, pages.Case]]:
    """The cases of a page, each with the rule it is about."""
    page = read(path)
    own = {page.cases_line + page.cases.count("\n", 0, m.start()): m["rule"] for m in _OWN.finditer(page.cases)}
    for case in pages.cases(page):
        yield own.get(case.line, page.id), case


def every_case() -> Iterator[object]:
    for path in sorted(SPEC.glob("*.md")):
        for rule, case in rules(path):
            yield pytest.param(rule, case, id=f"{path.stem}::{case.name}")


@pytest.mark.parametrize(("rule_id", "case"), list(every_case()))
def test_case(rule_id: str, case: pages.Case, tmp_path: Path) -> None:
    if wrong := pages.compare(case, pages.run(case, RULES[rule_id], tmp_path)):
        pytest.fail(wrong, pytrace=False)
