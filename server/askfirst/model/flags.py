"""What a condition is worth: whether it being true shows that the person has agreed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from askfirst.findings import Place
from askfirst.model.calls import Calls, Gate
from askfirst.model.resolve import Param
from askfirst.model.symbols import Fn, Va
from askfirst.model.values import Values
from askfirst.model.wording import Sense, sense
from askfirst.model.worth import Verdict, Worth
from askfirst.model.writes import BUDGET, Writes

_NOTHING = Verdict(Worth.NOTHING, "", "", None)
_UNKNOWN = Verdict(Worth.UNKNOWN, "", "", None)
_READS = re.compile(
    r"^(get|is|has|contains|read|decode|query|load|fetch|opt|find|bool|boolean|value|preference|take|was|are)", re.I
)
_UNWRAP = frozenset((
        "get invoke booleanValue value first orElse getOrDefault toBoolean not getValue blockingGet "
        "blockingFirst await asBoolean isTrue collectAsState observeAsState toString trim getBoolean stateIn "
        "asStateFlow call firstOrNull firstBlocking"
    ).split())  # fmt: skip
_PERMISSION = re.compile(
    r"(self|has|have|check|is|all)\w*permission|permission\w*(granted|check|status)|isGranted|canDrawOverlays", re.I
)
_MAIN_PROCESS = re.compile(
    r"process|buildconfig|isdebug|\bdebug\b|sdk_int|isNetwork|isConnected|savedInstanceState|isFinishing", re.I
)


class Flags(Writes):
    """Evaluates guards."""

    def __init__(
        self,
        calls: Calls,
        values: Values,
        gates: Collection[str],
        platform: Callable[[str, str], bool],
        is_entry: Callable[[Fn], bool],
    ) -> None:
        """`gates`: qualified names from the settings; `platform(class, member)`: a consent platform's answer."""
        super().__init__(calls, values, is_entry)
        self._gates, self._platform = frozenset(gates), platform
        self._memo: tuple[dict[tuple[int, int, bool], Verdict], ...] = tuple({} for _ in range(BUDGET + 1))

    # guards

    def guard(self, gate: Gate) -> list[Verdict]:
        """The verdicts of a guard and of those around it, innermost first."""
        f, g = gate
        found = []
        guards = self.symbols.facts(f).guards
        while g >= 0:
            row = guards[g]
            found.append(self.condition(f, row.expr, row.polarity))
            g = row.outer
        return found

    def worth(self, gates: tuple[Gate, ...]) -> Verdict:
        """The verdict that protects best among all gates; NOTHING when there are none."""
        return max((v for gate in gates for v in self.guard(gate)), default=_NOTHING, key=lambda v: v.worth)

    def condition(self, f: int, e: int, polarity: bool) -> Verdict:
        """What it shows that expression `e` is `polarity`."""
        memo = self._memo[self.budget]
        found = memo.get((f, e, polarity))
        if found is None:
            found = memo[f, e, polarity] = self._condition(f, e, polarity)
        return found

    def _condition(self, f: int, e: int, polarity: bool) -> Verdict:
        if e < 0:
            return _NOTHING
        row = self.resolver.expr(f, e)
        constant = self.values.boolean(f, e)
        if constant is not None:
            return _NOTHING if constant == polarity else Verdict(Worth.NEVER, row.value, "constant", None)
        if row.kind == "op":
            return self._operator(f, e, polarity)
        if row.kind in ("cast", "named"):
            return self.condition(f, row.kids[0], polarity)
        if row.kind == "if" and len(row.kids) == 3:
            return self._choice(f, row.kids, polarity)
        if row.kind in ("name", "field"):
            return self._variable(f, e, polarity)
        if row.kind == "call":
            return self._call(f, e, polarity)
        if row.kind == "lambda":
            return self.condition(f, self.symbols.facts(f).functions[int(row.value)].body, polarity)
        return _UNKNOWN

    def _operator(self, f: int, e: int, polarity: bool) -> Verdict:
        row = self.resolver.expr(f, e)
        op, kids = row.value, row.kids
        if op == "!":
            return self.condition(f, kids[0], not polarity)
        if op in ("&&", "||"):
            both = [self.condition(f, kid, polarity) for kid in kids]
            pick = max if (op == "&&") == polarity else min
            return pick(both, key=lambda v: v.worth)
        if op in ("==", "===", "!=", "!=="):
            return self._equality(f, kids, polarity == op.startswith("="))
        if op in ("<", ">", "<=", ">="):
            found = [
                self.condition(f, kid, polarity)
                for kid in kids
                if self.resolver.expr(f, kid).kind not in ("int", "str")
            ]
            if found and op in ("<", "<="):
                found = [
                    self.condition(f, kid, not polarity)
                    for kid in kids
                    if self.resolver.expr(f, kid).kind not in ("int", "str")
                ]
            return max(found, default=_NOTHING, key=lambda v: v.worth)
        if op == "?:" and kids:
            return self.condition(f, kids[0], polarity)
        if op == "!!" and kids:
            return self.condition(f, kids[0], polarity)
        return _NOTHING

    def _equality(self, f: int, kids: tuple[int, ...], polarity: bool) -> Verdict:
        literal, other = -1, -1
        for kid in kids:
            if self.values.truthy(f, kid) is not None and literal < 0:
                literal = kid
            else:
                other = kid
        if literal < 0 or other < 0:
            text = " ".join(self._words(f, k) for k in kids)
            if _MAIN_PROCESS.search(text):
                return Verdict(Worth.NOTHING, text.split(" ")[0], "build", None)
            if "PERMISSION_GRANTED" in text or "PERMISSION_DENIED" in text:
                granted = polarity == ("PERMISSION_GRANTED" in text)
                return Verdict(Worth.UNKNOWN if granted else Worth.NOTHING, "checkSelfPermission", "permission", None)
            return (
                self._by_words(sense(text), polarity, text) if sense(text) else _UNKNOWN if text.strip() else _NOTHING
            )
        null = self.resolver.expr(f, literal).kind == "null"
        positive = polarity == bool(self.values.truthy(f, literal))
        if null:
            words = self._words(f, other)
            found = sense(words)
            if found and found.kind in ("consent", "login"):
                return self._by_words(found, positive, words)
            return _NOTHING
        return self.condition(f, other, positive)

    def _choice(self, f: int, kids: tuple[int, ...], polarity: bool) -> Verdict:
        """`if (c) a else b` as a condition: each branch together with what its side of c shows."""
        sides = []
        for branch, side in ((kids[1], True), (kids[2], False)):
            if branch < 0:
                continue
            own = self.condition(f, branch, polarity)
            if own.worth == Worth.NEVER:
                continue
            sides.append(max(own, self.condition(f, kids[0], side), key=lambda v: v.worth))
        return min(sides, default=_UNKNOWN, key=lambda v: v.worth)

    # atoms

    def _words(self, f: int, e: int) -> str:
        """All names and constant texts of an expression, for `sense`."""
        row = self.resolver.expr(f, e)
        own = [row.value] if row.kind in ("name", "field", "call", "str", "class") else []
        text = self.values.string(f, e) if row.kind in ("name", "field", "call") else None
        return " ".join([*own, *([text] if text else []), *(self._words(f, kid) for kid in row.kids if kid >= 0)])

    def _by_words(self, said: Sense | None, polarity: bool, text: str, kind: str = "") -> Verdict:
        if said is None:
            return Verdict(Worth.UNKNOWN, text, kind, None)
        if said.kind == "build":
            return Verdict(Worth.NOTHING, text, "build", None)
        if said.positive == polarity:
            return Verdict(Worth.CONSENT if said.kind != "collect" else Worth.UNKNOWN, text, said.kind, None)
        return Verdict(Worth.NOTHING, text, said.kind, None)

    def _variable(self, f: int, e: int, polarity: bool) -> Verdict:
        row = self.resolver.expr(f, e)
        dotted = self.resolver.scope(f).dotted(e) or row.value
        if dotted.endswith("BuildConfig.DEBUG"):  # what ships is built without it
            return Verdict(Worth.NEVER if polarity else Worth.NOTHING, dotted, "build", None)
        if dotted.startswith(("BuildConfig.", "Build.")) or _MAIN_PROCESS.search(dotted):
            return Verdict(Worth.NOTHING, dotted, "build", None)
        found = self.resolver.variable_of(f, e)
        if found is None:
            targets = self.resolver.targets(f, e)
            if targets:
                return self._functions([t.fn for t in targets], polarity, self._words(f, e))
            owner, member = self.resolver.callee(f, e)
            if self._platform(owner, member):
                return Verdict(Worth.CONSENT if polarity else Worth.NOTHING, dotted, "platform", None)
            if row.kind == "field" and row.value in _UNWRAP:
                return self.condition(f, row.kids[0], polarity)
            said = sense(dotted)
            return self._by_words(said, polarity, dotted) if said else _UNKNOWN
        if isinstance(found, Param):
            return self._parameter(found, polarity)
        return self._of_variable(found, polarity, self._words(f, e))

    def _qualified(self, found: Va) -> str:
        facts = self.symbols.facts(found[0])
        var = facts.variables[found[1]]
        prefix = self.symbols.name_of((found[0], var.owner)) if var.owner >= 0 else facts.package
        return f"{prefix}.{var.name}".replace(".Companion.", ".")

    def _of_variable(self, found: Va, polarity: bool, words: str) -> Verdict:
        return self._spend(self._of_variable_, _UNKNOWN, found, polarity, words)

    def _of_variable_(self, found: Va, polarity: bool, words: str) -> Verdict:
        f, _v = found
        var = self.symbols.variable(found)
        if self._qualified(found) in self._gates:
            return Verdict(Worth.CONSENT if polarity else Worth.NOTHING, var.name, "settings", None)
        getters = []
        if var.owner >= 0:
            getters = self.symbols.methods[f, var.owner].get("<get>" + var.name, [])
        if getters:
            return self._functions(getters, polarity, words)
        place = Place(self.symbols.units[f].path, var.spot)
        given = self._constructor_parameter(found)
        if given is not None:
            inner = self._parameter(given, polarity)
            return (
                inner
                if inner.worth != Worth.UNKNOWN or sense(words) is None
                else self._by_words(sense(words), polarity, words)
            )
        if "by" in var.modifiers and var.value >= 0:
            return self._delegate(f, var.value, polarity, words, place)
        local = var.kind not in ("field", "top")
        if var.value >= 0 and self.values.truthy(f, var.value) is None and (local or not self._assigned(found)):
            inner = self.condition(f, var.value, polarity)
            if inner.worth != Worth.UNKNOWN or sense(words) is None:
                return inner
            return self._by_words(sense(words), polarity, words)
        assigned = self._assigned(found)
        default = self.values.truthy(f, var.value) if var.value >= 0 else self._constructed(found, assigned)
        return self._stored(var.name, default, polarity, words, place, assigned)

    def _constructed(self, found: Va, assigned: list[tuple[int, int, int]]) -> bool | None:
        """The constant that the class's own constructor gives a field without an initialiser; the language's default if none."""
        f, owner = found[0], self.symbols.variable(found).owner
        for at, value, n in assigned:
            fn = self.symbols.facts(at).functions[n] if n >= 0 else None
            if at == f and fn is not None and fn.name in ("<init>", "<fields>") and fn.owner == owner:
                constant = self.values.truthy(at, value)
                if constant is not None and self.resolver.expr(at, value).guard < 0:
                    return constant
        return False

    def _constructor_parameter(self, found: Va) -> Param | None:
        """The constructor parameter that is this property at once: `class A(private val agreed: () -> Boolean)`."""
        f, _v = found
        var = self.symbols.variable(found)
        if var.owner >= 0 and var.value < 0 and var.kind == "field":
            for fn in self.symbols.methods[f, var.owner].get("<init>", ()):
                for i, param in enumerate(self.symbols.function(fn).params):
                    if param.name == var.name and {"val", "var"} & set(param.modifiers):
                        return Param(fn, i)
        return None

    def _delegate(self, f: int, value: int, polarity: bool, words: str, place: Place) -> Verdict:
        """`by booleanPreference(KEY, default = true)` and its like: the key is a string, the default a boolean."""
        scope = self.resolver.scope(f)
        key, default = "", None
        for arg in scope.arguments(value):
            text = self.values.string(f, arg)
            if text is not None:
                key = key or text
            elif self.values.boolean(f, arg) is not None:
                default = self.values.boolean(f, arg)
            elif self.resolver.expr(f, arg).kind == "lambda":
                body = self.symbols.facts(f).functions[int(self.resolver.expr(f, arg).value)].body
                if body >= 0:
                    inner = self.condition(f, body, polarity)
                    return inner if inner.worth != Worth.UNKNOWN else self._by_words(sense(words), polarity, words)
        writes = self._written(key) if key else []
        return self._stored(words.split()[0], bool(default), polarity, f"{words} {key}".strip(), place, writes)

    def _parameter(self, param: Param, polarity: bool) -> Verdict:
        return self._spend(self._parameter_, _UNKNOWN, param, polarity)

    def _parameter_(self, param: Param, polarity: bool) -> Verdict:
        """A parameter: what the callers give."""
        _f, _n = param.fn
        row = self.symbols.function(param.fn)
        name = row.params[param.position].name
        given = []
        for edge in self.given_calls(param):
            argument = self.resolver.argument_for(edge.source[0], edge.at, param.fn, param.position)
            if argument is not None:
                own = self.condition(*argument, polarity)
                given.append(max(own, self.worth(edge.gates), key=lambda v: v.worth))
        if given:
            return min(given, key=lambda v: v.worth)
        return self._by_words(sense(name), polarity, name)

    def _call(self, f: int, e: int, polarity: bool) -> Verdict:
        row = self.resolver.expr(f, e)
        name, scope = row.value, self.resolver.scope(f)
        owner, member = self.resolver.callee(f, e)
        shown = f"{owner.rpartition('.')[2]}.{member}" if owner else member
        if f"{owner}.{member}".replace(".Companion.", ".") in self._gates:
            return Verdict(Worth.CONSENT if polarity else Worth.NOTHING, shown, "settings", None)
        if self._platform(owner, member):
            return Verdict(Worth.CONSENT if polarity else Worth.NOTHING, shown, "platform", None)
        if _PERMISSION.search(name):  # refused is what holds on a first launch
            return Verdict(Worth.UNKNOWN if polarity else Worth.NOTHING, name, "permission", None)
        args = scope.arguments(e)
        if name in ("equals", "contentEquals", "equalsIgnoreCase", "isEqualTo") and args:
            if len(args) == 2:  # TextUtils.equals(a, b), Objects.equals(a, b)
                return self._equality(f, (args[0], args[1]), polarity)
            if row.kids[0] >= 0:
                return self._equality(f, (row.kids[0], args[0]), polarity)
        if name in ("isEmpty", "isNullOrEmpty", "isBlank", "isNullOrBlank") and (row.kids[0] >= 0 or args):
            inner = (
                row.kids[0]
                if row.kids[0] >= 0 and self.resolver.expr(f, row.kids[0]).value != "TextUtils"
                else args[0]
                if args
                else -1
            )
            said = sense(self._words(f, inner)) if inner >= 0 else None
            return self._by_words(said, not polarity, name) if said else _UNKNOWN
        if _MAIN_PROCESS.search(name):
            return Verdict(Worth.NOTHING, name, "build", None)
        key = next((t for t in (self.values.string(f, a) for a in args[:2]) if t is not None), None)
        targets = [t.fn for t in self.resolver.targets(f, e)]
        if (
            key is not None
            and (_READS.match(name) or not targets)
            and not name.startswith(("getString", "stringResource"))
        ) or (key is not None and name == "getString" and len(args) == 2):
            words = f"{name} {key} {self._names(f, row.kids[0])}"
            place = Place(self.symbols.units[f].path, row.spot)
            return self._spend(
                self._stored, _UNKNOWN, key, self._default(f, args, key), polarity, words, place, self._written(key)
            )
        if targets:
            return self._functions(targets, polarity, f"{name} {self._names(f, row.kids[0])}")
        if name in _UNWRAP and row.kids[0] >= 0:
            return self.condition(f, row.kids[0], polarity != (name == "not"))
        held = self.resolver.lookup(f, row.function, name) if row.kids[0] < 0 else None
        if held is not None:  # a variable that holds code, called
            return (
                self._parameter(held, polarity) if isinstance(held, Param) else self._of_variable(held, polarity, name)
            )
        if name in ("let", "run", "also", "apply", "takeIf") and row.kids[0] >= 0:
            return _UNKNOWN
        words = f"{name} {self._names(f, row.kids[0])} {' '.join(self._names(f, a) for a in args)}"
        said = sense(words)
        return self._by_words(said, polarity, shown) if said else Verdict(Worth.UNKNOWN, shown, "", None)

    def _names(self, f: int, e: int) -> str:
        """The last name of a receiver: of a variable, field or call."""
        if e < 0:
            return ""
        row = self.resolver.expr(f, e)
        return row.value if row.kind in ("name", "field", "call") else ""

    def _default(self, f: int, args: list[int], key: str) -> bool | None:
        for arg in args:
            if self.values.string(f, arg) == key:
                continue
            found = self.values.truthy(f, arg)
            if found is not None:
                return found
        return None

    def _functions(self, fns: list[Fn], polarity: bool, words: str) -> Verdict:
        return self._spend(self._functions_, _UNKNOWN, fns, polarity, words)

    def _functions_(self, fns: list[Fn], polarity: bool, words: str) -> Verdict:
        """What functions answer: the weakest of their returns, read together with the name."""
        found = []
        for fn in fns:
            qualified = self.symbols.qualified(fn).replace("<get>", "").replace(".Companion.", ".")
            if qualified in self._gates:
                return Verdict(Worth.CONSENT if polarity else Worth.NOTHING, qualified, "settings", None)
            for e in self.resolver.scope(fn[0]).returns.get(fn[1], ()):
                own = self.condition(fn[0], e, polarity)
                if own.worth == Worth.NEVER:
                    continue
                guard = self.resolver.expr(fn[0], e).guard
                found.append(max(own, self.worth(((fn[0], guard),)), key=lambda v: v.worth) if guard >= 0 else own)
        weakest = min(found, default=_UNKNOWN, key=lambda v: v.worth)
        said = sense(words)
        if weakest.worth == Worth.UNKNOWN and said is not None:
            return self._by_words(said, polarity, words.strip())
        if weakest.worth == Worth.NOTHING and not weakest.kind and said is not None and not found:
            return self._by_words(said, polarity, words.strip())
        return weakest._replace(text=words.split()[0]) if words.split() and weakest.worth > Worth.NOTHING else weakest

    # stored flags

    def _stored(
        self, text: str, default: bool | None, polarity: bool, words: str, at: Place, writes: list[tuple[int, int, int]]
    ) -> Verdict:
        """A flag that is kept: its name, its first value, what its words speak of, and who writes it."""
        said = sense(words)
        first = bool(default)
        if first == polarity:  # satisfied on the first launch
            meant = said is not None and said.positive == polarity and said.kind in ("consent", "collect")
            return (
                Verdict(Worth.OPT_OUT, text, said.kind, at) if meant and said else Verdict(Worth.NOTHING, text, "", at)
            )
        if said is not None and said.kind == "build":
            return Verdict(Worth.NOTHING, text, "build", at)
        if said is not None and said.positive != polarity and said.kind != "first":
            return Verdict(Worth.UNKNOWN, text, said.kind, at)
        ways = [self._write(f, e, fn, polarity) for f, e, fn in writes]
        if "alone" in ways:
            worth = Worth.SET_BY_APP if said is not None and said.kind == "consent" else Worth.NOTHING
            where = next((w for w, way in zip(writes, ways, strict=True) if way == "alone"), None)
            return Verdict(worth, text, said.kind if said else "", self._place(where) if where else at)
        if said is not None:
            return Verdict(Worth.CONSENT, text, said.kind, at)
        return Verdict(
            Worth.CONSENT if "person" in ways and "unknown" not in ways else Worth.UNKNOWN, text, "written", at
        )
