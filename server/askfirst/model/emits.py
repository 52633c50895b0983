"""Where a stream gets its elements: from a person's act on a view, or where code puts them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from askfirst.facts.rows import Expr
from askfirst.model import execution
from askfirst.model.resolve import Param, Resolver
from askfirst.model.symbols import Fn, Va

STEPS = 6  # variables and functions that a stream is followed through

_PUTS = frozenset("postValue setValue set emit tryEmit onNext accept send trySend offer lazySet getAndSet complete".split())
# What holds nothing until something is put in (reactivex.io, "Subject"; kotlinx.coroutines, SharedFlow; androidx.lifecycle,
# LiveData, without a first value).
_EMPTY = frozenset("PublishSubject PublishRelay PublishProcessor MutableSharedFlow Channel BroadcastChannel SingleLiveEvent".split())
_UNTIL_SET = frozenset("BehaviorSubject BehaviorRelay BehaviorProcessor MutableLiveData".split())
_AT_ONCE = frozenset("let run apply also with takeIf takeUnless".split())  # run the lambda with the stream, not with its elements


class Put(NamedTuple):
    """One place where something is put into a variable that holds a stream: the expression that does, and what it puts in."""

    f: int
    at: int
    value: int


class Emits:
    """Follows streams back to their sources; every answer is remembered."""

    def __init__(self, resolver: Resolver, files_naming: Callable[[str], list[int]]) -> None:
        """`files_naming`: the files that mention a name."""
        self.resolver, self.symbols, self._files_naming = resolver, resolver.symbols, files_naming
        self._puts: dict[Va, list[Put]] = {}
        self._sources: dict[Va, list[Put] | None] = {}

    def of(self, f: int, call: int) -> list[Put] | None:
        """Where the elements come from that a stream's operator at `call` gives to its lambda: places in the code, none if from
        a person's act. None where that is unknown, or where a first element is there at once."""
        row = self.resolver.expr(f, call)
        if row.kind != "call" or row.value in _AT_ONCE:
            return None
        return self._behind(f, row.kids[0], STEPS)

    def puts(self, found: Va) -> list[Put]:
        """All that is put into a variable, in file order."""
        if found not in self._puts:
            self._puts[found] = list(self._find_puts(found))
        return self._puts[found]

    def _behind(self, f: int, e: int, left: int) -> list[Put] | None:
        while e >= 0 and left:
            row = self.resolver.expr(f, e)
            if row.kind == "call" and execution.VIEW_STREAMS.search(row.value):
                return []
            if row.kind in ("name", "field"):
                found = self.resolver.variable_of(f, e)
                if found is not None:
                    return None if isinstance(found, Param) else self._in_variable(found, left)
            if row.kind in ("name", "field", "call"):
                targets = self.resolver.targets(f, e)
                if targets:
                    return self._answered(targets[0].fn, left) if len(targets) == 1 else None
            e = row.kids[0] if row.kids and (row.kind in ("call", "field", "cast") or row.value == "!!") else -1
        return None

    def _answered(self, fn: Fn, left: int) -> list[Put] | None:
        answers = self.resolver.scope(fn[0]).returns.get(fn[1], ())
        return self._behind(fn[0], answers[0], left - 1) if len(answers) == 1 else None

    def _in_variable(self, found: Va, left: int) -> list[Put] | None:
        f, var = found[0], self.symbols.variable(found)
        getters = self.symbols.methods[f, var.owner].get("<get>" + var.name, []) if var.owner >= 0 else []
        if getters:
            return self._answered(getters[0], left)
        if var.value < 0:
            owner = self.symbols.name_of((f, var.owner)) if var.owner >= 0 else ""
            fields = [self.symbols.find_field(ty[0], self.symbols.name_of(ty), var.name) for ty in self.symbols.subtypes(owner)]
            below = [va for va in fields if va is not None and va != found]
            return self._in_variable(below[0], left - 1) if len(set(below)) == 1 and left else None
        row, value = self.resolver.expr(f, var.value), var.value
        if "by" in var.modifiers:
            made = [kid for kid in row.kids if kid >= 0 and self.resolver.expr(f, kid).kind == "lambda"]
            n = int(self.resolver.expr(f, made[0]).value) if row.value == "lazy" and made else -1
            value = self.symbols.facts(f).functions[n].body if n >= 0 else -1
            return self._behind(f, value, left - 1)
        if self._is_empty(f, value, row):
            return self._filled(found)
        return self._behind(f, value, left - 1)

    def _is_empty(self, f: int, e: int, row: Expr) -> bool:
        """Whether a stream is made that has no first element."""
        if row.kind not in ("call", "new"):
            return False
        made = self.resolver.expr(f, row.kids[0]).value if row.value == "create" and row.kids[0] >= 0 else row.value
        return made in _EMPTY or (made in _UNTIL_SET and not self.resolver.scope(f).arguments(e))

    def _filled(self, found: Va) -> list[Put] | None:
        """Where a variable's stream is filled; None where others may do so too, who are given it."""
        if found not in self._sources:
            given = any(self.resolver.scope(f).argument(e)[1] >= 0 for f, e in self._uses(found))
            self._sources[found] = (self.puts(found) or None) if not given else None
        return self._sources[found]

    def _uses(self, found: Va) -> Iterator[tuple[int, int]]:
        var = self.symbols.variable(found)
        for f in [found[0]] if "private" in var.modifiers else self._files_naming(var.name):
            for e in self.symbols.facts(f).sites.get(var.name, ()):
                if self.resolver.expr(f, e).kind in ("name", "field") and self.resolver.variable_of(f, e) == found:
                    yield f, e

    def _find_puts(self, found: Va) -> Iterator[Put]:
        for f, use in self._uses(found):
            scope = self.resolver.scope(f)
            parent = scope.parents[use]
            row = scope.facts.exprs[parent] if parent >= 0 else None
            if row is None or not row.kids or row.kids[0] != use:
                continue
            given = scope.arguments(parent) if row.kind == "call" and row.value in _PUTS else []
            if given:
                yield Put(f, parent, given[-1])
            for a in scope.assigns.get("value", ()) if row.kind == "field" and row.value == "value" else ():
                if scope.facts.assigns[a].target == parent:
                    yield Put(f, parent, scope.facts.assigns[a].value)
