"""Values that flow: what a lambda is given, what an observable holds, and what a chain of operators passes on."""

from __future__ import annotations

from askfirst.model.conditions import Conditions
from askfirst.model.symbols import Fn, Va
from askfirst.model.worth import NOTHING, Verdict, least

# Calls that give what they are called on, or its element, to their lambda or observer.
_GIVES = frozenset(
    (
        "let also run takeIf takeUnless collect collectLatest collectIndexed onEach observe observeForever subscribe "
        "subscribeBy doOnNext doOnSuccess onSuccess ifPresent thenAccept thenApply map mapLatest mapNotNull flatMap flatMapLatest filter "
        "first firstOrNull addOnSuccessListener collectIn observeNonNull observeEvent launchAndCollect"
    ).split()
)
# Calls that answer what their lambda answers, if they are given one.
ANSWERS = frozenset(
    "map mapLatest mapNotNull let run with runBlocking withContext async remember derivedStateOf lazy".split()
)
# Classes and functions that make something to be observed of a first value.
_HOLDERS = frozenset(
    (
        "MutableStateFlow MutableLiveData MutableSharedFlow mutableStateOf AtomicBoolean AtomicReference ObservableBoolean ObservableField "
        "BehaviorSubject createDefault BehaviorRelay BehaviorProcessor ConflatedBroadcastChannel flowOf just liveDataOf AtomicInteger "
        "CompletableDeferred CompletableFuture PublishSubject PublishRelay"
    ).split()
)


class Streams(Conditions):
    """Follows values through lambdas' parameters and observable holders."""

    def given(self, fn: Fn, position: int, polarity: bool) -> Verdict | None:
        """What it shows that parameter `position` of a lambda or of an observer's method is `polarity`; None when the source
        does not tell what it is given."""
        return self.spend(self._given, None, fn, position, polarity)

    def _given(self, fn: Fn, position: int, polarity: bool) -> Verdict | None:
        f, n = fn
        row, scope = self.symbols.function(fn), self.resolver.scope(f)
        e = scope.lambdas.get(n, -1) if row.name == "<lambda>" else scope.objects.get(row.owner, -1)
        if e < 0:
            return None
        parent = scope.parents[e]
        while parent >= 0 and self.resolver.expr(f, parent).kind in ("new", "cast"):  # new Observer<>() { … }
            e, parent = parent, scope.parents[parent]
        call, at, name = scope.argument(e)
        if call < 0:
            return None
        made = self.resolver.expr(f, call)
        if made.value[:1].isupper() and scope.argument(call)[0] >= 0:  # Observer { … }
            e, (call, at, name) = call, scope.argument(call)
            made = self.resolver.expr(f, call)
        if made.value in _GIVES and made.kids[0] >= 0 and position == 0:
            return self.condition(f, made.kids[0], polarity)
        return self._called_with(f, call, e, at, name, position, polarity)

    def _called_with(
        self, f: int, call: int, e: int, at: int, name: str, position: int, polarity: bool
    ) -> Verdict | None:
        """What a project function that is given code calls it with."""
        found = []
        for target in self.resolver.targets(f, call):
            index = self.resolver.parameter(target.fn, at, name, self.resolver.scope(f).trailing(call, e))
            if index is None:
                continue
            there, scope = target.fn[0], self.resolver.scope(target.fn[0])
            word = self.symbols.function(target.fn).params[index].name
            for use in scope.facts.sites.get(word, ()):
                row = scope.facts.exprs[use]
                if row.kind != "call" and scope.parents[use] >= 0:  # handler.onAnswer(value), handler.invoke(value)
                    use, row = scope.parents[use], scope.facts.exprs[scope.parents[use]]
                inner = scope.arguments(use) if row.kind == "call" else []
                if position < len(inner):
                    found.append(self.condition(there, inner[position], polarity))
        return least(found) if found else None

    def element(self, f: int, n: int, polarity: bool) -> Verdict | None:
        """What `it` inside function `n` shows by being `polarity`."""
        functions = self.symbols.facts(f).functions
        while n >= 0 and (functions[n].name != "<lambda>" or functions[n].params):
            n = functions[n].outer
        return self.given((f, n), 0, polarity) if n >= 0 else None

    def through(self, f: int, e: int, polarity: bool) -> Verdict | None:
        """What a call of ANSWERS shows: what its lambda answers."""
        row = self.resolver.expr(f, e)
        for arg in self.resolver.scope(f).arguments(e)[-1:] if row.value in ANSWERS else ():
            if self.resolver.expr(f, arg).kind == "lambda":
                return self.condition(f, arg, polarity)
        return None

    def resumed(self, f: int, e: int) -> list[tuple[int, int, int]] | None:
        """(file, value, function) of all that a suspended call can be resumed with, `suspendCoroutine { it.resume(true) }`; None
        when the call is none."""
        row = self.resolver.expr(f, e)
        if row.value not in ("suspendCancellableCoroutine", "suspendCoroutine"):
            return None
        facts, scope = self.symbols.facts(f), self.resolver.scope(f)
        inside = {int(facts.exprs[arg].value) for arg in scope.arguments(e) if facts.exprs[arg].kind == "lambda"}
        for n, fn in enumerate(facts.functions):
            outer = facts.types[fn.owner].function if fn.outer < 0 and fn.owner >= 0 else fn.outer
            if outer in inside:
                inside.add(n)
        calls = [at for name in ("resume", "resumeWith") for at in facts.sites.get(name, ()) if facts.exprs[at].function in inside]
        return [(f, given[0], facts.exprs[at].function) for at in calls if (given := scope.arguments(at))]

    def held(self, found: Va) -> tuple[bool | None, list[tuple[int, int, int]]] | None:
        """First value of an observable kept in a variable, None when not constant, and (file, value, function) of all that is
        put into it; None when the variable keeps none."""
        f, value = found[0], self.symbols.variable(found).value
        row = self.resolver.expr(f, value) if value >= 0 else None
        if row is None or row.kind not in ("call", "new") or row.value not in _HOLDERS:
            return None
        first = self.resolver.scope(f).arguments(value)
        return (self.values.truthy(f, first[0]) if first else None), self._put(found)

    def _put(self, found: Va) -> list[tuple[int, int, int]]:
        return [(put.f, put.value, self.resolver.expr(put.f, put.at).function) for put in self.calls.emits.puts(found)]

    def chosen(self, f: int, e: int, polarity: bool) -> Verdict | None:
        """As Conditions.chosen: what holds where the value is something (`polarity`), or nothing."""
        return self.spend(self._chosen, None, f, e, polarity)

    def _chosen(self, f: int, e: int, polarity: bool) -> Verdict | None:
        leaves = self.calls.origins.of(f, e)
        absent = [(at, leaf) for at, leaf in leaves if self.resolver.expr(at, leaf).kind == "null"]
        if not absent or len(absent) == len(leaves):
            return None
        found = [
            self.worth(((at, guard),)) if (guard := self.resolver.expr(at, leaf).guard) >= 0 else NOTHING
            for at, leaf in leaves if ((at, leaf) in absent) != polarity
        ]  # fmt: skip
        return least(found)
