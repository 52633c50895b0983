"""Manifests and resources: elements, places, and whatever bytes may come."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from askfirst.facts import extract
from askfirst.facts.rows import Element, Facts
from askfirst.source import make_source

MANIFEST = """<?xml version="1.0" encoding="utf-8"?>
<!-- 清单 <not-an-element/> -->
<manifest xmlns:android="http://schemas.android.com/apk/res/android"
    xmlns:t="http://schemas.android.com/tools" package="com.a">
    <uses-permission android:name="android.permission.CAMERA" t:node="remove" />
    <application android:label='中 &amp; &#x41;&#66;'>
        <meta-data android:name="k" android:value="false"/>
    </application>
</manifest>
"""


def read(text: str | bytes, path: str = "AndroidManifest.xml") -> Facts:
    return extract(make_source(path, "xml", text.encode() if isinstance(text, str) else text))


def piece(facts: Facts, text: str | bytes, spot: int) -> str:
    start, end = facts.span(spot)
    return (text.encode() if isinstance(text, str) else text)[start:end].decode()


def attributes(element: Element) -> dict[str, str]:
    return {a.name: a.value for a in element.attributes}


def test_elements_are_a_tree_in_document_order() -> None:
    facts = read(MANIFEST)
    assert [(e.name, e.parent) for e in facts.elements] == [
        ("manifest", -1), ("uses-permission", 0), ("application", 0), ("meta-data", 2),
    ]  # fmt: skip
    assert not facts.problems


def test_namespaces_are_known_by_their_uri() -> None:
    facts = read(MANIFEST)
    assert attributes(facts.elements[0]) == {"package": "com.a"}
    assert attributes(facts.elements[1]) == {"android:name": "android.permission.CAMERA", "tools:node": "remove"}
    auto = "http://schemas.android.com/apk/res-auto"
    text = f'<a xmlns:x="{auto}" x:b="1"><x:c xmlns:x="urn:other" x:d="2"/><d x:e="3"/></a>'
    assert [attributes(e) for e in read(text).elements] == [{"app:b": "1"}, {"x:d": "2"}, {"app:e": "3"}]
    assert attributes(read('<a xmlns:own="http://schemas.android.com/apk/res/com.a" own:b="1"/>').elements[0]) == {
        "app:b": "1"
    }
    assert attributes(read('<a android:b="1"/>').elements[0]) == {"android:b": "1"}


def test_places_are_byte_offsets() -> None:
    facts = read(MANIFEST)
    permission, application = facts.elements[1], facts.elements[2]
    assert piece(facts, MANIFEST, permission.attributes[0].spot) == "android.permission.CAMERA"
    assert piece(facts, MANIFEST, permission.spot) == "<uses-permission"
    assert piece(facts, MANIFEST, application.attributes[0].spot) == "中 &amp; &#x41;&#66;"
    assert piece(facts, MANIFEST, application.tag).endswith("&#66;'>")
    assert piece(facts, MANIFEST, application.whole).endswith("</application>")
    assert piece(facts, MANIFEST, permission.whole) == piece(facts, MANIFEST, permission.tag)


def test_entities_are_undone() -> None:
    assert attributes(read(MANIFEST).elements[2]) == {"android:label": "中 & AB"}
    declared = '<!DOCTYPE r [ <!ENTITY app "先问"> <!ENTITY two "&app;!"> ]><r a="&app;">&two; &none; &#xD800;</r>'
    facts = read(declared)
    assert attributes(facts.elements[0]) == {"a": "先问"}
    assert facts.elements[0].text == "先问! &none; &#xD800;"


def test_text_of_strings_includes_their_markup() -> None:
    facts = read(
        '<resources><string name="a"> x <b>bold <i>y</i></b> z</string>'
        '<string name="b"><![CDATA[<p>]]>!</string></resources>'
    )
    assert [(e.name, e.text) for e in facts.elements] == [
        ("resources", ""), ("string", "x bold y z"), ("b", "bold"), ("i", "y"), ("string", "<p>!"),
    ]  # fmt: skip


def test_an_entity_bomb_is_harmless() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    began = time.process_time()
    facts = read(f'<!DOCTYPE r [<!ENTITY l0 "lol">{levels}]><r>{"&l19;" * 100}</r>')
    assert time.process_time() - began < 2
    assert len(facts.elements[0].text) < 200_000


def test_broken_xml_gives_what_can_be_read() -> None:
    text = (
        '<manifest><uses-permission android:name="a /><uses-permission android:name="b"/>'
        "<application><activity></manifest>"
    )
    facts = read(text)
    assert [e.name for e in facts.elements] == [
        "manifest",
        "uses-permission",
        "uses-permission",
        "application",
        "activity",
    ]
    assert attributes(facts.elements[2]) == {"android:name": "b"}
    assert [p.what for p in facts.problems] == ["syntax"]
    assert read("<a><b></a>").elements[1].parent == 0
    assert [e.name for e in read("<a b c='1'>< x <d/></e></a>").elements] == ["a", "d"]
    assert read("<a").problems
    assert read("").elements == ()


def test_what_stands_deeper_than_any_real_file_is_still_read() -> None:
    facts = read("<a>" * 5_000 + "</a>" * 5_000)
    assert len(facts.elements) == 5_000


def test_allowances_speak_of_their_own_or_the_next_element() -> None:
    text = (
        "<manifest>\n<!-- askfirst: allow[permissions/unused, sdk] scans bills until 2027-03-01 -->\n\n"
        "<uses-permission/>\n<application/> <!-- askfirst: allow[conduct] needed -->\n</manifest>"
    )
    rows = [(a.rule, a.reason, a.until, a.line) for a in read(text).allowances]
    assert rows == [
        ("permissions/unused", "scans bills", "2027-03-01", 3),
        ("sdk", "scans bills", "2027-03-01", 3),
        ("conduct", "needed", "", 4),
    ]


def test_rows_do_not_change_when_lines_move() -> None:
    moved = read("\n\n<!-- more -->" + MANIFEST.replace("\n    <", "\n\n\t<"))
    assert moved.shape_digest == read(MANIFEST).shape_digest


def check(facts: Facts, data: bytes) -> None:
    """Whatever came in: indices and places are valid."""
    for index, element in enumerate(facts.elements):
        assert -1 <= element.parent < index
        for spot in (element.spot, element.tag, element.whole, *(a.spot for a in element.attributes)):
            start, end = facts.span(spot)
            assert 0 <= start <= end <= len(data)
    assert Facts.unpack(facts.pack()).elements == facts.elements


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([*MANIFEST.split("\n"), "<", ">", "&", '"', "</", "<!--", "]]>", "<![CDATA[", "<!", "<a", "/>"])
    )
)
def test_any_pieces_are_read(pieces: list[str]) -> None:
    source = make_source("a.xml", "xml", "".join(pieces).encode())
    facts = extract(source)
    assert not any(
        p.detail.startswith(("IndexError", "TypeError", "AttributeError", "KeyError")) for p in facts.problems
    )
    check(facts, source.data)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 500))
def test_any_bytes_are_read(noise: bytes, at: int) -> None:
    data = MANIFEST.encode()
    source = make_source("a.xml", "xml", data[:at] + noise + data[at + len(noise) :])
    check(extract(source), source.data)
