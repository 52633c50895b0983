"""What turns an SDK on or off beside its start: arguments, and settings made where it is started."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from askfirst.facts.rows import Facts
from askfirst.model.collect import Site, within
from askfirst.model.memo import Memo
from askfirst.model.resolve import Param, Resolver
from askfirst.model.symbols import Fn
from askfirst.model.values import Values

# Names of settings that switch the whole, not its log or one of its features.
_ON = re.compile(
    r"^(set|with|is)?(sdk)?(enabled?|active|autostart|(data)?collect(ion|ing)?(enabled?)?|upload(ing)?(enabled?)?|optin"
    r"|(data)?consent(?!\w*requir)\w*|agree\w*|\w*granted|allow(ed)?)$",
    re.I,
)
_OFF = re.compile(
    r"^(set|with|is)?(app)?(optout|opted_?out|disabled?|disablesdk|deny|denied|block(ed)?|\w*consent\w*required|requires?\w*consent)$",
    re.I,
)
_KEY = re.compile(r"^(set)?(dsn|key|apikey|api_key|appkey|app_key|appid|app_id|token|id|url|endpoint|uri)$", re.I)

Switch = tuple[int, int, bool]  # file, expression, the truth of it that means "on"


class Configured:
    """Finds the conditions in a start's configuration."""

    def __init__(self, resolver: Resolver, values: Values) -> None:
        self.resolver, self.symbols, self.values = resolver, resolver.symbols, values
        # file → function → its calls on something
        self._calls: Memo[int, dict[int, list[int]]] = self.symbols.memory.memo(lambda f: _calls(self.symbols.facts(f)))

    def switches(self, site: Site) -> Iterator[Switch]:
        """The values that decide whether a start collects, as conditions; constants among them too."""
        f, e = site.key
        for kid in self.resolver.expr(f, e).kids[1:]:
            if kid < 0:
                continue
            row = self.resolver.expr(f, kid)
            if row.kind == "named":
                yield from self._setting(f, row.value, row.kids[0])
            else:
                yield from self._key(f, kid)
        for fn in sorted({(f, n) for n in self._around(f, site.fn[1])} | set(self._builders(f, e))):
            yield from self._settings(fn, site)

    def _around(self, f: int, n: int) -> Iterator[int]:
        """The function and the lambdas in it."""
        functions = self.symbols.facts(f).functions
        inside = {n}
        for each, row in enumerate(functions):
            if row.name == "<lambda>" and row.outer in inside:
                inside.add(each)
        return iter(inside)

    def _builders(self, f: int, e: int) -> Iterator[Fn]:
        """Project functions that make an argument: `init(context, config())`."""
        for arg in self.resolver.scope(f).arguments(e):
            if self.resolver.expr(f, arg).kind == "call":
                for target in self.resolver.targets(f, arg):
                    yield from ((target.fn[0], n) for n in self._around(*target.fn))

    def _settings(self, fn: Fn, site: Site) -> Iterator[Switch]:
        """`options.isEnabled = flag`, `.setCollectionEnabled(flag)` on objects of the SDK."""
        f, n = fn
        facts, scope = self.symbols.facts(f), self.resolver.scope(f)
        around = {-1, *self.resolver.scope(site.fn[0]).guards(self.resolver.expr(*site.key).guard)} if f == site.fn[0] else {-1}
        for row in facts.assigns:
            target = facts.exprs[row.target]
            if row.function == n and row.guard in around and target.kind == "field" and self._is_vendors(f, target.kids[0], site):
                yield from self._setting(f, target.value, row.value)
        for e in self._calls[f].get(n, ()):
            expr = facts.exprs[e]
            if e != site.at and expr.guard in around:
                given = scope.arguments(e)
                if len(given) == 1 and (_ON.search(expr.value) or _OFF.search(expr.value) or _KEY.match(expr.value)):
                    if self._is_vendors(f, expr.kids[0], site):
                        yield from self._setting(f, expr.value, given[0])

    def _is_vendors(self, f: int, receiver: int, site: Site) -> bool:
        """Whether a value is an object of the SDK: by its type, or what the start itself gives to its lambda."""
        owner = self.resolver.type_of(f, receiver)
        if owner or site.sdk is None:
            return site.sdk is not None and within(owner, site.sdk.packages)
        row = self.resolver.expr(f, receiver)
        lambdas = self.resolver.scope(f).lambdas
        given = row.function in lambdas and self.resolver.scope(f).argument(lambdas[row.function])[0] == site.at
        names = {param.name for param in self.symbols.facts(f).functions[row.function].params} or {"it"}
        return given and f == site.fn[0] and row.kind == "name" and row.value in names

    def _setting(self, f: int, name: str, value: int) -> Iterator[Switch]:
        if _OFF.search(name):
            yield f, value, False
        elif _ON.search(name):
            yield f, value, True
        elif _KEY.match(name):
            yield from self._key(f, value)

    def _key(self, f: int, e: int) -> Iterator[Switch]:
        """`if (agreed) KEY else ""`, `KEY.takeIf { agreed }`, or a variable of such a value: without its key an SDK sends
        nothing."""
        row = self.resolver.expr(f, e)
        kept = self.resolver.variable_of(f, e) if row.kind in ("name", "field") else None
        if kept is not None and not isinstance(kept, Param):
            value = self.symbols.variable(kept).value
            if value >= 0 and self.resolver.expr(kept[0], value).kind in ("if", "call"):
                yield from self._key(kept[0], value)
        if row.kind == "if" and len(row.kids) == 3:
            empty = [kid >= 0 and self._is_empty(f, kid) for kid in row.kids[1:]]
            if empty[0] != empty[1]:
                yield f, row.kids[0], empty[1]
        elif row.kind == "call" and row.value in ("takeIf", "takeUnless"):
            for arg in self.resolver.scope(f).arguments(e):
                yield f, arg, row.value == "takeIf"
        elif row.kind == "op" and row.value in ("?:", "!!"):
            yield from self._key(f, row.kids[0])

    def _is_empty(self, f: int, e: int) -> bool:
        return self.resolver.expr(f, e).kind == "null" or self.values.string(f, e) == ""


def _calls(facts: Facts) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for e, row in enumerate(facts.exprs):
        if row.kind == "call" and row.kids[0] >= 0:
            found[row.function].append(e)
    return found
