"""What a name means: the variable or parameter behind it, and whose `this` code stands in."""

from __future__ import annotations

import re
from typing import NamedTuple

from askfirst.facts.rows import Expr
from askfirst.findings import Confidence
from askfirst.model.memo import Memo
from askfirst.model.scopes import Scope
from askfirst.model.steps import Steps
from askfirst.model.symbols import Fn, Symbols, Va, arguments

# Functions of the Kotlin library that run their lambda at once with the receiver as `this`.
SCOPED_THIS = frozenset({"apply", "run", "with", "buildString", "buildList", "edit"})
BUDGET = 10  # steps of inference
_IN_BRACKETS = re.compile(r"\(((?:suspend )?[\w.]*\(.*->.*)\)\??")


class Target(NamedTuple):
    """A project function that a call may run."""

    fn: Fn
    confidence: Confidence


class Param(NamedTuple):
    """A parameter as the meaning of a name."""

    fn: Fn
    position: int


class Names(Steps):
    """Look-ups by scope. Types and call targets, which they need, come from the classes built on this one."""

    def __init__(self, symbols: Symbols) -> None:
        super().__init__(BUDGET)
        self.symbols = symbols
        self._scopes: Memo[int, Scope] = symbols.memory.memo(lambda f: Scope(symbols.facts(f)))
        self._receivers = self.remembered(symbols.memory, lambda f, n: self.spend(self._lambda_receiver, "", f, n))

    def type_of(self, f: int, e: int) -> str:
        """The qualified class of a value, or of the class that an expression names; "" when unknown."""
        raise NotImplementedError

    def targets(self, f: int, e: int) -> tuple[Target, ...]:
        """The project functions that a call, constructor call, property read or reference may run, in file order."""
        raise NotImplementedError

    def scope(self, f: int) -> Scope:
        return self._scopes[f]

    def expr(self, f: int, e: int) -> Expr:
        return self.symbols.facts(f).exprs[e]

    def lookup(self, f: int, e: int, name: str) -> Va | Param | None:
        """The variable or parameter that `name` means where expression `e` of file `f` stands."""
        facts, scope = self.symbols.facts(f), self.scope(f)
        n, owner = facts.exprs[e].function, -1
        guard: int | None = facts.exprs[e].guard
        while n >= 0:
            row = facts.functions[n]
            local = scope.local(n, name, e, guard)
            if local is not None:
                return f, local
            guard = row.guard
            for i, param in enumerate(row.params):
                if param.name == name:
                    return Param((f, n), i)
            if row.name == "<lambda>":
                receiver = self.lambda_receiver(f, n)
                if receiver:
                    field = self.symbols.find_field(f, receiver, name)
                    if field:
                        return field
            if row.name == "<fields>" and (given := self._constructed_with(f, row.owner, name)) is not None:
                return given
            if row.receiver:
                field = self.symbols.find_field(f, self.symbols.resolve(f, row.receiver, row.owner), name)
                if field:
                    return field
            owner, outer = row.owner, row.outer
            if outer < 0 and owner >= 0 and facts.types[owner].function >= 0:
                found = self._member(f, owner, name)
                if found:
                    return found
                outer = facts.types[owner].function
                made = scope.objects.get(owner, -1)
                guard = facts.exprs[made].guard if made >= 0 else None
            n = outer
        found = self._member(f, owner, name)
        return found or self._top_variable(f, name)

    def _constructed_with(self, f: int, owner: int, name: str) -> Param | None:
        """The parameter of the primary constructor that initialisers see (kotlinlang.org/docs/classes.html, "Constructors"); one
        that is a property too is looked up as that."""
        for fn in self.symbols.methods((f, owner)).get("<init>", ()):
            row = self.symbols.function(fn)
            for i, param in enumerate(row.params if "primary" in row.modifiers else ()):
                if param.name == name and "val" not in param.modifiers and "var" not in param.modifiers:
                    return Param(fn, i)
        return None

    def _member(self, f: int, owner: int, name: str) -> Va | None:
        facts = self.symbols.facts(f)
        while owner >= 0:
            found = self.symbols.find_field(f, self.symbols.name_of((f, owner)), name)
            if found:
                return found
            owner = facts.types[owner].outer
        return None

    def _top_variable(self, f: int, name: str) -> Va | None:
        facts, tops = self.symbols.facts(f), self.symbols.top_variables
        prefix = facts.package + "." if facts.package else ""
        places = [prefix + name]
        for row in facts.imports:
            if row.wildcard:
                places.append(f"{row.name}.{name}")
            elif row.alias == name:
                places.append(row.name)
        for place in places:
            if place in tops:
                return self.symbols.pick(f, tops[place])[0]
            owner, _, member = place.rpartition(".")
            if owner in self.symbols.types and owner != facts.package:
                field = self.symbols.find_field(f, owner, member)
                if field:
                    return field
        return None

    def variable_of(self, f: int, e: int) -> Va | Param | None:
        """The variable that a `name` or `field` expression reads."""
        row = self.expr(f, e)
        if row.kind == "name":
            return self.lookup(f, e, row.value)
        if row.kind == "field":
            owner = self.type_of(f, row.kids[0])
            return self.symbols.find_field(f, owner, row.value) if owner else None
        return None

    def this(self, f: int, n: int) -> str:
        """The class whose `this` function `n` stands in: a lambda's receiver, an extension's, or the owner's."""
        facts = self.symbols.facts(f)
        while n >= 0:
            row = facts.functions[n]
            if row.name == "<lambda>":
                receiver = self.lambda_receiver(f, n)
                if receiver:
                    return receiver
            if row.receiver:
                return self.symbols.resolve(f, row.receiver, row.owner)
            if row.outer < 0:
                return self.symbols.name_of((f, row.owner)) if row.owner >= 0 else ""
            n = row.outer
        return ""

    def unclear_this(self, f: int, n: int) -> bool:
        """Whether a lambda that function `n` is or stands in has a `this` of unknown type: `found.run { … }`."""
        functions = self.symbols.facts(f).functions
        while n >= 0:
            _, row = self._lambda_call(f, n)
            if row is not None and row.value in SCOPED_THIS and not self.lambda_receiver(f, n):
                return True
            n = functions[n].outer
        return False

    def lambda_receiver(self, f: int, n: int) -> str:
        """The type of `this` inside lambda `n` when the call it is given to makes it one ("" otherwise)."""
        return self._receivers[self.budget][f, n]

    def _lambda_receiver(self, f: int, n: int) -> str:
        call, row = self._lambda_call(f, n)
        if row is None:
            return ""
        if row.value in SCOPED_THIS:
            if row.value == "with":
                first = self.scope(f).arguments(call)
                return self.type_of(f, first[0]) if first else ""
            return self.type_of(f, row.kids[0]) if row.kids[0] >= 0 else self.this(f, row.function)
        written = self._lambda_type(f, n)
        return self.symbols.resolve(*written) if written and written[1] else ""

    def _lambda_call(self, f: int, n: int) -> tuple[int, Expr | None]:
        e = self.scope(f).lambdas.get(n, -1)
        if e < 0:
            return -1, None
        call, _, _ = self.scope(f).argument(e)
        return (call, self.expr(f, call)) if call >= 0 else (-1, None)

    def _lambda_type(self, f: int, n: int) -> tuple[int, str] | None:
        """(file, receiver type) of the function type a project function declares for this lambda, `Foo.() -> Unit`."""
        declared = self._function_type(f, n)
        if declared is None:
            return None
        head = declared[1].partition("(")[0].strip().removeprefix("suspend ").strip()
        return declared[0], head.removesuffix(".") if head.endswith(".") else ""

    def lambda_parameter(self, f: int, n: int, position: int) -> str:
        """The type of a lambda's parameter as the function type has it that a project function declares: `(Foo, Bar) -> Unit`."""
        declared = self._function_type(f, n)
        head = declared[1].rpartition("->")[0].partition("(")[2].rpartition(")")[0] if declared is not None else ""
        types = arguments(f"<{head}>") if head else []
        if declared is None or position >= len(types):
            return ""
        return self.symbols.resolve(declared[0], types[position].rpartition(":")[2].strip().removesuffix("?"))

    def _function_type(self, f: int, n: int) -> tuple[int, str] | None:
        """(file, type as written) of the parameter of a project function that is given this lambda."""
        e = self.scope(f).lambdas.get(n, -1)
        call, position, name = self.scope(f).argument(e) if e >= 0 else (-1, -1, "")
        found: dict[tuple[int, str], None] = {}
        for target in self.targets(f, call) if call >= 0 else ():
            param = self.parameter(target.fn, position, name, self.scope(f).trailing(call, e))
            if param is not None:
                written = self.symbols.function(target.fn).params[param].type
                whole = _IN_BRACKETS.fullmatch(written)  # `((Foo) -> Unit)?`
                found[target.fn[0], whole[1] if whole else written] = None
        return next(iter(found)) if len({written for _, written in found}) == 1 else None  # overloads differ

    def argument_for(self, f: int, call: int, fn: Fn, index: int) -> tuple[int, int] | None:
        """What a call gives for a parameter, by name, by position, as a trailing lambda, or by its default: (file,
        expression); None when the source does not tell."""
        scope, params = self.scope(f), self.symbols.function(fn).params
        e = scope.named(call, params[index].name)
        if e >= 0:
            return f, e
        given = scope.positional(call)
        trailing = bool(given) and self.expr(f, given[-1]).kind == "lambda" and "->" in params[-1].type
        if trailing and index == len(params) - 1:
            return f, given[-1]
        if index < len(given) - trailing:
            return f, given[index]
        return (fn[0], params[index].default) if params[index].default >= 0 else None

    def parameter(self, fn: Fn, position: int, name: str, trailing: bool) -> int | None:
        """Which parameter an argument fills: by name, by position, a `trailing` lambda the last one."""
        params = self.symbols.function(fn).params
        for i, param in enumerate(params):
            if name and param.name == name:
                return i
        if name or not params or position < 0:
            return None
        if trailing and "->" in params[-1].type:
            return len(params) - 1
        return min(position, len(params) - 1)
