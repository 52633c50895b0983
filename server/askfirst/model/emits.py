"""Streams that only a person fills: those that begin with what is done with a view, and those into which code puts something after
a person's act only."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from askfirst.facts.rows import Expr
from askfirst.model import execution
from askfirst.model.persons import Persons
from askfirst.model.reads import Reads
from askfirst.model.resolve import Param, Resolver
from askfirst.model.symbols import Fn, Va

STEPS = 6  # variables and functions that a stream is followed through

_PUTS = frozenset(
    "postValue setValue set emit tryEmit emitAll onNext accept send trySend sendBlocking trySendBlocking offer lazySet getAndSet "
    "complete call".split()
)
# What holds nothing until something is put in (reactivex.io, "Subject"; kotlinx.coroutines, SharedFlow; androidx.lifecycle,
# LiveData, without a first value).
_EMPTY = frozenset("PublishSubject PublishRelay PublishProcessor MutableSharedFlow Channel BroadcastChannel SingleLiveEvent".split())
_UNTIL_SET = frozenset("BehaviorSubject BehaviorRelay BehaviorProcessor MutableLiveData".split())
_LISTENED = frozenset("LiveData SharedFlow StateFlow Flow Observable Flowable ReceiveChannel".split())  # nothing can be put into
_AT_ONCE = frozenset("let run apply also with takeIf takeUnless".split())  # run the lambda with the stream, not with its elements
_OPAQUE = _AT_ONCE | {"toSerialized", "compose", "to"}  # what they do with the stream is not seen
# Operators that give an element by themselves (reactivex.io, "Operators"; kotlinx.coroutines.flow).
_FIRST = re.compile(
    r"(?:startWith|merge|concat|amb|timeout|onErrorReturn)\w*$"
    r"|(?:onStart|onSubscription|onEmpty|defaultIfEmpty|switchIfEmpty|stateIn|combine|zip|withLatestFrom|scan|runningFold|runningReduce|buffer|window|compose"
    r"|to)$"
)
_SKIPS = frozenset({"skipInitialValue", "drop", "skip"})
_STATES = re.compile(r"changes$", re.I)  # streams of views that begin with how things are (RxBinding, InitialValueObservable)


class Put(NamedTuple):
    """One place where something is put into a variable that holds a stream: the expression that does, and what it puts in."""

    f: int
    at: int
    value: int


class _Use(Enum):
    """Other uses of such a variable."""

    LISTENED = "listened to, or given out as what can only be listened to"
    UNKNOWN = "given away, or kept under another name"


class Emits:
    """Follows streams back to their sources."""

    def __init__(self, resolver: Resolver, reads: Reads, persons: Persons) -> None:
        self.resolver, self.symbols, self._reads, self._persons = resolver, resolver.symbols, reads, persons
        self._puts = self.symbols.memory.memo(self._find_puts)
        self._waiting = self.symbols.memory.memo(self._filled)

    def waits(self, f: int, call: int) -> bool:
        """Whether an operator of a stream, at `call`, gives something to its lambda only after a person's act."""
        row = self.resolver.expr(f, call)
        return row.kind == "call" and row.value in execution.ELEMENTS and self._from_person(f, row.kids[0], STEPS)

    def puts(self, found: Va) -> list[Put]:
        """All that is put into a variable, in file order."""
        return self._puts[found]

    def _find_puts(self, found: Va) -> list[Put]:
        return [use for f, e in self._reads.of(found) if isinstance(use := self._use(f, e), Put)]

    def _from_person(self, f: int, e: int, left: int) -> bool:
        """Whether a chain of calls begins so, and nothing on the way adds a first element."""
        skipped = False
        while e >= 0 and left > 0:
            row = self.resolver.expr(f, e)
            targets = self.resolver.targets(f, e) if row.kind in ("name", "field", "call") else ()
            if row.kind == "call":
                if _FIRST.match(row.value) or row.value in _OPAQUE:
                    return False
                skipped = skipped or row.value in _SKIPS
                if execution.VIEW_STREAMS.search(row.value) and not targets:
                    return skipped or not _STATES.search(row.value)
            found = self.resolver.variable_of(f, e) if row.kind in ("name", "field") else None
            if found is not None:
                return not isinstance(found, Param) and self._variable(found, left)
            if targets:
                return len(targets) == 1 and self._answer(targets[0].fn, left)
            e = row.kids[0] if row.kids and (row.kind in ("call", "field", "cast") or row.value == "!!") else -1
        return False

    def _answer(self, fn: Fn, left: int) -> bool:
        answers = self.resolver.scope(fn[0]).returns.get(fn[1], ())
        return len(answers) == 1 and self._from_person(fn[0], answers[0], left - 1)

    def _variable(self, found: Va, left: int) -> bool:
        f, var = found[0], self.symbols.variable(found)
        getters = self.symbols.methods((f, var.owner)).get("<get>" + var.name, []) if var.owner >= 0 else []
        if getters:
            return self._answer(getters[0], left)
        below = self._below(found)
        if below or var.value < 0:  # of a value and one that overrides it, either may be there
            only = len(below) == 1 and var.value < 0
            return only and left > 1 and self._heard(found) and self._variable(below[0], left - 1)
        row, value = self.resolver.expr(f, var.value), var.value
        if "by" in var.modifiers:
            made = [kid for kid in row.kids if kid >= 0 and self.resolver.expr(f, kid).kind == "lambda"]
            body = self.symbols.facts(f).functions[int(self.resolver.expr(f, made[0]).value)].body if made else -1
            return row.value == "lazy" and self._from_person(f, body, left - 1)
        if self._is_empty(f, value, row):
            return self._waiting[found]
        return not self._reads.assignments(found) and self._from_person(f, value, left - 1)

    def _below(self, found: Va) -> list[Va]:
        """The variables that override one."""
        var = self.symbols.variable(found)
        owner = self.symbols.name_of((found[0], var.owner)) if var.owner >= 0 else ""
        fields = (self.symbols.find_field(ty[0], self.symbols.name_of(ty), var.name) for ty in self.symbols.subtypes(owner))
        return [va for va in dict.fromkeys(fields) if va is not None and va != found]

    def _is_empty(self, f: int, e: int, row: Expr) -> bool:
        """Whether a stream is made that has no first element."""
        if row.kind not in ("call", "new"):
            return False
        made = self.resolver.expr(f, row.kids[0]).value if row.value == "create" and row.kids[0] >= 0 else row.value
        return made in _EMPTY or (made in _UNTIL_SET and not self.resolver.scope(f).arguments(e))

    def _filled(self, found: Va) -> bool:
        """Whether all that is done with a variable is seen, and what is put in waits for a person."""
        uses = [self._use(f, e) for f, e in self._reads.of(found)]
        puts = [use for use in uses if isinstance(use, Put)]
        if not puts or _Use.UNKNOWN in uses or self._reads.assignments(found) or not all(map(self._heard, self._above(found))):
            return False
        return all(self._persons.wait_for((put.f, self.resolver.expr(put.f, put.at).function)) for put in puts)

    def _above(self, found: Va) -> list[Va]:
        """The variables that one overrides: what is done with them is done with it."""
        var = self.symbols.variable(found)
        if "override" not in var.modifiers or var.owner < 0:
            return []
        uppers = self.symbols.ancestors(self.symbols.name_of((found[0], var.owner)))[1:]
        fields = (self.symbols.find_field(found[0], upper, var.name) for upper in uppers)
        return [va for va in dict.fromkeys(fields) if va is not None and va != found]

    def _heard(self, found: Va) -> bool:
        """Whether a variable is only listened to."""
        return all(self._use(f, e) == _Use.LISTENED for f, e in self._reads.of(found))

    def _use(self, f: int, e: int) -> Put | _Use:
        """What is done with a stream where its variable is read."""
        scope = self.resolver.scope(f)
        parent = scope.parents[e]
        row = scope.facts.exprs[parent] if parent >= 0 else None
        if row is not None and row.kids and row.kids[0] == e and row.kind in ("call", "field"):
            return self._member(f, parent, row)
        kind, index = scope.holders.get(e, ("", -1))
        fn = self.resolver.expr(f, e).function
        written = ""
        if kind == "variable":
            written = scope.facts.variables[index].type
        elif e in scope.returns.get(fn, ()):
            getter = self.symbols.function((f, fn))
            typed = (v.type for v in scope.facts.variables if getter.name == "<get>" + v.name and v.owner == getter.owner)
            written = getter.returns or next(typed, "")
        return _Use.LISTENED if _read_only(written) else _Use.UNKNOWN

    def _member(self, f: int, at: int, row: Expr) -> Put | _Use:
        """What a call or property of a stream is: `x.emit(1)`, `x.value = 1`, `x.subscribe { }`."""
        scope = self.resolver.scope(f)
        if row.kind == "field":
            known = row.value == "value"
            return Put(f, at, scope.set_to[at]) if known and at in scope.set_to else _Use.LISTENED if known else _Use.UNKNOWN
        if row.value in _PUTS:
            given = scope.arguments(at)
            return Put(f, at, given[-1]) if given else _Use.UNKNOWN
        return _Use.UNKNOWN if row.value in _OPAQUE or self.resolver.targets(f, at) else _Use.LISTENED


def _read_only(written: str) -> bool:
    return written.partition("<")[0].rpartition(".")[2].strip("? ") in _LISTENED
