"""Edits: which go together, what a file is with them, and how they are made in a file's own style."""

from __future__ import annotations

from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import given

from askfirst import edits
from askfirst.edits import apply, together
from askfirst.facts import extract
from askfirst.findings import Edit, Fix
from askfirst.source import Source
from askfirst.text import Span, Text

PATH = "app/src/main/AndroidManifest.xml"


def edit(start: int, end: int, text: str = "", path: str = PATH) -> Edit:
    return Edit(Span(path, start, end), text)


def fix(*some: Edit) -> Fix:
    return Fix(Text("a", "甲"), some, safe=True)


def at(data: bytes, piece: bytes) -> Span:
    start = data.index(piece)
    return Span(PATH, start, start + len(piece))


def test_edits_are_made_at_bytes() -> None:
    data = "\ufeff<友>\r\n".encode()
    assert apply(data, [edit(8, 8, "/"), edit(4, 7, "盟"), edit(4, 4, "a")]).decode() == "\ufeff<a盟>/\r\n"


def test_of_two_that_collide_the_first_is_made() -> None:
    first, second, third = fix(edit(0, 5)), fix(edit(4, 6), edit(20, 21)), fix(edit(20, 22))
    made = together([first, second, third])
    assert made == ([edit(0, 5), edit(20, 22)], [first, third])


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (edit(0, 2), edit(2, 4), True),
        (edit(0, 2), edit(1, 3), False),
        (edit(0, 2), edit(1, 3, path="b"), True),
        (edit(0, 4), edit(2, 2, "x"), False),
        (edit(2, 2, "x"), edit(0, 4), False),
        (edit(2, 4), edit(2, 2, "x"), True),
        (edit(2, 4), edit(4, 4, "x"), True),
        (edit(2, 2, "x"), edit(2, 2, "y"), True),
        (edit(2, 4, "x"), edit(2, 4, "y"), False),
    ],
)
def test_what_collides(one: Edit, other: Edit, both: bool) -> None:
    assert (len(together([fix(one), fix(other)])[1]) == 2) == both


def test_the_same_edit_counts_once() -> None:
    one, other = fix(edit(3, 3, "x"), edit(9, 9, "y")), fix(edit(3, 3, "x"))
    assert together([one, other]) == ([edit(3, 3, "x"), edit(9, 9, "y")], [one, other])


def test_different_texts_at_the_same_place_stand_in_order() -> None:
    assert apply(b"ab", together([fix(edit(1, 1, "x")), fix(edit(1, 1, "y"))])[0]) == b"axyb"


@pytest.mark.parametrize(
    ("data", "result"),
    [
        (b"<m>\n  <a/>\n  <b/>\n</m>", b"<m>\n  <b/>\n</m>"),
        (b"<m>\r\n  <a/>  \r\n  <b/>\r\n</m>", b"<m>\r\n  <b/>\r\n</m>"),
        (b"<m>\n\n  <a/>\n\n  <b/>\n</m>", b"<m>\n\n  <b/>\n</m>"),
        (b"<m>\n\n  <a/>\n  <b/>\n</m>", b"<m>\n\n  <b/>\n</m>"),
        (b"<m>\n  <!-- why -->\n  <a/>\n</m>", b"<m>\n</m>"),
        (b"<m>\n\n  <!-- why -->\n  <a/>\n\n  <b/>\n</m>", b"<m>\n\n  <b/>\n</m>"),
        (b"<m>\n  <!-- why -->\r\n  <a/>\n  <!-- b -->\n  <b/>\n</m>", b"<m>\n  <!-- b -->\n  <b/>\n</m>"),
        (b"<m>\n  <!-- both -->\n  <a/>\n  <b/>\n</m>", b"<m>\n  <!-- both -->\n  <b/>\n</m>"),
        (b"<m>\n  <b/> <!-- of b -->\n  <a/>\n</m>", b"<m>\n  <b/> <!-- of b -->\n</m>"),
        (b"<m>\n  <a/> <!-- why -->\n</m>", b"<m>\n   <!-- why -->\n</m>"),
        (b"<m><a/><b/></m>", b"<m><b/></m>"),
        (b"<a/>", b""),
    ],
)
def test_an_element_goes_with_its_line(data: bytes, result: bytes) -> None:
    assert apply(data, [edits.delete_element(data, at(data, b"<a/>"))]) == result


