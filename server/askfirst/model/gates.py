"""The project's own gates: what it asks whether the user has agreed, and the words that ask it from some place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from askfirst.model.flags import Flags
from askfirst.model.resolve import Param
from askfirst.model.symbols import Fn
from askfirst.model.wording import sense
from askfirst.model.worth import Worth

_CONTEXT = "android.content.Context"
_TRUTH = ("boolean", "Boolean")
_ASKS = re.compile(r"^(is|has|contains)(?=[A-Z]|$)|Boolean")
_COMPARES = frozenset({"!", "&&", "||", "==", "!=", "===", "!==", "<", ">", "<=", ">=", "in", "!in", "is", "!is"})


class Gate(NamedTuple):
    """A function or property that can be asked without building anything. It answers true once the user has agreed."""

    f: int  # the file it stands in
    fn: int  # the function, -1 for a property
    owner: str  # the qualified class or object, "" at top level
    name: str
    takes: str  # "" nothing, "()" an empty list of arguments, else the class of the context it wants
    public: bool  # False: only its own package (Java) or module (Kotlin) sees it


class Gates:
    """Gates by what the model holds their answers for, wherever the project asks them."""

    def __init__(self, flags: Flags, named: Collection[str]) -> None:
        """`named`: the qualified names that the settings give."""
        self._flags, self._named = flags, {name.rpartition(".")[2] for name in named}
        self._symbols, self._resolver = flags.symbols, flags.resolver
        files = len(self._symbols.units)
        self._found = self._symbols.memory.gather(files, lambda f: ((None, gate) for gate in dict.fromkeys(self._in(f))))

    @property
    def all(self) -> tuple[Gate, ...]:
        """Those that the code mentions, in file order."""
        return tuple(dict.fromkeys(self._found[None]))

    def words(self, fn: Fn) -> str:
        """What asks the one gate that can be asked in this function; "" when there are none or several, or no argument for it."""
        found = [gate for gate in self.all if self._open(gate, fn)]
        if len(found) != 1 or (found[0].f, found[0].fn) == fn:
            return ""
        gate = found[0]
        if gate.takes in ("", "()"):
            return f"{self._named_from(fn, gate)}{gate.name}{gate.takes}"
        argument = self._context(fn, gate.takes)
        return f"{self._named_from(fn, gate)}{gate.name}({argument})" if argument else ""

    def _in(self, f: int) -> Iterator[Gate]:
        for name, exprs in self._symbols.facts(f).sites.items():
            said = sense(name)
            if name not in self._named and (said is None or said.kind != "consent" or not said.positive):
                continue
            for e in exprs:
                row = self._resolver.expr(f, e)
                if row.kind in ("call", "name", "field") and row.function >= 0:
                    gate = self._meant(f, e)
                    if gate is not None and self._flags.condition(f, e, True).worth == Worth.CONSENT:
                        yield gate

    def _meant(self, f: int, e: int) -> Gate | None:
        """What an expression asks, if it is something that anybody can ask."""
        found = self._resolver.variable_of(f, e) if self._resolver.expr(f, e).kind != "call" else None
        targets = self._resolver.targets(f, e)
        if isinstance(found, Param):
            return None
        if found is not None:
            var = self._symbols.variable(found)
            getter = self._symbols.function(targets[0].fn) if targets else None
            value = getter.body if getter is not None and not var.type else var.value
            holds = var.kind in ("field", "top") and self._truth(found[0], var.type, value)
            return self._gate(found[0], -1, var.owner, var.name, "", var.modifiers) if holds else None
        if len(targets) != 1:
            return None
        at, n = targets[0].fn
        row = self._symbols.function((at, n))
        needed = [p for p in row.params if p.default < 0]
        context = self._class((at, n), needed[0].type) if len(needed) == 1 else ""
        asked = not row.receiver and row.outer < 0 and "suspend" not in row.modifiers
        if (needed and not context) or not asked or not self._truth(at, row.returns, row.body):
            return None
        name, got, property_name = row.name.rpartition("<get>")
        takes = "" if got else context or "()"
        return self._gate(at, n, row.owner, property_name if got else name or row.name, takes, row.modifiers)

    def _truth(self, f: int, written: str, e: int, further: bool = True) -> bool:
        """Whether something is true or false: by its type, or where none is written by its value."""
        if written or e < 0:
            return written in _TRUTH
        row = self._resolver.expr(f, e)
        if row.kind in ("name", "field"):
            found = self._resolver.variable_of(f, e)
            if found is None or isinstance(found, Param) or not further:
                return False
            var = self._symbols.variable(found)
            return self._truth(found[0], var.type, var.value, further=False)
        compares = row.kind == "op" and row.value in _COMPARES
        return row.kind == "bool" or compares or (row.kind == "call" and _ASKS.search(row.value) is not None)

    def _gate(self, f: int, fn: int, owner: int, name: str, takes: str, modifiers: tuple[str, ...]) -> Gate | None:
        if {"private", "protected"} & set(modifiers):
            return None
        kotlin = self._symbols.units[f].language == "kotlin"
        outer, row = "", None
        if owner >= 0:
            row = self._symbols.type((f, owner))
            if "private" in row.modifiers or (row.kind not in ("object", "companion") and "static" not in modifiers):
                return None
            outer = self._symbols.name_of((f, owner))
            outer = outer.removesuffix(".Companion") if row.kind == "companion" else outer
        both = [modifiers, *([row.modifiers] if row is not None else [])]
        public = not any("internal" in m for m in both) if kotlin else all("public" in m for m in both)
        return Gate(f, fn, outer, name, takes, public)

    def _open(self, gate: Gate, fn: Fn) -> bool:
        """Whether the code of a function may name the gate. Java writes Kotlin's names in ways that depend on annotations."""
        here, there = self._symbols.units[fn[0]], self._symbols.units[gate.f]
        if there.language == "kotlin" and here.language == "java":
            return False
        if there.source_set not in ("main", here.source_set):
            return False
        if not gate.public:
            near = here.module == there.module
            near = near and (there.language == "kotlin" or here.facts.package == there.facts.package)
            return near and self._within_reach(gate, fn)
        return self._symbols.sees(here.module, there.module) and self._within_reach(gate, fn)

    def _within_reach(self, gate: Gate, fn: Fn) -> bool:
        """Whether its name says what is meant: what stands at top level must be imported or of the same package."""
        here, package = self._symbols.facts(fn[0]), self._symbols.facts(gate.f).package
        full = f"{package}.{gate.name}" if package else gate.name
        imported = any(i.name == full or (i.wildcard and i.name == package) for i in here.imports)
        return bool(gate.owner) or package == here.package or imported

    def _named_from(self, fn: Fn, gate: Gate) -> str:
        """What stands before the gate's name, with its dot: as short as the file's imports allow."""
        package = self._symbols.facts(gate.f).package
        if not gate.owner:
            return ""
        simple = gate.owner.removeprefix(f"{package}.")
        near = self._symbols.resolve(fn[0], simple, self._symbols.function(fn).owner) == gate.owner
        return f"{simple if near else gate.owner}."

    def _context(self, fn: Fn, wanted: str) -> str:
        """What is a `wanted` context in a function: a parameter of it or of one around it, or its object."""
        f, n = fn
        lambdas = False
        while n >= 0:
            row = self._symbols.function((f, n))
            for param in row.params:
                if not param.type.endswith("?") and self._symbols.is_a(self._class((f, n), param.type), wanted):
                    return param.name
            if row.outer < 0:
                break
            lambdas, n = True, row.outer
        row = self._symbols.function((f, n))
        fixed = "static" in row.modifiers or row.name.startswith("<") or row.owner < 0 or bool(row.receiver)
        if fixed or (lambdas and self._symbols.units[f].language == "kotlin"):  # `this` may be a lambda's receiver
            return ""
        return "this" if self._symbols.is_a(self._symbols.name_of((f, row.owner)), wanted) else ""

    def _class(self, fn: Fn, written: str) -> str:
        """The class of a parameter if it is a context; "" otherwise."""
        found = self._symbols.resolve(fn[0], written.removesuffix("?"), self._symbols.function(fn).owner)
        return found if found and self._symbols.is_a(found, _CONTEXT) else ""
