"""What code has waited for before it goes on: `consent.first { it }`, a suspending function that does so, `filter { it }` upstream.

Rows know no such conditions; they are gates of their own form, see `holds`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator

from askfirst.facts.rows import Expr
from askfirst.model.resolve import Param, Resolver
from askfirst.model.symbols import Fn

Gate = tuple[int, int]  # (file, guard), or what `holds` makes
Site = tuple[int, int]  # file, expression

_FIRST = ("first", "single", "await")
_FILTERS = frozenset({"filter", "takeWhile", "first", "single"})
_FLOWS = re.compile(r"Flow|Observable|Flowable|Channel|DataStore|LiveData|Subject|Processor|Relay", re.I)
_ANSWERS = re.compile(r"CompletableDeferred|CompletableFuture")
_LAST = 16  # waits before an expression that are kept


def holds(f: int, e: int) -> Gate:
    """The gate that expression `e` (a lambda: what it answers) is true."""
    return f, -2 - e


def held_by(gate: Gate) -> int:
    """The expression of a gate that `holds` made; -1 for others."""
    return -2 - gate[1] if gate[1] < -1 else -1


class Awaits:
    """Answers what has been waited for where an expression runs."""

    def __init__(self, resolver: Resolver, sites: Callable[[str], Iterator[Site]]) -> None:
        """`sites`: every mention of a name."""
        self.resolver, self.symbols, self._sites = resolver, resolver.symbols, sites
        memory = self.symbols.memory
        self._always = memory.gather(len(self.symbols.units), self._always_wait)
        self._passed_on = memory.memo(self._by_callers)
        self._waiting = memory.memo(self._all_waits)  # by file: most functions wait for nothing

    def before(self, f: int, e: int) -> tuple[Gate, ...]:
        """The gates of what the same function waited for on the way to `e`."""
        row, scope = self.resolver.expr(f, e), self.resolver.scope(f)
        waited = self._waiting[f].get(row.function, ())
        if not waited:
            return ()
        around = {-1, *scope.guards(row.guard)}
        at = scope.facts.span(row.spot)[0]
        found: dict[Gate, None] = {}
        for n in range(bisect_left(waited, (at, -1, (-1, -1))) - 1, -1, -1):  # the nearest first
            _, here, gate = waited[n]
            if here != e and scope.facts.exprs[here].guard in around:
                found[gate] = None
                if len(found) == _LAST:
                    break
        return tuple(found)[::-1]

    def upstream(self, f: int, e: int) -> tuple[Gate, ...]:
        """The gates of the filters in the chain of calls that ends in `e`."""
        found = []
        while e >= 0:
            row = self.resolver.expr(f, e)
            if row.kind == "call" and row.value in _FILTERS:
                found += [holds(f, arg) for arg in self.resolver.scope(f).arguments(e)[-1:]]
            e = row.kids[0] if row.kind in ("call", "field") and row.kids else -1
        return tuple(found)

    def _waited_for(self, f: int, e: int, row: Expr) -> list[Gate]:
        """What holds once the call has answered: its predicate and the filters upstream, of a stream; a deferred answer."""
        given = self.resolver.scope(f).arguments(e)
        if row.value == "await":
            return [holds(f, e)] if not given and self._made_of(f, row.kids[0], _ANSWERS) else []
        if not self._made_of(f, row.kids[0], _FLOWS):
            return []  # a collection is at hand
        return [*([holds(f, given[-1])] if given else []), *self.upstream(f, row.kids[0])]

    def _made_of(self, f: int, e: int, kind: re.Pattern[str]) -> bool:
        """Whether the root of a chain of calls is a variable, or a function's answer, of such a type."""
        while e >= 0:
            row = self.resolver.expr(f, e)
            found = self.resolver.variable_of(f, e) if row.kind in ("name", "field") else None
            if found is not None and not isinstance(found, Param):
                var = self.symbols.variable(found)
                made = self.resolver.expr(found[0], var.value).value if var.value >= 0 else ""
                if kind.search(f"{var.type} {made}"):
                    return True
            elif isinstance(found, Param):
                return kind.search(self.symbols.function(found.fn).params[found.position].type) is not None
            elif any(kind.search(self.symbols.function(t.fn).returns) for t in self.resolver.targets(f, e)) or kind.search(row.value):
                return True
            e = row.kids[0] if row.kind in ("call", "field") and row.kids else -1
        return False

    def _waits_in(self, f: int) -> Iterator[tuple[int, int, Gate]]:
        """Function, a call in it that waits, and what holds afterwards."""
        for e in (e for name in _FIRST for e in self.symbols.facts(f).sites.get(name, ())):
            row = self.resolver.expr(f, e)
            if row.kind == "call" and row.kids[0] >= 0 and row.function >= 0:
                yield from ((row.function, e, gate) for gate in self._waited_for(f, e, row))

    def _always_wait(self, f: int) -> Iterator[tuple[None, tuple[Fn, tuple[Gate, ...]]]]:
        """The suspending functions that wait whenever they are called, with what holds when they have answered."""
        always: defaultdict[int, list[Gate]] = defaultdict(list)
        for n, e, gate in self._waits_in(f):
            if self.resolver.expr(f, e).guard < 0 and "suspend" in self.symbols.function((f, n)).modifiers:
                always[n].append(gate)
        yield from ((None, ((f, n), tuple(gates))) for n, gates in always.items())

    def _by_callers(self, _: None) -> dict[int, list[tuple[int, int, Gate]]]:
        """File → the calls in it of functions that always wait."""
        found: defaultdict[int, list[tuple[int, int, Gate]]] = defaultdict(list)
        for fn, gates in self._always[None]:
            for f, e in self._sites(self.symbols.function(fn).name):
                row = self.resolver.expr(f, e)
                if row.kind == "call" and row.function >= 0 and [t.fn for t in self.resolver.targets(f, e)] == [fn]:
                    found[f] += [(row.function, e, gate) for gate in gates]
        return dict(found)

    def _all_waits(self, f: int) -> dict[int, list[tuple[int, int, Gate]]]:
        """Function → the calls in it that wait, by their place: (offset, expression, gate)."""
        facts = self.resolver.scope(f).facts
        found: defaultdict[int, list[tuple[int, int, Gate]]] = defaultdict(list)
        for n, e, gate in sorted([*self._waits_in(f), *self._passed_on[None].get(f, ())]):
            found[n].append((facts.span(facts.exprs[e].spot)[0], e, gate))
        return {n: sorted(rows) for n, rows in found.items()}
