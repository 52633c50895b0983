"""Where a value comes from: the expressions that it can be, through variables, returns and branches."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.model.resolve import Param, Resolver

DEPTH = 5  # variables and functions that a value is followed through

Leaf = tuple[int, int]  # file, expression


class Origins:
    """Answers from which expressions a value can come."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver, self.symbols = resolver, resolver.symbols
        self._known: dict[Leaf, tuple[Leaf, ...]] = {}

    def of(self, f: int, e: int) -> tuple[Leaf, ...]:
        """The leaves of a value in order; itself, where nothing more is known."""
        if (f, e) not in self._known:
            self._known[f, e] = tuple(dict.fromkeys(self._leaves(f, e, DEPTH)))
        return self._known[f, e]

    def _leaves(self, f: int, e: int, left: int) -> Iterator[Leaf]:
        if e < 0:
            return
        row = self.resolver.expr(f, e)
        if row.kind in ("if", "when", "try", "block"):
            for kid in row.kids[1:] if row.kind in ("if", "when") else row.kids[-1:]:
                yield from self._leaves(f, kid, left)
        elif row.kind in ("cast", "named"):
            yield from self._leaves(f, row.kids[0], left)
        elif row.kind == "op" and row.value in ("?:", "!!"):
            for kid in row.kids:
                yield from self._leaves(f, kid, left)
        elif inner := (list(self._behind(f, e)) if left and row.kind in ("name", "field", "call") else []):
            for at, value in inner:
                yield from self._leaves(at, value, left - 1)
        else:
            yield f, e

    def _behind(self, f: int, e: int) -> Iterator[Leaf]:
        """What a name was given, or what the called functions answer; nothing unless all of it is known."""
        found = self.resolver.variable_of(f, e)
        if isinstance(found, Param):
            return
        if found is not None:
            var = self.symbols.variable(found)
            getters = self.symbols.methods[found[0], var.owner].get("<get>" + var.name, []) if var.owner >= 0 else []
            if var.kind != "loop" and ("val" in var.modifiers or "final" in var.modifiers or var.kind == "local"):
                assigned = self.resolver.scope(found[0]).assigns.get(var.name, ())
                if var.value >= 0 and "by" not in var.modifiers and not assigned:
                    yield found[0], var.value
                    return
            if not getters:
                return
            targets = getters
        else:
            targets = [target.fn for target in self.resolver.targets(f, e)]
        for fn in targets:
            for back in self.resolver.scope(fn[0]).returns.get(fn[1], ()):
                yield fn[0], back
