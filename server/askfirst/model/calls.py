"""The call graph, asked backwards: who runs this function, under which conditions, how surely."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from askfirst.facts.rows import Expr, Function
from askfirst.findings import Confidence
from askfirst.model import execution, observers
from askfirst.model.asks import Asks
from askfirst.model.awaits import Gate
from askfirst.model.files import Unit
from askfirst.model.first_use import FirstUse
from askfirst.model.handover import KEPT, SAME, Edge, HandOver, Run
from askfirst.model.indirect import Indirect
from askfirst.model.inflation import Inflation
from askfirst.model.injection import Injection
from askfirst.model.koin import Koin
from askfirst.model.origins import Origins
from askfirst.model.reads import Reads
from askfirst.model.resolve import Resolver
from askfirst.model.started import Started
from askfirst.model.symbols import Fn, Symbols, Ty, plain

_LAZY = re.compile(r"^lazy|Lazy$")  # Kotlin's own, and wrappers of it
__all__ = ["KEPT", "SAME", "Calls", "Edge", "Gate", "Run"]


class Calls(HandOver):
    """Answers `callers`. Nothing is resolved before it is asked for; every answer is remembered."""

    def __init__(self, symbols: Symbols, resolver: Resolver, units: Sequence[Unit]) -> None:
        """`units`: the files of the project; of layouts too."""
        super().__init__(symbols, resolver)
        self.origins, self.reads = Origins(resolver), Reads(resolver, self.sites)
        self.started, self.inflation = Started(resolver, self.sites), Inflation(resolver, self.sites, units)
        self.observers, self.first_use = observers.Observers(resolver, self.sites), FirstUse(resolver, self.sites)
        self.injection = Injection(symbols, resolver, self.sites)
        self.koin, self.asks, self.indirect = Koin(resolver), Asks(resolver, self.sites, self.reads), Indirect(resolver, self.sites)
        self._callers: dict[Fn, tuple[Edge, ...]] = {}
        self._held_names: defaultdict[str, set[str]] | None = None

    def callers(self, fn: Fn) -> tuple[Edge, ...]:
        """The edges that lead to `fn`, in file order."""
        known = self._callers.get(fn)
        if known is None:
            known = self._callers[fn] = tuple(sorted(set(self._find(fn))))
        return known

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
        names = list(_mentions(row.name, self._simple(f, row.owner)))
        if row.name == "invoke" and row.owner >= 0:
            names += [*self._holders_of(self.symbols.name_of((f, row.owner))), self._simple(f, row.owner)]
        if row.name in ("<init>", "<fields>", "<clinit>") and row.owner >= 0:
            names += self.symbols.spellings((f, row.owner))[1:]
        for name in names:
            for at, e in self.sites(name):
                yield from self._calls_at(at, e, fn)
        if self.injection.is_provider(fn):
            yield from self._injected(self.injection.provided(fn))
        if row.owner >= 0:
            ty = (f, row.owner)
            if "@Subscribe" in row.modifiers and row.params:
                yield from self._posted(f, row)
            for at, e in self.indirect.calls(fn):
                yield self.edge(at, e, Confidence.MEDIUM, "call")
            if row.name in ("<init>", "<fields>", "<clinit>"):
                yield from self._initialised(ty, row.name)
            elif self.overrides_library(fn) or self._told(fn):
                yield from self._called_back(fn)

    def _given(self, f: int, e: int) -> Iterator[Edge]:
        """Code that is given to something: to Koin, or to who runs it."""
        definition = self.koin.definition(f, e)
        yield from self._by_koin(f, definition) if definition >= 0 else self.handed(f, e, "hands-over")

    def _simple(self, f: int, owner: int) -> str:
        if owner < 0:
            return ""
        facts = self.symbols.facts(f)
        row = facts.types[owner]
        if row.kind == "companion" and row.outer >= 0:
            row = facts.types[row.outer]
        return row.name.rpartition(".")[2]

    def _calls_at(self, f: int, e: int, fn: Fn) -> Iterator[Edge]:
        row = self.resolver.expr(f, e)
        if row.kind in ("class", "typearg"):
            return
        for target in self.resolver.targets(f, e):
            if target.fn == fn and (f, row.function) != fn:
                how = "constructs" if self.symbols.function(fn).name.startswith("<") and row.kind != "field" else "call"
                if row.kind == "ref":
                    yield from self._given(f, e)
                else:
                    this, gates = self._this(f, e, fn) if how == "call" else "", self._chosen(f, row, fn)
                    yield self.edge(f, e, target.confidence, how, gates, this)

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

    def _is_lazy(self, f: int, e: int) -> bool:
        call = self.resolver.scope(f).argument(e)[0] if e >= 0 else -1
        return call >= 0 and bool(_LAZY.search(self.resolver.expr(f, call).value)) and call in self.resolver.scope(f).holders

    def _lazily(self, f: int, e: int) -> Iterator[Edge]:
        """`by lazy { … }` runs where the property is read."""
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
        return not any(row.name in self.symbols.fields[ty] for upper in above for ty in self.symbols.types.get(upper, ()))

    def _posted(self, f: int, row: Function) -> Iterator[Edge]:
        """A subscriber of an event bus runs where an event of its parameter's class is posted (greenrobot EventBus, Otto)."""
        event = self.symbols.resolve(f, row.params[0].type, row.owner)
        for at, e in self.sites(event.rpartition(".")[2]) if event in self.symbols.types else ():
            call = self.resolver.scope(at).argument(e)[0]
            if call >= 0 and self.resolver.expr(at, call).value in ("post", "postSticky") and self.resolver.type_of(at, e) == event:
                yield self.edge(at, call, Confidence.MEDIUM, "callback")

    def _injected(self, name: str) -> Iterator[Edge]:
        for want in self.injection.wants(name) if name else ():
            if want.at < 0:
                yield Edge(want.fn, -1, want.confidence, (), "injected")
            else:
                yield self.edge(want.fn[0], want.at, want.confidence, "injected")

    def _by_koin(self, f: int, definition: int) -> Iterator[Edge]:
        """What Koin makes runs where it is first asked for."""
        if self.koin.eager(f, definition):
            yield self.edge(f, definition, Confidence.HIGH, "injected")
        name = self.koin.made(f, definition)
        for at, ask in self.asks.of(name) if name else ():
            yield self.edge(at, ask, Confidence.MEDIUM, "injected")

    def _holders_of(self, name: str) -> list[str]:
        """Names of variables and parameters declared with the type `name` or a supertype: `useCase()` is `useCase.invoke()`."""
        if self._held_names is None:
            self._held_names = defaultdict(set)
            for unit in self.symbols.units:
                for var in unit.facts.variables:
                    self._held_names[plain(var.type).rpartition(".")[2]].add(var.name)
                for fn in unit.facts.functions:
                    for param in fn.params:
                        self._held_names[plain(param.type).rpartition(".")[2]].add(param.name)
        found: set[str] = set()
        for upper in self.symbols.ancestors(name):
            found |= self._held_names.get(upper.rpartition(".")[2], set())
        return sorted(found)

    # constructors and initialisers

    def _initialised(self, ty: Ty, name: str) -> Iterator[Edge]:
        """Besides direct construction: subclasses' constructors, first use of an object or a companion, class literals of
        components that are started."""
        row = self.symbols.type(ty)
        own = self.symbols.name_of(ty)
        if row.kind in ("object", "companion") or name == "<clinit>":
            for f, e in self.first_use.of(ty, self._simple(*ty)):
                yield self.edge(f, e, Confidence.HIGH, "initialises")
            if row.kind == "companion" and row.outer >= 0:  # what makes or starts an object of the class, or of one below it
                outer = (ty[0], row.outer)
                for made in (outer, *self.symbols.subtypes(self.symbols.name_of(outer))):
                    yield from (edge._replace(how="initialises", this="") for edge in self.constructions(made))
        if row.kind == "class":
            if self.injection.is_injected(ty):
                yield from self._injected(own)
            for f, e in self.indirect.makes(ty):
                yield self.edge(f, e, Confidence.MEDIUM, "constructs", this=own)
            for below in self.symbols.direct_subtypes(own):
                for each in ("<init>", "<fields>"):
                    for fn in self.symbols.methods[below].get(each, ()):
                        yield Edge(fn, -1, Confidence.HIGH, (), "inherits")
                if not any(k in self.symbols.methods[below] for k in ("<init>", "<fields>")):
                    yield from self.constructions(below)
            if self.symbols.is_a(own, *execution.COMPONENTS, "androidx.lifecycle.ViewModel"):
                yield from self._started(ty)
            yield from self._inflated(ty)
            if self.symbols.is_a(own, "androidx.lifecycle.ViewModel"):
                for f, e in self.asks.of(own):
                    yield self.edge(f, e, Confidence.MEDIUM, "constructs", this=own)

    def constructions(self, ty: Ty) -> Iterator[Edge]:
        """Where an object of this class is made (or its component started)."""
        row, own = self.symbols.type(ty), self.symbols.name_of(ty)
        if row.kind == "anonymous":
            e = self.resolver.scope(ty[0]).objects.get(ty[1], -1)
            if e >= 0 and self.symbols.is_a(own, *execution.FRAMEWORK):
                yield self.edge(ty[0], e, Confidence.MEDIUM, "callback")
            elif e >= 0 and not any(execution.waits_type(s) for s in row.supers):
                yield from self.handed(ty[0], e, "callback")
            return
        for f, e in (site for name in self.symbols.spellings(ty) for site in self.sites(name)):
            use = self.resolver.expr(f, e)
            if (
                use.kind in ("new", "call")
                and self.resolver.type_of(f, e) == own
                and self.resolver.callee(f, e) == (own, "<init>")
            ):
                for run in (
                    self.runs(f, e) if self.resolver.scope(f).argument(e)[0] >= 0 else [Run((), Confidence.HIGH)]
                ):
                    yield self.edge(f, e, run.confidence, "callback", run.gates, own)
            elif use.kind == "name" and row.kind == "object" and self.resolver.type_of(f, e) == own:
                yield self.edge(f, e, Confidence.HIGH, "initialises")
        for f, e in self.indirect.makes(ty):
            yield self.edge(f, e, Confidence.MEDIUM, "constructs", this=own)
        yield from self._started(ty)
        yield from self._inflated(ty)

    def _started(self, ty: Ty) -> Iterator[Edge]:
        """`startActivity(Intent(this, X::class.java))` leads to X."""
        own = self.symbols.name_of(ty)
        how = "starts" if self.symbols.is_a(own, *execution.COMPONENTS) else "constructs"
        return (self.edge(f, e, Confidence.MEDIUM, how, this=own) for f, e in self.started.of(ty))

    def _inflated(self, ty: Ty) -> Iterator[Edge]:
        """`setContentView(R.layout.x)` makes the views and fragments that x names."""
        own = self.symbols.name_of(ty)
        return (self.edge(f, e, Confidence.MEDIUM, "constructs", this=own) for f, e in self.inflation.of(ty))

    def mentions(self, f: int, n: int, name: str) -> bool:
        """Whether function `n` of file `f` itself calls or names `name`."""
        return name in self.started.words(f, n)

    # callbacks of the platform and of libraries

    def overrides_library(self, fn: Fn) -> bool:
        """Whether `fn` overrides something that no project type declares."""
        seen: set[Fn] = set()
        while fn not in seen:  # up to the topmost declaration; two flavours may inherit from each other's classes
            seen.add(fn)
            row = self.symbols.function(fn)
            if row.owner < 0:
                return False
            above = self.symbols.ancestors(self.symbols.name_of((fn[0], row.owner)))[1:]
            fn = next(
                (
                    declared for upper in above for ty in self.symbols.types.get(upper, ())
                    for declared in self.symbols.methods[ty].get(row.name, ()) if declared not in seen
                ),
                fn,
            )  # fmt: skip
        if "override" in row.modifiers or "@Override" in row.modifiers:
            return True
        outside = any(upper not in self.symbols.types for upper in above)
        return outside and (row.name in ("run", "call") or row.name in execution.LIFECYCLE)

    def _called_back(self, fn: Fn) -> Iterator[Edge]:
        """What makes a callback run: that its object is made or started, or given to what calls it."""
        row, ty = self.symbols.function(fn), (fn[0], self.symbols.function(fn).owner)
        own, name = self.symbols.name_of(ty), row.name
        receives = name == "onReceive" and self.symbols.is_a(own, "android.content.BroadcastReceiver")
        if execution.waits_method(name) and not receives:
            return
        sure = name in execution.LIFECYCLE or name in ("run", "call")  # as sure as the object's being handed over
        scripted = not execution.SCRIPTED.isdisjoint((name, *row.modifiers))
        most = Confidence.LOW if scripted else Confidence.HIGH if sure else Confidence.MEDIUM
        told = observers.is_told(self.symbols, fn)
        for made in (ty, *self.symbols.subtypes(own)):
            if made != ty and name in self.symbols.methods[made]:
                continue
            added = self._observing(made) if told else []
            for edge in self._started(made) if receives else added or self.constructions(made):
                yield edge._replace(confidence=min(edge.confidence, most))

    def _told(self, fn: Fn) -> bool:
        """Whether an annotation says that others call the function."""
        return observers.is_told(self.symbols, fn) or not execution.SCRIPTED.isdisjoint(self.symbols.function(fn).modifiers)

    def _observing(self, ty: Ty) -> list[Edge]:
        own = self.symbols.name_of(ty)
        return [self.edge(f, e, Confidence.MEDIUM, "callback", this=own) for f, e in self.observers.added(ty)]


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
