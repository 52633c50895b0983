"""Answers that are remembered, and which of them a change puts in doubt.

A command line asks once: a `Memo` is a dictionary that works out what is missing. A language server asks after every key: there
a `Live` watches which answers were used for which, and after a change asks anew only where something underneath is no longer the
same. (After Jane Street's Incremental, blog.janestreet.com/introducing-incremental: a graph found while it is worked out, settled
by height, cut off where values are equal.)
"""

from __future__ import annotations

import heapq
import itertools
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, Self, TypeVar, overload
from weakref import ref

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")
_FEW = 8


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

    def extend(self, pairs: Iterable[tuple[K, V]]) -> None:
        """Add rows under their names."""
        for key, row in pairs:
            rows = dict.get(self, key)
            if rows is None:
                dict.__setitem__(self, key, [row])
            else:
                rows.append(row)


class Memory:
    """Makes the memos and tables of a model that is asked once."""

    def memo(self, answer: Callable[[K], V], wanted: bool = False) -> Memo[K, V]:
        """`wanted`: its answers are to be kept right even when no other one rests on them."""
        return Memo(answer)

    def table(self) -> Table[Any, Any]:
        return Table()

    def used(self, what: object) -> None:
        """Say that something was looked at which can change: a file, a part of the model."""

    def gather(self, count: int, pairs: Callable[[int], Iterable[tuple[K, V]]]) -> Memo[K, Sequence[V]]:
        """What the files 0 … `count` - 1 say, by key and in file order; nothing is read before it is first asked for."""
        each: Memo[int, tuple[tuple[K, V], ...]] = self.memo(lambda f: tuple(pairs(f)))

        def merge(_: None) -> dict[K, list[V]]:
            found: defaultdict[K, list[V]] = defaultdict(list)
            for f in range(count):
                for key, row in each[f]:
                    found[key].append(row)
            return dict(found)

        merged = self.memo(merge)
        return self.memo(lambda key: merged[None].get(key, ()))


class kept(Generic[V]):
    """As functools.cached_property, by the object's own `memory`: it is worked out again when what it rests on has changed."""

    def __init__(self, answer: Callable[[Any], V]) -> None:
        self._answer = answer
        self.__doc__ = answer.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._slot = f"{name} (kept)"

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> V: ...
    def __get__(self, instance: Any, owner: type) -> Self | V:
        if instance is None:
            return self
        memo = instance.__dict__.get(self._slot)
        if memo is None:
            answer, memory = self._answer, instance.memory
            memo = instance.__dict__[self._slot] = memory.memo(lambda _: answer(instance))
        return memo[None]  # type: ignore[no-any-return]


class Node:
    """One answer of a memo."""

    __slots__ = ("doubted", "height", "key", "memo", "needs", "users", "value")

    def __init__(self, memo: LiveMemo[Any, Any], key: object) -> None:
        self.memo: LiveMemo[Any, Any] | None = memo  # None: dropped
        self.key = key
        self.value: Any = None
        self.needs: tuple[Node | Thing, ...] = ()
        self.users: tuple[Node, ...] | dict[Node, None] = ()  # most have one or two
        self.height = 0  # above all that it needs
        self.doubted = False  # something that it needs has changed

    def add(self, user: Node) -> None:
        users = self.users
        if isinstance(users, dict):
            users[user] = None
        elif user not in users:
            self.users = (*users, user) if len(users) < _FEW else dict.fromkeys((*users, user))

    def remove(self, user: Node) -> None:
        if isinstance(self.users, dict):
            del self.users[user]
        else:
            self.users = tuple(each for each in self.users if each is not user)


class Thing:
    """Something that answers look at and that can change. A file has thousands of users: a list of them, gone through when it
    does, in which some may be twice or no users any more."""

    __slots__ = ("_gone", "_most", "users")
    height = 0

    def __init__(self) -> None:
        self.users: list[Node] = []
        self._most, self._gone = 32, 0

    def add(self, user: Node) -> None:
        self.users.append(user)
        if len(self.users) > self._most:
            self.users = self._true()
            self._most = max(32, 2 * len(self.users))

    def remove(self, user: Node) -> None:
        """`user` needs it no more."""
        self._gone += 1
        if 4 * self._gone > len(self.users):
            self.users, self._gone = self._true(), 0

    def take(self) -> list[Node]:
        """The users, who will look again."""
        found, self.users, self._gone = self._true(), [], 0
        return found

    def _true(self) -> list[Node]:
        return [user for user in dict.fromkeys(self.users) if self in user.needs]


class Stopped(BaseException):
    """Working out was given up; what is known holds, and the rest is still in doubt."""


class _Later(Exception):
    """An answer turned out to need another one that is not settled yet."""

    def __init__(self, height: int) -> None:
        self.height = height


