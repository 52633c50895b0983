"""Who writes a flag: the app by itself on its own way, or somebody after a person's act."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence

from askfirst.findings import Confidence, Place
from askfirst.model.calls import Calls, Edge, Gate
from askfirst.model.resolve import Param, Resolver
from askfirst.model.steps import Steps
from askfirst.model.symbols import Fn, Va
from askfirst.model.values import Values
from askfirst.model.worth import UNKNOWN, Verdict, Worth

Write = tuple[int, int, int]  # file, value, function
BUDGET = 8  # steps away from a condition
_WRITES = re.compile(r"^(put|set|save|store|write|encode|edit|update|commit|insert|apply|add|remember|mark)", re.I)


class Writes(Steps):
    """Writes of variables and stored preferences. What guards are worth comes from the class built on this one."""

    def __init__(self, calls: Calls, values: Values, is_entry: Callable[[Fn], bool]) -> None:
        super().__init__(BUDGET)
        self.calls, self.values, self._is_entry = calls, values, is_entry
        self.resolver: Resolver = calls.resolver
        self.symbols = calls.symbols
        memory = self.symbols.memory
        self._alone = self.remembered(memory, self._is_alone)
        self._assigned = memory.memo(self._assigned_to)
        self._writes = memory.gather(len(self.symbols.units), self._writes_in)  # key → (file, value, function)

    @abstractmethod
    def condition(self, f: int, e: int, polarity: bool) -> Verdict:
        """What it shows that expression `e` is `polarity`."""

    @abstractmethod
    def guard(self, gate: Gate) -> list[Verdict]:
        """The verdicts of a guard and of those around it, innermost first."""

    def _place(self, write: Write) -> Place:
        f, e, _ = write
        return Place(self.symbols.units[f].path, self.resolver.expr(f, e).spot)

    def _write(self, f: int, e: int, n: int, polarity: bool) -> str:
        """How a value that makes the flag `polarity` gets written: "alone" (by the app itself), "person", "no" or "unknown"."""
        value = True if self.resolver.expr(f, e).value == "Unit" else self.values.truthy(f, e)
        if value is None:
            found = self.resolver.variable_of(f, e) if self.resolver.expr(f, e).kind == "name" else None
            if isinstance(found, Param):
                return self._written_by_callers(found, polarity)
            # filled from something else: from a stored agreement it is as good as that
            return "person" if self.spend(self.condition, UNKNOWN, f, e, polarity).worth == Worth.CONSENT else "unknown"
        if value != polarity:
            return "no"
        guard = self.resolver.expr(f, e).guard
        alone, perhaps = self.alone((f, n)), self.alone((f, n), sure=False)
        if guard >= 0 and any(v.worth > Worth.NOTHING for v in self.guard((f, guard))):
            return "unknown" if alone or perhaps else "person"
        return "alone" if alone else "unknown" if perhaps else "person"

    def _written_by_callers(self, param: Param, polarity: bool) -> str:
        ways = []
        for edge in self.given_calls(param):
            argument = self.resolver.argument_for(edge.source[0], edge.at, param.fn, param.position)
            value = self.values.truthy(*argument) if argument is not None else None
            if value is None or value != polarity:
                continue
            strong = any(v.worth > Worth.NOTHING for g in edge.gates for v in self.guard(g))
            ways.append("alone" if not strong and self.alone(edge.source) else "person")
        return "alone" if "alone" in ways else "person" if ways else "unknown"

    def given_calls(self, param: Param) -> Iterator[Edge]:
        """The calls whose arguments fill a function's parameters (not those that merely make its object)."""
        if self.symbols.function(param.fn).name != "<lambda>":
            for edge in self.calls.callers(param.fn):
                if edge.at >= 0 and edge.how in ("call", "constructs"):
                    if self.resolver.expr(edge.source[0], edge.at).kind in ("call", "new", "super-call"):
                        yield edge

    def alone(self, fn: Fn, sure: bool = True) -> bool:
        """Whether the app runs `fn` by itself at start: a chain of sure calls from an entry without a condition that matters;
        with `sure` off also of likely ones, as through a library's callback."""
        return self.spend(lambda: self._alone[self.budget][fn, sure], False)

    def _is_alone(self, fn: Fn, sure: bool) -> bool:
        return self._is_entry(fn) or any(
            (edge.confidence == Confidence.HIGH and edge.how in ("call", "hands-over", "constructs", "inherits") if sure
             else edge.confidence >= Confidence.MEDIUM)
            and all(v.worth == Worth.NOTHING for g in edge.gates for v in self.guard(g)) and self.alone(edge.source, sure)
            for edge in self.calls.callers(fn)
        )  # fmt: skip

    def _assigned_to(self, found: Va) -> list[Write]:
        """(file, value, function) of every assignment to a variable."""
        name, result = self.symbols.variable(found).name, []
        private = "private" in self.symbols.variable(found).modifiers or self.symbols.variable(found).kind == "local"
        for f in [found[0]] if private else self.calls.files_naming(name):
            facts = self.symbols.facts(f)
            for a in self.resolver.scope(f).assigns.get(name, ()):
                row = facts.assigns[a]
                if self.resolver.variable_of(f, row.target) == found:
                    result.append((f, row.value, row.function))
        return result

    def _written(self, key: str) -> Sequence[Write]:
        """Every call that stores something under a constant key."""
        return self._writes[key]

    def _writes_in(self, f: int) -> Iterator[tuple[str, Write]]:
        for name, exprs in self.symbols.facts(f).sites.items():
            if _WRITES.match(name):
                for e in exprs:
                    yield from self._stores(f, e)
        for row in self.symbols.facts(f).assigns:  # `prefs[KEY] = value`, as data stores and maps are written
            target = self.resolver.expr(f, row.target)
            key = self.values.string(f, target.kids[1]) if target.kind == "index" and len(target.kids) == 2 else None
            if key is not None:
                yield key, (f, row.value, row.function)

    def _stores(self, f: int, e: int) -> Iterator[tuple[str, Write]]:
        row = self.resolver.expr(f, e)
        args = self.resolver.scope(f).arguments(e) if row.kind == "call" and row.function >= 0 else []
        for i, arg in enumerate(args[:-1]):
            key = self.values.string(f, arg)
            if key is not None:
                yield key, (f, args[i + 1], row.function)
                return

    # what hovers ask

    def written(self, key: str) -> Sequence[Write]:
        """Every call that stores something under a constant key."""
        return self._written(key)

    def assigned(self, found: Va) -> Sequence[Write]:
        """Every assignment to a variable."""
        return self._assigned[found]
