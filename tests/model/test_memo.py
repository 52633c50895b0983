"""Answers that rest on others: what a change makes them ask again, and what it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askfirst.model.memo import Live, LiveTable, Memo, Memory, Stopped, kept


class Sheet:
    """Cells with numbers, and formulas over them: a small model that says what it works out."""

    def __init__(self, memory: Memory, cells: list[int]) -> None:
        self.memory, self.cells = memory, cells
        self.asked: list[object] = []
        self.double = self.formula("double", lambda n: 2 * self.cell(n))
        self.sign = self.formula("sign", lambda n: (self.double[n] > 0) - (self.double[n] < 0))
        self.total = self.formula("total", lambda upto: sum(self.sign[n] for n in range(upto)))
        self.chosen = self.formula("chosen", lambda n: self.total[n] if self.sign[0] > 0 else self.double[n])

    def formula(self, name: str, answer: Callable[[int], int]) -> Memo[int, int]:
        def noted(key: int) -> int:
            self.asked.append((name, key))
            return answer(key)

        return self.memory.memo(noted)

    def cell(self, n: int) -> int:
        self.memory.used(n)
        return self.cells[n]

    def put(self, live: Live, n: int, value: int) -> None:
        self.cells[n] = value
        live.change([live.thing(n)])
        self.asked.clear()


def test_an_answer_is_worked_out_once() -> None:
    sheet = Sheet(Memory(), [1, -2])
    assert (sheet.total[2], sheet.total[2]) == (0, 0)
    assert sheet.asked.count(("total", 2)) == 1


def test_only_what_rests_on_a_change_is_asked_again() -> None:
    live = Live()
    sheet = Sheet(live, [1, -2, 3])
    assert (sheet.total[2], sheet.double[2]) == (0, 6)
    sheet.put(live, 0, -1)
    assert (sheet.total[2], sheet.double[2]) == (-2, 6)
    assert sheet.asked == [("double", 0), ("sign", 0), ("total", 2)]


def test_an_equal_answer_ends_the_doubt() -> None:
    live = Live()
    sheet = Sheet(live, [1, -2])
    assert sheet.total[2] == 0
    sheet.put(live, 0, 7)  # still positive
    assert sheet.total[2] == 0
    assert sheet.asked == [("double", 0), ("sign", 0)]


def test_what_is_needed_can_change() -> None:
    live = Live()
    sheet = Sheet(live, [1, 2, 3])
    assert sheet.chosen[2] == 2
    sheet.put(live, 0, -1)
    assert sheet.chosen[2] == 6
    sheet.put(live, 1, -5)  # the total is not needed any more
    assert sheet.chosen[2] == 6
    assert ("total", 2) not in sheet.asked


def test_a_new_need_that_is_in_doubt_itself_is_settled_first() -> None:
    live = Live()
    sheet = Sheet(live, [-1, 2, 3])
    assert (sheet.chosen[2], sheet.total[2]) == (6, 0)
    for n, value in ((0, 1), (1, -4)):
        sheet.cells[n] = value
    live.change([live.thing(0), live.thing(1)])
    assert sheet.chosen[2] == sheet.total[2] == 0


def test_nobody_is_asked_about_what_is_no_more() -> None:
    """As an expression of a file that has become shorter: whoever asked for it asks for another one now."""
    live = Live()
    rows = [5, 6, 7]

    def last(_: None) -> int:
        live.used("rows")
        return row[len(rows) - 1]

    def at(n: int) -> int:
        live.used("rows")
        return rows[n]

    row, newest = live.memo(at), live.memo(last)
    assert newest[None] == 7
    rows.pop()
    live.change([live.thing("rows")])
    live.settle()
    assert newest[None] == 6
    with pytest.raises(IndexError):
        row[2]


def test_being_stopped_loses_nothing() -> None:
    live = Live()
    sheet = Sheet(live, [1, -2, 3])
    assert sheet.total[3] == 1
    sheet.put(live, 1, 2)
    live.stopped = lambda: True
    with pytest.raises(Stopped):
        live.settle()
    live.stopped = lambda: False
    assert sheet.total[3] == 3


def test_a_wanted_answer_is_kept_right_and_others_are_dropped() -> None:
    live = Live()
    seen: list[object] = []
    cells = [1]

    def read(key: str) -> int:
        seen.append(key)
        live.used(0)
        return cells[0]

    wanted, idle = live.memo(read, wanted=True), live.memo(read)
    assert (wanted["a"], idle["b"]) == (1, 1)
    cells[0] = 2
    live.change([live.thing(0)])
    live.settle()
    assert seen == ["a", "b", "a"]
    assert (wanted["a"], idle["b"]) == (2, 2)


def test_a_kept_property_is_worked_out_again() -> None:
    class Part:
        memory = Live()
        number = 1

        @kept
        def twice(self) -> int:
            """Two times the number."""
            self.memory.used("number")
            return 2 * self.number

    part = Part()
    assert (part.twice, Part.twice.__doc__) == (2, "Two times the number.")
    part.number = 4
    part.memory.change([part.memory.thing("number")])
    assert part.twice == 8


@pytest.mark.parametrize("memory", [Memory(), Live()])
def test_what_files_say_is_gathered_in_their_order(memory: Memory) -> None:
    said = [[("a", 1)], [("b", 2), ("a", 3)]]

    def pairs(f: int) -> Sequence[tuple[str, int]]:
        memory.used(f)
        return said[f]

    found = memory.gather(2, pairs)
    assert [list(found[key]) for key in "abc"] == [[1, 3], [2], []]
    if isinstance(memory, Live):
        said[0] = [("b", 9)]
        memory.change([memory.thing(0)])
        assert [list(found[key]) for key in "abc"] == [[3], [9, 2], []]


def test_a_thing_with_very_many_users_forgets_none() -> None:
    live = Live()
    cells = [1]

    def read(key: int) -> int:
        live.used("cells")
        return cells[0] + key

    memo = live.memo(read)
    total: Memo[int, int] = live.memo(lambda upto: sum(memo[n] for n in range(upto)))
    assert total[500] == 500 + sum(range(500))
    for value in (2, 3):
        cells[0] = value
        live.change([live.thing("cells")])
        assert total[500] == 500 * value + sum(range(500))


def test_readers_of_a_table_are_known_by_name_also_where_nothing_is() -> None:
    live = Live()
    table = live.table()
    assert isinstance(table, LiveTable)
    table.extend([("a", (0, 0)), ("a", (1, 0))])
    asked: list[str] = []

    def count(key: str) -> int:
        asked.append(key)
        return len(table.get(key, ())) + (key in table)

    memo = live.memo(count)
    assert [memo[key] for key in "ab"] == [3, 0]
    live.change(table.replace([("a", (0, 0))], [("b", (0, 0))]))
    asked.clear()
    assert [memo[key] for key in "ab"] == [2, 2]
    assert sorted(asked) == ["a", "b"]
    live.change(table.replace([("b", (0, 0))], [("b", (0, 0))]))
    asked.clear()
    assert memo["b"] == 2
    assert asked == []


@given(
    st.lists(st.integers(-3, 3), min_size=4, max_size=4),
    st.lists(st.tuples(st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 3)), min_size=1, max_size=3), st.booleans())),
)
def test_changing_equals_starting_anew(cells: list[int], edits: list[tuple[list[tuple[int, int]], bool]]) -> None:
    live = Live()
    sheet = Sheet(live, list(cells))
    for changes, settled in edits:
        for n, value in changes:
            sheet.cells[n] = value
        live.change([live.thing(n) for n, _ in changes])
        if settled:
            live.settle()
        fresh = Sheet(Memory(), list(sheet.cells))
        for n in range(4):
            assert (sheet.chosen[n], sheet.total[n], sheet.double[n]) == (fresh.chosen[n], fresh.total[n], fresh.double[n])


def test_what_was_thrown_away_is_forgotten() -> None:
    live = Live()

    def read(key: int) -> int:
        live.used("cell")
        return key

    def rule(key: int) -> int:
        live.used("part")
        return parts[-1][key]

    lower = live.memo(read)
    parts: list[Memo[int, int]] = [live.memo(lambda key: lower[key] + 1)]
    wanted = live.memo(rule, wanted=True)
    assert wanted[1] == 2
    parts.append(live.memo(lambda key: lower[key + 1]))
    live.change([live.thing("part")])
    live.tidy()
    live.settle()
    assert wanted[1] == 2
    assert sorted(lower) == [2]
    assert not parts[0]


def test_forgetting_everything_leaves_nothing_that_holds_another() -> None:
    live = Live()
    sheet = Sheet(live, [1, -2])
    assert sheet.total[2] == 0
    live.forget()
    assert not sheet.total
    assert sheet.total[2] == 0
