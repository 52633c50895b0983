"""The call graph, asked backwards: who runs this function, under which conditions, how surely."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from askfirst.facts.rows import Expr, Function
from askfirst.findings import Confidence
from askfirst.model.awaits import Gate
from askfirst.model.files import Unit
from askfirst.model.handover import KEPT, SAME, Edge, Run
from askfirst.model.made import Made
from askfirst.model.memo import Memo
from askfirst.model.resolve import Resolver
from askfirst.model.symbols import Fn, Symbols, Ty, plain

_LAZY = re.compile(r"^lazy|^memoi[sz]e|Lazy$")  # Kotlin's own, wrappers of it, Guava's `Suppliers`
_CARRIED = ("java.io.Serializable", "android.os.Parcelable")  # objects that come back out of intents and files
_DEFERRED = frozenset({"Lazy", "Supplier", "Provider", "Callable"})  # types of what is run when it is asked
__all__ = ["KEPT", "SAME", "Calls", "Edge", "Gate", "Run"]


class _Call(NamedTuple):
    """A mention of a name that may run a function; `several`: methods of more than one class may answer it."""

    at: int
    confidence: Confidence
    several: bool


class Calls(Made):
    """Answers `callers`. Nothing is resolved before it is asked for; every answer is remembered."""

    def __init__(self, symbols: Symbols, resolver: Resolver, units: Callable[[], Sequence[Unit]]) -> None:
        """`units`: the files of the project; of layouts too."""
        super().__init__(symbols, resolver, units)
        memory = symbols.memory
        self._callers: Memo[Fn, tuple[Edge, ...]] = memory.memo(lambda fn: tuple(sorted(set(self._find(fn)))))
        self._called: Memo[tuple[str, int], dict[Fn, list[_Call]]] = memory.memo(self._called_in)
        self._makings = memory.memo(self._makings_of)
        self._held_names = memory.gather(len(symbols.units), self._held_in)  # simple name of a type → variables of it

    def callers(self, fn: Fn) -> tuple[Edge, ...]:
        """The edges that lead to `fn`, in file order."""
        return self._callers[fn]

    def _this(self, f: int, e: int, fn: Fn) -> str:
        """Whether a call stays on the same object: `x()`, `this.x()`, `super.x()` within one class hierarchy."""
        row, target = self.resolver.expr(f, e), self.symbols.function(fn)
        receiver = row.kids[0] if row.kids else -1
        kind = self.resolver.expr(f, receiver).kind if receiver >= 0 else "this"
        owner = self.symbols.facts(f).functions[row.function].owner
        if kind == "super":
            return KEPT
        if kind != "this" or owner < 0 or target.owner < 0 or row.kind == "ref":
            return ""
        mine, theirs = self.symbols.name_of((f, owner)), self.symbols.name_of((fn[0], target.owner))
        return SAME if self.symbols.is_a(mine, theirs) or self.symbols.is_a(theirs, mine) else ""

    def _find(self, fn: Fn) -> Iterator[Edge]:
        f, n = fn
        row = self.symbols.function(fn)
        if row.name == "<lambda>":
            e = self.resolver.scope(f).lambdas.get(n, -1)
            if self._is_lazy(f, e):
                yield from self._lazily(f, e)
            else:
                yield from self._given(f, e)
            return
        if row.name == "<file>":
            yield from self._file_read(fn)
            return
        names = list(_mentions(row.name, self.simple_name(f, row.owner)))
        if row.name == "invoke" and row.owner >= 0:
            names += [*self._holders_of(self.symbols.name_of((f, row.owner))), self.simple_name(f, row.owner)]
        if row.name in ("<init>", "<fields>", "<clinit>") and row.owner >= 0:
            names += self.symbols.spellings((f, row.owner))[1:]
        for name in names:
            for at in self.files_naming(name):
                for call in self._called[name, at].get(fn, ()):
                    yield from self._call(at, call, fn)
        if self.injection.is_provider(fn):
            yield from self.injected(self.injection.provided(fn))
        if row.owner >= 0:
            ty = (f, row.owner)
            if "@Subscribe" in row.modifiers and row.params:
                yield from self._posted(f, row)
            for at, e in self.indirect.calls(fn):
                yield self.edge(at, e, Confidence.MEDIUM, "call")
            if row.name in ("<init>", "<fields>", "<clinit>"):
                yield from self.initialised(ty, row.name)
            elif self.overrides_library(fn) or self._told(fn):
                yield from self.called_back(fn)

    def _given(self, f: int, e: int) -> Iterator[Edge]:
        """Code that is given to something: to Koin, or to who runs it."""
        definition = self.koin.definition(f, e)
        yield from self._by_koin(f, definition) if definition >= 0 else self.handed(f, e, "hands-over")

    def _called_in(self, key: tuple[str, int]) -> dict[Fn, list[_Call]]:
        """What the mentions of a name in one file call."""
        name, f = key
        found: defaultdict[Fn, list[_Call]] = defaultdict(list)
        for e in self.symbols.facts(f).sites[name]:
            targets = self.resolver.find_targets(f, e) if self.resolver.expr(f, e).kind not in ("class", "typearg") else ()
            several = len(targets) > 1 and len({(t.fn[0], self.symbols.function(t.fn).owner) for t in targets}) > 1
            for target in targets:
                found[target.fn].append(_Call(e, target.confidence, several))
        return dict(found)

    def _call(self, f: int, call: _Call, fn: Fn) -> Iterator[Edge]:
        e, row = call.at, self.resolver.expr(f, call.at)
        if (f, row.function) == fn:
            return
        how = "constructs" if self.symbols.function(fn).name.startswith("<") and row.kind != "field" else "call"
        if row.kind == "ref":
            yield from self._given(f, e)
        else:
            this, gates = self._this(f, e, fn) if how == "call" else "", self._chosen(f, row, fn)
            if how == "call" and not this and call.several:
                gates += self._made_under(fn)
            yield self.edge(f, e, call.confidence, how, gates, this)

    def _chosen(self, f: int, row: Expr, fn: Fn) -> tuple[Gate, ...]:
        """The conditions under which the receiver of a call is an object of the method's class, where its origin chooses among
        several: `if (agreed) Real() else Empty()`."""
        owner = self.symbols.function(fn).owner
        if row.kind != "call" or row.kids[0] < 0 or owner < 0:
            return ()
        leaves = self.origins.of(f, row.kids[0])
        own = self.symbols.name_of((fn[0], owner))
        mine = [(at, leaf) for at, leaf in leaves if self.symbols.is_a(self.resolver.type_of(at, leaf), own)]
        if len(leaves) < 2 or len(mine) != 1:
            return ()
        guard = self.resolver.expr(*mine[0]).guard
        return ((mine[0][0], guard),) if guard >= 0 and mine[0] != (f, row.kids[0]) else ()

    def _made_under(self, fn: Fn) -> tuple[Gate, ...]:
        """Of a call that methods of several classes may answer: the conditions under which an object of the class of `fn` is
        there, `if (agreed) tasks += Real()`. None where it can come from elsewhere than the one place that makes it: by a
        reference or a class literal, a copy, out of an intent."""
        ty = (fn[0], self.symbols.function(fn).owner)
        return self._makings[ty] if ty[1] >= 0 and self.symbols.type(ty).kind == "class" else ()

    def _makings_of(self, ty: Ty) -> tuple[Gate, ...]:
        own, row = self.symbols.name_of(ty), self.symbols.type(ty)
        if "data" in row.modifiers or self.symbols.subtypes(own) or self.symbols.is_a(own, *_CARRIED) or self.injection.is_injected(ty):
            return ()
        if any(self.indirect.makes(ty)):
            return ()
        mentions = [at for name in self.symbols.spellings(ty) for at in self.sites(name) if self.resolver.expr(*at).kind != "name"]
        if len(mentions) != 1 or self.resolver.callee(*mentions[0]) != (own, "<init>"):
            return ()
        return self.gates(*mentions[0])

    def _is_lazy(self, f: int, e: int) -> bool:
        """Whether a library's call only wraps the code, in a variable that is asked for its value later."""
        scope = self.resolver.scope(f)
        call = scope.argument(e)[0] if e >= 0 else -1
        kind, index = scope.holders.get(call, ("", -1))
        if call < 0 or not kind:
            return False
        wraps = kind == "variable" and plain(scope.facts.variables[index].type).rpartition(".")[2] in _DEFERRED
        return _LAZY.search(self.resolver.expr(f, call).value) is not None or (wraps and not self.resolver.targets(f, call))

    def _lazily(self, f: int, e: int) -> Iterator[Edge]:
        """`by lazy { … }` runs where the property is read, `Suppliers.memoize(() -> …)` where the supplier is."""
        scope = self.resolver.scope(f)
        kind, index = scope.holders[scope.argument(e)[0]]
        if kind != "variable":
            return
        if self._library_reads(f, index):
            yield self.edge(f, scope.argument(e)[0], Confidence.MEDIUM, "callback")
        for at, use in self.reads.of((f, index)):
            yield self.edge(at, use, Confidence.HIGH, "call")

    def _file_read(self, fn: Fn) -> Iterator[Edge]:
        """The properties at the top of a file are initialised when one of them is first read."""
        f, n = fn
        for v, var in enumerate(self.symbols.facts(f).variables):
            if var.kind == "top" and var.function == n and "const" not in var.modifiers:
                for at, e in self.reads.of((f, v)):
                    if (at, self.resolver.expr(at, e).function) != fn:
                        yield self.edge(at, e, Confidence.HIGH, "initialises")

    def _library_reads(self, f: int, v: int) -> bool:
        """Whether a property overrides one that no project type declares."""
        row = self.symbols.facts(f).variables[v]
        if "override" not in row.modifiers or row.owner < 0:
            return False
        above = self.symbols.ancestors(self.symbols.name_of((f, row.owner)))[1:]
        return not any(row.name in self.symbols.fields(ty) for upper in above for ty in self.symbols.types.get(upper, ()))

    def _posted(self, f: int, row: Function) -> Iterator[Edge]:
        """A subscriber of an event bus runs where an event of its parameter's class is posted (greenrobot EventBus, Otto)."""
        event = self.symbols.resolve(f, row.params[0].type, row.owner)
        for at, e in self.sites(event.rpartition(".")[2]) if event in self.symbols.types else ():
            call = self.resolver.scope(at).argument(e)[0]
            if call >= 0 and self.resolver.expr(at, call).value in ("post", "postSticky") and self.resolver.type_of(at, e) == event:
                yield self.edge(at, call, Confidence.MEDIUM, "callback")

    def _by_koin(self, f: int, definition: int) -> Iterator[Edge]:
        """What Koin makes runs where it is first asked for."""
        if self.koin.eager(f, definition):
            yield self.edge(f, definition, Confidence.HIGH, "injected")
        name = self.koin.made(f, definition)
        for at, ask in self.asks.of(name) if name else ():
            yield self.edge(at, ask, Confidence.MEDIUM, "injected")

    def _holders_of(self, name: str) -> list[str]:
        """Names of variables and parameters declared with the type `name` or a supertype: `useCase()` is `useCase.invoke()`."""
        return sorted({held for upper in self.symbols.ancestors(name) for held in self._held_names[upper.rpartition(".")[2]]})

    def _held_in(self, f: int) -> set[tuple[str, str]]:
        facts = self.symbols.facts(f)
        declared = {(var.type, var.name) for var in facts.variables} | {(p.type, p.name) for fn in facts.functions for p in fn.params}
        return {(plain(written).rpartition(".")[2], name) for written, name in declared if written}


def _mentions(name: str, simple: str) -> tuple[str, ...]:
    """The names by which code can mention a function."""
    if name in ("<init>", "<fields>", "<clinit>"):
        return (simple,)
    if name == "<file>" or name == "<lambda>":
        return ()
    if name.startswith(("<get>", "<set>")):
        prop = name[5:]
        return (prop, name[1:4] + prop[:1].upper() + prop[1:])
    if name.startswith(("get", "set")) and name[3:4].isupper():
        return (name, name[3].lower() + name[4:])
    return (name,)