@pytest.mark.parametrize(
    ("tag", "result"),
    [
        (b'<a x="1" />', b'<a x="1" v="&lt;&quot;" />'),
        (b'<a x="1">', b'<a x="1" v="&lt;&quot;">'),
        (b'<a\n    x="1"\n    y="2"/>', b'<a\n    x="1"\n    y="2"\n    v="&lt;&quot;"/>'),
        (b'<a x="1"\r\n\ty="2">', b'<a x="1"\r\n\ty="2"\r\n\tv="&lt;&quot;">'),
        (b"<a>", b'<a v="&lt;&quot;">'),
        (b'<a v="true" x="1">', b'<a v="&lt;&quot;" x="1">'),
        (b"<a v = 'true'/>", b"<a v = '&lt;&quot;'/>"),
    ],
)
def test_an_attribute_is_set_in_the_tag_s_own_style(tag: bytes, result: bytes) -> None:
    assert apply(tag, [edits.set_attribute(tag, at(tag, tag), "v", '<"')]) == result


def test_a_name_is_not_taken_for_the_end_of_another() -> None:
    tag = b'<a xv="1">'
    assert apply(tag, [edits.set_attribute(tag, at(tag, tag), "v", "2")]) == b'<a xv="1" v="2">'


@pytest.mark.parametrize(
    ("tag", "result"),
    [
        (b'<m xmlns:a="u">', b'<m xmlns:a="u" xmlns:tools="t">'),
        (b'<m xmlns:a="u"\n    package="p">', b'<m xmlns:a="u"\n    xmlns:tools="t"\n    package="p">'),
        (b"<m>", b'<m xmlns:tools="t">'),
    ],
)
def test_a_namespace_is_declared(tag: bytes, result: bytes) -> None:
    assert apply(tag, [edits.declare(tag, at(tag, tag), "t", "tools")]) == result


def test_the_prefix_of_a_namespace() -> None:
    assert edits.prefix(b'<m xmlns:a="%b">' % edits.ANDROID.encode(), edits.ANDROID) == "a:"
    assert edits.prefix(b"<m>", edits.TOOLS) == ""


def test_an_element_is_put_below_another() -> None:
    data = b"<m>\r\n\t<a/> <!-- why -->\r\n</m>"
    new = edits.add_after(data, at(data, b"<a/>"), "<p/>")
    assert apply(data, [new]) == b"<m>\r\n\t<a/> <!-- why -->\r\n\t<p/>\r\n</m>"


@pytest.mark.parametrize(
    ("data", "tag", "result"),
    [
        (b"<m>\n  <a>\n    <b/>\n  </a>\n</m>", b"<a>", b"<m>\n  <a>\n    <n/>\n    <b/>\n  </a>\n</m>"),
        (b"<m>\n  <a x='1' />\n</m>", b"<a x='1' />", b"<m>\n  <a x='1'>\n    <n/>\n  </a>\n</m>"),
        (b"<m>\n  <a>\n     <b/>\n  </a>\n</m>", b"<a>", b"<m>\n  <a>\n     <n/>\n     <b/>\n  </a>\n</m>"),
        (b"<m>\n  <a></a>\n</m>", b"<a>", b"<m>\n  <a>\n    <n/>\n  </a>\n</m>"),
    ],
)
def test_an_element_is_put_into_another(data: bytes, tag: bytes, result: bytes) -> None:
    assert apply(data, [edits.add_inside(data, at(data, tag), "<n/>")]) == result


@pytest.mark.parametrize(
    ("data", "step"),
    [
        (b"a\n  b\n    c\n", "  "),
        (b"/*\n * b\n */\na\n    b\n        c\n  d\n", "    "),
        (b"a\n\n\tb\n", "\t"),
        (b"a\nb\n", "    "),
    ],
)
def test_a_step_of_indentation_is_what_the_file_mostly_has(data: bytes, step: str) -> None:
    assert edits.indentation(data) == step


