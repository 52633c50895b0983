"""Code that is handed over: lambdas, references and objects belong to whoever runs them."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from askfirst.findings import Confidence
from askfirst.model import execution
from askfirst.model.awaits import Awaits, Gate
from askfirst.model.emits import Emits
from askfirst.model.likely import likely
from askfirst.model.memo import Memo
from askfirst.model.persons import Persons
from askfirst.model.reads import Reads
from askfirst.model.resolve import Param, Resolver
from askfirst.model.symbols import Fn, Symbols, Va, plain

SAME, KEPT = "*", "^"
DEPTH = 6  # how far a lambda is followed from parameter to parameter
FEW = 4  # objects of a class that are told apart by nothing
WAYS = 12  # in which one value is run that are told apart


class Edge(NamedTuple):
    """`source` runs its target at expression `at` of its file when all `gates` hold."""

    source: Fn
    at: int
    confidence: Confidence
    gates: tuple[Gate, ...]
    how: str  # call constructs hands-over callback starts initialises inherits injected
    # whose `this` the target runs with: "" unknown, SAME as the source (dispatch follows its class), KEPT (lambda, super call),
    # or the class that is made or started here
    this: str = ""


class Run(NamedTuple):
    """That a value which is code (lambda, reference, object) gets run by what it is handed to.

    `at`: (file, expression) that calls it where another function than the one that hands it over does so: a method of an object
    that kept it. The value then runs when that function does.
    """

    gates: tuple[Gate, ...]
    confidence: Confidence
    at: tuple[int, int] = (-1, -1)

    def further(self, gates: tuple[Gate, ...], confidence: Confidence) -> Run:
        """The same under more conditions, no surer than `confidence`."""
        return Run(gates + self.gates, min(self.confidence, confidence), self.at)


class HandOver:
    """Sites by name, and who runs the code that stands there as a value."""

    def __init__(self, symbols: Symbols, resolver: Resolver) -> None:
        self.symbols, self.resolver = symbols, resolver
        self.awaits = Awaits(resolver, self.sites)
        self.reads = Reads(resolver, self.sites)
        self.emits = Emits(resolver, self.reads, Persons(resolver, self.sites))
        memo = symbols.memory.memo
        self._known_runs: Memo[tuple[int, int, int], list[Run]] = memo(lambda key: _openest(self._runs(*key)))
        self._known_variables: Memo[tuple[Va, int], list[Run]] = memo(lambda key: _openest(self._calls_of_variable(*key)))
        self._known_parameters: Memo[tuple[Fn, int, int], list[Run]] = memo(lambda key: _openest(self._runs_of_parameter(*key)))

    def files_naming(self, name: str) -> Sequence[int]:
        """Files that mention `name` in a call, construction, read, class literal or reference."""
        return self.symbols.naming.get(name, ())

    def sites(self, name: str) -> Iterator[tuple[int, int]]:
        """(file, expression) of every mention of `name`, in file order."""
        for f in self.files_naming(name):
            for e in self.symbols.facts(f).sites[name]:
                yield f, e

    def edge(
        self, f: int, e: int, confidence: Confidence, how: str, gates: tuple[Gate, ...] = (), this: str = ""
    ) -> Edge:
        row = self.resolver.expr(f, e)
        return Edge((f, row.function), e, min(confidence, likely(self.symbols.facts(f), e)), self.gates(f, e) + gates, how, this)

    def gates(self, f: int, e: int) -> tuple[Gate, ...]:
        """What holds where an expression runs: the guard around it, and what was waited for before."""
        guard = self.resolver.expr(f, e).guard
        return (((f, guard),) if guard >= 0 else ()) + self.awaits.before(f, e)

    def handed(self, f: int, e: int, how: str) -> Iterator[Edge]:
        if e < 0:
            return
        for run in self.runs(f, e):
            edge = self.edge(f, e, run.confidence, how, run.gates, KEPT if how == "hands-over" else "")
            if run.at[1] >= 0:
                caller = (run.at[0], self.resolver.expr(*run.at).function)
                edge = edge._replace(source=caller, at=run.at[1], how="call", this="")
            yield edge

    def runs(self, f: int, e: int, depth: int = 0) -> list[Run]:
        """Whether the code that expression `e` is gets run without a person's act: one Run for each way, none if it waits."""
        return self._known_runs[f, e, depth] if depth <= DEPTH else []

    def _runs(self, f: int, e: int, depth: int) -> list[Run]:
        scope, facts = self.resolver.scope(f), self.symbols.facts(f)
        parent = scope.parents[e]
        if parent >= 0 and facts.exprs[e].kind == "object" and facts.exprs[parent].kind == "new":
            e = parent  # `object : X(…) { }` and `new X(…) { }`: the whole is what is handed over
        call, position, name = scope.argument(e)
        while call < 0 and scope.parents[e] >= 0 and facts.exprs[scope.parents[e]].kind in (
            "if", "when", "block", "other", "try", "op", "cast", "new", "object",
        ):  # fmt: skip
            e = scope.parents[e]
            call, position, name = scope.argument(e)
        if call < 0:
            return self._held(f, e, depth)
        row = facts.exprs[call]
        targets = self.resolver.targets(f, call)
        if not targets and (self._from_person(f, call) or self.emits.waits(f, call)):
            return []
        waits = execution.waits(row.value) or bool(name and execution.waits_parameter(name))
        if waits and not targets:
            return []
        if row.value in execution.COLLECTS and row.kids[0] >= 0 and all(t.confidence == Confidence.LOW for t in targets):
            kept = self.resolver.variable_of(f, row.kids[0])
            if kept is not None and not isinstance(kept, Param):
                return self._known_variables[kept, depth]
        if targets:
            found: list[Run] = []
            for target in targets:
                index = self.resolver.parameter(target.fn, position, name, scope.trailing(call, e))
                if index is not None:
                    # by its name a person's act runs it: unless the function plainly does
                    named = waits or execution.waits_parameter(self.symbols.function(target.fn).params[index].name)
                    for run in self._known_parameters[target.fn, index, depth + 1]:
                        if run.confidence == Confidence.HIGH or not named:
                            found.append(run.further((), target.confidence))
            return found
        filtered = self.awaits.upstream(f, row.kids[0]) if row.value in execution.STREAMS and row.kids else ()
        if row.value in execution.RUNS:
            return [Run(filtered, Confidence.HIGH)]
        if row.value in execution.KEEPS:
            return [Run((), Confidence.LOW)]
        owner = self.resolver.callee(f, call)[0]
        if execution.waits_type(row.value if row.value[:1].isupper() else "") or execution.waits_type(
            owner.rpartition(".")[2]
        ):
            return []
        if row.value[:1].isupper() and (row.kind == "new" or owner.endswith("." + row.value) or owner == row.value):
            return (
                self.runs(f, call, depth + 1)
                if scope.argument(call)[0] >= 0 or call in scope.holders
                else [Run((), Confidence.MEDIUM)]
            )
        return [Run(filtered, Confidence.MEDIUM)]

    def _from_person(self, f: int, e: int) -> bool:
        """Whether a chain of calls asks for a permission and goes on with the answer, `RxPermissions(this).request(CAMERA)`."""
        asked = asks = False
        while e >= 0:
            row = self.resolver.expr(f, e)
            asked = asked or (row.kind == "call" and execution.REQUESTS.search(row.value) is not None)
            asks = asks or execution.PERMISSIONS.search(row.value) is not None
            e = row.kids[0] if row.kind in ("call", "field") and row.kids else -1
        return asked and asks

    def _held(self, f: int, e: int, depth: int) -> list[Run]:
        """Code kept in a variable: it runs where the variable is called or handed on."""
        scope, facts = self.resolver.scope(f), self.symbols.facts(f)
        kind, index = scope.holders.get(e, ("", -1))
        if kind == "assign":
            target = facts.assigns[index].target
            row = facts.exprs[target]
            if execution.waits_parameter(row.value):
                return []
            kept = self.resolver.variable_of(f, target) if row.kind in ("name", "field") else None
            if kept is not None and not isinstance(kept, Param):
                return self._known_variables[kept, depth]
            if row.kind == "index":
                kept = self.resolver.variable_of(f, row.kids[0])
                if kept is not None and not isinstance(kept, Param) and (runs := self._known_variables[kept, depth]):
                    return runs
            return [Run((), Confidence.LOW if row.kind == "index" else Confidence.MEDIUM)]
        if kind == "variable":
            var = facts.variables[index]
            if execution.waits(var.name) or execution.waits_type(plain(var.type)):
                return []
            return self._known_variables[(f, index), depth]
        return [Run((), Confidence.LOW)] if kind == "return" else [Run((), Confidence.MEDIUM)]

    def _calls_of_variable(self, kept: Va, depth: int) -> list[Run]:
        """Where code kept in a variable is called or handed on; what a field keeps runs there, not where it is set."""
        var = self.symbols.variable(kept)
        local = var.kind not in ("field", "top")
        found = []
        for f in [kept[0]] if local or "private" in var.modifiers else self.files_naming(var.name):
            scope, facts = self.resolver.scope(f), self.symbols.facts(f)
            for e in facts.sites.get(var.name, ()):
                row = facts.exprs[e]
                called = row.kind == "call"
                if row.function < 0 or (row.kind not in ("name", "field") and not called):
                    continue
                meant: Va | Param | None
                if row.kind == "call" and row.kids[0] >= 0:
                    meant = self.symbols.find_field(f, self.resolver.type_of(f, row.kids[0]), var.name)
                else:
                    meant = self.resolver.lookup(f, e, var.name) if row.kind != "field" else self.resolver.variable_of(f, e)
                if meant != kept:
                    continue
                runs: list[Run] = []
                if called or self._invoked(f, e) or scope.holders.get(e, ("", -1))[0] in ("loop", "return"):
                    runs = [Run(((f, row.guard),) if row.guard >= 0 else (), Confidence.MEDIUM)]
                elif scope.argument(e)[0] >= 0:
                    runs = [run.further((), Confidence.MEDIUM) for run in self.runs(f, e, depth + 1)]
                found += runs if local else [run._replace(at=run.at if run.at[1] >= 0 else (f, e)) for run in runs]
        return found

    def _invoked(self, f: int, e: int) -> bool:
        """Whether a call is made on the value: the code in it runs (not by what a collection does with it)."""
        parent = self.resolver.scope(f).parents[e]
        row = self.resolver.expr(f, parent) if parent >= 0 else None
        if row is not None and ((row.kind == "index" and row.kids[0] == e) or (row.kind == "field" and row.value in ("values", "entries"))):
            return self._invoked(f, parent)
        return row is not None and row.kind == "call" and row.kids[0] == e and row.value not in execution.HANDLES

    def _runs_of_parameter(self, fn: Fn, index: int, depth: int) -> list[Run]:
        """What a project function does with code it is given: call it, hand it on, keep it."""
        f, n = fn
        scope, facts = self.resolver.scope(f), self.symbols.facts(f)
        name = facts.functions[n].params[index].name
        found: list[Run] = []
        for e in facts.sites.get(name, ()):
            row = facts.exprs[e]
            meant = self.resolver.lookup(f, e, name)
            if meant != Param(fn, index) and not self._keeps(fn, meant):
                continue
            on_object = row.kind == "call" and ".(" in facts.functions[n].params[index].type  # `x.block()`
            direct = (row.kind == "call" and (row.kids[0] < 0 or on_object)) or (row.kind in ("name", "field") and self._invoked(f, e))
            own = ((f, row.guard),) if row.guard >= 0 else ()
            held = scope.argument(e)[0] >= 0 or scope.holders.get(e, ("", -1))[0] == "assign"
            runs = [Run((), Confidence.HIGH)] if direct else self.runs(f, e, depth) if held else []
            if self._kept_by(f, row.function, n):
                sure = Confidence.MEDIUM if self._few(fn) else Confidence.LOW
                found += [run._replace(at=run.at if run.at[1] >= 0 else (f, e)).further(own, sure) for run in runs]
                continue
            for inner in runs:
                for outer in self._within(f, row.function, n, depth):
                    found.append(inner.further(own, outer.confidence)._replace(gates=own + inner.gates + outer.gates))
        if not found and not facts.functions[n].name.startswith("<") and "abstract" in facts.functions[n].modifiers:
            return [Run((), Confidence.MEDIUM)]
        return found

    def _keeps(self, fn: Fn, meant: object) -> bool:
        """A constructor parameter that is a property at once: reads of the property are reads of the parameter."""
        if not isinstance(meant, tuple) or isinstance(meant, Param):
            return False
        row = self.symbols.function(fn)
        var = self.symbols.variable(meant)
        return row.name == "<init>" and meant[0] == fn[0] and var.kind == "field" and var.owner == row.owner

    def _few(self, fn: Fn) -> bool:
        """Whether a constructor is called at few places: of many objects, a method runs the code that one of them keeps."""
        row = self.symbols.function(fn)
        owner = self.symbols.type((fn[0], row.owner)).name.rpartition(".")[2] if row.owner >= 0 else row.name
        made = (1 for f, e in self.sites(owner) if self.resolver.expr(f, e).kind in ("call", "new"))
        return sum(itertools.islice(made, FEW + 1)) <= FEW

    def _kept_by(self, f: int, inner: int, outer: int) -> bool:
        """Whether function `inner` is (part of) another method than `outer`: a method of the object whose constructor `outer` is."""
        facts = self.symbols.facts(f)
        while inner >= 0 and inner != outer:
            row = facts.functions[inner]
            local = row.owner >= 0 and row.outer < 0
            inner = facts.types[row.owner].function if local else row.outer
        return inner < 0

    def _within(self, f: int, inner: int, outer: int, depth: int) -> list[Run]:
        """Ways in which function `inner` runs when `outer`, around it, does."""
        if inner == outer:
            return [Run((), Confidence.HIGH)]
        facts, scope = self.symbols.facts(f), self.resolver.scope(f)
        row = facts.functions[inner]
        if row.name == "<lambda>":
            e, up = scope.lambdas.get(inner, -1), row.outer
        elif row.owner >= 0 and facts.types[row.owner].function >= 0:
            if execution.waits_method(row.name):
                return []
            e, up = scope.objects.get(row.owner, -1), facts.types[row.owner].function
        else:
            return []
        if e < 0:
            return []
        guard = facts.exprs[e].guard
        own = ((f, guard),) if guard >= 0 else ()
        return [
            run.further(own, rest.confidence)._replace(gates=own + run.gates + rest.gates)
            for run in self.runs(f, e, depth + 1)
            for rest in self._within(f, up, outer, depth)
        ]


def _openest(runs: Iterable[Run]) -> list[Run]:
    """Without those that another one makes pointless: fewer conditions, at least as sure. Functions that hand a callback to
    themselves would else double their number at each step."""
    kept: list[tuple[frozenset[Gate], Run]] = []
    for run in sorted(dict.fromkeys(runs), key=lambda r: (len(r.gates), -r.confidence)):
        gates = frozenset(run.gates)
        if not any(fewer <= gates and other.confidence >= run.confidence and other.at == run.at for fewer, other in kept):
            kept.append((gates, run))
    counted: Counter[tuple[int, int]] = Counter()
    found = []
    for _, run in kept:
        counted[run.at] += 1
        if counted[run.at] <= WAYS:
            found.append(run)
    return found
