"""Edits: which go together, what a file is with them, and how they are made in a file's own style."""

from __future__ import annotations

import pytest

from askfirst import edits
from askfirst.edits import apply, together
from askfirst.findings import Edit, Fix
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
    new = edits.add_after(data, at(data, b"<a/>"), ["<p>", "\t<q/>", "</p>"])
    assert apply(data, [new]) == b"<m>\r\n\t<a/> <!-- why -->\r\n\t<p>\r\n\t\t<q/>\r\n\t</p>\r\n</m>"


@pytest.mark.parametrize(
    ("data", "tag", "result"),
    [
        (b"<m>\n  <a>\n    <b/>\n  </a>\n</m>", b"<a>", b"<m>\n  <a>\n    <n/>\n    <b/>\n  </a>\n</m>"),
        (b"<m>\n  <a x='1' />\n</m>", b"<a x='1' />", b"<m>\n  <a x='1'>\n    <n/>\n  </a>\n</m>"),
        (b"<m>\n  <a></a>\n</m>", b"<a>", b"<m>\n  <a>\n    <n/>\n  </a>\n</m>"),
    ],
)
def test_an_element_is_put_into_another(data: bytes, tag: bytes, result: bytes) -> None:
    assert apply(data, [edits.add_inside(data, at(data, tag), ["<n/>"])]) == result


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
