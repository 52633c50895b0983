"""Objects, companions and statics: initialised where the class is first used."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from askfirst.model.resolve import Param, Resolver
from askfirst.model.symbols import Ty

Site = tuple[int, int]  # file, expression


class FirstUse:
    """Answers where the use of a class initialises it (Java Language Specification, 12.4.1)."""

    def __init__(self, resolver: Resolver, sites: Callable[[str], Iterator[Site]]) -> None:
        """`sites`: every mention of a name."""
        self.resolver, self.symbols, self._sites = resolver, resolver.symbols, sites

    def of(self, ty: Ty, simple: str) -> Iterator[Site]:
        """The mentions of the type, by the name that code has for it, that can be its first use."""
        own, kind = self.symbols.name_of(ty), self.symbols.type(ty).kind
        for f, e in self._sites(simple):
            use = self.resolver.expr(f, e)
            if use.kind in ("name", "field") and use.function >= 0 and self._means(f, e, own, kind) and not self._only_named(f, e):
                yield f, e

    def _means(self, f: int, e: int, own: str, kind: str) -> bool:
        found = self.resolver.type_of(f, e)
        return found == own or (kind == "companion" and own.rpartition(".")[0] == found)

    def _only_named(self, f: int, e: int) -> bool:
        """Whether a mention of a class initialises nothing: `X::class`, or a constant of it, whose value the compiler puts in."""
        exprs, parent = self.symbols.facts(f).exprs, self.resolver.scope(f).parents[e]
        if parent < 0:
            return e + 1 < len(exprs) and exprs[e + 1].kind == "class" and exprs[e + 1].value.endswith(exprs[e].value)
        read = self.resolver.variable_of(f, parent) if exprs[parent].kind == "field" else None
        if read is None or isinstance(read, Param):
            return False
        var = self.symbols.variable(read)
        written = self.symbols.facts(read[0]).exprs[var.value].kind if var.value >= 0 else ""
        return "const" in var.modifiers or ({"static", "final"} <= set(var.modifiers) and written in ("str", "int", "bool", "char"))
