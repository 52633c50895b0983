"""Where a variable is read and assigned to, in all files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from askfirst.model.resolve import Param, Resolver
from askfirst.model.symbols import Va

Site = tuple[int, int]  # file, expression
_EVERYWHERE = -1


class _Uses(NamedTuple):
    read: dict[Va, list[Site]]
    assigned: dict[Va, list[Site]]


class Reads:
    """Answers who reads a variable. Names are gone through once, for all variables of that name."""

    def __init__(self, resolver: Resolver, sites: Callable[[str], Iterator[Site]]) -> None:
        """`sites`: every mention of a name."""
        self.resolver, self.symbols, self._sites = resolver, resolver.symbols, sites
        self._by_name = self.symbols.memory.memo(self._find)
        self._near = self.symbols.memory.memo(self._find_near)

    def of(self, va: Va) -> list[Site]:
        """(file, expression) of each read, in file order; assignments to it are none."""
        return self._uses(va).read.get(va, [])

    def assignments(self, va: Va) -> list[Site]:
        """(file, expression) of each assignment to it, its target; the value of its declaration is none."""
        return self._uses(va).assigned.get(va, [])

    def _uses(self, va: Va) -> _Uses:
        return self._by_name[self._where(va), self.symbols.variable(va).name]

    def _find(self, key: tuple[int, str]) -> _Uses:
        """All uses of the variables of a name, in one file or _EVERYWHERE."""
        read: defaultdict[Va, list[Site]] = defaultdict(list)
        assigned: defaultdict[Va, list[Site]] = defaultdict(list)
        if key[0] == _EVERYWHERE:
            for f in self.symbols.naming.get(key[1], ()):
                uses = self._by_name[f, key[1]]
                for into, some in ((read, uses.read), (assigned, uses.assigned)):
                    for va, sites in some.items():
                        into[va] += sites
            return _Uses(read, assigned)
        for f, e in self._mentions(*key):
            meant = self.resolver.variable_of(f, e)
            if meant is not None and not isinstance(meant, Param):
                (assigned if e in self.resolver.assigned(f) else read)[meant].append((f, e))
        return _Uses(read, assigned)

    def _where(self, va: Va) -> int:
        """The only file that can mention a variable, or _EVERYWHERE."""
        var = self.symbols.variable(va)
        return va[0] if "private" in var.modifiers or var.kind not in ("field", "top") else _EVERYWHERE

    def near(self, va: Va) -> tuple[Site, ...]:
        """The same, by its bare name in its own file and files of subclasses only: for names that every screen has, like
        `viewModel`."""
        return self._near[va]

    def _find_near(self, va: Va) -> tuple[Site, ...]:
        f, _ = va
        var = self.symbols.variable(va)
        files = {f}
        if var.owner >= 0:
            files.update(ty[0] for ty in self.symbols.subtypes(self.symbols.name_of((f, var.owner))))
        return tuple(
            (at, e) for at, e in self._mentions(self._where(va), var.name)
            if (at in files or var.kind != "field" or self.resolver.expr(at, e).kind != "name")
            and e not in self.resolver.assigned(at) and self.resolver.variable_of(at, e) == va
        )  # fmt: skip

    def _mentions(self, f: int, name: str) -> Iterator[Site]:
        mentions = self._sites(name) if f == _EVERYWHERE else ((f, e) for e in self.symbols.facts(f).sites.get(name, ()))
        for at, e in mentions:
            row = self.resolver.expr(at, e)
            if row.function >= 0 and row.kind in ("name", "field"):
                yield at, e
