"""Functions that run only after a person's act, as far as names and the places of calls show."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from askfirst.model import execution
from askfirst.model.memo import Memo
from askfirst.model.resolve import Resolver
from askfirst.model.symbols import Fn, plain

STEPS = 4  # functions from the act to the place

Site = tuple[int, int]  # file, expression
# Annotations that say nothing of who calls a function.
_OWN = frozenset(
    "JvmStatic JvmOverloads JvmName Suppress SuppressWarnings SuppressLint Deprecated NonNull Nullable MainThread UiThread WorkerThread "
    "AnyThread VisibleForTesting OptIn ExperimentalCoroutinesApi RequiresApi TargetApi Synchronized Throws Composable".split()
)


class Persons:
    """Answers who runs a function, without following code that is handed over: what is not plainly a person's act is none."""

    def __init__(self, resolver: Resolver, sites: Callable[[str], Iterator[Site]]) -> None:
        """`sites`: every mention of a name."""
        self.resolver, self.symbols, self._sites = resolver, resolver.symbols, sites
        self._known: Memo[tuple[Fn, int], bool] = self.symbols.memory.memo(lambda key: self._wait(*key))

    def wait_for(self, fn: Fn, left: int = STEPS) -> bool:
        """Whether every way to the function that is seen begins with a person's act, and there is one."""
        return left > 0 and self._known[fn, left]

    def _wait(self, fn: Fn, left: int) -> bool:
        f, n = fn
        row, facts, scope = self.symbols.function(fn), self.symbols.facts(f), self.resolver.scope(f)
        if row.name == "<lambda>":
            e = scope.lambdas.get(n, -1)
            return self._given_to_person(f, e) or (row.outer >= 0 and self.wait_for((f, row.outer), left))
        if execution.waits_method(row.name):
            return all(self._wait_at(at, e, left) for at, e in self._mentions(fn))
        if row.owner >= 0 and facts.types[row.owner].function >= 0:  # a method of an object made in a function
            own = facts.types[row.owner]
            return any(map(execution.waits_type, own.supers)) or self.wait_for((f, own.function), left)
        if row.name.startswith("<") or row.name in execution.LIFECYCLE or self._others_call(fn):
            return False
        mentions = list(self._mentions(fn))
        return bool(mentions) and all(self._wait_at(at, e, left) for at, e in mentions)

    def _wait_at(self, f: int, e: int, left: int) -> bool:
        """Whether a mention of a function runs it after a person's act only: a call where that waits, a reference given to it."""
        row = self.resolver.expr(f, e)
        if row.kind == "ref" and self._given_to_person(f, e):
            return True
        return row.kind == "call" and self.wait_for((f, row.function), left - 1)

    def _others_call(self, fn: Fn) -> bool:
        """Whether code that is not seen may call it: an override, or one with an annotation of a framework."""
        row = self.symbols.function(fn)
        return any(word in ("override", "@Override") or (word.startswith("@") and word[1:] not in _OWN) for word in row.modifiers)

    def _mentions(self, fn: Fn) -> Iterator[Site]:
        for f, e in self._sites(self.symbols.function(fn).name):
            row = self.resolver.expr(f, e)
            if row.function >= 0 and (f, row.function) != fn and any(t.fn == fn for t in self.resolver.targets(f, e)):
                yield f, e

    def _given_to_person(self, f: int, e: int) -> bool:
        """Whether code is given to what waits for a person, by the name of the call, the parameter, the variable or the type."""
        if e < 0:
            return False
        scope = self.resolver.scope(f)
        call, _, name = scope.argument(e)
        if call >= 0 and self.resolver.targets(f, call):
            return False
        if call >= 0:
            called = self.resolver.expr(f, call).value
            return execution.waits(called) or execution.waits_type(called) or bool(name and execution.waits_parameter(name))
        kind, index = scope.holders.get(e, ("", -1))
        if kind == "assign":
            return execution.waits_parameter(self.resolver.expr(f, scope.facts.assigns[index].target).value)
        if kind == "variable":
            var = scope.facts.variables[index]
            return execution.waits(var.name) or execution.waits_type(plain(var.type))
        return False
