"""What the names in a condition stand for: variables, calls, parameters, delegates and stored flags."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from askfirst.findings import Place
from askfirst.model import elsewhere
from askfirst.model.calls import Calls
from askfirst.model.resolve import Param
from askfirst.model.stored import Stored
from askfirst.model.symbols import Fn, Va
from askfirst.model.values import Values
from askfirst.model.wording import EQUAL, sense, technical, with_owner
from askfirst.model.worth import NOTHING, UNKNOWN, Verdict, Worth, least, most

_UNWRAP = frozenset((
        "get invoke booleanValue value first orElse getOrDefault toBoolean not getValue blockingGet "
        "blockingFirst await asBoolean isTrue collectAsState observeAsState toString trim getBoolean stateIn "
        "asStateFlow call firstOrNull asSharedFlow asFlow asLiveData distinctUntilChanged onEach onStart catch flowOn take shareIn "
        "toObservable toFlowable subscribeOn observeOn also apply filterNotNull single blockingSingle join getCompleted getNow value"
    ).split())  # fmt: skip
_PERMISSION = re.compile(
    r"(self|has|have|check|is|all)\w*permission|permission\w*(granted|check|status)|isGranted|canDrawOverlays", re.I
)
_PARSES = frozenset({"isTrue", "toBoolean", "parseBoolean"})
_TEXTS = frozenset({"startsWith", "endsWith", "contains", "matches"})
_EMPTY = frozenset({"isEmpty", "isNullOrEmpty", "isBlank", "isNullOrBlank", "isTrimEmpty", "isSpace"})
_FILLED = frozenset({"isNotEmpty", "isNotBlank"})
_LENGTHS = frozenset({"length", "count", "size"})
_REMOTE = re.compile(r"remote_?config|feature_?flag|experiment|launchdarkly|growthbook|ab_?test", re.I)
_ONCE = frozenset({"compareAndSet", "getAndSet", "compareAndExchange"})


class Flags(Stored):
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
        self._libraries = elsewhere.Libraries(self.resolver, values)

    # variables

    def variable(self, f: int, e: int, polarity: bool) -> Verdict:
        """As Conditions.variable."""
        row = self.resolver.expr(f, e)
        dotted = self.resolver.scope(f).dotted(e) or row.value
        if dotted.endswith("BuildConfig.DEBUG"):  # what ships is built without it
            return Verdict(Worth.NEVER if polarity else Worth.NOTHING, dotted, "build", None)
        if dotted.startswith(("BuildConfig.", "Build.")) or technical(dotted):
            return Verdict(Worth.NOTHING, dotted, "build", None)
        found = self.resolver.variable_of(f, e)
        if isinstance(found, Param):
            return self._parameter(found, polarity)
        if found is not None:
            return self._of_variable(found, polarity, self.words(f, e))
        if row.value == "it" and row.kind == "name":
            return self.element(f, row.function, polarity) or UNKNOWN
        targets = self.resolver.targets(f, e)
        if targets:
            return self._functions([t.fn for t in targets], polarity, self.words(f, e))
        if self._platform(*self.resolver.callee(f, e)):
            return _answer("platform", dotted, polarity)
        if row.kind == "field" and self._from_platform(f, row.kids[0]):
            return _answer("platform", dotted or row.value, polarity)
        if row.kind == "field" and row.value in _UNWRAP:
            return self.condition(f, row.kids[0], polarity)
        return self._elsewhere(f, e) or self.spoken(UNKNOWN, polarity, dotted)

    def _of_variable(self, found: Va, polarity: bool, words: str) -> Verdict:
        return self.spend(self._of_variable_, UNKNOWN, found, polarity, words)

    def _of_variable_(self, found: Va, polarity: bool, words: str) -> Verdict:
        f, _v = found
        var = self.symbols.variable(found)
        if as_gate(self.symbols.qualified_variable(found)) in self._gates:
            return _answer("settings", var.name, polarity)
        words = with_owner(words, self.symbols.type((f, var.owner)).name.rpartition(".")[2]) if var.owner >= 0 else words
        getters = self.symbols.methods((f, var.owner)).get("<get>" + var.name, []) if var.owner >= 0 else []
        if getters:
            return self._functions(getters, polarity, words)
        place = Place(self.symbols.units[f].path, var.spot)
        given = self._constructor_parameter(found)
        if given is not None:
            return self.spoken(self._parameter(given, polarity), polarity, words)
        if "by" in var.modifiers and var.value >= 0:
            return self._delegate(f, var.value, polarity, words, place)
        held = self.held(found)
        if held is not None:
            return self.stored(var.name, held[0], polarity, words, place, held[1])
        if var.kind == "loop":
            return self.by_words(sense(words), polarity, words)
        local = var.kind not in ("field", "top")
        if var.value >= 0 and self.values.truthy(f, var.value) is None and (local or not self._assigned[found]):
            return self.spoken(self.condition(f, var.value, polarity), polarity, words)
        assigned = self._assigned[found]
        default = self.values.truthy(f, var.value) if var.value >= 0 else self._constructed(found, assigned)
        return self.stored(var.name, default, polarity, words, place, assigned)

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
            for fn in self.symbols.methods((f, var.owner)).get("<init>", ()):
                for i, param in enumerate(self.symbols.function(fn).params):
                    if param.name == var.name and {"val", "var"} & set(param.modifiers):
                        return Param(fn, i)
        return None

    def _delegate(self, f: int, value: int, polarity: bool, words: str, place: Place) -> Verdict:
        """`by booleanPreference(KEY, default = true)` and its like: the key is a string, the default a boolean."""
        key, default = "", None
        for arg in self.resolver.scope(f).arguments(value):
            text = self.values.string(f, arg)
            if text is not None:
                key = key or text
            elif self.values.boolean(f, arg) is not None:
                default = self.values.boolean(f, arg)
            elif self.resolver.expr(f, arg).kind == "lambda":
                body = self.symbols.facts(f).functions[int(self.resolver.expr(f, arg).value)].body
                if body >= 0:
                    return self.spoken(self.condition(f, body, polarity), polarity, words)
        writes = self._written(key) if key else []
        return self.stored(words.split()[0], bool(default), polarity, f"{words} {key}".strip(), place, writes)

    def _parameter(self, param: Param, polarity: bool) -> Verdict:
        return self.spend(self._parameter_, UNKNOWN, param, polarity)

    def _parameter_(self, param: Param, polarity: bool) -> Verdict:
        """A parameter: what the callers give, read together with what holds where they call."""
        flows = self.given(param.fn, param.position, polarity)
        if flows is not None:
            return flows
        given = []
        for edge in self.given_calls(param):
            argument = self.resolver.argument_for(edge.source[0], edge.at, param.fn, param.position)
            if argument is not None:
                given.append(most((self.condition(*argument, polarity), self.worth(edge.gates))))
        name = self.symbols.function(param.fn).params[param.position].name
        return least(given) if given else self.by_words(sense(name), polarity, name)

    # calls

    def call(self, f: int, e: int, polarity: bool) -> Verdict:
        """As Conditions.call."""
        row = self.resolver.expr(f, e)
        name, receiver = row.value, row.kids[0]
        owner, member = self.resolver.callee(f, e)
        shown = f"{owner.rpartition('.')[2]}.{member}" if owner else member
        if as_gate(f"{owner}.{member}") in self._gates:
            return _answer("settings", shown, polarity)
        if self._platform(owner, member):
            return _answer("platform", shown, polarity)
        if _PERMISSION.search(name):  # refused is what holds on a first launch
            return Verdict(Worth.UNKNOWN if polarity else Worth.NOTHING, name, "permission", None)
        args = self.resolver.scope(f).arguments(e)
        if name in EQUAL and args:
            if len(args) == 2:  # TextUtils.equals(a, b), Objects.equals(a, b)
                return self.equality(f, (args[0], args[1]), polarity)
            if receiver >= 0:
                return self.equality(f, (receiver, args[0]), polarity)
        if name in _EMPTY or name in _FILLED:
            return self._empty(f, receiver, args, polarity == (name in _EMPTY))
        if name in _LENGTHS and receiver >= 0 and not args:
            return self.presence(f, receiver, polarity)
        if name in _ONCE and receiver >= 0 and args:  # an atomic that lets the first caller through
            expected = name == "getAndSet" or self.values.truthy(f, args[0]) is not False
            return self.condition(f, receiver, polarity == expected)
        compared = self.words(f, receiver) if name in _TEXTS and receiver >= 0 else ""  # getPackageName().startsWith("com.")
        if technical(name) or technical(compared) or compared.startswith("APPLICATION_ID"):
            return Verdict(Worth.NOTHING, compared or name, "build", None)
        resource = elsewhere.flag_resource(self.resolver, f, e)
        if resource:
            return Verdict(Worth.NOTHING, resource, "resource", None)
        targets = [t.fn for t in self.resolver.targets(f, e)]
        if not targets and _REMOTE.search(f"{owner} {self.words(f, receiver) if receiver >= 0 else ''}"):
            return Verdict(Worth.NOTHING, shown, "build", None)  # somebody else's switch
        key = self.key_of(f, name, args, known=bool(targets))
        if key is not None:
            spelled = next(self.name_of(f, a) for a in args[:2] if self.values.string(f, a) is not None)  # PREF_REPORTS_DISABLED
            words = " ".join(dict.fromkeys((name, key, spelled, self.name_of(f, receiver))))
            place, writes = Place(self.symbols.units[f].path, row.spot), self._written(key)
            return self.spend(self.stored, UNKNOWN, key, self.default_of(f, name, args, key), polarity, words, place, writes)
        if targets:
            return self._functions(targets, polarity, f"{name} {self.name_of(f, receiver)}")
        resumed = self.resumed(f, e)
        if resumed is not None:
            return self.stored(name, False, polarity, "", Place(self.symbols.units[f].path, row.spot), resumed)
        answered = self.through(f, e, polarity)
        if answered is not None:
            return answered
        if name in _PARSES and len(args) == 1:  # BooleanUtils.isTrue(agreed)
            return self.condition(f, args[0], polarity)
        if name in _UNWRAP and receiver >= 0:
            return self.condition(f, receiver, polarity != (name == "not"))
        held = self.resolver.lookup(f, e, name) if receiver < 0 else None
        if isinstance(held, Param):  # a variable that holds code, called
            return self._parameter(held, polarity)
        if held is not None:
            return self._of_variable(held, polarity, name)
        said = sense(" ".join([name, self.name_of(f, receiver), *(self.name_of(f, a) for a in args)]))
        return self.by_words(said, polarity, shown) if said is not None else self._elsewhere(f, e) or UNKNOWN._replace(text=shown)

    def _elsewhere(self, f: int, e: int) -> Verdict | None:
        answer = self._libraries.answer(f, e)
        return Verdict(Worth.NOTHING, answer, "library", None) if answer else None

    def _from_platform(self, f: int, e: int) -> bool:
        """Whether a chain begins with a consent platform's answer: `Didomi.getInstance().currentUserStatus.purposes["x"]`."""
        while e >= 0:
            row = self.resolver.expr(f, e)
            if row.kind in ("call", "field") and self._platform(*self.resolver.callee(f, e)):
                return True
            e = row.kids[0] if row.kind in ("call", "field", "index", "cast") and row.kids else -1
        return False

    def _is_text(self, f: int, e: int) -> bool:
        """Whether a value is a constant text that is not empty, or a parameter that is always given one."""
        found = self.resolver.variable_of(f, e)
        if isinstance(found, Param):
            given = [
                self.resolver.argument_for(edge.source[0], edge.at, found.fn, found.position) for edge in self.given_calls(found)
            ]
            return bool(given) and all(place is not None and self.values.string(*place) for place in given)
        return bool(self.values.string(f, e))

    def entry(self, f: int, e: int, polarity: bool, default: bool | None = None) -> Verdict:
        """As Conditions.entry."""
        row = self.resolver.expr(f, e)
        if self._from_platform(f, row.kids[0]):
            return _answer("platform", self.words(f, e).split(" ")[0], polarity)
        key = self.values.string(f, row.kids[1]) if len(row.kids) == 2 else None
        words = self.words(f, e)
        if key is None:
            return self.spoken(UNKNOWN, polarity, words)
        place = Place(self.symbols.units[f].path, row.spot)
        return self.spend(self.stored, UNKNOWN, key, default, polarity, f"{words} {key}", place, self._written(key))

    def _empty(self, f: int, receiver: int, args: list[int], polarity: bool) -> Verdict:
        """`x.isEmpty()`, `TextUtils.isEmpty(x)`: that something is there counts only for what speaks of agreement."""
        helper = receiver < 0 or self.resolver.expr(f, receiver).value.endswith("Utils")
        inner = (args[0] if args else -1) if helper else receiver
        if inner < 0:
            return UNKNOWN
        if technical(self.words(f, inner)) or (not polarity and self._is_text(f, inner)):
            return NOTHING
        found = self.presence(f, inner, not polarity)
        return UNKNOWN if found is NOTHING and not polarity else found  # a text that is there may have come from anywhere

    def _functions(self, fns: list[Fn], polarity: bool, words: str) -> Verdict:
        return self.spend(self._functions_, UNKNOWN, fns, polarity, words)

    def _functions_(self, fns: list[Fn], polarity: bool, words: str) -> Verdict:
        """What functions answer: the weakest of their returns, read together with the name."""
        found = []
        owner = self.symbols.function(fns[0]).owner
        words = with_owner(words, self.symbols.type((fns[0][0], owner)).name.rpartition(".")[2]) if owner >= 0 else words
        for fn in fns:
            qualified = as_gate(self.symbols.qualified(fn))
            if qualified in self._gates:
                return _answer("settings", qualified, polarity)
            for e in self.resolver.scope(fn[0]).returns.get(fn[1], ()):
                own = self.condition(fn[0], e, polarity)
                if own.worth != Worth.NEVER:
                    guard = self.resolver.expr(fn[0], e).guard
                    found.append(most((own, self.worth(((fn[0], guard),)))) if guard >= 0 else own)
        weakest = self.spoken(least(found), polarity, words.strip())
        meant = sense(words) if weakest.worth == Worth.NOTHING and weakest.at is not None and not weakest.kind else None
        if meant is not None and meant.kind in ("consent", "collect") and meant.positive == polarity:
            weakest = weakest._replace(worth=Worth.OPT_OUT, kind=meant.kind)  # a stored flag lets it run; its reader says what it is
        said = words.split()
        return weakest._replace(text=said[0]) if said and weakest.worth > Worth.NOTHING else weakest


def as_gate(qualified: str) -> str:
    """A function or property as `consent.gates` names it: as callers write it, whether or not a companion holds it."""
    return qualified.replace("<get>", "").replace(".Companion.", ".")


def _answer(kind: str, text: str, polarity: bool) -> Verdict:
    """What something shows that is known to say whether the person has agreed."""
    return Verdict(Worth.CONSENT if polarity else Worth.NOTHING, text, kind, None)
