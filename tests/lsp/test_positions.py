"""Byte offsets and positions, and documents that follow an editor's changes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types as lsp

from askfirst.lsp.documents import Documents
from askfirst.lsp.positions import BOM, Sheet, sheet
from askfirst.lsp.server import Server
from editor import UNITS, Editor

CHARACTERS = st.sampled_from(["a", " ", "\n", "\r\n", "\r", "é", "你", "😀", "\u2028", "\x0c", "\x85", "\t"])
TEXTS = st.lists(CHARACTERS, max_size=30).map("".join)
ENCODINGS = st.sampled_from(sorted(UNITS))
URI = "file:///p/A.kt"


def positions(text: str, encoding: str) -> list[lsp.Position]:
    """Where each character is, worked out the slow way: the test editor's own."""
    from pathlib import Path

    editor = Editor.__new__(Editor)
    editor.root, editor.encoding = Path("/p"), encoding
    return [editor.position(text, at) for at in range(len(text) + 1)]


def within_line_end(text: str, at: int) -> bool:
    return text[at - 1 : at + 1] == "\r\n"


@settings(deadline=None)
@given(TEXTS, ENCODINGS)
def test_offsets_and_positions_are_each_others_inverse(text: str, encoding: str) -> None:
    paper = Sheet(text.encode(), encoding)
    for at, position in enumerate(positions(text, encoding)):
        if not within_line_end(text, at):
            offset = len(text[:at].encode())
            assert paper.position(offset) == position
            assert paper.offset(position) == offset


@settings(deadline=None)
@given(TEXTS, TEXTS, st.data(), ENCODINGS)
def test_a_change_is_made_where_the_editor_made_it(text: str, new: str, data: st.DataObject, encoding: str) -> None:
    places = [at for at in range(len(text) + 1) if not within_line_end(text, at)]
    start = data.draw(st.sampled_from(places))
    end = data.draw(st.sampled_from([at for at in places if at >= start]))
    where = positions(text, encoding)
    documents = Documents()
    documents.encoding = encoding
    documents.open(URI, text, 1)
    change = lsp.TextDocumentContentChangePartial(lsp.Range(where[start], where[end]), new)
    document = documents.change(URI, 2, [change])
    assert document is not None
    assert (document.data.decode(), document.version) == (text[:start] + new + text[end:], 2)


@pytest.mark.parametrize("encoding", sorted(UNITS))
@pytest.mark.parametrize(("line", "character", "offset"), [(0, 99, 7), (5, 0, 9), (1, 99, 9)])
def test_positions_beyond_the_text_are_brought_back(encoding: str, line: int, character: int, offset: int) -> None:
    assert Sheet("你😀\nx".encode(), encoding).offset(lsp.Position(line, character)) == offset


def test_a_position_within_a_character_is_before_it() -> None:
    assert Sheet("你".encode(), "utf-8").offset(lsp.Position(0, 2)) == 0
    assert Sheet("😀".encode(), "utf-16").offset(lsp.Position(0, 1)) == 0


def test_a_byte_order_mark_takes_no_column() -> None:
    paper = sheet(BOM + b"a\nb", "utf-16")
    assert paper.position(3) == lsp.Position(0, 0)
    assert paper.position(4) == lsp.Position(0, 1)
    assert paper.offset(lsp.Position(0, 0)) == 3
    assert paper.position(5) == lsp.Position(1, 0)


def test_other_encodings_on_disk_count_as_what_they_say() -> None:
    assert sheet("你a".encode("gb18030"), "utf-16").position(3) == lsp.Position(0, 1)


def test_half_a_character_and_a_whole_new_text() -> None:
    documents = Documents()
    documents.open(URI, "a\ud83d", 1)
    document = documents.at("/p/A.kt")
    assert document is not None
    assert document.data == b"a?"
    documents.change(URI, 2, [lsp.TextDocumentContentChangeWholeDocument("b")])
    assert document.data == b"b"
    assert documents.close(URI) is document
    assert documents.change(URI, 3, []) is None


def test_what_is_no_file_is_not_kept() -> None:
    documents = Documents()
    assert documents.open("untitled:x", "a", 1) is None
    assert documents.open("git:/p/A.kt?ref", "a", 1) is None
    assert list(documents) == []


def test_documents_are_kept_once() -> None:
    """pygls would keep them too, and split lines elsewhere."""
    kept = Server("").protocol.fm.builtin_features
    assert not {lsp.TEXT_DOCUMENT_DID_OPEN, lsp.TEXT_DOCUMENT_DID_CHANGE, lsp.TEXT_DOCUMENT_DID_CLOSE} & kept.keys()
