"""Dependency injection: who causes an injected object to be made.

Dagger, Hilt and Anvil by `@Inject` and `@Provides` (jakarta/javax.inject), and by what components and entry points answer. What
`@Binds` says follows from the class hierarchy. An object made by injection runs its constructor where it is first wanted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from askfirst.findings import Confidence
from askfirst.model.resolve import Resolver
from askfirst.model.symbols import Fn, Symbols, Ty, arguments, plain

_HOLDERS = frozenset({"Lazy", "Provider", "Set", "List", "Map", "MutableSet", "Optional", "Collection"})
_ANSWERS = frozenset({"@EntryPoint", "@EarlyEntryPoint", "@Component", "@Subcomponent", "@DefineComponent", "@MergeComponent"})
# Functions of a class that run when its fields are injected, the earliest first.
_FIRST = ("<init>", "<fields>", "attachBaseContext", "onAttach", "onCreate", "create", "onCreateView", "onViewCreated",
          "onStartCommand", "onReceive", "doWork", "onBind")  # fmt: skip


class Want(NamedTuple):
    """A place that wants an object of a type: the function that runs when it is made."""

    fn: Fn
    written: str  # the type as written, holders taken off
    owner: int
    direct: bool  # False: through Lazy, Provider or a set


class Injection:
    """Answers who wants an injected type."""

    def __init__(self, symbols: Symbols, resolver: Resolver) -> None:
        self.symbols, self.resolver = symbols, resolver

    def wants(self, name: str) -> Iterator[tuple[Fn, Confidence]]:
        """The functions that cause an object of the class `name` to be made, for it or for a supertype of it."""
        for upper in self.symbols.ancestors(name):
            if upper not in self.symbols.types:
                continue
            for want in self._wanted.get(upper.rpartition(".")[2], ()):
                if self.symbols.resolve(want.fn[0], want.written, want.owner) == upper:
                    several = upper != name and len(self.symbols.subtypes(upper)) > 1
                    yield want.fn, Confidence.MEDIUM if several or not want.direct else Confidence.HIGH

    def is_provider(self, fn: Fn) -> bool:
        """Whether `fn` is a `@Provides` function."""
        return "@Provides" in self.symbols.function(fn).modifiers

    def is_injected(self, ty: Ty) -> bool:
        """Whether a constructor of the class is marked for injection."""
        return any(
            "@Inject" in self.symbols.function(fn).modifiers for fn in self.symbols.methods[ty].get("<init>", ())
        )

    def provided(self, fn: Fn) -> str:
        """What a `@Provides` function gives: a qualified class, "" when unknown or not the project's."""
        row = self.symbols.function(fn)
        return self.symbols.resolve(fn[0], _unheld(row.returns)[0], row.owner)

    @cached_property
    def _wanted(self) -> dict[str, list[Want]]:
        found: defaultdict[str, list[Want]] = defaultdict(list)
        for f, unit in enumerate(self.symbols.units):
            facts = unit.facts
            for n, fn in enumerate(facts.functions):
                if "@Inject" in fn.modifiers or "@Provides" in fn.modifiers or "@AssistedInject" in fn.modifiers:
                    for param in fn.params:
                        self._note(found, (f, n), param.type, fn.owner)
                elif fn.owner >= 0 and fn.returns and not _ANSWERS.isdisjoint(facts.types[fn.owner].modifiers):
                    self._note(found, (f, n), fn.returns, fn.owner)  # what a component or an entry point answers
            for var in facts.variables:
                if (
                    var.owner >= 0
                    and var.type
                    and any(m.startswith("@Inject") or m == "@set:Inject" for m in var.modifiers)
                ):
                    first = self.first((f, var.owner))
                    if first is not None:
                        self._note(found, first, var.type, var.owner)
        return found

    def _note(self, found: dict[str, list[Want]], fn: Fn, written: str, owner: int) -> None:
        inner, direct = _unheld(written)
        found[inner.rpartition(".")[2]].append(Want(fn, inner, owner, direct))

    def first(self, ty: Ty) -> Fn | None:
        """The function of a class that runs when its fields are injected."""
        own = self.symbols.name_of(ty)
        for upper in self.symbols.ancestors(own):
            for at in self.symbols.types.get(upper, ()):
                for name in _FIRST:
                    fns = self.symbols.methods[at].get(name)
                    if fns:
                        return fns[0]
        return None


def _unheld(written: str) -> tuple[str, bool]:
    """A type without Lazy<>, Provider<>, Set<> around it, and whether nothing was around it."""
    direct = True
    for _ in range(3):
        inside = arguments(written)
        if plain(written).rpartition(".")[2] not in _HOLDERS or not inside:
            break
        written, direct = inside[-1].replace("@JvmSuppressWildcards", "").strip(), False
    return plain(written), direct
