"""Where a variable is read, in all files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from askfirst.model.resolve import Resolver
from askfirst.model.symbols import Va

Site = tuple[int, int]  # file, expression


class Reads:
    """Answers who reads a variable."""

    def __init__(self, resolver: Resolver, sites: Callable[[str], Iterator[Site]]) -> None:
        """`sites`: every mention of a name."""
        self.resolver, self.symbols, self._sites = resolver, resolver.symbols, sites
        self._known: dict[tuple[Va, bool], tuple[Site, ...]] = {}

    def of(self, va: Va, near: bool = False) -> tuple[Site, ...]:
        """(file, expression) of each read, in file order; assignments to it are none. `near`: by its bare name in its own file
        and files of subclasses only, for names that every screen has, like `viewModel`."""
        if (va, near) not in self._known:
            self._known[va, near] = tuple(self._find(va, near))
        return self._known[va, near]

    def _find(self, va: Va, only_near: bool) -> Iterator[Site]:
        f, _ = va
        var = self.symbols.variable(va)
        near = {f}
        if var.owner >= 0:
            near.update(ty[0] for ty in self.symbols.subtypes(self.symbols.name_of((f, var.owner))))
        own = "private" in var.modifiers or var.kind not in ("field", "top")
        mentions = ((f, e) for e in self.symbols.facts(f).sites.get(var.name, ())) if own else self._sites(var.name)
        for at, e in mentions:
            row = self.resolver.expr(at, e)
            bare = row.kind == "name"
            if row.function < 0 or not (bare or row.kind == "field") or (only_near and bare and var.kind == "field" and at not in near):
                continue
            if e not in self.resolver.assigned(at) and self.resolver.variable_of(at, e) == va:
                yield at, e
