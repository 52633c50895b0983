"""Classes that are named to who starts them: intents, work requests, jobs, alarms, App Startup, transactions of fragments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from askfirst.model import execution
from askfirst.model.memo import Memo
from askfirst.model.resolve import Param, Resolver
from askfirst.model.symbols import Fn, Ty, Va

_DEPTH = 4  # how far an intent is followed from hand to hand
_NAMES = frozenset({"name", "getName", "canonicalName", "getCanonicalName", "qualifiedName", "java", "kotlin", "javaObjectType"})
_REFLECTS = frozenset({"newInstance", "createInstance", "getDeclaredConstructor", "getConstructor", "constructors", "primaryConstructor"})
# What can be done with an intent that leaves it what it is, and calls that answer the object they are called on.
_PLAIN = frozenset(
    "setAction action setFlags addFlags flags putExtra putExtras extras setPackage setData data setType type addCategory".split()
)
_SAME = _PLAIN | {"apply", "also"}
_CHAINS = _SAME | {"let", "setClass"}
_KEEP = frozenset({"PendingIntent", "setShortLabel"})  # an intent for later: of a notification, a widget, a shortcut
_LAUNCHES = frozenset("startActivity startActivityForResult startActivityIfNeeded startService startForegroundService bindService".split())
_AROUND = frozenset({"if", "when", "block", "try", "op", "other", "cast", "named"})
_INITIALIZER, _RECEIVER = "androidx.startup.Initializer", "android.content.BroadcastReceiver"
_MODEL = "androidx.lifecycle.ViewModel"

Site = tuple[int, int]  # file, expression


class Started:
    """Answers where a class is started or made by being named."""

    def __init__(self, resolver: Resolver, sites: Callable[[str], Iterator[Site]]) -> None:
        """`sites`: every mention of a name or a text."""
        self.resolver, self.symbols, self._sites = resolver, resolver.symbols, sites
        memo = self.symbols.memory.memo
        self._words = memo(self._words_of)
        self._known: Memo[Ty, tuple[Site, ...]] = memo(lambda ty: tuple(self._find(ty)))
        self._generic, self._helpers = memo(self._is_generic), memo(self._is_helper)

    def of(self, ty: Ty) -> tuple[Site, ...]:
        """Where the class is given to what starts it; a PendingIntent waits for somebody to send it."""
        return self._known[ty]

    def surely(self, f: int, e: int) -> bool:
        """Whether a site of `of` starts the class that it names, and no other: `startService(Intent(this, X::class.java))`, or
        the call that starts an intent which a local variable keeps."""
        if self._called(f, e) in _LAUNCHES and self.resolver.expr(f, e).kind == "call":
            return True
        made = self.resolver.scope(f).argument(e)[0]
        if made < 0 or self._called(f, made) != "Intent":
            return False
        given = self.resolver.scope(f).argument(self._above(f, made, _SAME))[0]
        return given >= 0 and self._called(f, given) in _LAUNCHES and not self.resolver.targets(f, given)

    def _launched(self, f: int, made: int) -> list[Site]:
        """The calls that start an intent which a local variable keeps; none where anything else is done with it: it may be given
        away, or become one of another class."""
        scope = self.resolver.scope(f)
        kind, index = scope.holders.get(self._above(f, made, _SAME), ("", -1))
        if kind != "variable" or scope.facts.variables[index].kind != "local" or self._called(f, made) != "Intent":
            return []
        found = []
        for use in scope.facts.sites.get(scope.facts.variables[index].name, ()):
            if self.resolver.expr(f, use).kind == "name" and self.resolver.variable_of(f, use) == (f, index):
                above, call = scope.parents[use], scope.argument(use)[0]
                if call >= 0 and self._called(f, call) in _LAUNCHES and not self.resolver.targets(f, call):
                    found.append((f, call))
                elif use in self.resolver.assigned(f) or above < 0 or self._called(f, above) not in _PLAIN:
                    return []
        return found

    def _find(self, ty: Ty) -> Iterator[Site]:
        own = self.symbols.name_of(ty)
        for f, e in self._named(ty, own):
            if self.resolver.expr(f, e).kind == "typearg":
                made = self._made(f, e, own)
                if made and self._makes_pending((f, self.resolver.expr(f, e).function)):
                    yield from self._sent(f, self.resolver.scope(f).parents[e], _DEPTH)
                elif made:
                    yield f, e
                continue
            call = self.resolver.scope(f).argument(e)[0]
            words = self.words(f, self.resolver.expr(f, e).function)
            if self._by_reflection(f, e) or self._depended_on(f, e):
                yield f, e
            elif call >= 0 and self._starts(self._called(f, call), own) and "setComponentEnabledSetting" not in words:
                receives = self.symbols.is_a(own, _RECEIVER)
                if not words & execution.BROADCASTS if receives else self._waits(f, call):
                    yield from self._sent(f, call, _DEPTH)
                else:
                    yield from self._launched(f, call) or [(f, e)]
            elif "setComponentEnabledSetting" not in words and self._handed_on(f, e, own, _DEPTH):
                yield f, e

    def _handed_on(self, f: int, e: int, own: str, left: int) -> bool:
        """Whether a named class is chosen, kept or given to a function, and ends with what starts it:
        `val next = if (ok) Home::class.java else Privacy::class.java`."""
        scope = self.resolver.scope(f)
        while scope.parents[e] >= 0 and self.resolver.expr(f, scope.parents[e]).kind in _AROUND:
            e = scope.parents[e]
        call, position, name = scope.argument(e)
        if call >= 0:
            if self._starts(self._called(f, call), own):
                return True
            for target in self.resolver.targets(f, call) if left else ():
                index = self.resolver.parameter(target.fn, position, name, False)
                if index is not None and self._used(target.fn[0], Param(target.fn, index), own, left - 1):
                    return True
            return False
        kind, index = scope.holders.get(e, ("", -1))
        local = kind == "variable" and scope.facts.variables[index].kind == "local"
        return bool(left) and local and self._used(f, (f, index), own, left - 1)

    def _used(self, f: int, held: Param | Va, own: str, left: int) -> bool:
        """Whether some use of a variable or parameter starts the class that it holds."""
        facts = self.symbols.facts(f)
        name = self.symbols.function(held.fn).params[held.position].name if isinstance(held, Param) else self.symbols.variable(held).name
        uses = (e for e in facts.sites.get(name, ()) if facts.exprs[e].kind == "name" and self.resolver.lookup(f, e, name) == held)
        return any(self._handed_on(f, e, own, left) for e in uses)

    def _waits(self, f: int, call: int) -> bool:
        """Whether the function that names a class keeps an intent of it for later, or is a helper that only such ones ask."""
        fn = (f, self.resolver.expr(f, call).function)
        if self._makes_pending(fn):
            return True
        row = self.symbols.function(fn)
        if self.words(*fn) & execution.LAUNCHES or not (row.returns.endswith("Intent") or call == row.body):
            return False
        return self._helpers[fn]

    def _is_helper(self, fn: Fn) -> bool:
        askers = [
            (at, self.resolver.expr(at, e).function) for at, e in self._sites(self.symbols.function(fn).name)
            if self.resolver.expr(at, e).kind == "call" and any(t.fn == fn for t in self.resolver.targets(at, e))
        ]  # fmt: skip
        return bool(askers) and all(map(self._makes_pending, askers))

    def _makes_pending(self, fn: Fn) -> bool:
        words = self.words(*fn)
        return bool(words & _KEEP) and not words & execution.LAUNCHES

    def words(self, f: int, n: int) -> frozenset[str]:
        """What function `n` of file `f` itself calls or names."""
        return self._words[f].get(n, frozenset())

    def _words_of(self, f: int) -> dict[int, frozenset[str]]:
        words: defaultdict[int, set[str]] = defaultdict(set)
        for row in self.symbols.facts(f).exprs:
            if row.kind in ("call", "name"):
                words[row.function].add(row.value)
        return {k: frozenset(v) for k, v in words.items()}

    def _named(self, ty: Ty, own: str) -> Iterator[Site]:
        """Class literals, type arguments and full names of the class, as the expressions that are handed on."""
        for name in self.symbols.spellings(ty):
            for f, e in self._sites(name):
                use = self.resolver.expr(f, e)
                named = use.kind in ("class", "typearg") and self.symbols.resolve(f, use.value) == own
                if use.function >= 0 and (named or (use.kind == "str" and name == own)):
                    yield f, self._above(f, e, _NAMES)

    def _above(self, f: int, e: int, names: frozenset[str]) -> int:
        """The end of a chain of these members on `e`: `X.class.getName()`."""
        parents = self.resolver.scope(f).parents
        while parents[e] >= 0:
            row = self.resolver.expr(f, parents[e])
            if row.kind not in ("call", "field") or row.kids[:1] != (e,) or row.value not in names:
                break
            e = parents[e]
        return e

    def _called(self, f: int, call: int) -> str:
        return self.resolver.expr(f, call).value.rpartition(".")[2]

    def _starts(self, called: str, own: str) -> bool:
        return called in execution.STARTERS or self.symbols.is_a(own, *execution.ONLY_STARTS.get(called, ()))

    def _by_reflection(self, f: int, e: int) -> bool:
        """`X.class.newInstance()`, `X.class.getDeclaredConstructor().newInstance()`."""
        return self._called(f, self._above(f, e, _REFLECTS)) in ("newInstance", "createInstance")

    def _depended_on(self, f: int, e: int) -> bool:
        """Whether the class stands in what an initializer of App Startup depends on: those run before it
        (developer.android.com/topic/libraries/app-startup, "Implement component initializers")."""
        row = self.symbols.function((f, self.resolver.expr(f, e).function))
        return (
            row.name == "dependencies" and row.owner >= 0 and self.symbols.is_a(self.symbols.name_of((f, row.owner)), _INITIALIZER)
        )

    # type arguments

    def _made(self, f: int, e: int, own: str) -> bool:
        """Whether the type argument `e`, the class `own`, stands in a call that makes or starts it: `viewModels<X>()`."""
        call = self.resolver.scope(f).parents[e]
        called = self._called(f, call) if call >= 0 else ""
        if call < 0 or self.resolver.expr(f, call).kind == "super-call":  # of a base class, which can make what it stands for
            return self.symbols.is_a(own, _MODEL)
        if called in execution.MAKERS or self.symbols.is_a(own, *execution.ONLY_STARTS.get(called, ())):
            return True
        return any(self._generic[target.fn] for target in self.resolver.targets(f, call))

    def _is_generic(self, fn: Fn) -> bool:
        """Whether an inline function starts the class that its type parameter stands for: `Intent(this, T::class.java)`."""
        inline = "inline" in self.symbols.function(fn).modifiers
        return inline and any(self._starts_parameter(fn, e) for e in range(len(self.symbols.facts(fn[0]).exprs)))

    def _starts_parameter(self, fn: Fn, e: int) -> bool:
        """Whether `e`, in the function, gives a class that is no type of anybody's to what makes or starts it."""
        row, scope = self.resolver.expr(fn[0], e), self.resolver.scope(fn[0])
        if row.function != fn[1] or row.kind not in ("class", "typearg") or self.symbols.resolve(fn[0], row.value):
            return False
        call = scope.parents[e] if row.kind == "typearg" else scope.argument(e)[0]
        return call >= 0 and self._called(fn[0], call) in (execution.MAKERS if row.kind == "typearg" else execution.STARTERS)

    # intents that somebody sends

    def _sent(self, f: int, e: int, depth: int) -> Iterator[Site]:
        """Where an intent, or the PendingIntent made of it, is given to what sends it by itself."""
        scope, exprs = self.resolver.scope(f), self.symbols.facts(f).exprs
        while scope.parents[e] >= 0 and exprs[scope.parents[e]].kind in _AROUND and scope.argument(e)[0] < 0:
            e = scope.parents[e]
        parent = scope.parents[e]
        if depth <= 0 or exprs[e].function < 0:
            return
        if parent >= 0 and exprs[parent].kind == "call" and exprs[parent].kids[0] == e:
            if exprs[parent].value == "send":
                yield f, parent
            elif exprs[parent].value in _CHAINS:
                yield from self._sent(f, parent, depth)
        call, position, name = scope.argument(e)
        if call >= 0:
            if self._sends(f, call):
                yield f, call
            elif exprs[call].value in execution.PENDING:
                yield from self._sent(f, call, depth)
            for target in self.resolver.targets(f, call):
                index = self.resolver.parameter(target.fn, position, name, False)
                if index is not None:
                    yield from self._read(target.fn[0], self.symbols.function(target.fn).params[index].name, Param(target.fn, index), depth)
        kind, index = scope.holders.get(e, ("", -1))
        if kind == "variable":
            yield from self._kept((f, index), depth)
        elif kind == "assign":
            kept = self.resolver.variable_of(f, scope.facts.assigns[index].target)
            if kept is not None and not isinstance(kept, Param):
                yield from self._kept(kept, depth)
        fn = (f, exprs[e].function)
        if e in scope.returns.get(fn[1], ()) and scope.facts.functions[fn[1]].name != "<lambda>":
            for at, use in self._sites(self.symbols.function(fn).name):
                if self.resolver.expr(at, use).kind == "call" and any(t.fn == fn for t in self.resolver.targets(at, use)):
                    yield from self._sent(at, use, depth - 1)

    def _sends(self, f: int, call: int) -> bool:
        """Whether a call sends what it is given; `set` does when an AlarmManager is asked."""
        row = self.resolver.expr(f, call)
        if row.value == "set" and row.kids[0] >= 0:
            return "alarm" in (self.resolver.type_of(f, row.kids[0]) or self.resolver.scope(f).dotted(row.kids[0])).lower()
        return row.value in execution.SENDS

    def _kept(self, kept: Va, depth: int) -> Iterator[Site]:
        var = self.symbols.variable(kept)
        if var.kind not in ("field", "top") or "private" in var.modifiers:
            yield from self._read(kept[0], var.name, kept, depth)

    def _read(self, f: int, name: str, meant: Va | Param, depth: int) -> Iterator[Site]:
        """Where what a variable or parameter holds is sent, in its file."""
        for e in self.symbols.facts(f).sites.get(name, ()):
            if self.resolver.expr(f, e).kind in ("name", "field") and self.resolver.variable_of(f, e) == meant:
                if e not in self.resolver.assigned(f):
                    yield from self._sent(f, e, depth - 1)
