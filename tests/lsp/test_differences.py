"""Where two texts differ, and where ranges of the old one are in the new one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from askfirst.lsp.differences import difference, moved
from askfirst.lsp.positions import Sheet

TEXTS = st.lists(st.sampled_from(["a", "b", "\n", "你", "她", "😀", "😁", "é"]), max_size=12).map("".join)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_outside_of_the_difference_the_texts_are_the_same(old: str, new: str) -> None:
    before, after = old.encode(), new.encode()
    start, old_end, new_end = difference(before, after)
    assert before[:start] == after[:start]
    assert before[old_end:] == after[new_end:]
    assert start <= old_end <= len(before)
    assert start <= new_end <= len(after)
    assert (before[:start] + after[start:new_end] + before[old_end:]).decode() == new
    before[start:old_end].decode()
    after[start:new_end].decode()
    if old == new:
        assert start == old_end == len(before)


@settings(deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(["1", "2\n", "3\r\n😀"]), st.booleans())
def test_what_stands_outside_of_a_change_is_found_again(before: str, after: str, typed: str, above: bool) -> None:
    """`WORD` stands once, and what is typed, above or below it, occurs nowhere else."""
    text = f"{before}\nWORD\n{after}"
    new = Sheet((typed + text if above else text + typed).encode(), "utf-16")
    old = Sheet(text.encode(), "utf-16")
    at = len(before.encode()) + 1
    place = moved(old.range(at, at + 4), old, new, difference(old.data, new.data))
    assert new.data[new.offset(place.start) : new.offset(place.end)] == b"WORD"


def test_what_is_replaced_leaves_its_place() -> None:
    old, new = Sheet(b"a bad word\n", "utf-8"), Sheet(b"a good one word\n", "utf-8")
    place = moved(old.range(2, 5), old, new, difference(old.data, new.data))
    assert new.data[new.offset(place.start) : new.offset(place.end)] == b"good one"
