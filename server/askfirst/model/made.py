"""Who makes an object of a class, starts it as a component, or calls it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from askfirst.findings import Confidence
from askfirst.model import execution, observers
from askfirst.model.asks import Asks
from askfirst.model.files import Unit
from askfirst.model.first_use import FirstUse
from askfirst.model.handover import Edge, HandOver, Run
from askfirst.model.indirect import Indirect
from askfirst.model.inflation import Inflation
from askfirst.model.injection import Injection
from askfirst.model.koin import Koin
from askfirst.model.origins import Origins
from askfirst.model.resolve import Resolver
from askfirst.model.started import Started
from askfirst.model.symbols import Fn, Symbols, Ty


class Made(HandOver):
    """Edges to constructors, initialisers and callbacks."""

    def __init__(self, symbols: Symbols, resolver: Resolver, units: Callable[[], Sequence[Unit]]) -> None:
        """`units`: the files of the project; of layouts too."""
        super().__init__(symbols, resolver)
        self.origins = Origins(resolver)
        self.started, self.inflation = Started(resolver, self.sites), Inflation(resolver, self.sites, units)
        self.observers, self.first_use = observers.Observers(resolver, self.sites), FirstUse(resolver, self.sites)
        self.injection = Injection(symbols, resolver, self.sites)
        self.koin, self.asks, self.indirect = Koin(resolver), Asks(resolver, self.sites, self.reads), Indirect(resolver, self.sites)

    def simple_name(self, f: int, owner: int) -> str:
        """The simple name of a type; of a companion, that of its class."""
        if owner < 0:
            return ""
        facts = self.symbols.facts(f)
        row = facts.types[owner]
        if row.kind == "companion" and row.outer >= 0:
            row = facts.types[row.outer]
        return row.name.rpartition(".")[2]

    def injected(self, name: str) -> Iterator[Edge]:
        """What causes an injected object of the class `name` to be made."""
        for want in self.injection.wants(name) if name else ():
            if want.at < 0:
                yield Edge(want.fn, -1, want.confidence, (), "injected")
            else:
                yield self.edge(want.fn[0], want.at, want.confidence, "injected")

    # constructors and initialisers

    def initialised(self, ty: Ty, name: str) -> Iterator[Edge]:
        """Besides direct construction: subclasses' constructors, first use of an object or a companion, class literals of
        components that are started."""
        row = self.symbols.type(ty)
        own = self.symbols.name_of(ty)
        if row.kind in ("object", "companion") or name == "<clinit>":
            for f, e in self.first_use.of(ty, self.simple_name(*ty)):
                yield self.edge(f, e, Confidence.HIGH, "initialises")
            if row.kind == "companion" and row.outer >= 0:  # what makes or starts an object of the class, or of one below it
                outer = (ty[0], row.outer)
                for made in (outer, *self.symbols.subtypes(self.symbols.name_of(outer))):
                    yield from (edge._replace(how="initialises", this="") for edge in self.constructions(made))
        if row.kind == "class":
            if self.injection.is_injected(ty):
                yield from self.injected(own)
            for f, e in self.indirect.makes(ty):
                yield self.edge(f, e, Confidence.MEDIUM, "constructs", this=own)
            for below in self.symbols.direct_subtypes(own):
                for each in ("<init>", "<fields>"):
                    for fn in self.symbols.methods(below).get(each, ()):
                        yield Edge(fn, -1, Confidence.HIGH, (), "inherits")
                if not any(k in self.symbols.methods(below) for k in ("<init>", "<fields>")):
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
        for f, e in self.started.of(ty):
            yield self.edge(f, e, Confidence.HIGH if self.started.surely(f, e) else Confidence.MEDIUM, how, this=own)

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
                    for declared in self.symbols.methods(ty).get(row.name, ()) if declared not in seen
                ),
                fn,
            )  # fmt: skip
        if "override" in row.modifiers or "@Override" in row.modifiers:
            return True
        outside = any(upper not in self.symbols.types for upper in above)
        return outside and (row.name in ("run", "call") or row.name in execution.LIFECYCLE)

    def called_back(self, fn: Fn) -> Iterator[Edge]:
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
            if made != ty and name in self.symbols.methods(made):
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
