"""The consent analysis by example: tests/spec/*.md, read as rule pages are, run with one rule each.

A spec names its rule in the line `Rule: theme/id` and has its cases below `## Cases`.
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


def read(path: Path) -> Page:
    text = path.read_text(encoding="utf-8")
    rule = re.search(r"^Rule: (\S+)$", text, re.M)
    head, mark, cases = text.partition("\n## Cases\n")
    assert rule, path
    assert mark, path
    return Page(rule[1], Text("", ""), Text("", ""), cases, head.count("\n") + 3)


def every_case() -> Iterator[object]:
    for path in sorted(SPEC.glob("*.md")):
        page = read(path)
        for case in pages.cases(page):
            yield pytest.param(page.id, case, id=f"{path.stem}::{case.name}")


@pytest.mark.parametrize(("rule_id", "case"), list(every_case()))
def test_case(rule_id: str, case: pages.Case, tmp_path: Path) -> None:
    if wrong := pages.compare(case, pages.run(case, RULES[rule_id], tmp_path)):
        pytest.fail(wrong, pytrace=False)
