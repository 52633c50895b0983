"""What is derived from one file's rows on first use: parents of expressions, locals of functions, who holds a value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from askfirst.facts.rows import Facts


class Scope:
    """Derived tables of one file."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def parents(self) -> list[int]:
        """Expression → the expression that holds it, -1 at the top."""
        found = [-1] * len(self.facts.exprs)
        for e, row in enumerate(self.facts.exprs):
            for kid in row.kids:
                if kid >= 0:
                    found[kid] = e
        return found

    @cached_property
    def lambdas(self) -> dict[int, int]:
        """Function (a lambda) → its `lambda` expression."""
        return {int(row.value): e for e, row in enumerate(self.facts.exprs) if row.kind == "lambda"}

    @cached_property
    def objects(self) -> dict[int, int]:
        """Type (anonymous) → its `object` expression."""
        return {int(row.value): e for e, row in enumerate(self.facts.exprs) if row.kind == "object"}

    @cached_property
    def holders(self) -> dict[int, tuple[str, int]]:
        """Expression → ("variable", v), ("loop", v), ("assign", a) or ("return", r) that it is the value of."""
        found: dict[int, tuple[str, int]] = {}
        for v, var in enumerate(self.facts.variables):
            if var.value >= 0:
                found[var.value] = ("loop" if var.kind == "loop" else "variable", v)
        for a, assign in enumerate(self.facts.assigns):
            found[assign.value] = ("assign", a)
        for r, back in enumerate(self.facts.returns):
            if back.value >= 0:
                found[back.value] = ("return", r)
        return found

    @cached_property
    def inner(self) -> dict[int, dict[str, int]]:
        """Function → name → the local function of that name in it."""
        found: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for n, fn in enumerate(self.facts.functions):
            if fn.outer >= 0 and fn.name != "<lambda>":
                found[fn.outer].setdefault(fn.name, n)
        return found

    @cached_property
    def locals(self) -> dict[int, dict[str, list[int]]]:
        """Function → name → its local variables of that name, in the order of their declarations."""
        found: defaultdict[int, dict[str, list[int]]] = defaultdict(dict)
        for v, var in enumerate(self.facts.variables):
            if var.kind not in ("field", "top"):
                found[var.function].setdefault(var.name, []).append(v)
        return found

    def local(self, n: int, name: str, e: int, guard: int | None) -> int | None:
        """The local variable `name` of function `n` that expression `e`, which runs under `guard` of that function (None: not
        known), sees: the last one declared before it in a block that it stands in. Of a block only its condition is known."""
        seen = self.locals.get(n, {}).get(name)
        if seen is None:
            return None
        at = self.facts.span(self.facts.exprs[e].spot)[0]
        around = None if guard is None else {-1, *self.guards(guard)}
        for v in reversed(seen):
            var = self.facts.variables[v]
            if self.facts.span(var.spot)[0] <= at and (around is None or self._declared_under(var.value) in around):
                return v
        return None

    def _declared_under(self, value: int) -> int:
        """The guard of a declaration: that of what its initialiser evaluates first (`a?.b()` runs `b` under one more)."""
        first = guard = -1
        while value >= 0:
            first, guard = value, self.facts.exprs[value].guard
            kids = self.facts.exprs[value].kids
            value = kids[0] if kids and kids[0] < first else -1
        return guard

    def guards(self, g: int) -> Iterator[int]:
        """A guard and those around it."""
        while g >= 0:
            yield g
            g = self.facts.guards[g].outer

    @cached_property
    def defaults(self) -> dict[int, tuple[int, int]]:
        """Expression → (function, position) of the parameter that it is the default of."""
        return {
            param.default: (n, i)
            for n, fn in enumerate(self.facts.functions) for i, param in enumerate(fn.params) if param.default >= 0
        }  # fmt: skip

    @cached_property
    def returns(self) -> dict[int, list[int]]:
        """Function → values it returns: `return` expressions and the expression body."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for row in self.facts.returns:
            if row.value >= 0:
                found[row.function].append(row.value)
        for n, fn in enumerate(self.facts.functions):
            if fn.body >= 0 and fn.body not in found[n]:
                found[n].append(fn.body)
        return found

    @cached_property
    def assigns(self) -> dict[str, list[int]]:
        """Name of the target (last segment) → assignments."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for a, row in enumerate(self.facts.assigns):
            found[self.facts.exprs[row.target].value].append(a)
        return found

    def argument(self, e: int) -> tuple[int, int, str]:
        """For an expression given to a call: (that call, position among its arguments or -1, argument name); (-1, -1, "")
        when it stands elsewhere."""
        exprs, name = self.facts.exprs, ""
        parent = self.parents[e]
        while parent >= 0 and exprs[parent].kind in ("named", "cast", "spread"):
            if exprs[parent].kind == "named":
                name = exprs[parent].value
            e, parent = parent, self.parents[parent]
        if parent < 0 or exprs[parent].kind not in ("call", "new", "super-call"):
            return -1, -1, ""
        kids = exprs[parent].kids
        return parent, (kids.index(e) - 1 if e in kids else -1), name

    @cached_property
    def set_to(self) -> dict[int, int]:
        """Target of an assignment → the value."""
        return {row.target: row.value for row in self.facts.assigns}

    def arguments(self, e: int) -> list[int]:
        """The value arguments of a call, names unwrapped, type arguments and anonymous bodies left out; what a property is set to."""
        exprs = self.facts.exprs
        if exprs[e].kind == "field":
            return [self.set_to[e]] if e in self.set_to else []
        found = []
        for kid in exprs[e].kids[1:]:
            if kid >= 0 and exprs[kid].kind not in ("typearg", "object"):
                found.append(exprs[kid].kids[0] if exprs[kid].kind == "named" else kid)
            elif kid >= 0 and exprs[kid].kind == "object" and exprs[e].kind != "new":
                found.append(kid)
        return found

    def trailing(self, call: int, e: int) -> bool:
        """Whether `e` is a lambda and the call's last argument: it may stand behind the parentheses."""
        return self.facts.exprs[e].kind == "lambda" and self.arguments(call)[-1:] == [e]

    def positional(self, e: int) -> list[int]:
        """The value arguments of a call that are given by position."""
        exprs = self.facts.exprs
        return [k for k in self.arguments(e) if exprs[self.parents[k]].kind != "named"]

    def named(self, e: int, name: str) -> int:
        """The argument given by name, or -1."""
        exprs = self.facts.exprs
        for kid in exprs[e].kids[1:]:
            if kid >= 0 and exprs[kid].kind == "named" and exprs[kid].value == name:
                return exprs[kid].kids[0]
        return -1

    def dotted(self, e: int) -> str:
        """The source words of a chain of names: "Settings.Secure.ANDROID_ID"; "" when it is something else."""
        parts: list[str] = []
        while e >= 0:
            row = self.facts.exprs[e]
            if row.kind == "name":
                return ".".join(reversed([*parts, row.value]))
            if row.kind == "this":
                return ".".join(reversed(parts))
            if row.kind != "field":
                return ""
            parts.append(row.value)
            e = row.kids[0]
        return ""
