"""Which functions a call may run: by type, by class hierarchy, by name as a last and marked resort."""

from __future__ import annotations

import re
from collections.abc import Mapping

from askfirst.facts.rows import Expr
from askfirst.findings import Confidence
from askfirst.model.infer import Types
from askfirst.model.memo import Memo
from askfirst.model.names import Param, Target
from askfirst.model.symbols import Fn, Symbols, plain

_ACCESSOR = re.compile(r"(get|set|is)([A-Z]\w*)$")
_TYPE_PARAMETER = re.compile(r"[A-Z][A-Z0-9]{0,2}$")
__all__ = ["Param", "Resolver", "Target"]


class Resolver(Types):
    """Call targets on top of names and types."""

    def __init__(self, symbols: Symbols, returns: Mapping[str, str], services: Mapping[str, str]) -> None:
        """`returns`: "class#method" → type; `services`: system service constant or name → class."""
        super().__init__(symbols, returns, services)
        self._targets = self.remembered(symbols.memory, self.find_targets)
        self._assigned_in: Memo[int, frozenset[int]] = symbols.memory.memo(
            lambda f: frozenset(a.target for a in symbols.facts(f).assigns)
        )

    def callee(self, f: int, e: int) -> tuple[str, str]:
        """(class, member) that a call, constructor, field read or reference names, whether the project has it or not:
        ("android.os.Build", "SERIAL"); class "" when the receiver's type is unknown."""
        row = self.expr(f, e)
        if row.kind == "new":
            return self._call_type(f, e, row), "<init>"
        receiver = row.kids[0] if row.kids else -1
        if row.kind in ("call", "ref") and receiver < 0:
            named = self._class(f, row, row.value) if row.value[:1].isupper() else ""
            if named:
                return named, "<init>"
            imported = self._imported_member(f, row.value)
            return imported or (self.this(f, row.function), row.value)
        if row.kind == "name":
            imported = self._imported_member(f, row.value)
            return imported or ("", row.value)
        owner = self.type_of(f, receiver)
        if (
            row.kind == "call"
            and row.value[:1].isupper()
            and owner
            and not self.symbols.find_methods(f, owner, row.value)
        ):
            return f"{owner}.{row.value}", "<init>"
        return owner, row.value

    def _imported_member(self, f: int, name: str) -> tuple[str, str] | None:
        for row in self.symbols.facts(f).imports:
            if not row.wildcard and row.alias == name and "." in row.name:
                owner, _, member = row.name.rpartition(".")
                return owner, member
        return None

    def targets(self, f: int, e: int) -> tuple[Target, ...]:
        """The project functions that a call, constructor call, property read or reference may run, in file order."""
        return self._targets[self.budget][f, e]

    def find_targets(self, f: int, e: int) -> tuple[Target, ...]:
        """The same, for who asks once."""
        return tuple(sorted(self._find_targets(f, e)))

    def _find_targets(self, f: int, e: int) -> set[Target]:
        row = self.expr(f, e)
        if row.kind == "new":
            return self._constructors(f, self._call_type(f, e, row), len(self.scope(f).arguments(e)))
        if row.kind == "super-call":
            own = self.symbols.facts(f).functions[row.function].owner
            mine = self.symbols.name_of((f, own)) if own >= 0 else ""
            made = mine if row.value == "this" else next(iter(self.symbols.supers(mine)), "")
            return self._constructors(f, made, len(self.scope(f).arguments(e)))
        if row.kind in ("field", "name"):
            return self._accessors(f, e, row)
        if row.kind not in ("call", "ref"):
            return set()
        receiver, name = row.kids[0] if row.kids else -1, row.value
        count = len(self.scope(f).arguments(e)) if row.kind == "call" else -1
        if receiver < 0:
            return self._unqualified(f, e, row, name, count)
        if self.expr(f, receiver).kind == "super":
            owner = self.type_of(f, receiver)
            return {Target(fn, Confidence.HIGH) for fn in self._arity(self.symbols.find_methods(f, owner, name), count)}
        owner = self.type_of(f, receiver)
        if owner:
            if name[:1].isupper() and f"{owner}.{name}" in self.symbols.types:
                return self._constructors(f, f"{owner}.{name}", count)
            return self._members(f, owner, name, count)
        return self._by_name(f, receiver, name, count) or self._extension(f, name, count) or (
            self._of_file(f, self.scope(f).dotted(receiver), name, count) if self.symbols.units[f].language == "java" else set()
        )

    def _extension(self, f: int, name: str, count: int) -> set[Target]:
        """An extension function on something of unknown type, when there is one of that name."""
        found = self._arity(self.symbols.pick(f, self.symbols.extensions.get(name, [])), count)
        return {Target(fn, Confidence.MEDIUM) for fn in found} if len(found) == 1 else set()

    def _generic(self, f: int, e: int) -> bool:
        """Whether a value's type is a type parameter: `protected P presenter`."""
        found = self.variable_of(f, e)
        return found is not None and _TYPE_PARAMETER.match(plain(self._declared(found)[0])) is not None

    def _unqualified(self, f: int, e: int, row: Expr, name: str, count: int) -> set[Target]:
        facts = self.symbols.facts(f)
        n, owner = row.function, -1
        while n >= 0:
            fn = facts.functions[n]
            local = self.scope(f).inner.get(n, {}).get(name)
            if local is not None:
                return {Target((f, local), Confidence.HIGH)}
            for implicit in (self.lambda_receiver(f, n) if fn.name == "<lambda>" else "", fn.receiver):
                upper = self.symbols.resolve(f, implicit, fn.owner) or implicit
                found = self._members(f, upper, name, count) if upper else set()
                if found:
                    return found
            owner, n = fn.owner, fn.outer
            if n < 0 and owner >= 0:
                n = facts.types[owner].function
                at = owner
                while at >= 0:
                    found = self._members(f, self.symbols.name_of((f, at)), name, count)
                    if found:
                        return found
                    at = facts.types[at].outer
        if name[:1].isupper():
            named = self.symbols.resolve(f, name, owner)
            if named in self.symbols.types:
                return self._constructors(f, named, count)
        held = self.lookup(f, e, name)
        if held is not None:
            kept = self.type_of_variable(held)
            return self._members(f, kept, "invoke", count) if kept else set()
        prefix = facts.package + "." if facts.package else ""
        places = [prefix + name]
        for imported in facts.imports:
            if imported.alias == name:
                places.insert(0, imported.name)
            elif imported.wildcard:
                places.append(f"{imported.name}.{name}")
        for place in places:
            tops = self.symbols.tops.get(place)
            if tops:
                chosen = self._arity(self.symbols.pick(f, tops), count)
                return {Target(fn, Confidence.HIGH) for fn in chosen}
            upper, _, member = place.rpartition(".")
            if upper in self.symbols.types:
                inherited = self._members(f, upper, member, count)
                if inherited:
                    return inherited
        return set()

    def _members(self, f: int, owner: str, name: str, count: int) -> set[Target]:
        """Methods by type: the one found upwards, and overrides below it; extension functions when there is none."""
        base = self._arity(self.symbols.find_methods(f, owner, name), count)
        below = {
            fn for ty in self.symbols.subtypes(owner)
            for fn in self._arity(self.symbols.methods(ty).get(name, ()), count) if self._overrides(fn)
        }  # fmt: skip
        if base and not below and not any(map(self._has_body, base)):  # `App : Starter by Impl()`: whatever implements it
            below = {
                fn for each in base for ty in self.symbols.subtypes(self._owner_of(each))
                for fn in self._arity(self.symbols.methods(ty).get(name, ()), count) if self._overrides(fn)
            }  # fmt: skip
        real = [fn for fn in base if self._has_body(fn)]
        found = set(real) | below
        if not found:
            found = set(base)
        if found:
            confidence = Confidence.HIGH if len(found) == 1 or len(found) == len(base) else Confidence.MEDIUM
            if not base:  # a library's type (Runnable, Observer): everything that implements it, or the only one
                confidence = Confidence.MEDIUM if len(found) == 1 or owner in self.symbols.types else Confidence.LOW
            return {Target(fn, Confidence.HIGH if fn in real and not below else confidence) for fn in found}
        accessor = _ACCESSOR.match(name)
        if accessor and self.symbols.units[f].language == "java":  # a property of Kotlin
            access = "<set>" if accessor[1] == "set" else "<get>"
            for prop in (name, accessor[2][:1].lower() + accessor[2][1:]):
                if methods := self.symbols.find_methods(f, owner, access + prop):
                    return {Target(fn, Confidence.HIGH) for fn in methods}
        if owner not in self.symbols.types and self.symbols.units[f].language == "java":
            if tops := self._of_file(f, owner.rpartition(".")[2], name, count):
                return tops
        ups = self.symbols.ancestors(owner)
        extended = [
            fn for fn in self.symbols.extensions.get(name, ())
            if self.symbols.resolve(fn[0], self.symbols.function(fn).receiver, self.symbols.function(fn).owner) in ups
        ]  # fmt: skip
        return {Target(fn, Confidence.HIGH) for fn in self._arity(self.symbols.pick(f, extended), count)}

    def _of_file(self, f: int, owner: str, name: str, count: int) -> set[Target]:
        """A function at the top of a Kotlin file, called by Java through the file's class: `StarterKt.start()`."""
        tops = [fn for fn in self.symbols.functions_by_name.get(name, ()) if self.symbols.function(fn).owner < 0]
        named = [fn for fn in tops if self.symbols.units[fn[0]].path.rpartition("/")[2] == owner.removesuffix("Kt") + ".kt"]
        found = self._arity(self.symbols.pick(f, named or tops), count)
        return {Target(fn, Confidence.HIGH if named else Confidence.MEDIUM) for fn in found} if named or len(tops) == 1 else set()

    def _owner_of(self, fn: Fn) -> str:
        return self.symbols.name_of((fn[0], self.symbols.function(fn).owner))

    def _overrides(self, fn: Fn) -> bool:
        """Whether dispatch can end in a method: no static one, and in Kotlin one that says so."""
        modifiers = self.symbols.function(fn).modifiers
        kotlin = self.symbols.units[fn[0]].language == "kotlin"
        return "override" in modifiers if kotlin else "static" not in modifiers

    def _has_body(self, fn: Fn) -> bool:
        row = self.symbols.function(fn)
        return "abstract" not in row.modifiers

    def _constructors(self, f: int, owner: str, count: int) -> set[Target]:
        """What making an object of a class runs: the constructors that take `count` arguments, and the initialisers."""
        found: set[Target] = set()
        for ty in self.symbols.pick(f, self.symbols.types.get(owner, ())):
            own = self.symbols.methods(ty)
            made = self._arity(own.get("<init>", ()), count)
            if made and all("private" in self.symbols.function(fn).modifiers for fn in made) and self.symbols.units[f].language == "kotlin":
                invoked = self._arity(self.symbols.find_methods(f, owner, "invoke"), count)  # `Foo(x)` is Foo.Companion.invoke(x)
                if invoked:
                    found.update(Target(fn, Confidence.HIGH) for fn in invoked)
                    continue
            fns = [*made, *own.get("<fields>", ()), *own.get("<clinit>", ())]
            found.update(Target(fn, Confidence.HIGH) for fn in fns)
        return found

    def _accessors(self, f: int, e: int, row: Expr) -> set[Target]:
        """A property read runs its getter; an assignment to it (the target of an Assign) its setter."""
        found = self.variable_of(f, e)
        access = "<set>" if e in self.assigned(f) else "<get>"
        if found is not None and not isinstance(found, Param):
            var = self.symbols.variable(found)
            if var.owner >= 0:
                fns = self.symbols.methods((found[0], var.owner)).get(access + row.value, ())
            else:
                package = self.symbols.facts(found[0]).package
                fns = [t for t in self.symbols.tops.get(f"{package}.{access}{row.value}", ()) if t[0] == found[0]]
            return {Target(fn, Confidence.HIGH) for fn in fns}
        owner = self.type_of(f, row.kids[0]) if row.kind == "field" else self.this(f, row.function)
        if owner:
            getter = "get" + row.value[:1].upper() + row.value[1:]
            for name in (access + row.value, getter, row.value if row.value.startswith("is") else ""):
                members = self._members(f, owner, name, -1) if name else set()
                if members:
                    return members
        return set()

    def assigned(self, f: int) -> frozenset[int]:
        """The expressions of a file that assignments write to."""
        return self._assigned_in[f]

    def foreign(self, f: int, e: int) -> str:
        """The library's class out of whose object a value of unknown type comes, `client.getUser()`: the value is hardly of a type
        of the project, nor of another library's. "" where type arguments or class literals on the way say more than the
        library does: `retrofit.create(Api.class)`, `list.get(0)`."""
        while e >= 0 and not self.type_of(f, e):
            row = self.expr(f, e)
            e = row.kids[0] if row.kind in ("call", "field", "op") and row.kids else -1
            if any(k >= 0 and self.expr(f, k).kind in ("class", "typearg") for k in row.kids[1:]):
                return ""
        owner = self.type_of(f, e) if e >= 0 else ""
        meant = self.variable_of(f, e) if owner and owner not in self.symbols.types else None
        return owner if meant is not None and "<" not in self._declared(meant)[0] else ""

    def _by_name(self, f: int, receiver: int, name: str, count: int) -> set[Target]:
        """Last resort: every project method of that name. One family (one declaring hierarchy) is medium, several are low; a
        short name alone is low, unless the receiver is of a type parameter; so is what a library's object answers."""
        named = [fn for fn in self.symbols.functions_by_name.get(name, ())
                 if self.symbols.function(fn).owner >= 0 and not self.symbols.function(fn).receiver]  # fmt: skip
        found = self._arity(self.symbols.pick(f, named), count)
        if (
            not found
            or len(found) > 12
            or (count >= 0 and all(len(self.symbols.function(fn).params) != count for fn in found))
        ):
            return set()
        roots = {self.symbols.ancestors(self.symbols.name_of((fn[0], self.symbols.function(fn).owner))) for fn in found}
        shared = set.intersection(*map(set, roots)) - {"java.lang.Object", "kotlin.Any"}
        family = len(roots) == 1 or any(s in self.symbols.types for s in shared)
        sure = family and (self._generic(f, receiver) or len(name) > 5) and not self.foreign(f, receiver)
        return {Target(fn, Confidence.MEDIUM if sure else Confidence.LOW) for fn in found}

    def _arity(self, fns: list[Fn] | tuple[Fn, ...], count: int) -> list[Fn]:
        """Those that can take `count` arguments (all when count is -1 or none fits: variable and default arguments)."""
        if count < 0 or len(fns) < 2:
            return list(fns)
        exact = [fn for fn in fns if len(self.symbols.function(fn).params) == count]
        if exact:
            return exact
        return [
            fn for fn in fns
            if sum(p.default < 0 for p in self.symbols.function(fn).params) <= count <= len(self.symbols.function(fn).params)
        ] or list(fns)  # fmt: skip
