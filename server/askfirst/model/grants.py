"""Whether code runs only where a permission is known to be granted: conditions, callbacks of the answer, caught refusals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from askfirst.knowledge import Index
from askfirst.model import granted, levels
from askfirst.model.awaits import held_by
from askfirst.model.calls import Calls, Gate
from askfirst.model.requests import Requests
from askfirst.model.resolve import Param
from askfirst.model.steps import Steps
from askfirst.model.symbols import Fn
from askfirst.model.values import Values

BUDGET = 5  # variables and functions into which one condition is followed

_ANSWERS = re.compile(r"^(?:registerForActivityResult|rememberLauncherForActivityResult|register|registerActivityResult\w*)$")
_CONTRACT = re.compile(r"Request(?:Multiple)?Permission")
_ANNOTATIONS = ("@AfterPermissionGranted", "@NeedsPermission", "@PermissionGranted", "@OnPermissionGranted")
_PRESENCE = frozenset(
    "isEmpty isNotEmpty isNullOrEmpty isNotBlank size length count contains containsAll containsKey isPresent".split()
)
_ENSURES = re.compile(r"ensure|require|enforce|assert|await|check\w*OrThrow|throw|acquire|verify")
_CAUGHT = re.compile(r"(?:^|\W)(?:SecurityException|Exception|RuntimeException|Throwable)(?:\W|$)|^$")
_CATCHES = re.compile(r"catch|^try|^safe|ignor(?:e|ing)Exc|swallow", re.I)
_EACH = frozenset("all any none every allMatch anyMatch noneMatch let run with apply also takeIf filter".split())
_NO_ANSWER = ("is", "has", "are", "grant")  # how names begin that ask whether it is granted, or grant something themselves


class Wanted(NamedTuple):
    """One of these permissions is needed on these API levels."""

    options: tuple[str, ...]
    first: int
    last: int


class Grants(Steps):
    """Answers for a place: is one of the wanted permissions known to be granted, or is a refusal caught?"""

    def __init__(self, calls: Calls, values: Values, requests: Requests, index: Index) -> None:
        super().__init__(BUDGET)
        self.calls, self.values, self.requests, self.index = calls, values, requests, index
        self.symbols, self.resolver = calls.symbols, calls.resolver
        self._known: dict[tuple[int, int, bool, Wanted, int], bool] = {}

    # places

    def protected(self, fn: Fn, at: int, gates: Iterable[Gate], wanted: Wanted) -> bool:
        """Whether what function `fn` does at expression `at` under `gates` waits for a grant, or minds a refusal."""
        return self.holds(gates, wanted) or self._caught(fn, at) or self._ensured(fn, at, wanted)

    def holds(self, gates: Iterable[Gate], wanted: Wanted) -> bool:
        """Whether one of the conditions shows a grant, or a level on which none is needed."""
        for f, g in gates:
            if (waited := held_by((f, g))) >= 0:
                if self.shows(f, waited, True, wanted):
                    return True
                continue
            guards = self.symbols.facts(f).guards
            while g >= 0:
                if self.shows(f, guards[g].expr, guards[g].polarity, wanted):
                    return True
                g = guards[g].outer
        return False

    def answered(self, fn: Fn) -> bool:
        """Whether a function is what runs after a grant: by its name, an annotation, or by what it is given to."""
        f, n = fn
        row = self.symbols.function(fn)
        if any(m.startswith(_ANNOTATIONS) for m in row.modifiers):
            return True
        if row.name != "<lambda>":
            return granted.names(row.name) and not row.name.startswith(_NO_ANSWER)
        scope = self.resolver.scope(f)
        e = scope.lambdas.get(n, -1)
        call, _, name = scope.argument(e) if e >= 0 else (-1, -1, "")
        if call < 0:
            kind, index = scope.holders.get(e, ("", -1))
            held = scope.facts.variables[index].name if kind == "variable" else ""
            return granted.names(held)
        called = self.resolver.expr(f, call)
        words = f"{name} {called.value}"
        if granted.REFUSED.search(name or called.value) or _ANSWERS.search(called.value) or "esult" in (name or called.value):
            return False
        return bool(
            granted.SPEAKS.search(name) or granted.GRANTED.search(words) or granted.SPEAKS.search(called.value)
            or self._asked(f, called.kids[0])
        )  # fmt: skip

    def _asked(self, f: int, e: int) -> bool:
        """Whether a chain of calls begins with a permission library."""
        while e >= 0:
            row = self.resolver.expr(f, e)
            if row.kind in ("call", "new", "name") and granted.SPEAKS.search(row.value):
                return True
            e = row.kids[0] if row.kids and row.kind in ("call", "field") else -1
        return False

    def _caught(self, fn: Fn, at: int) -> bool:
        """Whether a refusal is caught: by a `catch` further down in the function or in one around it, or by who runs the lambda."""
        f, n = fn
        facts, scope = self.symbols.facts(f), self.resolver.scope(f)
        here = facts.span(self.resolver.expr(f, at).spot)[0] if at >= 0 else -1
        while n >= 0:
            for var in facts.variables:
                if var.kind == "catch" and var.function == n and _CAUGHT.search(var.type) and facts.span(var.spot)[0] > here:
                    return True
            row = facts.functions[n]
            e = scope.lambdas.get(n, -1) if row.name == "<lambda>" else -1
            call = scope.argument(e)[0] if e >= 0 else -1
            if call >= 0 and _CATCHES.search(facts.exprs[call].value):
                return True
            outer = scope.parents[call] if call >= 0 else -1
            while outer >= 0 and facts.exprs[outer].kind in ("call", "field", "op"):  # flow { }.catch { }
                if facts.exprs[outer].value in ("catch", "onErrorReturn", "onErrorResumeNext", "getOrNull", "getOrElse"):
                    return True
                outer = scope.parents[outer]
            n = row.outer
        return False

    def _ensured(self, fn: Fn, at: int, wanted: Wanted) -> bool:
        """Whether the function has called something before that throws or waits unless the permission is there."""
        f, n = fn
        facts = self.symbols.facts(f)
        here = facts.span(self.resolver.expr(f, at).spot)[0] if at >= 0 else -1
        around = {-1, *self.resolver.scope(f).guards(self.resolver.expr(f, at).guard)} if at >= 0 else {-1}
        for name, exprs in facts.sites.items():
            if granted.SPEAKS.search(name) and _ENSURES.match(name):
                for e in exprs:
                    row = facts.exprs[e]
                    if row.kind == "call" and row.function == n and row.guard in around and facts.span(row.spot)[0] < here:
                        return True
        return False

    # conditions

    def shows(self, f: int, e: int, polarity: bool, wanted: Wanted) -> bool:
        """Whether a permission is granted, or not needed, where expression `e` is `polarity`."""
        if e < 0:
            return False
        key = (f, e, polarity, wanted, self.budget)
        if key not in self._known:
            self._known[key] = False
            self._known[key] = self._shows(f, e, polarity, wanted)
        return self._known[key]

    def _shows(self, f: int, e: int, polarity: bool, wanted: Wanted) -> bool:
        row = self.resolver.expr(f, e)
        match row.kind:
            case "op":
                return self._operator(f, e, polarity, wanted)
            case "cast" | "named" | "block" | "try" | "other":
                return bool(row.kids) and self.shows(f, row.kids[-1], polarity, wanted)
            case "lambda":
                return self.shows(f, self.symbols.facts(f).functions[int(row.value)].body, polarity, wanted)
            case "if" if len(row.kids) == 3:
                test, *branches = row.kids
                return all(
                    self.values.boolean(f, branch) is (not polarity) or self.shows(f, branch, polarity, wanted)
                    or self.shows(f, test, side, wanted) for branch, side in zip(branches, (True, False), strict=True)
                )  # fmt: skip
            case "call":
                return self._call(f, e, polarity, wanted)
            case "name" | "field":
                return self._name(f, e, polarity, wanted)
            case "index":
                return granted.speaks(self.resolver, f, e, polarity)
        return False

    def _operator(self, f: int, e: int, polarity: bool, wanted: Wanted) -> bool:
        row = self.resolver.expr(f, e)
        op, kids = row.value, row.kids
        if op == "!":
            return self.shows(f, kids[0], not polarity, wanted)
        if op in ("&&", "||"):
            found = (self.shows(f, kid, polarity, wanted) for kid in kids)
            return any(found) if (op == "&&") == polarity else all(found)
        if op in ("==", "===", "!=", "!==", "<", ">", "<=", ">=") and len(kids) == 2:
            level = levels.compared(self.resolver, f, op, kids, polarity)
            if level is not None:
                return level[1] < wanted.first or level[0] > wanted.last
            return self._equality(f, kids, polarity == op.startswith("=") if op[0] in "=!" else polarity, wanted, op[0] in "=!")
        if op in ("?:", "!!"):
            return self.shows(f, kids[0], polarity, wanted)
        if op in ("is", "!is", "in", "!in"):
            return granted.speaks(self.resolver, f, e, polarity != op.startswith("!"))
        return False

    def _equality(self, f: int, kids: tuple[int, ...], same: bool, wanted: Wanted, exact: bool) -> bool:
        words = " ".join(word for kid in kids for word in granted.words(self.resolver, f, kid))
        if "PERMISSION_GRANTED" in words or "PERMISSION_DENIED" in words:
            return same == ("PERMISSION_GRANTED" in words) and self._meant(f, kids, wanted)
        for kid, other in (kids, kids[::-1]):
            row = self.resolver.expr(f, kid)
            if row.kind == "bool":
                return self.shows(f, other, same == (row.value == "true"), wanted)
            if row.kind in ("int", "null"):
                speaks = granted.follows(self.resolver, f, other)
                return speaks and (same == (row.value == "0") or "checkSelf" not in words)
        if not exact:
            return bool(granted.SPEAKS.search(words))
        return granted.said(words, same) if granted.SPEAKS.search(words) else False

    def _call(self, f: int, e: int, polarity: bool, wanted: Wanted) -> bool:
        row = self.resolver.expr(f, e)
        name, receiver = row.value, row.kids[0]
        if granted.RATIONALE.search(name):
            return False
        args = self.resolver.scope(f).arguments(e)
        if (level := levels.named(name)) is not None:
            low, high = (level, levels.LAST) if polarity else (0, level - 1)
            return high < wanted.first or low > wanted.last
        if granted.SPEAKS.search(name):
            return granted.said(name, polarity) and self._meant(f, tuple(args), wanted)
        if name in _PRESENCE and receiver >= 0:
            return granted.follows(self.resolver, f, receiver) or any(granted.follows(self.resolver, f, arg) for arg in args)
        if name in _EACH:
            inner = args[-1] if args else -1
            if inner >= 0 and self.shows(f, inner, polarity != name.startswith("none"), wanted):
                return True
        targets = [t.fn for t in self.resolver.targets(f, e)]
        if targets:
            return self.spend(self._returns, False, targets, polarity, wanted)
        if receiver >= 0 and granted.speaks(self.resolver, f, receiver, polarity):
            return True
        return any(granted.speaks(self.resolver, f, arg, polarity) for arg in args if self.resolver.expr(f, arg).kind != "lambda")

    def _returns(self, fns: list[Fn], polarity: bool, wanted: Wanted) -> bool:
        """Whether functions answer `polarity` only where it is granted."""
        found = []
        for fn in fns:
            for e in self.resolver.scope(fn[0]).returns.get(fn[1], ()):
                if self.values.boolean(fn[0], e) is (not polarity):
                    continue
                guard = self.resolver.expr(fn[0], e).guard
                found.append(self.shows(fn[0], e, polarity, wanted) or self.holds(((fn[0], guard),), wanted))
        return bool(found) and all(found)

    def _name(self, f: int, e: int, polarity: bool, wanted: Wanted) -> bool:
        row = self.resolver.expr(f, e)
        if granted.SPEAKS.search(row.value):
            return granted.said(row.value, polarity)
        found = self.resolver.variable_of(f, e)
        if found is None and row.kind == "name" and row.value == "it":
            return self._of_answer(f, row.function) and polarity
        if isinstance(found, Param):
            named = self.symbols.function(found.fn).name
            return polarity and (self._of_answer(*found.fn) or bool(granted.SPEAKS.search(named)))
        if found is not None:
            return self.spend(self._variable, False, found, polarity, wanted)
        targets = [t.fn for t in self.resolver.targets(f, e)]
        if targets:
            return self.spend(self._returns, False, targets, polarity, wanted)
        if row.kind != "field":
            return False
        return self.shows(f, row.kids[0], polarity, wanted) or granted.speaks(self.resolver, f, row.kids[0], polarity)

    def _of_answer(self, f: int, n: int) -> bool:
        """Whether a lambda gets the answer of a permission dialog."""
        scope = self.resolver.scope(f)
        e = scope.lambdas.get(n, -1)
        call, _, name = scope.argument(e) if e >= 0 else (-1, -1, "")
        if call < 0:
            return False
        words = " ".join(granted.words(self.resolver, f, call))
        return bool(_CONTRACT.search(words) or granted.SPEAKS.search(name) or self._asked(f, call))

    def _variable(self, found: tuple[int, int], polarity: bool, wanted: Wanted) -> bool:
        var = self.symbols.variable(found)
        f = found[0]
        scope, facts = self.resolver.scope(f), self.symbols.facts(f)
        if var.owner >= 0 and (getters := self.symbols.methods((f, var.owner)).get("<get>" + var.name)):
            return self._returns(getters, polarity, wanted)
        given = [(var.value, -1)] if var.value >= 0 else []
        for a in scope.assigns.get(var.name, ()):
            assign = facts.assigns[a]
            if self.resolver.variable_of(f, assign.target) == found:
                given.append((assign.value, assign.guard))
        shown = []
        for value, guard in given:
            constant = self.values.boolean(f, value)
            if constant is (not polarity) or self.resolver.expr(f, value).kind == "null":
                continue
            own = constant is None and self.shows(f, value, polarity, wanted)
            within = self.answered((f, self.resolver.expr(f, value).function))
            shown.append(own or within or self._rests_on_check(f, value) or (guard >= 0 and self.holds(((f, guard),), wanted)))
        return bool(shown) and all(shown)

    def _rests_on_check(self, f: int, e: int, depth: int = 2) -> bool:
        """Whether a value is what a project function answers that checks a permission, itself or by what it calls."""
        for target in self.resolver.targets(f, e) if self.resolver.expr(f, e).kind == "call" else ():
            at, n = target.fn
            for name, exprs in self.symbols.facts(at).sites.items():
                for inner in exprs:
                    if self.resolver.expr(at, inner).function == n:
                        if granted.SPEAKS.search(name) and not granted.RATIONALE.search(name):
                            return True
                        if depth > 1 and self._rests_on_check(at, inner, depth - 1):
                            return True
        return False

    def _meant(self, f: int, exprs: tuple[int, ...], wanted: Wanted) -> bool:
        """Whether the permissions that a check names, if it names any, are the wanted ones or of their groups."""
        named = {name for e in exprs for name in self.requests.permissions(f, e)}
        groups = {self._group(name) for name in wanted.options}
        return not named or any(self._group(name) in groups for name in named)

    def _group(self, name: str) -> str:
        known = self.index.permission(name)
        group = known.group if known is not None and known.group else name
        return "STORAGE" if "MEDIA" in group or "STORAGE" in name or "MEDIA" in name else group
