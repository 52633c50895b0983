"""What type a value has: declared types, constructors, returns, scope functions, and the conventions of libraries."""

from __future__ import annotations

import re
from collections.abc import Mapping

from askfirst.facts.rows import Expr
from askfirst.model.names import Names, Param
from askfirst.model.symbols import Fn, Symbols, Va, arguments, plain

DEPTH = 12  # calls of a chain that keep the element type

# Functions of the Kotlin library that give their lambda the receiver, or its elements, as `it`.
SCOPED_IT = frozenset({"let", "also", "takeIf", "takeUnless", "use"})
ELEMENTWISE = frozenset(
    (
        "forEach map mapNotNull filter filterNot any all none find first firstOrNull onEach flatMap "
        "forEachIndexed associateBy groupBy sortedBy sumOf partition single last lastOrNull collect collectLatest observe subscribe "
        "observeForever ifPresent mapLatest flatMapLatest distinctUntilChanged"
    ).split()
)
# Types that hold one of their argument, and calls and properties that take it out.
_HOLDS = frozenset(
    "Lazy Provider Supplier Optional AtomicReference WeakReference SoftReference ThreadLocal StateFlow MutableStateFlow LiveData "
    "MutableLiveData State MutableState Deferred Callable Producer".split()
)
_TAKES = frozenset("get invoke value getValue orElse getOrNull await call".split())
SAME = frozenset({"apply", "also", "takeIf", "takeUnless", "requireNotNull", "checkNotNull", "filter", "filterNot",
                  "sortedBy", "onEach", "filterNotNull", "toList", "asSequence", "reversed", "distinct"})  # fmt: skip
_ALL = SAME | {"values"}
_COLLECTION = re.compile(r"(?:map|list|set|array|deque|vector|queue)$", re.I)
_FACTORY = re.compile(
    r"(get|shared|default|new|obtain|acquire)?(Instance|Default|Shared|SharedInstance)?|create|of|from|with|get|builder|instance"
    r"|init|initialize|build|sharedAds|getAutoInstance|newBuilder",
    re.I,
)
# Calls that are given a class and answer something else.
_NO_ANSWER = frozenset({"Intent", "ComponentName", "setClass", "forName", "from", "Builder", "getMethod", "registerTypeAdapter"})