def test_a_statement_is_wrapped() -> None:
    data = "fun f() {\n  g(1,\n    2)  // 好\n}\n".encode()
    new = edits.wrap(data, at(data, b"g(1,\n    2)"), "ok()")
    assert new is not None
    assert apply(data, [new]).decode() == "fun f() {\n  if (ok()) {\n    g(1,\n      2)  // 好\n  }\n}\n"


def test_a_statement_is_wrapped_with_tabs_and_carriage_returns() -> None:
    data = b"void f() {\r\n\tg();\r\n}\r\n"
    new = edits.wrap(data, at(data, b"g();"), "ok()")
    assert new is not None
    assert apply(data, [new]) == b"void f() {\r\n\tif (ok()) {\r\n\t\tg();\r\n\t}\r\n}\r\n"


def test_text_of_many_lines_is_not_indented() -> None:
    data = b'g("""\n  a""")'
    assert edits.wrap(data, at(data, data), "ok()") is None


# any file


STYLES = st.sampled_from(["\n", "\r\n", "\n\n", "", " ", "\n    ", "\r\n\t", "<!-- > -->", "\n  <!-- 好 -->\n"])
QUOTED = st.sampled_from(["a='1'", 'b="<&gt;>"'.replace("<", ""), 'x:c = "友"', '\n      d="2"', "\r\n\te='3'"])


@st.composite
def element(draw: st.DrawFn, depth: int = 0) -> str:
    head = "".join([draw(st.sampled_from("pqr")), *(f" {a}" for a in draw(st.lists(QUOTED, max_size=3, unique=True)))])
    inner = [draw(STYLES) + draw(element(depth + 1)) for _ in range(draw(st.integers(0, 3)) if depth < 3 else 0)]
    end = draw(st.sampled_from(["", " ", "\n"]))
    if not inner and draw(st.booleans()):
        return f"<{head}{end}/>"
    return f"<{head}{end}>{''.join(inner)}{draw(STYLES)}</{head[0]}>"


def shape(data: bytes) -> list[tuple[str, int, list[tuple[str, str]]]]:
    facts = extract(Source(PATH, "xml", data, ""))
    assert facts.problems == ()
    return [(e.name, e.parent, [(a.name, a.value) for a in e.attributes]) for e in facts.elements]


@given(element(), st.randoms(use_true_random=False))
def test_edits_of_any_markup(text: str, random: Random) -> None:
    """Whatever a file looks like: just what was meant has changed, and doing it as a whole leaves it readable."""
    data = text.encode()
    facts = extract(Source(PATH, "xml", data, ""))
    before = shape(data)
    at = random.randrange(len(facts.elements))
    tag, whole = (Span(PATH, *facts.span(spot)) for spot in (facts.elements[at].tag, facts.elements[at].whole))

    inside = shape(apply(data, [edits.add_inside(data, tag, "<new><b/></new>")]))
    assert inside[: at + 1] == before[: at + 1]
    assert [name for name, _, _ in inside[at + 1 : at + 3]] == ["new", "b"]
    assert [row[::2] for row in inside[at + 3 :]] == [row[::2] for row in before[at + 1 :]]

    changed = shape(apply(data, [edits.set_attribute(data, tag, "v", '>"')]))
    assert changed[at][2] == [*before[at][2], ("v", '>"')]
    assert changed[:at] + changed[at + 1 :] == before[:at] + before[at + 1 :]
    for name, _ in before[at][2]:
        again = shape(apply(data, [edits.set_attribute(data, tag, name, "好")]))[at][2]
        assert again == [(n, "好" if n == name else v) for n, v in before[at][2]]

    if at:
        below = [row[::2] for row in shape(apply(data, [edits.add_after(data, whole, "<new/>")]))]
        assert sorted(below) == sorted([*(row[::2] for row in before), ("new", [])])
        gone = {i for i in range(len(before)) if _below(before, i, at)}
        rest = [row[::2] for row in shape(apply(data, [edits.delete_element(data, whole)]))]
        assert rest == [row[::2] for i, row in enumerate(before) if i not in gone]


def _below(rows: list[tuple[str, int, list[tuple[str, str]]]], i: int, at: int) -> bool:
    while i >= 0 and i != at:
        i = rows[i][1]
    return i == at
