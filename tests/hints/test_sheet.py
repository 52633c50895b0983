"""Markdown: lists, labels said once, and what Markdown would misread."""

from __future__ import annotations

from askfirst.hints.sheet import code, fill, items, labelled, listed, sheet
from askfirst.meanings import Row, same
from askfirst.text import Text

READS, LINK = Text("reads", "读取"), Text("link", "链接")


def test_a_label_is_said_once() -> None:
    rows = [Row(READS, Text("place", "位置")), Row(READS, Text("name", "姓名")), Row(LINK, same("")), Row(LINK, same("here"), "https://x")]
    assert labelled(rows) == ("- reads: place, name\n- link: [here](https://x)", "- 读取：位置、姓名\n- 链接：[here](https://x)")


def test_long_values_stand_on_lines_of_their_own() -> None:
    assert labelled([Row(READS, same("a" * 61)), Row(READS, same("b"))]).en == f"- reads: \n  - {'a' * 61}\n  - b"


def test_signs_of_markdown_are_harmless() -> None:
    assert labelled([Row(READS, same("com.a:* [x] <y> `*`"))]).en == "- reads: com.a:\\* \\[x] \\<y> `*`"
    assert labelled([Row(READS, same("[x](y)"))], marked=True).en == "- reads: [x](y)"
    assert code("a`b") == "`ab`"


def test_what_says_nothing_is_left_out() -> None:
    empty = Text("", "")
    assert sheet(same("a"), empty, same("b")) == same("a\n\nb")
    assert listed([empty, same("a")]) == same("a")
    assert items([same("a"), same("b")], numbered=True).en == "1. a\n2. b"


def test_chinese_sets_spaces_beside_names() -> None:
    assert fill(Text("reads {x}", "读取{x}"), x=Text("MAC", "MAC")).zh == "读取 MAC"
    assert fill(Text("reads {x}", "读取{x}"), x=Text("place", "位置")).zh == "读取位置"