class Types(Names):
    """Type inference: lazy, memoised, and the same whatever is asked first."""

    def __init__(self, symbols: Symbols, returns: Mapping[str, str], services: Mapping[str, str]) -> None:
        """`returns`: "class#method" → type; `services`: system service constant or name → class."""
        super().__init__(symbols)
        self._returns, self._services = returns, services
        self._types = self.remembered(symbols.memory, lambda f, e: self._type(f, e, self.expr(f, e)))

    def type_of(self, f: int, e: int) -> str:
        """The qualified class of a value, or of the class that an expression names; "" when unknown."""
        return self._types[self.budget][f, e] if e >= 0 else ""

    def _owner(self, f: int, n: int) -> int:
        return self.symbols.facts(f).functions[n].owner if n >= 0 else -1

    def _type(self, f: int, e: int, row: Expr) -> str:
        kind, value, kids = row.kind, row.value, row.kids
        if kind == "name":
            meant = self.lookup(f, e, value)
            if meant:
                return self.type_of_variable(meant)
            if value == "it":
                return self._it(f, row.function)
            return self._class(f, row, value) or self._property(f, self.this(f, row.function), value)
        if kind == "field":
            words, owner = self.scope(f).dotted(e), self.type_of(f, kids[0])
            field = self.symbols.find_field(f, owner, value) if owner else None
            own = [self.symbols.type(ty).kind for ty in self.symbols.types.get(owner, ())]
            if field is None and value == "INSTANCE" and "object" in own:  # how Java calls a Kotlin object
                return owner
            if field is None and words and self.lookup(f, e, words.partition(".")[0]) is None:
                named = self._class(f, row, words)
                if named and value[:1].isupper():
                    return named
            if field is None and value in _TAKES and (inner := self._held(f, kids[0])):
                return inner
            return self.type_of_variable(field) if field else self._property(f, owner, value)
        if kind in ("call", "new"):
            return self._call_type(f, e, row)
        if kind == "index":
            return self._asked_for(f, row) or self._element(f, kids[0])
        if kind == "cast":
            return self.symbols.resolve(f, value, self._owner(f, row.function))
        if kind == "this":
            return (self._class(f, row, value) if value else "") or self.this(f, row.function)
        if kind == "super":
            return (self.symbols.supers(self.this(f, row.function)) or ("",))[0]
        if kind in ("str", "template"):
            return "java.lang.String"
        if kind == "object":
            return self.symbols.name_of((f, int(value)))
        if kind == "op" and value in ("?:", "!!") and kids:
            return self.type_of(f, kids[0]) or (self.type_of(f, kids[-1]) if value == "?:" else "")
        if kind in ("if", "when", "named", "try", "block", "other"):
            for kid in kids[1:] if kind in ("if", "when") else kids:
                found = self.type_of(f, kid)
                if found:
                    return found
        return ""

    def _class(self, f: int, row: Expr, words: str) -> str:
        return self.symbols.resolve(f, words, self._owner(f, row.function))

    def type_of_variable(self, found: Va | Param) -> str:
        """The declared type of a variable or parameter, or that of its value."""
        return self.spend(self._type_of_variable, "", found)

    def _type_of_variable(self, found: Va | Param) -> str:
        written, f, owner, value = self._declared(found)
        if written:
            return self.symbols.resolve(f, written, owner)
        if isinstance(found, Param) or value < 0:
            return self._lambda_param(found) if isinstance(found, Param) else ""
        var = self.symbols.variable(found)
        if "by" in var.modifiers:
            return self._delegated(f, value)
        if var.kind == "loop":
            return self._element(f, value)
        return self.type_of(f, value)

    def _declared(self, found: Va | Param) -> tuple[str, int, int, int]:
        if isinstance(found, Param):
            fn = self.symbols.function(found.fn)
            return fn.params[found.position].type, found.fn[0], fn.owner, -1
        var = self.symbols.variable(found)
        owner = var.owner if var.owner >= 0 else self._owner(found[0], var.function)
        return var.type, found[0], owner, var.value

    def _delegated(self, f: int, value: int) -> str:
        """`by lazy { Foo() }`, `by inject<Foo>()`, `by viewModels<Foo>()`: what reading the property gives."""
        for kid in self.expr(f, value).kids:
            if kid < 0:
                continue
            row = self.expr(f, kid)
            if row.kind == "typearg":
                return self.symbols.resolve(f, row.value, self._owner(f, row.function))
            if row.kind == "lambda":
                body = self.symbols.facts(f).functions[int(row.value)].body
                return self.type_of(f, body)
        return ""

    def _lambda_param(self, param: Param) -> str:
        """The type of a lambda's written parameter without a type: what `it` would be."""
        if self.symbols.function(param.fn).name != "<lambda>":
            return ""
        it = self._it(*param.fn) if param.position == 0 else ""
        return it or self.lambda_parameter(*param.fn, param.position)

    def _it(self, f: int, n: int) -> str:
        return self.spend(self._what_it_is, "", f, n)

    def _what_it_is(self, f: int, n: int) -> str:
        _call, row = self._lambda_call(f, n)
        if row is None:
            outer = self.symbols.facts(f).functions[n].outer if n >= 0 else -1
            return self._it(f, outer) if outer >= 0 else ""
        if row.value in SCOPED_IT and row.kids[0] >= 0:
            return self.type_of(f, row.kids[0])
        if row.value in ELEMENTWISE and row.kids[0] >= 0:
            return self._element(f, row.kids[0])
        return self.lambda_parameter(f, n, 0)

    def _held(self, f: int, e: int) -> str:
        """The class that a variable's holder is of: `Provider<Foo>` → Foo."""
        found = self.variable_of(f, e)
        if found is None:
            return ""
        written, at, owner, _ = self._declared(found)
        inside = arguments(written) if plain(written).rpartition(".")[2] in _HOLDS else []
        return self.symbols.resolve(at, inside[-1], owner) if inside else ""

    def _taken(self, f: int, e: int) -> str:
        """What `get` takes out of a map or a list; "" where `e` is something else."""
        kind = self.type_of(f, e)
        return self._element(f, e) if not kind or _COLLECTION.search(kind) else ""

    def _element(self, f: int, e: int) -> str:
        """The element type of a collection whose declaration writes it."""
        for _ in range(DEPTH):
            row = self.expr(f, e)
            if row.kind in ("call", "field") and row.value in _ALL and row.kids[0] >= 0:
                e = row.kids[0]
                continue
            written_here = [kid for kid in row.kids[1:] if kid >= 0 and self.expr(f, kid).kind == "typearg"]
            if written_here and _COLLECTION.search(row.value.removesuffix("Of")):  # mutableMapOf<String, User>()
                return self.symbols.resolve(f, self.expr(f, written_here[-1]).value, self._owner(f, row.function))
            if row.kind == "call" and row.value in ("listOf", "arrayOf", "mutableListOf", "setOf", "arrayListOf"):
                inner = self.scope(f).arguments(e)
                return self.type_of(f, inner[0]) if inner else ""
            found = self.variable_of(f, e)
            if found is None:
                return ""
            written, at, owner, value = self._declared(found)
            inside = arguments(written) or ([plain(written)] if written.endswith(("...", "[]")) else [])
            if inside:
                return self.symbols.resolve(at, inside[-1], owner)
            if value < 0:
                return ""
            f, e = at, value
        return ""

    def _property(self, f: int, owner: str, name: str) -> str:
        """A getter read as a property: `manager.connectionInfo`."""
        if not owner:
            return ""
        getter = "get" + name[:1].upper() + name[1:]
        for method in self.symbols.find_methods(f, owner, getter):
            row = self.symbols.function(method)
            return self.symbols.resolve(method[0], row.returns, row.owner)
        return self._library(owner, getter) or self._library(owner, name)

    def _library(self, owner: str, method: str) -> str:
        for upper in self.symbols.ancestors(owner):
            found = self._returns.get(f"{upper}#{method}")
            if found:
                return found
        return ""

    def _call_type(self, f: int, e: int, row: Expr) -> str:
        name, receiver = row.value, row.kids[0]
        if row.kind == "new":
            last = row.kids[-1] if row.kids else -1
            if last >= 0 and self.expr(f, last).kind == "object":
                return self.type_of(f, last)
            outer = self.type_of(f, receiver) if receiver >= 0 else ""
            return self._class(f, row, name) or (f"{outer}.{name}" if outer else "")
        for target in self.targets(f, e):
            found = self._returned(target.fn, name)
            if found:
                return found
        if name in _TAKES and receiver >= 0 and (inner := self._held(f, receiver)):
            return inner
        if name == "get" and receiver >= 0 and (inner := self._taken(f, receiver)):
            return inner
        if name in SAME and receiver >= 0:
            return self.type_of(f, receiver)
        if name in ("apply", "also") and receiver < 0:
            return self.this(f, row.function)
        if name in ("let", "run", "with", "lazy", "remember", "withContext", "synchronized", "runBlocking"):
            for kid in row.kids[1:]:
                if kid >= 0 and self.expr(f, kid).kind == "lambda":
                    return self.type_of(f, self.symbols.facts(f).functions[int(self.expr(f, kid).value)].body)
        service = self._service(f, e, name)
        if service:
            return service
        for kid in row.kids[1:]:
            if (
                kid >= 0
                and self.expr(f, kid).kind == "typearg"
                and name in ("get", "inject", "viewModel", "getViewModel", "findViewById", "requireViewById")
            ):
                return self._class(f, row, self.expr(f, kid).value)
        asked = self._asked_for(f, row) if name not in _NO_ANSWER else ""
        if asked:
            return asked
        if receiver < 0:
            named = self._class(f, row, name) if name[:1].isupper() else ""
            return named or self._library(self.this(f, row.function), name)
        owner = self.type_of(f, receiver)
        if not owner:
            return ""
        words = self.scope(f).dotted(receiver)
        if name[:1].isupper():
            return f"{owner}.{name}"
        return self._library(owner, name) or self._convention(owner, name, words)

    def _asked_for(self, f: int, row: Expr) -> str:
        """`locator.get(Foo::class.java)`: a call that is given one class of the project answers an object of it."""
        given = [self.expr(f, kid) for kid in row.kids[1:] if kid >= 0 and self.expr(f, kid).kind == "class"]
        found = self._class(f, given[0], given[0].value) if len(given) == 1 else ""
        return found if found in self.symbols.types else ""

    def _convention(self, owner: str, name: str, words: str) -> str:
        """Library calls of unknown signature: `X.getInstance()` is an X, `X.Builder` setters the builder, `build()` an X,
        `getFoo()` the library's own Foo."""
        if owner in self.symbols.types or owner.startswith(("java.lang.", "kotlin.")):
            return ""
        simple = owner.rpartition(".")[2]
        if simple == "Builder":
            return owner.rpartition(".")[0] if name in ("build", "create") else owner
        if words and words.rpartition(".")[2] == simple and _FACTORY.fullmatch(name):
            return owner
        if name.startswith("get") and name[3:4].isupper():
            sibling = f"{owner.rpartition('.')[0]}.{name[3:]}"
            if self.symbols.knows(sibling):
                return sibling
        return ""

    def _service(self, f: int, e: int, name: str) -> str:
        if name not in ("getSystemService", "getSystemServiceAs", "systemService"):
            return ""
        for kid in self.expr(f, e).kids[1:]:
            if kid < 0:
                continue
            row = self.expr(f, kid)
            if row.kind in ("class", "typearg"):
                return self._class(f, row, row.value)
            word = row.value if row.kind == "str" else self.scope(f).dotted(kid).rpartition(".")[2]
            if word in self._services:
                return self._services[word]
        return ""

    def _returned(self, fn: Fn, name: str) -> str:
        row = self.symbols.function(fn)
        if row.name in ("<init>", "<fields>"):
            return self.symbols.name_of((fn[0], row.owner))
        if row.returns:
            return self.symbols.resolve(fn[0], row.returns, row.owner)
        return self.spend(self.type_of, "", fn[0], row.body) if row.body >= 0 else ""
