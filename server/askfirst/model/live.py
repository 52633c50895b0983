"""Symbols of a project that changes while it is watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from askfirst.facts.rows import Facts, Function, Type, Variable
from askfirst.model.files import Unit
from askfirst.model.memo import Live, Thing
from askfirst.model.symbols import Fn, Members, Symbols, Ty, Va


class LiveSymbols(Symbols):
    """As Symbols; says which files it was asked about, and takes another version of one."""

    def __init__(
        self,
        units: Sequence[Unit],
        hierarchy: Mapping[str, str],
        visible: Callable[[str, str], bool],
        known: Callable[[str], bool],
        memory: Live,
    ) -> None:
        super().__init__(units, hierarchy, visible, known, memory)
        self._live = memory
        self._files = [memory.thing(f) for f in range(len(self.units))]

    def facts(self, f: int) -> Facts:
        frames = self._live.frames
        if frames:
            frames[-1][self._files[f]] = None
        return self.units[f].facts

    def function(self, fn: Fn) -> Function:
        return self.facts(fn[0]).functions[fn[1]]

    def type(self, ty: Ty) -> Type:
        return self.facts(ty[0]).types[ty[1]]

    def variable(self, va: Va) -> Variable:
        return self.facts(va[0]).variables[va[1]]

    def members(self, f: int) -> Members:
        self.facts(f)
        return super().members(f)

    def replace(self, f: int, unit: Unit) -> Iterator[Thing]:
        """Put another version in the place of file `f`; yields what is no longer as it was when somebody looked."""
        before, after = self.rows(f, self.units[f].facts), self.rows(f, unit.facts)
        self.units[f], self._members[f] = unit, None
        for table, old, new in zip(self.tables, before, after, strict=True):
            yield from table.replace(old, new)  # type: ignore[attr-defined]
        yield self._files[f]
