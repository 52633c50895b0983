"""Dependency injection: who causes an injected object to be made.

Dagger, Hilt and Anvil by `@Inject` and `@Provides` (jakarta/javax.inject), and by what components and entry points answer. What
`@Binds` says follows from the class hierarchy. An object made by injection runs its constructor where it is first wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from askfirst.findings import Confidence
from askfirst.model.resolve import Param, Resolver
from askfirst.model.symbols import Fn, Symbols, Ty, arguments, plain

_HOLDERS = frozenset({"Lazy", "Provider", "Set", "List", "Map", "MutableSet", "Optional", "Collection"})
_DEFERS = frozenset({"Lazy", "Provider", "Producer"})  # make their object when it is asked for
_ANSWERS = frozenset(
    {"@AssistedFactory", "@EntryPoint", "@EarlyEntryPoint", "@Component", "@Subcomponent", "@DefineComponent", "@MergeComponent"}
)
# Functions of a class that run when its fields are injected, the earliest first.
_FIRST = ("<init>", "<fields>", "attachBaseContext", "onAttach", "onCreate", "create", "onCreateView", "onViewCreated",
          "onStartCommand", "onReceive", "doWork", "onBind")  # fmt: skip


class Wanting(NamedTuple):
    """A function that causes an object to be made: at expression `at`, or where it begins (-1)."""

    fn: Fn
    at: int
    confidence: Confidence


class Want(NamedTuple):
    """A place that wants an object of a type: the function that runs when it is made."""

    fn: Fn
    written: str  # the type as written, holders taken off
    owner: int
    direct: bool  # False: one of a set
    deferred: str  # the name of the variable or parameter that makes it when it is read; "" when it is made at once


class Injection:
    """Answers who wants an injected type."""

    def __init__(self, symbols: Symbols, resolver: Resolver, sites: Callable[[str], Iterator[tuple[int, int]]]) -> None:
        """`sites`: every mention of a name."""
        self.symbols, self.resolver, self._sites = symbols, resolver, sites
        self._wanted = symbols.memory.gather(len(symbols.units), self._wants_in)  # simple name of a type → who wants it

    def wants(self, name: str) -> Iterator[Wanting]:
        """What causes an object of the class `name` to be made, for it or for a supertype of it."""
        for upper in self.symbols.ancestors(name):
            if upper not in self.symbols.types:
                continue
            for want in self._wanted[upper.rpartition(".")[2]]:
                if self.symbols.resolve(want.fn[0], want.written, want.owner) == upper:
                    several = upper != name and len(self.symbols.subtypes(upper)) > 1
                    sure = Confidence.MEDIUM if several or not want.direct else Confidence.HIGH
                    if not want.deferred:
                        yield Wanting(want.fn, -1, sure)
                    for f, e in self._reads(want) if want.deferred else ():
                        yield Wanting((f, self.resolver.expr(f, e).function), e, sure)

    def _reads(self, want: Want) -> Iterator[tuple[int, int]]:
        """Where the Lazy or Provider of a want is read."""
        own = self.symbols.name_of((want.fn[0], want.owner))
        field = self.symbols.find_field(want.fn[0], own, want.deferred)
        for f, e in self._sites(want.deferred):
            row = self.resolver.expr(f, e)
            if row.kind in ("name", "field") and row.function >= 0 and e not in self.resolver.assigned(f):
                found = self.resolver.variable_of(f, e)
                if found is not None and (found == field or (isinstance(found, Param) and found.fn == want.fn)):
                    if self.resolver.scope(f).holders.get(e, ("", -1))[0] != "assign":  # this.tracker = tracker
                        yield f, e

    def is_provider(self, fn: Fn) -> bool:
        """Whether `fn` is a `@Provides` function."""
        return "@Provides" in self.symbols.function(fn).modifiers

    def is_injected(self, ty: Ty) -> bool:
        """Whether a constructor of the class is marked for injection."""
        return any(
            {"@Inject", "@AssistedInject"} & set(self.symbols.function(fn).modifiers)
            for fn in self.symbols.methods(ty).get("<init>", ())
        )

    def provided(self, fn: Fn) -> str:
        """What a `@Provides` function gives: a qualified class, "" when unknown or not the project's."""
        row = self.symbols.function(fn)
        return self.symbols.resolve(fn[0], _unheld(row.returns)[0], row.owner)

    def _wants_in(self, f: int) -> Iterator[tuple[str, Want]]:
        facts = self.symbols.facts(f)
        for n, fn in enumerate(facts.functions):
            if "@Inject" in fn.modifiers or "@Provides" in fn.modifiers or "@AssistedInject" in fn.modifiers:
                for param in fn.params:
                    yield _want((f, n), param.type, fn.owner, param.name)
            elif fn.owner >= 0 and fn.returns and not _ANSWERS.isdisjoint(facts.types[fn.owner].modifiers):
                yield _want((f, n), fn.returns, fn.owner, "")  # what a component or an entry point answers
        for var in facts.variables:
            if var.owner >= 0 and var.type and any(m.startswith("@Inject") or m == "@set:Inject" for m in var.modifiers):
                first = self.first((f, var.owner))
                if first is not None:
                    yield _want(first, var.type, var.owner, var.name)

    def first(self, ty: Ty) -> Fn | None:
        """The function of a class that runs when its fields are injected."""
        own = self.symbols.name_of(ty)
        for upper in self.symbols.ancestors(own):
            for at in self.symbols.types.get(upper, ()):
                for name in _FIRST:
                    fns = self.symbols.methods(at).get(name)
                    if fns:
                        return fns[0]
        return None


def _want(fn: Fn, written: str, owner: int, name: str) -> tuple[str, Want]:
    inner, holders = _unheld(written)
    deferred = name if _DEFERS & holders and owner >= 0 else ""
    return inner.rpartition(".")[2], Want(fn, inner, owner, not holders - _DEFERS, deferred)


def _unheld(written: str) -> tuple[str, frozenset[str]]:
    """A type without Lazy<>, Provider<>, Set<> around it, and what was around it."""
    holders = set()
    for _ in range(3):
        inside, holder = arguments(written), plain(written).rpartition(".")[2]
        if holder not in _HOLDERS or not inside:
            break
        holders.add(holder)
        written = inside[-1]
    return plain(written), frozenset(holders)
