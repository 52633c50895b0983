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
        self._known = self.symbols.memory.memo(self._find)

    def of(self, f: int, e: int) -> tuple[Leaf, ...]:
        """The leaves of a value in order; itself, where nothing more is known."""
        return self._known[f, e, DEPTH]

    def _find(self, key: tuple[int, int, int]) -> tuple[Leaf, ...]:
        """The leaves of a value (file, expression) that may be followed through so many variables and functions yet."""
        f, e, left = key
        parts = [leaf for part in self._parts(f, e, left) for leaf in self._known[part]]
        return tuple(dict.fromkeys(parts)) or ((f, e),) * (e >= 0)

    def _parts(self, f: int, e: int, left: int) -> Iterator[tuple[int, int, int]]:
        """What a value is made of: (file, expression, steps left); nothing of a leaf."""
        row = self.resolver.expr(f, e) if e >= 0 else None
        if row is None:
            return
        if row.kind in ("if", "when", "try", "block"):
            kids = row.kids[1:] if row.kind in ("if", "when") else row.kids[-1:]
        elif row.kind in ("cast", "named"):
            kids = row.kids[:1]
        elif row.kind == "op" and row.value in ("?:", "!!"):
            kids = row.kids
        else:
            kids = ()
            if left and row.kind in ("name", "field", "call"):
                yield from ((at, value, left - 1) for at, value in self._behind(f, e))
        yield from ((f, kid, left) for kid in kids if kid >= 0)

    def _behind(self, f: int, e: int) -> Iterator[Leaf]:
        """What a name was given, or what the called functions answer; nothing unless all of it is known."""
        found = self.resolver.variable_of(f, e)
        if isinstance(found, Param):
            return
        if found is not None:
            var = self.symbols.variable(found)
            getters = self.symbols.methods((found[0], var.owner)).get("<get>" + var.name, []) if var.owner >= 0 else []
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
