"""Content URIs: data is read where one is queried, not where it is written down, watched or given to an intent."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from askfirst.model.resolve import Param, Resolver

# Calls of ContentResolver, CursorLoader and AsyncQueryHandler that read what a URI names (developer.android.com).
_QUERIES = frozenset({"query", "CursorLoader", "startQuery", "openInputStream", "openFileDescriptor"})

Site = tuple[int, int]  # file, expression


class Uris:
    """Answers where a URI is queried."""

    def __init__(self, resolver: Resolver, sites: Callable[[str], Iterator[Site]]) -> None:
        """`sites`: every mention of a name."""
        self.resolver, self.symbols, self._sites = resolver, resolver.symbols, sites

    def queries(self, f: int, e: int) -> list[Site]:
        """Where the URI at an expression, or the variable it is kept in, is given to a query."""
        if self._queried(f, e):
            return [(f, e)]
        scope = self.resolver.scope(f)
        kind, index = scope.holders.get(e, ("", -1))
        kept: object = (f, index)
        if kind == "assign":
            kept = self.resolver.variable_of(f, scope.facts.assigns[index].target)
        elif kind != "variable":
            return []
        if not isinstance(kept, tuple) or isinstance(kept, Param):
            return []
        sites = self._sites(self.symbols.variable(kept).name)
        return [at for at in sites if self._queried(*at) and self.resolver.variable_of(*at) == kept]

    def _queried(self, f: int, e: int) -> bool:
        """Whether an expression stands in a query."""
        scope = self.resolver.scope(f)
        at = scope.parents[e]
        while at >= 0:
            if self.resolver.expr(f, at).value in _QUERIES:
                return True
            at = scope.parents[at]
        return False
