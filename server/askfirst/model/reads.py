"""Where a variable is read, in all files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from askfirst.model.resolve import Param, Resolver
from askfirst.model.symbols import Va

Site = tuple[int, int]  # file, expression
_EVERYWHERE = -1


class Reads:
    """Answers who reads a variable. Names are gone through once, for all variables of that name."""

    def __init__(self, resolver: Resolver, sites: Callable[[str], Iterator[Site]]) -> None:
        """`sites`: every mention of a name."""
        self.resolver, self.symbols, self._sites = resolver, resolver.symbols, sites
        self._by_name: dict[tuple[int, str], dict[Va, list[Site]]] = {}
        self._near: dict[Va, tuple[Site, ...]] = {}

    def of(self, va: Va) -> list[Site]:
        """(file, expression) of each read, in file order; assignments to it are none."""
        var = self.symbols.variable(va)
        own = "private" in var.modifiers or var.kind not in ("field", "top")
        key = (va[0] if own else _EVERYWHERE, var.name)
        if key not in self._by_name:
            found: defaultdict[Va, list[Site]] = defaultdict(list)
            for f, e in self._mentions(*key):
                meant = self.resolver.variable_of(f, e) if e not in self.resolver.assigned(f) else None
                if meant is not None and not isinstance(meant, Param):
                    found[meant].append((f, e))
            self._by_name[key] = found
        return self._by_name[key].get(va, [])

    def near(self, va: Va) -> tuple[Site, ...]:
        """The same, by its bare name in its own file and files of subclasses only: for names that every screen has, like
        `viewModel`."""
        if va not in self._near:
            f, _ = va
            var = self.symbols.variable(va)
            files = {f}
            if var.owner >= 0:
                files.update(ty[0] for ty in self.symbols.subtypes(self.symbols.name_of((f, var.owner))))
            own = "private" in var.modifiers or var.kind not in ("field", "top")
            self._near[va] = tuple(
                (at, e) for at, e in self._mentions(f if own else _EVERYWHERE, var.name)
                if (at in files or var.kind != "field" or self.resolver.expr(at, e).kind != "name")
                and e not in self.resolver.assigned(at) and self.resolver.variable_of(at, e) == va
            )  # fmt: skip
        return self._near[va]

    def _mentions(self, f: int, name: str) -> Iterator[Site]:
        mentions = self._sites(name) if f == _EVERYWHERE else ((f, e) for e in self.symbols.facts(f).sites.get(name, ()))
        for at, e in mentions:
            row = self.resolver.expr(at, e)
            if row.function >= 0 and row.kind in ("name", "field"):
                yield at, e
