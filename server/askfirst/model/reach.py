"""Which functions run at start by themselves, by which way, and what protects them: backwards from collections, stopping at
entries, then the best way forward."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from askfirst.findings import Confidence
from askfirst.model.calls import KEPT, SAME, Calls, Edge, Gate
from askfirst.model.entries import Entries, Entry
from askfirst.model.flags import Flags
from askfirst.model.symbols import Fn
from askfirst.model.worth import Verdict, Worth

MAX_HOPS = 40
MAX_GUESSES = 3  # hops of medium confidence on one way; with more of them it is as good as unknown


class Cost(NamedTuple):
    """How a way ranks: hidden ones (low confidence) last, then the least protected, the surest, the shortest."""

    hidden: bool
    worth: Worth
    doubt: int  # 3 - confidence
    guesses: int  # hops of less than high confidence
    hops: int


class Way(NamedTuple):
    """The canonical way to a function: its cost, its last edge and the node before (None at an entry), the strongest verdict."""

    cost: Cost
    edge: Edge | None
    before: tuple[Fn, str] | None
    entry: Entry
    verdict: Verdict


_OPEN = Verdict(Worth.NOTHING, "", "", None)


class Weigher(Protocol):
    """What gates are worth: Flags, or AsIfAgreed."""

    def worth(self, gates: tuple[Gate, ...]) -> Verdict: ...

    def guess(self, gates: tuple[Gate, ...]) -> bool: ...


class AsIfAgreed:
    """As if the person had agreed, logged in and been here before; what else is unknown stays unknown."""

    def __init__(self, flags: Flags) -> None:
        self._flags = flags

    def worth(self, gates: tuple[Gate, ...]) -> Verdict:
        said = (v for gate in gates for v in self._flags.guard(gate))
        left = (v for v in said if v.worth in (Worth.UNKNOWN, Worth.NEVER) and v.kind != "permission")
        return max(left, default=_OPEN, key=lambda v: v.worth)

    def guess(self, gates: tuple[Gate, ...]) -> bool:
        return self._flags.guess(gates)


Node = tuple[Fn, str]  # a function, and the class of the object it runs on ("" unknown)


class Reach:
    """Ways from entries to functions. `explore` once with everything of interest, then ask `way`."""

    def __init__(self, calls: Calls, entries: Entries, flags: Weigher) -> None:
        self.calls, self.entries, self.flags = calls, entries, flags
        self.symbols = calls.symbols
        self._ways: dict[Node, Way] = {}
        self._best: dict[Fn, Node] = {}
        self._also: dict[Fn, tuple[Entry, ...]] = {}
        self._reached: set[Fn] = set()

    def explore(self, interesting: Iterable[Fn]) -> None:
        """Find the ways to these functions. What is found does not depend on what else is asked for."""
        onward = self._cone(interesting)
        self._forward(onward)
        self._count_entries(onward)

    def _cone(self, interesting: Iterable[Fn]) -> dict[Fn, list[tuple[Edge, Fn]]]:
        """All edges that can lead to `interesting`, by source."""
        onward: defaultdict[Fn, list[tuple[Edge, Fn]]] = defaultdict(list)
        todo = sorted(set(interesting))
        seen = set(todo)
        while todo:
            fn = todo.pop()
            for edge in self.calls.callers(fn):
                if edge.source[1] < 0:
                    continue
                onward[edge.source].append((edge, fn))
                if edge.source not in seen:
                    seen.add(edge.source)
                    todo.append(edge.source)
        for edges in onward.values():
            edges.sort()
        self._reached = seen
        return onward

    def _forward(self, onward: dict[Fn, list[tuple[Edge, Fn]]]) -> None:
        """Dijkstra from all entries at once; equal costs go by entry rank, then by place."""
        heap: list[tuple[Cost, int, Node, int]] = []
        pending: list[Way] = []
        for entry in self.entries.every:
            if entry.fn in self._reached:
                pending.append(Way(Cost(False, Worth.NOTHING, 3 - entry.confidence, 0, 0), None, None, entry, _OPEN))
                heapq.heappush(heap, (pending[-1].cost, entry.rank, (entry.fn, entry.owner), len(pending) - 1))
        while heap:
            cost, rank, node, index = heapq.heappop(heap)
            if node in self._ways:
                continue
            way = self._ways[node] = pending[index]
            self._best.setdefault(node[0], node)
            if cost.hops >= MAX_HOPS:
                continue
            for edge, target in onward.get(node[0], ()):
                onto = self._onto(node[1], edge, target)
                if onto is None or (target, onto) in self._ways:
                    continue
                further = self.extend(way, edge.gates, edge.confidence)
                if further is not None:
                    pending.append(Way(further[0], edge, node, way.entry, further[1]))
                    heapq.heappush(heap, (further[0], rank, (target, onto), len(pending) - 1))

    def _onto(self, this: str, edge: Edge, target: Fn) -> str | None:
        """The class of `this` in the target, None when an object of class `this` never dispatches there."""
        if edge.this == KEPT:
            return this
        if edge.this != SAME:
            return edge.this
        row = self.symbols.function(target)
        if not this or row.name.startswith("<") or "static" in row.modifiers or row.owner < 0:
            return this
        own = self.symbols.function(edge.source).owner
        if own >= 0 and not self.symbols.is_a(this, self.symbols.name_of((edge.source[0], own))):
            return ""
        found = self.symbols.find_methods(edge.source[0], this, row.name)
        return this if target in found or not found else None

    def extend(self, way: Way, gates: tuple[Gate, ...], confidence: Confidence) -> tuple[Cost, Verdict] | None:
        """The cost of going on under `gates`; None when consent (or a constant) stops it."""
        verdict = self.flags.worth(gates)
        if verdict.worth >= Worth.CONSENT:
            return None
        if self.flags.guess(gates):
            confidence = min(confidence, Confidence.MEDIUM)
        strongest = max(way.verdict, verdict, key=lambda v: v.worth)
        doubt = max(way.cost.doubt, 3 - confidence)
        guesses = way.cost.guesses + (confidence < Confidence.HIGH)
        hidden = way.cost.hidden or doubt > 1 or guesses > MAX_GUESSES or strongest.worth == Worth.UNKNOWN
        return Cost(hidden, strongest.worth, doubt, guesses, way.cost.hops + 1), strongest

    def _count_entries(self, onward: dict[Fn, list[tuple[Edge, Fn]]]) -> None:
        """For each function the entries that reach it openly."""
        reached: defaultdict[Fn, list[Entry]] = defaultdict(list)
        starts = (e for e in self.entries.every if (e.fn, e.owner) in self._ways and e.kind != "library")
        for start in sorted(starts, key=lambda e: (e.rank, e.fn, e.owner)):
            first = (start.fn, start.owner)
            seen, todo = {first}, [first]
            while todo:
                fn, this = todo.pop()
                if not reached[fn] or reached[fn][-1] is not start:
                    reached[fn].append(start)
                for edge, target in onward.get(fn, ()):
                    onto = self._onto(this, edge, target)
                    if onto is None or (target, onto) in seen or edge.confidence == Confidence.LOW:
                        continue
                    if self.flags.worth(edge.gates).worth < Worth.UNKNOWN:
                        seen.add((target, onto))
                        todo.append((target, onto))
        self._also = {fn: tuple(entries) for fn, entries in reached.items()}

    def way(self, fn: Fn) -> Way | None:
        """The best way to `fn`, whatever object it runs on."""
        node = self._best.get(fn)
        return self._ways[node] if node is not None else None

    def hops(self, fn: Fn) -> list[tuple[Fn, Way]]:
        """The functions on the way to `fn`, entry first, each with its way."""
        found: list[tuple[Fn, Way]] = []
        node: Node | None = self._best[fn]
        while node is not None:
            way = self._ways[node]
            found.append((node[0], way))
            node = way.before
        return found[::-1]

    def other_entries(self, fn: Fn) -> tuple[Entry, ...]:
        """Entries besides the canonical one that reach `fn`."""
        way = self.way(fn)
        return tuple(
            e for e in self._also.get(fn, ()) if way is None or (e.label, e.kind) != (way.entry.label, way.entry.kind)
        )
