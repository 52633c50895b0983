"""What code has waited for before it goes on: `consent.first { it }`, a suspending function that does so, `filter { it }` upstream.

Rows know no such conditions; they are gates of their own form, see `holds`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property

from askfirst.model.resolve import Resolver
from askfirst.model.symbols import Fn

Gate = tuple[int, int]  # (file, guard), or what `holds` makes
Site = tuple[int, int]  # file, expression

_FIRST = ("first", "firstOrNull", "single", "await", "join")
_FILTERS = frozenset({"filter", "takeWhile", "first", "firstOrNull", "single", "dropWhile"})


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

    def before(self, f: int, e: int) -> tuple[Gate, ...]:
        """The gates of what the same function waited for on the way to `e`."""
        row, scope = self.resolver.expr(f, e), self.resolver.scope(f)
        waited = self._waiting.get((f, row.function), ())
        if not waited:
            return ()
        around = {-1, *scope.guards(row.guard)}
        at = scope.facts.span(row.spot)[0]
        return tuple(
            gate for here, gate in waited
            if here != e and scope.facts.exprs[here].guard in around and scope.facts.span(scope.facts.exprs[here].spot)[0] < at
        )  # fmt: skip

    def upstream(self, f: int, e: int) -> tuple[Gate, ...]:
        """The gates of the filters in the chain of calls that ends in `e`."""
        found = []
        while e >= 0:
            row = self.resolver.expr(f, e)
            if row.kind == "call" and row.value in _FILTERS:
                found += [holds(f, arg) for arg in self.resolver.scope(f).arguments(e)[-1:]]
            e = row.kids[0] if row.kind in ("call", "field") and row.kids else -1
        return tuple(found)

    @cached_property
    def _waiting(self) -> dict[Fn, list[tuple[int, Gate]]]:
        """Function → the calls in it that wait, each with what holds afterwards."""
        found: defaultdict[Fn, list[tuple[int, Gate]]] = defaultdict(list)
        for name in _FIRST:
            for f, e in self._sites(name):
                row = self.resolver.expr(f, e)
                if row.kind == "call" and row.kids[0] >= 0 and row.function >= 0:
                    given = self.resolver.scope(f).arguments(e)
                    gates = [holds(f, given[-1])] if given else [*self.upstream(f, row.kids[0]), holds(f, e)]
                    found[f, row.function] += [(e, gate) for gate in gates]
        for fn in [fn for fn in found if "suspend" in self.symbols.function(fn).modifiers]:
            always = [gate for e, gate in found[fn] if self.resolver.expr(fn[0], e).guard < 0]
            for f, e in self._sites(self.symbols.function(fn).name) if always else ():
                row = self.resolver.expr(f, e)
                if row.kind == "call" and row.function >= 0 and [t.fn for t in self.resolver.targets(f, e)] == [fn]:
                    found[f, row.function] += [(e, gate) for gate in always]
        return dict(found)
