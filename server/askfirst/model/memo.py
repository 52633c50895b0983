"""Answers that are remembered, and which of them a change puts in doubt.

A command line asks once: a `Memo` is a dictionary that works out what is missing. A language server asks after every key: there
a `Live` watches which answers were used for which, and after a change only those are worked out again whose grounds are no longer
the same. What comes out equal ends the doubt of all that rests on it. (After Salsa's red-green algorithm,
rustc-dev-guide.rust-lang.org/queries/incremental-compilation.html; that what changed is pushed and what follows is pulled keeps
the walk to what a change can reach.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


class Memo(dict[K, V]):
    """Answers by key; `memo[key]` works out what is missing."""

    __slots__ = ("answer",)

    def __init__(self, answer: Callable[[K], V]) -> None:
        """`answer` must depend on nothing but its key, the facts, and other memos and tables."""
        super().__init__()
        self.answer = answer

    def __missing__(self, key: K) -> V:
        found = self[key] = self.answer(key)
        return found


class Table(dict[K, list[V]]):
    """Rows by name: types, functions, mentions. Read with `get` and `in`."""

    def add(self, key: K, row: V) -> None:
        rows = dict.get(self, key)
        if rows is None:
            dict.__setitem__(self, key, [row])
        else:
            rows.append(row)


class Memory:
    """Makes the memos and tables of a model that is asked once."""

    def memo(self, answer: Callable[[K], V]) -> Memo[K, V]:
        return Memo(answer)

    def table(self) -> Table[Any, Any]:
        return Table()

    def used(self, what: object) -> None:
        """Say that something was looked at which can change: a file, a part of the model."""

    def gather(self, count: int, pairs: Callable[[int], Iterable[tuple[K, V]]]) -> Memo[K, Sequence[V]]:
        """What the files 0 … `count` - 1 say, by key and in file order; nothing is read before it is first asked for."""
        each = self.memo(lambda f: tuple(pairs(f)))

        def merge(_: None) -> dict[K, list[V]]:
            found: defaultdict[K, list[V]] = defaultdict(list)
            for f in range(count):
                for key, row in each[f]:
                    found[key].append(row)
            return dict(found)

        merged = self.memo(merge)
        return self.memo(lambda key: merged[None].get(key, ()))


class Node:
    """One answer of a memo, or (without a memo) one thing that was looked at."""

    __slots__ = ("changed", "key", "memo", "needs", "stale", "users", "value", "verified")

    def __init__(self, memo: LiveMemo[Any, Any] | None, key: object) -> None:
        self.memo, self.key = memo, key
        self.value: Any = None
        self.needs: tuple[Node, ...] = ()
        self.users: dict[Node, None] = {}
        self.stale = False  # something below it changed since it was verified
        self.changed = self.verified = 0  # revisions; 0: never worked out


class Live(Memory):
    """Makes memos that stay right when the project changes."""

    def __init__(self) -> None:
        self.revision = 1
        self.asked = 0  # answers worked out so far: what tests count
        self.pause: Callable[[], None] = lambda: None  # called before each of them; may raise to give up
        self.frames: list[dict[Node, None]] = []  # what the answers in the making have used
        self._things: dict[object, Node] = {}

    def memo(self, answer: Callable[[K], V]) -> Memo[K, V]:
        return LiveMemo(self, answer)

    def table(self) -> Table[Any, Any]:
        return LiveTable(self)

    def used(self, what: object) -> None:
        if self.frames:
            self.frames[-1][self.thing(what)] = None

    def thing(self, what: object) -> Node:
        """What stands for a thing that can change."""
        node = self._things.get(what)
        if node is None:
            node = self._things[what] = Node(None, what)
        return node

    def change(self, nodes: Iterable[Node]) -> None:
        """These things are no longer what they were when they were looked at."""
        self.revision += 1
        todo = list(nodes)
        for node in todo:
            node.changed = self.revision
        while todo:
            for user in todo.pop().users:
                if not user.stale:
                    user.stale = True
                    todo.append(user)

    def work_out(self, node: Node) -> None:
        """Ask anew. `node.changed` tells whether the answer is another one."""
        assert node.memo is not None
        self.pause()
        self.asked += 1
        needs: dict[Node, None] = {}
        self.frames.append(needs)
        try:
            value = node.memo.answer(node.key)
        finally:
            self.frames.pop()
        for need in node.needs:
            if need not in needs:
                del need.users[node]
        for need in needs:
            need.users[node] = None
        node.needs = tuple(needs)
        if not node.verified or value != node.value:
            node.value, node.changed = value, self.revision
        node.stale, node.verified = False, self.revision

    def refresh(self, node: Node) -> None:
        """Make sure of an answer in doubt: look at its grounds in the order in which they were found, as far as they hold."""
        for need in node.needs:
            if need.stale:
                self.refresh(need)
            if need.changed > node.verified:
                self.work_out(node)
                return
        node.stale, node.verified = False, self.revision


class LiveMemo(Memo[K, V]):
    """A memo whose answers know what they rest on. (It holds nodes; only `memo[key]` gives answers.)"""

    __slots__ = ("live",)

    def __init__(self, live: Live, answer: Callable[[K], V]) -> None:
        super().__init__(answer)
        self.live = live

    def __getitem__(self, key: K) -> V:
        live = self.live
        node: Any = dict.get(self, key)
        if node is None:
            node = Node(self, key)
            live.work_out(node)
            dict.__setitem__(self, key, node)
        elif node.stale:
            live.refresh(node)
        if live.frames:
            live.frames[-1][node] = None
        return node.value  # type: ignore[no-any-return]


class LiveTable(Table[K, V]):
    """A table whose readers are known by the names that they asked for."""

    __slots__ = ("_live", "_readers")

    def __init__(self, live: Live) -> None:
        super().__init__()
        self._live = live
        self._readers: dict[K, Node] = {}

    def get(self, key: K, default: Any = None) -> Any:
        self._read(key)
        return dict.get(self, key, default)

    def __getitem__(self, key: K) -> list[V]:
        self._read(key)
        return dict.__getitem__(self, key)

    def __contains__(self, key: object) -> bool:
        self._read(key)  # type: ignore[arg-type]
        return dict.__contains__(self, key)

    def _read(self, key: K) -> None:
        if self._live.frames:
            node = self._readers.get(key)
            if node is None:
                node = self._readers[key] = Node(None, key)
            self._live.frames[-1][node] = None

    def replace(self, old: Iterable[tuple[K, V]], new: Iterable[tuple[K, V]]) -> Iterator[Node]:
        """Put one file's `new` rows in the place of its `old` ones; yields who has read what is now another list."""
        before, after = _grouped(old), _grouped(new)
        for key in before.keys() | after.keys():
            gone, come = before.get(key, []), after.get(key, [])
            if gone != come:
                rows = sorted([row for row in dict.get(self, key, []) if row not in gone] + come)  # type: ignore[type-var]
                if rows:
                    dict.__setitem__(self, key, rows)
                else:
                    del self[key]
                if key in self._readers:
                    yield self._readers[key]


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: defaultdict[K, list[V]] = defaultdict(list)
    for key, row in pairs:
        found[key].append(row)
    return found
