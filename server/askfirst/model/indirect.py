"""Code reached by its name: reflection on constant class names, and service loaders."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from askfirst.model.resolve import Resolver
from askfirst.model.symbols import Fn, Ty

_LOADS = frozenset({"forName", "loadClass"})
_MAKES = frozenset({"newInstance", "createInstance"})
_METHODS = ("getMethod", "getDeclaredMethod")

Site = tuple[int, int]  # file, expression


class Indirect:
    """Answers where classes and methods are named by a text, or found through the interface they serve."""

    def __init__(self, resolver: Resolver, sites: Callable[[str], Iterator[Site]]) -> None:
        """`sites`: every mention of a name or a text."""
        self.resolver, self.symbols, self._sites = resolver, resolver.symbols, sites

    def makes(self, ty: Ty) -> Iterator[Site]:
        """Where an object of the class is made by `Class.forName("…").newInstance()` or a service loader."""
        for f, e in self._loaded(ty):
            if any(self._in_function(f, e, name) for name in _MAKES):
                yield f, e
        row = self.symbols.type(ty)
        for above in self.symbols.ancestors(self.symbols.name_of(ty))[1:] if row.kind == "class" else ():
            for f, e in self._sites(above.rpartition(".")[2]):
                literal, scope = self.resolver.expr(f, e), self.resolver.scope(f)
                call = scope.argument(e)[0] if literal.kind == "class" and literal.function >= 0 else -1
                if call >= 0 and scope.dotted(self.resolver.expr(f, call).kids[0]).endswith("ServiceLoader"):
                    if self.symbols.resolve(f, literal.value) == above:
                        yield f, e

    def calls(self, fn: Fn) -> Iterator[Site]:
        """Where the method is called by `Class.forName("…").getMethod("…")`."""
        row = self.symbols.function(fn)
        loaded = {(f, self.resolver.expr(f, e).function) for f, e in self._loaded((fn[0], row.owner))} if row.owner >= 0 else set()
        for f, e in (site for name in _METHODS for site in self._sites(name)) if loaded else ():
            given = self.resolver.scope(f).arguments(e)
            if (f, self.resolver.expr(f, e).function) in loaded and given:
                if self.resolver.expr(f, given[0]).kind == "str" and self.resolver.expr(f, given[0]).value == row.name:
                    yield f, e

    def _loaded(self, ty: Ty) -> Iterator[Site]:
        """Where the class is loaded by its full name."""
        for f, e in self._sites(self.symbols.name_of(ty)):
            row = self.resolver.expr(f, e)
            call = self.resolver.scope(f).argument(e)[0] if row.kind == "str" and row.function >= 0 else -1
            if call >= 0 and self.resolver.expr(f, call).value in _LOADS:
                yield f, e

    def _in_function(self, f: int, e: int, name: str) -> bool:
        """Whether the function that evaluates `e` calls `name`."""
        facts, n = self.symbols.facts(f), self.resolver.expr(f, e).function
        return any(facts.exprs[at].function == n for at in facts.sites.get(name, ()))