class Live(Memory):
    """Makes memos that stay right when the project changes.

    What has changed puts its direct users in doubt. `settle` asks those anew, the lowest first, so that each is asked when all
    below it is settled; where the answer is the same as before, doubt ends.
    """

    def __init__(self) -> None:
        self.asked = 0  # answers worked out so far: what tests count
        self.stopped: Callable[[], bool] = lambda: False  # asked before each of them
        self.frames: list[dict[Node | Thing, None]] = []  # what the answers in the making have used
        self._things: dict[object, Thing] = {}
        self._doubts: list[tuple[int, int, Node]] = []  # a heap by height
        self._order = itertools.count()
        self._memos: list[ref[LiveMemo[Any, Any]]] = []
        self._untidy = False

    def memo(self, answer: Callable[[K], V], wanted: bool = False) -> Memo[K, V]:
        found = LiveMemo(self, answer, wanted)
        self._memos.append(ref(found))
        return found

    def table(self) -> Table[Any, Any]:
        return LiveTable(self)

    def used(self, what: object) -> None:
        if self.frames:
            self.frames[-1][self.thing(what)] = None

    def thing(self, what: object) -> Thing:
        """What stands for a thing that can change."""
        found = self._things.get(what)
        if found is None:
            found = self._things[what] = Thing()
        return found

    def change(self, things: Iterable[Thing]) -> None:
        """These are no longer what they were when they were looked at."""
        for thing in things:
            self._doubt(thing.take())

    def tidy(self) -> None:
        """Memos were thrown away: when all is settled, forget what nothing wanted rests on."""
        self._untidy = True

    def forget(self) -> None:
        """Forget everything. (Answers hold each other, so nothing else would end them at once.)"""
        for memo in self._living():
            for node in dict.values(memo):
                node.memo, node.value, node.needs, node.users = None, None, (), ()
            memo.clear()
        self._things.clear()
        self._doubts.clear()

    def _living(self) -> list[LiveMemo[Any, Any]]:
        found = [memo for each in self._memos if (memo := each()) is not None]
        self._memos = [ref(memo) for memo in found]
        return found

    def _sweep(self) -> None:
        self._untidy = False
        todo = [node for memo in self._living() if not memo.wanted for node in dict.values(memo) if not node.users]
        while todo:
            node = todo.pop()
            if node.memo is not None and not node.memo.wanted and not node.users:
                below = node.needs
                self._drop(node)
                todo += [need for need in below if isinstance(need, Node)]

    def settle(self, height: int = sys.maxsize) -> None:
        """End all doubt up to a height. Raises Stopped."""
        while self._doubts and self._doubts[0][0] <= height:
            if self.stopped():
                raise Stopped
            lowest, _, node = heapq.heappop(self._doubts)
            if node.height > lowest:
                self._push(node)
            elif node.memo is not None:
                self._ask_anew(node)
        if self._untidy and not self._doubts:
            self._sweep()

    def _ask_anew(self, node: Node) -> None:
        assert node.memo is not None
        if not node.users and not node.memo.wanted:
            self._drop(node)
            return
        before = node.value
        try:
            self.work_out(node)
        except _Later as later:
            self._lift(node, later.height + 1)
            self._push(node)
            return
        except Stopped:
            self._push(node)
            raise
        except Exception:  # it asked about something that is no more, as will nobody; or it will fail again when it is asked
            self._drop(node)
            return
        node.doubted = False
        if node.value != before:
            self._doubt(node.users)

    def _doubt(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            if not node.doubted:
                node.doubted = True
                self._push(node)

    def _push(self, node: Node) -> None:
        heapq.heappush(self._doubts, (node.height, next(self._order), node))

    def _drop(self, node: Node) -> None:
        """Forget an answer."""
        dict.pop(node.memo, node.key)  # type: ignore[arg-type]
        needs, users = node.needs, node.users
        node.memo, node.value, node.needs, node.users = None, None, (), ()
        for need in needs:
            need.remove(node)
        self._doubt(users)

    def _lift(self, node: Node, height: int) -> None:
        """Heights grow from what is needed to what needs it."""
        todo = [(node, height)]
        while todo:
            node, height = todo.pop()
            if node.height < height:
                node.height = height
                todo += [(user, height + 1) for user in node.users]

    # used by LiveMemo

    def unsettled(self, node: Node) -> bool:
        """Whether an answer may still change by doubts that wait."""
        return bool(self._doubts) and (node.doubted or node.height > self._doubts[0][0])

    def later(self, node: Node) -> None:
        """Put off what is being worked out until `node` is settled; where nothing is, settle it."""
        if self.frames:
            raise _Later(node.height)
        self.settle(node.height)

    def work_out(self, node: Node) -> None:
        """Ask for a node's answer."""
        assert node.memo is not None
        if self.stopped():
            raise Stopped
        self.asked += 1
        needs: dict[Node | Thing, None] = {}
        self.frames.append(needs)
        try:
            node.value = node.memo.answer(node.key)
        finally:
            self.frames.pop()
        before, node.needs = node.needs, tuple(needs)
        for need in before:
            if need not in needs:
                need.remove(node)
        height = 0
        for need in needs:
            need.add(node)
            height = max(height, need.height)
        self._lift(node, height + 1)


class LiveMemo(Memo[K, V]):
    """A memo whose answers know what they rest on. (It holds nodes; only `memo[key]` gives answers.)"""

    __slots__ = ("__weakref__", "live", "wanted")

    def __init__(self, live: Live, answer: Callable[[K], V], wanted: bool) -> None:
        super().__init__(answer)
        self.live, self.wanted = live, wanted

    def __getitem__(self, key: K) -> V:
        live = self.live
        node: Any = dict.get(self, key)
        while node is not None and live.unsettled(node):  # settling may lift it above others in doubt
            live.later(node)
            node = dict.get(self, key)
        if node is None:
            node = Node(self, key)
            live.work_out(node)
            dict.__setitem__(self, key, node)
        if live.frames:
            live.frames[-1][node] = None
        return node.value  # type: ignore[no-any-return]


class LiveTable(Table[K, V]):
    """A table whose readers are known by the names that they asked for."""

    __slots__ = ("_live", "_readers")

    def __init__(self, live: Live) -> None:
        super().__init__()
        self._live = live
        self._readers: dict[K, Thing] = {}

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
                node = self._readers[key] = Thing()
            self._live.frames[-1][node] = None

    def replace(self, old: Iterable[tuple[K, V]], new: Iterable[tuple[K, V]]) -> Iterator[Thing]:
        """Put one file's `new` rows in the place of its `old` ones; yields what stands for the lists that are others now."""
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
