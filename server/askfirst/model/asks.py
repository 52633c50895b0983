"""Who asks for an object of a class by a call that names it, or whose place wants it: `inject<Foo>()`, `val foo: Foo by viewModels()`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from askfirst.model.reads import Reads
from askfirst.model.resolve import Resolver

# Koin's calls, and those of androidx, Hilt and Koin that make view models.
_ASKS = (
    "inject", "get", "getOrNull", "injectOrNull", "koinInject", "viewModel", "getViewModel", "koinViewModel", "activityViewModel",
    "koinNavViewModel", "viewModels", "activityViewModels", "hiltViewModel", "navGraphViewModels", "hiltNavGraphViewModels",
)  # fmt: skip

Site = tuple[int, int]  # file, expression


class Asks:
    """Answers where a class is asked for."""

    def __init__(self, resolver: Resolver, sites: Callable[[str], Iterator[Site]], reads: Reads) -> None:
        """`sites`: every mention of a name."""
        self.resolver, self.symbols, self._sites, self._reads = resolver, resolver.symbols, sites, reads
        # class → where it is asked for without naming it: `val foo: Foo by inject()`, `Bar(get())`
        self._untyped = self.symbols.memory.gather(len(self.symbols.units), self._untyped_in)

    def of(self, name: str) -> Iterator[Site]:
        """Where the class `name`, or a supertype of it that the project declares, is asked for."""
        for upper in self.symbols.ancestors(name):
            if upper in self.symbols.types:
                yield from self._named(upper)
                yield from self._untyped[upper]

    def _named(self, name: str) -> Iterator[Site]:
        """`inject<Foo>()`, `get(Foo.class)`."""
        for f, e in self._sites(name.rpartition(".")[2]):
            row, scope = self.resolver.expr(f, e), self.resolver.scope(f)
            call = scope.parents[e] if row.kind == "typearg" else scope.argument(e)[0] if row.kind == "class" else -1
            if call >= 0 and row.function >= 0 and self.resolver.expr(f, call).value in _ASKS:
                if self.symbols.resolve(f, row.value) == name:
                    yield from self._where(f, call)

    def _untyped_in(self, f: int) -> Iterator[tuple[str, Site]]:
        sites = self.symbols.facts(f).sites
        for e in (e for ask in _ASKS for e in sites.get(ask, ())):
            row = self.resolver.expr(f, e)
            kinds = {self.resolver.expr(f, kid).kind for kid in row.kids[1:] if kid >= 0}
            if row.kind == "call" and row.kids[0] < 0 and row.function >= 0 and not kinds & {"typearg", "class"}:
                for name in self._expected(f, e):
                    if name in self.symbols.types:
                        yield from ((name, site) for site in self._where(f, e))

    def _expected(self, f: int, e: int) -> Iterator[str]:
        """The class that the place of an expression wants."""
        scope = self.resolver.scope(f)
        kind, index = scope.holders.get(e, ("", -1))
        if kind == "variable":
            var = scope.facts.variables[index]
            yield self.symbols.resolve(f, var.type, var.owner) if var.type else ""
        if e in scope.defaults:
            fn = scope.facts.functions[scope.defaults[e][0]]
            yield self.symbols.resolve(f, fn.params[scope.defaults[e][1]].type, fn.owner)
        call, position, name = scope.argument(e)
        for target in self.resolver.targets(f, call) if call >= 0 else ():
            at = self.resolver.parameter(target.fn, position, name, False)
            if at is not None:
                fn = self.symbols.function(target.fn)
                yield self.symbols.resolve(target.fn[0], fn.params[at].type, fn.owner)

    def _where(self, f: int, e: int) -> Iterator[Site]:
        """Where an asking takes effect: `by inject()` asks when the property is read."""
        scope = self.resolver.scope(f)
        kind, index = scope.holders.get(e, ("", -1))
        if kind != "variable" or "by" not in scope.facts.variables[index].modifiers:
            yield f, e
            return
        yield from self._reads.near((f, index))
