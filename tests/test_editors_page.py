"""The pages on editors show the same snippets in both languages."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def test_both_languages_show_the_same_snippets() -> None:
    english, chinese = (
        re.findall(r"^```\w+\n.*?^```", (DOCS / page).read_text(encoding="utf-8"), re.M | re.S)
        for page in ("editors.md", "editors.zh.md")
    )
    assert english == chinese
    assert len(english) >= 6
