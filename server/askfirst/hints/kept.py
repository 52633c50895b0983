"""Where the answer of a guard is kept, and who writes it there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askfirst.findings import Place
from askfirst.model.awaits import held_by
from askfirst.model.calls import Gate
from askfirst.model.flags import Flags
from askfirst.model.resolve import Param
from askfirst.model.symbols import Fn
from askfirst.model.worth import Verdict, Worth
from askfirst.model.writes import Write

_DEPTH = 6  # steps from a guard to where its answer is kept
_WRITERS = 3  # places named


class Writer(NamedTuple):
    """A place that writes a flag."""

    name: str  # the function: "Privacy.agree"
    place: Place
    callers: tuple[tuple[str, Place], ...]  # who runs it


class Kept(NamedTuple):
    """One thing that a guard asks."""

    name: str  # "Privacy.isAgreed"
    verdict: Verdict
    key: str  # under which its answer is stored, "" when it is not or nobody can say
    writers: tuple[Writer, ...]


class Keeping:
    """Answers what a gate that shows consent asks."""

    def __init__(self, flags: Flags) -> None:
        self._flags, self._symbols, self._resolver = flags, flags.symbols, flags.resolver

    def of(self, gate: Gate) -> Iterator[Kept]:
        """Each thing that a gate, or one around it, asks and that shows consent."""
        f, g = gate
        if (waited := held_by(gate)) >= 0:
            yield from self.asked(f, waited, True)
        guards = self._symbols.facts(f).guards
        while g >= 0:
            yield from self.asked(f, guards[g].expr, guards[g].polarity)
            g = guards[g].outer

    def asked(self, f: int, e: int, truth: bool) -> Iterator[Kept]:
        """The same for one condition."""
        row = self._resolver.expr(f, e)
        if row.kind == "op":
            for kid in row.kids:
                yield from self.asked(f, kid, truth != (row.value == "!"))
        elif (verdict := self._flags.condition(f, e, truth)).worth == Worth.CONSENT:
            key, writes = self._stored(f, e, _DEPTH) or ("", [])
            yield Kept(self._name(f, e), verdict, key, tuple(self._writers(writes, truth)))

    def _name(self, f: int, e: int) -> str:
        """How code elsewhere would call it: with its class."""
        found = self._resolver.variable_of(f, e) if self._resolver.expr(f, e).kind != "call" else None
        if targets := self._resolver.targets(f, e):
            return self._symbols.label(targets[0].fn)
        if found is not None and not isinstance(found, Param):
            var = self._symbols.variable(found)
            owner = self._symbols.type((found[0], var.owner)).name if var.owner >= 0 else ""
            return f"{owner}.{var.name}" if owner else var.name
        row, scope = self._resolver.expr(f, e), self._resolver.scope(f)
        receiver = scope.dotted(row.kids[0]) if row.kind == "call" and row.kids[0] >= 0 else ""
        return f"{receiver}.{row.value}" if receiver else scope.dotted(e) or row.value

    def _stored(self, f: int, e: int, left: int) -> tuple[str, Sequence[Write]] | None:
        """The key under which an expression's value is stored, and (file, value, function) of its writes."""
        if e < 0 or not left:
            return None
        row = self._resolver.expr(f, e)
        targets = self._resolver.targets(f, e)
        if row.kind == "call":
            args = self._resolver.scope(f).arguments(e)
            key = self._flags.key_of(f, row.value, args, known=bool(targets))
            if key is not None:
                return key, self._flags.written(key)
        if row.kind == "index" and len(row.kids) == 2 and (key := self._flags.values.string(f, row.kids[1])):
            return key, self._flags.written(key)
        for target in targets:
            scope = self._resolver.scope(target.fn[0])
            for back in scope.returns.get(target.fn[1], ()):
                if found := self._stored(target.fn[0], back, left - 1):
                    return found
        meant = self._resolver.variable_of(f, e) if row.kind in ("name", "field") and not targets else None
        if meant is not None and not isinstance(meant, Param):
            value = self._symbols.variable(meant).value
            held = self._flags.held(meant)
            writes = held[1] if held is not None else self._flags.assigned(meant)
            return (value >= 0 and self._stored(meant[0], value, left - 1)) or (("", writes) if writes else None)
        for kid in row.kids if row.kind in ("op", "field", "call", "cast", "index", "if", "when") else ():
            if found := self._stored(f, kid, left - 1):
                return found
        return None

    def _writers(self, writes: Sequence[Write], truth: bool) -> Iterator[Writer]:
        """Who writes what makes the flag `truth`, as far as that is constant."""
        seen: set[Fn] = set()
        for f, e, n in writes:
            fn = self._whole((f, n)) if n >= 0 else (f, n)
            if fn in seen or n < 0 or self._flags.values.truthy(f, e) is (not truth) or len(seen) == _WRITERS:
                continue
            seen.add(fn)
            place = Place(self._symbols.units[f].path, self._resolver.expr(f, e).spot)
            yield Writer(self._symbols.label(fn), place, tuple(self._callers(f, e, fn, truth))[:_WRITERS])

    def _whole(self, fn: Fn) -> Fn:
        """The function that says a lambda: `edit { putBoolean(…) }`. What waits for a person stays by itself."""
        while self._symbols.function(fn).name == "<lambda>" and self._symbols.function(fn).outer >= 0:
            outer = fn[0], self._symbols.function(fn).outer
            if all(edge.source != outer for edge in self._flags.calls.callers(fn)):
                break
            fn = outer
        return fn

    def _callers(self, f: int, e: int, fn: Fn, truth: bool) -> Iterator[tuple[str, Place]]:
        given = self._resolver.variable_of(f, e) if self._resolver.expr(f, e).kind == "name" else None
        for edge in self._flags.calls.callers(fn):
            at = edge.source[0]
            if edge.source[1] < 0 or edge.at < 0:
                continue
            if isinstance(given, Param) and given.fn == fn:
                argument = self._resolver.argument_for(at, edge.at, fn, given.position)
                if argument is not None and self._flags.values.truthy(*argument) is (not truth):
                    continue
            yield self._symbols.label(edge.source), Place(self._symbols.units[at].path, self._resolver.expr(at, edge.at).spot)
