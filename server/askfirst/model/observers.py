"""Observers of a life cycle: they are told of what has happened and what comes from where they are added
(developer.android.com/topic/libraries/architecture/lifecycle, `Lifecycle.addObserver`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from askfirst.model.resolve import Resolver
from askfirst.model.symbols import Fn, Symbols, Ty

_OBSERVERS = (
    "androidx.lifecycle.LifecycleObserver", "androidx.lifecycle.DefaultLifecycleObserver",
    "androidx.lifecycle.FullLifecycleObserver", "androidx.lifecycle.LifecycleEventObserver",
    "androidx.lifecycle.GenericLifecycleObserver", "android.arch.lifecycle.LifecycleObserver",
    "android.arch.lifecycle.DefaultLifecycleObserver", "android.arch.lifecycle.GenericLifecycleObserver",
)  # fmt: skip
_MARK = "@OnLifecycleEvent"
_LATE = {f"{_MARK}({event})" for event in ("ON_PAUSE", "ON_STOP", "ON_DESTROY")}
_METHODS = frozenset({"onCreate", "onStart", "onResume", "onStateChanged"})

Site = tuple[int, int]  # file, expression


def is_told(symbols: Symbols, fn: Fn) -> bool:
    """Whether the function is called when its object observes a life cycle, on the way up."""
    row = symbols.function(fn)
    if row.owner < 0 or not _LATE.isdisjoint(row.modifiers):
        return False
    return _MARK in row.modifiers or (row.name in _METHODS and symbols.is_a(symbols.name_of((fn[0], row.owner)), *_OBSERVERS))


class Observers:
    """Answers where observers are added."""

    def __init__(self, resolver: Resolver, sites: Callable[[str], Iterator[Site]]) -> None:
        """`sites`: every mention of a name."""
        self.resolver, self.symbols, self._sites = resolver, resolver.symbols, sites

    def added(self, ty: Ty) -> Iterator[Site]:
        """The calls that add an object of the class."""
        mine = [upper for upper in self.symbols.ancestors(self.symbols.name_of(ty)) if upper in self.symbols.types]
        for f, e in self._sites("addObserver"):
            row, given = self.resolver.expr(f, e), self.resolver.scope(f).arguments(e)
            if row.kind == "call" and row.function >= 0 and len(given) == 1 and self.resolver.type_of(f, given[0]) in mine:
                yield f, e

