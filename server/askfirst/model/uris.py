"""Content URIs: data is read where one is queried, not where it is written down, watched or given to an intent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from askfirst.findings import Confidence
from askfirst.model.reads import Reads, Site
from askfirst.model.resolve import Param, Resolver
from askfirst.model.symbols import Fn

STEPS = 4  # variables, parameters and functions that a URI is followed through

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
    """The expression in a query to which a URI comes, and how surely."""

    site: Site
    confidence: Confidence


class Uris:
    """Answers where a URI is queried."""

    def __init__(self, resolver: Resolver, reads: Reads, sites: Callable[[str], Iterator[Site]]) -> None:
        """`sites`: every mention of a name."""
        self.resolver, self.symbols, self._reads, self._sites = resolver, resolver.symbols, reads, sites
        self._known: dict[tuple[int, int, int], tuple[Query, ...]] = {}

    def queries(self, f: int, e: int) -> tuple[Query, ...]:
        """Where the URI at `e` is queried: at once, or by variables, parameters and answers."""
        return self._from(f, e, STEPS)

    def _from(self, f: int, e: int, left: int) -> tuple[Query, ...]:
        if left <= 0:
            return ()
        key = (f, e, left)
        if key not in self._known:
            if self._queried(f, e):
                found = [Query((f, e), Confidence.HIGH)]
            else:
                further = ((use, query) for use in self._handed_on(f, self._whole(f, e)) for query in self._from(*use.site, left - 1))
                found = [Query(query.site, min(use.confidence, query.confidence)) for use, query in further]
            self._known[key] = tuple(dict.fromkeys(found))
        return self._known[key]

    def _queried(self, f: int, e: int) -> bool:
        """Whether an expression stands in a query."""
        parents = self.resolver.scope(f).parents
        at = parents[e]
        while at >= 0:
            row = self.resolver.expr(f, at)
            if row.kind in ("lambda", "object"):
                return False
            if row.kind in ("call", "new") and row.value in _QUERIES:
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
            yield from (Query(site, Confidence.HIGH) for site in self._reads.of(kept))
        call, position, name = scope.argument(e)
        for target in self.resolver.targets(f, call) if call >= 0 and position >= 0 else ():
            given = self.resolver.parameter(target.fn, position, name, False)
            if given is not None:
                yield from (Query(site, Confidence.MEDIUM) for site in self._uses(Param(target.fn, given)))
        fn = (f, self.resolver.expr(f, e).function)
        if e in scope.returns.get(fn[1], ()):
            yield from (Query(site, Confidence.HIGH) for site in self._asked(fn))

    def _uses(self, param: Param) -> Iterator[Site]:
        f = param.fn[0]
        name = self.symbols.function(param.fn).params[param.position].name
        for e in self.symbols.facts(f).sites.get(name, ()):
            if self.resolver.expr(f, e).kind == "name" and self.resolver.lookup(f, e, name) == param:
                yield f, e

    def _asked(self, fn: Fn) -> Iterator[Site]:
        """Where a function's answer, or a property's, is asked for."""
        for f, e in self._sites(self.symbols.function(fn).name.removeprefix("<get>")):
            if self.resolver.expr(f, e).kind in ("call", "name", "field") and any(t.fn == fn for t in self.resolver.targets(f, e)):
                yield f, e
