"""Content URIs: data is read where one is queried, not where it is written down, watched or given to an intent."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from askfirst.findings import Confidence
from askfirst.model.awaits import Gate
from askfirst.model.calls import Calls
from askfirst.model.resolve import Param
from askfirst.model.symbols import Fn, Va

Site = tuple[int, int]  # file, expression
STEPS = 4  # variables, parameters and functions that a URI is followed through
MOST = 40  # uses of one URI that are looked at

# Calls that read what a URI names (developer.android.com: ContentResolver, CursorLoader, AsyncQueryHandler, Activity).
_QUERIES = frozenset(
    "query managedQuery CursorLoader startQuery openInputStream openFileDescriptor openAssetFileDescriptor openTypedAssetFile "
    "openTypedAssetFileDescriptor".split()
)
# Calls that answer a URI made of the one they are called on or given.
_BUILDS = frozenset(
    "buildUpon build appendPath appendEncodedPath appendQueryParameter withAppendedPath withAppendedId setRequireOriginal "
    "requireNotNull checkNotNull".split()
)
_THROUGH = frozenset({"if", "when", "op", "cast", "named", "block", "try"})


class Query(NamedTuple):
    """The expression in a query to which a URI comes, how surely, and under which conditions it is that one which comes."""

    site: Site
    confidence: Confidence
    gates: tuple[Gate, ...] = ()


class Uris:
    """Answers where a URI is queried."""

    def __init__(self, calls: Calls) -> None:
        self._calls, self.resolver, self.symbols = calls, calls.resolver, calls.symbols
        self._param_uses, self._answers = self.symbols.memory.memo(self._uses), self.symbols.memory.memo(self._asked)

    def queries(self, f: int, e: int) -> list[Query]:
        """Where the URI at `e` is queried: at once, or by variables, parameters and answers; nearest first."""
        found, seen = [], {(f, e)}
        todo = deque([(Query((f, e), Confidence.HIGH), STEPS)])
        while todo:
            at, left = todo.popleft()
            if self._queried(*at.site):
                found.append(at)
                continue
            gates = at.gates + self._calls.gates(*at.site)
            for use in self._handed_on(at.site[0], self._whole(*at.site)) if left else ():
                if len(seen) >= MOST:
                    break
                if use.site not in seen:
                    seen.add(use.site)
                    todo.append((Query(use.site, min(at.confidence, use.confidence), gates), left - 1))
        return found

    def _queried(self, f: int, e: int) -> bool:
        """Whether an expression stands in a query."""
        parents = self.resolver.scope(f).parents
        at = parents[e]
        while at >= 0:
            row = self.resolver.expr(f, at)
            if row.kind in ("lambda", "object"):
                return False
            if row.kind in ("call", "new") and row.value in _QUERIES and not self.resolver.targets(f, at):
                return True
            at = parents[at]
        return False

    def _whole(self, f: int, e: int) -> int:
        """The expression whose value is the URI, or one made of it: `if (q) A else URI`, `URI.buildUpon().build()`."""
        parents = self.resolver.scope(f).parents
        while parents[e] >= 0:
            row = self.resolver.expr(f, parents[e])
            if row.kind not in _THROUGH and not (row.kind == "call" and row.value in _BUILDS):
                break
            e = parents[e]
        return e

    def _handed_on(self, f: int, e: int) -> Iterator[Query]:
        """The uses of what keeps, takes or gets the value; a guess where a function may be given another one."""
        scope = self.resolver.scope(f)
        kind, index = scope.holders.get(e, ("", -1))
        kept: object = (f, index) if kind == "variable" else None
        if kind == "assign":
            kept = self.resolver.variable_of(f, scope.facts.assigns[index].target)
        if isinstance(kept, tuple) and not isinstance(kept, Param):
            sure = Confidence.HIGH if self._kept_for_good(kept) else Confidence.MEDIUM
            yield from (Query(site, sure) for site in self._calls.reads.of(kept))
        call, position, name = scope.argument(e)
        for target in self.resolver.targets(f, call) if call >= 0 and position >= 0 else ():
            given = self.resolver.parameter(target.fn, position, name, False)
            if given is not None:
                yield from (Query(site, Confidence.MEDIUM) for site in self._param_uses[Param(target.fn, given)])
        fn = (f, self.resolver.expr(f, e).function)
        if e in scope.returns.get(fn[1], ()):
            yield from (Query(site, Confidence.HIGH) for site in self._answers[fn])

    def _kept_for_good(self, kept: Va) -> bool:
        """Whether a variable gets one value only."""
        return len(self._calls.reads.assignments(kept)) + (self.symbols.variable(kept).value >= 0) == 1

    def _uses(self, param: Param) -> list[Site]:
        f = param.fn[0]
        name = self.symbols.function(param.fn).params[param.position].name
        uses = (e for e in self.symbols.facts(f).sites.get(name, ()) if self.resolver.expr(f, e).kind == "name")
        return [(f, e) for e in uses if self.resolver.lookup(f, e, name) == param]

    def _asked(self, fn: Fn) -> list[Site]:
        """Where a function's answer, or a property's, is asked for."""
        sites = self._calls.sites(self.symbols.function(fn).name.removeprefix("<get>"))
        asks = (at for at in sites if self.resolver.expr(*at).kind in ("call", "name", "field"))
        return [at for at in asks if any(t.fn == fn for t in self.resolver.targets(*at))]
