"""Calls that need a permission people can refuse, and the ways to them on which nothing asks whether it is granted."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from askfirst.findings import Confidence, Place, Step
from askfirst.knowledge import Index
from askfirst.knowledge.types import Api, Need
from askfirst.model import execution
from askfirst.model.calls import KEPT, SAME, Edge
from askfirst.model.collect import Collector, Site
from askfirst.model.entries import Entries
from askfirst.model.grants import Grants, Wanted
from askfirst.model.manifest import Manifests
from askfirst.model.memo import Memory, kept
from askfirst.model.modules import Module, Modules
from askfirst.model.reach import MAX_GUESSES
from askfirst.model.symbols import Fn
from askfirst.text import Text

RUNTIME = 23  # the API level from which people can refuse
HOPS = 14  # of one way
NEAR = 3  # hops within which a check on another way says that this one may be read wrongly
SEEN = 300  # functions looked at for one call
_CALLBACK = Text("called by the system, or after a person's act", "由系统调用，或在用户操作后运行")
_LIBRARY = Text("public API of a library", "库的公开 API")
_NO_NOTE = Text("", "")


Node = tuple[Fn, str]  # a function, and the class of the object it runs on ("" none or unknown)


class Unguarded(NamedTuple):
    """A call that can run without a check, with the shortest way there."""

    site: Site
    permissions: tuple[str, ...]  # one of them is enough
    entry: str
    steps: tuple[Step, ...]
    confidence: Confidence


class _Way(NamedTuple):
    """Where a backward search ended: edges from the root down to the function, and what else it met."""

    root: Node
    edges: tuple[Edge, ...]
    mixed: bool  # another way is checked


class Unchecked:
    """The calls that nothing checks."""

    def __init__(self, collector: Collector, search: Callable[[], Search], memory: Memory) -> None:
        """`search`: makes what looks for them; `memory` keeps what it found."""
        self.collector, self._search, self.memory = collector, search, memory

    @kept
    def all(self) -> tuple[Unguarded, ...]:
        """One for each function and permission, in file order."""
        return self._search().all()


class Search:
    """Looks once through a project as it is."""

    def __init__(
        self, collector: Collector, grants: Grants, entries: Entries, manifests: Manifests, modules: Modules, index: Index
    ) -> None:
        self.collector, self.grants, self.entries = collector, grants, entries
        self.manifests, self.modules, self.index = manifests, modules, index
        self.calls, self.symbols, self.resolver = collector.calls, collector.symbols, collector.resolver
        self._ups: dict[Fn, tuple[Edge, ...]] = {}
        self._ways: dict[tuple[Fn, Wanted], _Way | None] = {}

    def all(self) -> tuple[Unguarded, ...]:
        """As Unchecked.all."""
        found: dict[tuple[Fn, str], Unguarded] = {}
        for site in sorted((s for role in ("read", "use") for s in self.collector.of(role)), key=lambda s: s.key):
            if site.api is None or site.confidence < Confidence.MEDIUM or not self._calls(site, site.api):
                continue
            for wanted in self._wanted(site, site.api):
                if (site.fn, wanted.options[0]) not in found and (each := self._unguarded(site, wanted)) is not None:
                    found[site.fn, wanted.options[0]] = each
        return tuple(found.values())

    # what is needed

    def _calls(self, site: Site, api: Api) -> bool:
        """Whether the site runs what needs the permission: a call on an object of known type, or a content URI that is queried."""
        if not self.resolver.callee(*site.key)[0] or self.resolver.targets(*site.key):
            return False  # what the project's own function does is looked at there
        given = self.resolver.scope(site.fn[0]).arguments(site.at) if self.resolver.expr(*site.key).kind == "call" else []
        if given and self.grants.values.boolean(site.fn[0], given[0]) is False:  # setMyLocationEnabled(false)
            return False
        if api.kind == "method":
            return site.role == "use" and self.resolver.expr(*site.key).kind in ("call", "new", "field", "name")
        return api.kind == "field" and site.role == "read" and api.key.endswith("URI")

    def _wanted(self, site: Site, api: Api) -> Iterator[Wanted]:
        """What is needed on levels the app runs on that people can refuse, as far as the app asks for it at all."""
        module = self.modules.of(self.symbols.units[site.fn[0]].module)
        if not self._at_run_time(module):
            return
        lowest = max(RUNTIME, module.min_sdk)
        needs = [n for n in api.needs if not n.conditional]
        single = [[n] for n in needs if not n.any_of]
        spans: defaultdict[tuple[int, int], list[Need]] = defaultdict(list)
        for need in needs:
            if need.any_of:
                spans[need.first, need.last].append(need)
        for group in (*single, *spans.values()):
            options = [n.permission for n in group if n.permission in self._held]
            known = [self.index.permission(name) for name in options]
            if not options or not all(p is not None and p.dangerous for p in known):
                continue
            first = max(lowest, group[0].first)
            last = min(group[0].last or 99, max(self._held[name] for name in options))
            if first <= last:
                yield Wanted(tuple(options), first, last)

    def _at_run_time(self, module: Module) -> bool:
        """Whether people are asked while the app runs: below that target level they are asked at installation."""
        apps = [app for app in self.modules.applications if module in self.modules.closure(app)] or [module]
        return any(app.sdks.get("targetSdk", (RUNTIME,))[0] >= RUNTIME for app in apps)

    @cached_property
    def _held(self) -> dict[str, int]:
        """The permissions that manifests of the project ask for, with the last level on which they do."""
        found: dict[str, int] = {}
        for _, variants in self.manifests.roots():
            for merged in variants:
                for node in merged.permissions:
                    text = node.get("maxSdkVersion")
                    found[node.key] = max(found.get(node.key, 0), int(text) if text.isdigit() else 99)
                for row in merged.implied:
                    found.setdefault(row.permission, 99)
        for name in tuple(found):
            known = self.index.permission(name)
            for other in known.implies if known is not None else ():
                found.setdefault(other, found[name])
        return found

    # ways

    def _unguarded(self, site: Site, wanted: Wanted) -> Unguarded | None:
        if self.grants.protected(site.fn, site.at, site.gates, wanted):
            return None
        key = (site.fn, wanted)
        if key not in self._ways:
            self._ways[key] = self._search(site.fn, wanted)
        way = self._ways[key]
        if way is None:
            return None
        guesses = sum(edge.confidence < Confidence.HIGH for edge in way.edges)
        confidence = Confidence.MEDIUM if way.edges else Confidence.HIGH
        entry = self.entries.all.get(way.root[0])
        if guesses > (0 if way.mixed else MAX_GUESSES) or (entry.kind == "library" if entry is not None else not self._opened(way.root[1])):
            confidence = Confidence.LOW
        label = self.symbols.label(way.root[0])
        return Unguarded(site, wanted.options, label, self._steps(site, way), min(confidence, site.confidence))

    def _search(self, fn: Fn, wanted: Wanted) -> _Way | None:
        """The shortest way from a root that no check guards, None when there is none."""
        first = (fn, self._class(fn))
        onward: dict[Node, Edge | None] = {first: None}
        below: dict[Node, Node] = {}
        hops = {first: 0}
        todo = deque([first])
        best: Node | None = None
        mixed = False
        while todo:
            node = at, this = todo.popleft()
            if self.grants.answered(at):
                mixed = True
                continue
            if at in self.entries.all and (not this or (at, this) in self._entered):
                best = best or node
                continue
            edges = self._up(at)
            if not edges and self._is_root(at):
                best = best or node
            for edge in edges:
                over = self._above(edge, this)
                kept = edge.at in self.resolver.scope(edge.source[0]).defaults  # who is given it by default runs it, or not
                if kept or over is None or edge.confidence == Confidence.LOW:
                    continue
                above = edge.source, over
                if above in onward:
                    continue
                if hops[node] >= HOPS or len(onward) >= SEEN:
                    break
                if self.grants.protected(edge.source, edge.at, edge.gates, wanted):
                    mixed = mixed or hops[node] < NEAR
                    continue
                onward[above], below[above], hops[above] = edge, node, hops[node] + 1
                todo.append(above)
        if best is None:
            return None
        down, node = [], best
        while (edge_down := onward[node]) is not None:
            down.append(edge_down)
            node = below[node]
        return _Way(best, tuple(down), mixed)

    def _class(self, fn: Fn) -> str:
        """The class of the object that a function runs on, "" where it runs on none."""
        row = self.symbols.function(fn)
        return self.symbols.name_of((fn[0], row.owner)) if row.owner >= 0 and "static" not in row.modifiers else ""

    def _above(self, edge: Edge, this: str) -> str | None:
        """The class of the object that the source of an edge runs on, when its target runs on a `this`; None for another one's."""
        own = self._class(edge.source)
        if edge.this in (SAME, KEPT):
            return this if own and this and self.symbols.is_a(this, own) else own
        if edge.this and this and not self.symbols.is_a(edge.this, this):
            return None
        return own

    @cached_property
    def _entered(self) -> frozenset[Node]:
        return frozenset((entry.fn, entry.owner) for entry in self.entries.every)

    def _up(self, fn: Fn) -> tuple[Edge, ...]:
        if fn not in self._ups:
            self._ups[fn] = tuple(edge for edge in self._find_up(fn) if edge.source[1] >= 0 and edge.source != fn)
        return self._ups[fn]

    def _find_up(self, fn: Fn) -> tuple[Edge, ...]:
        """Who runs a function, or, where that waits for a person or the system, who makes it or its object."""
        found = self.calls.callers(fn)
        if found:
            return found
        f, n = fn
        row, scope = self.symbols.function(fn), self.resolver.scope(f)
        if row.name == "<lambda>":
            e = scope.lambdas.get(n, -1)
            return (self.calls.edge(f, e, Confidence.HIGH, "made"),) if e >= 0 else ()
        if row.owner < 0 or not self.calls.overrides_library(fn):
            return ()
        ty = (f, row.owner)
        if self.symbols.type(ty).kind == "anonymous":
            e = scope.objects.get(row.owner, -1)
            return (self.calls.edge(f, e, Confidence.HIGH, "made"),) if e >= 0 else ()
        makers = [edge for made in (ty, *self.symbols.subtypes(self.symbols.name_of(ty))) for edge in self.calls.constructions(made)]
        return tuple(sorted(set(makers)))

    def _is_root(self, fn: Fn) -> bool:
        """Whether the system runs a function that nothing in the project leads to."""
        row = self.symbols.function(fn)
        if row.owner < 0:
            return False
        own = self.symbols.name_of((fn[0], row.owner))
        component = self.symbols.is_a(own, *execution.COMPONENTS, "android.app.Application", "android.content.ContentProvider")
        return component and (self.calls.overrides_library(fn) or row.name in execution.LIFECYCLE)

    def _opened(self, own: str) -> bool:
        """Whether the system, or another app, runs the component: who opens the others may have checked before."""
        below = {own, *(self.symbols.name_of(ty) for ty in self.symbols.subtypes(own))}
        relative = tuple(name for name in self._outside if name.startswith("."))  # where nobody knows the namespace
        return not below.isdisjoint(self._outside) or any(name.endswith(relative) for name in below)

    @cached_property
    def _outside(self) -> frozenset[str]:
        """Classes of components that others than the app itself start."""
        nodes = (node for _, variants in self.manifests.roots() for merged in variants for node in merged.components())
        return frozenset(
            node.key for node in nodes
            if (node.flag("exported") is not False and (node.flag("exported") or any(True for _ in node.actions())))
            or (node.name in ("service", "receiver", "provider") and any(True for _ in node.actions()))
        )  # fmt: skip

    def _steps(self, site: Site, way: _Way) -> tuple[Step, ...]:
        entry = self.entries.all.get(way.root[0])
        at, steps = way.root[0], []
        for i, edge in enumerate((*way.edges, None)):
            e = edge.at if edge is not None else site.at
            note = (entry.why if entry is not None else _CALLBACK) if i == 0 else _NO_NOTE
            steps.append(Step(self._place(at, e), self.symbols.label(at), note))
            at = way.edges[i + 1].source if i + 1 < len(way.edges) else site.fn
        return tuple(steps)

    def _place(self, fn: Fn, at: int) -> Place:
        if at >= 0 and self.resolver.expr(fn[0], at).function == fn[1]:
            return self.collector.place_of(fn[0], at)
        return Place(self.symbols.units[fn[0]].path, self.symbols.function(fn).spot)
