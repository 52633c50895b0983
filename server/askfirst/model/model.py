"""The model of one project: its parts, each made when a rule first asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from askfirst.knowledge import Index
from askfirst.model.asked import Asked
from askfirst.model.calls import Calls
from askfirst.model.collect import Collector, class_guess, known_classes
from askfirst.model.consent import Consent
from askfirst.model.dependencies import Dependencies
from askfirst.model.entries import Entries
from askfirst.model.files import Unit
from askfirst.model.flags import Flags
from askfirst.model.gates import Gates
from askfirst.model.grants import Grants
from askfirst.model.layouts import Layouts
from askfirst.model.manifest import Manifests
from askfirst.model.modules import Modules
from askfirst.model.refusals import Refusals
from askfirst.model.requests import Requests
from askfirst.model.resolve import Resolver
from askfirst.model.resources import Resources
from askfirst.model.switches import Switches
from askfirst.model.symbols import Symbols
from askfirst.model.unchecked import Unchecked
from askfirst.model.unseen import Unseen
from askfirst.model.uses import Uses
from askfirst.model.values import Values
from askfirst.model.variants import named
from askfirst.project import Project
from askfirst.settings import Settings


class Model:
    """What the project is. Knows no rule, no fix, no editor; read-only."""

    def __init__(
        self, project: Project, units: Sequence[Unit], settings: Settings, index: Index, eager: bool = False
    ) -> None:
        """`units` are the shipping files in path order; `eager` resolves everything at once (for the test of laziness)."""
        self.project, self.units, self.settings, self.index = project, tuple(units), settings, index
        self._eager = eager

    @cached_property
    def by_path(self) -> dict[str, Unit]:
        return {unit.path: unit for unit in self.units}

    @cached_property
    def modules(self) -> Modules:
        return Modules(self.project, self.units)

    @cached_property
    def dependencies(self) -> Dependencies:
        return Dependencies(self.modules, self.units, self.index)

    @cached_property
    def resources(self) -> Resources:
        return Resources(self.modules, self.units)

    @cached_property
    def manifests(self) -> Manifests:
        return Manifests(self.modules, self.units, self.resources)

    @cached_property
    def switches(self) -> Switches:
        return Switches(self.manifests, self.resources)

    @cached_property
    def layouts(self) -> Layouts:
        return Layouts(self.units, self.resources)

    @cached_property
    def symbols(self) -> Symbols:
        known, guesses = known_classes(self.index), class_guess(self.index)

        def is_known(name: str) -> bool:
            if name in known:
                return True
            package, _, simple = name.rpartition(".")
            return any(package == p or package.startswith(p + ".") for p in guesses.get(simple, ()))

        closures: dict[str, frozenset[str]] = {}

        def sees(a: str, b: str) -> bool:
            if a not in closures:
                module = self.modules.of(a)
                near = self.modules.closure(module) if module else ()
                closures[a] = frozenset(m.path for m in near)
            return b in closures[a]

        return Symbols(self.units, self.index.hierarchy, sees, is_known)

    @cached_property
    def calls(self) -> Calls:
        return Calls(self.symbols, Resolver(self.symbols, self.index.returns, self.index.services), self.units)

    @cached_property
    def values(self) -> Values:
        return Values(self.calls.resolver, self.resources, self.modules)

    @cached_property
    def entries(self) -> Entries:
        return Entries(self.symbols, self.manifests)

    @cached_property
    def flags(self) -> Flags:
        gates = self.index.cmp_gates

        def platform(owner: str, member: str) -> bool:
            return any(
                owner.endswith(start.call.rpartition(".")[0]) and any(owner.startswith(p) for p in cmp.packages)
                for cmp, start in gates.get(member, ()) if owner
            )  # fmt: skip

        return Flags(self.calls, self.values, self.settings.gates, platform, lambda fn: fn in self.entries.all)

    @cached_property
    def gates(self) -> Gates:
        return Gates(self.flags, self.settings.gates)

    @cached_property
    def collector(self) -> Collector:
        return Collector(self.calls, self.values, self.index)

    @cached_property
    def requests(self) -> Requests:
        return Requests(self.calls, self.values)

    @cached_property
    def uses(self) -> Uses:
        return Uses(self.collector, self.requests, self.manifests, self.dependencies, self.modules, self.index)

    @cached_property
    def asked(self) -> Asked:
        return Asked(self.manifests, self.modules, self.uses, self.index)

    @cached_property
    def unseen(self) -> Unseen:
        return Unseen(self.modules, self.dependencies, self.calls)

    @cached_property
    def refusals(self) -> Refusals:
        return Refusals(self.calls, self.manifests)

    @cached_property
    def unchecked(self) -> Unchecked:
        grants = Grants(self.calls, self.values, self.requests, self.index)
        return Unchecked(self.collector, grants, self.entries, self.manifests, self.modules, self.index)

    def _variants(self, files: set[int]) -> tuple[str, ...]:
        """The variants of applications into which these code files all go; () when it is all of them or nobody can say."""
        units = [self.symbols.units[f] for f in files]
        special = {u.source_set for u in units} - {"", "main", "commonMain", "androidMain"}
        if not special:
            return ()
        modules = {u.module for u in units}
        near = [m for m in self.modules.applications if modules <= {part.path for part in self.modules.closure(m)}]
        every = [variant for module in near for variant in module.variants]
        return named((v for v in every if all(v.takes(source_set) for source_set in special)), every)

    @cached_property
    def consent(self) -> Consent:
        return Consent(self.collector, self.requests, self.calls, self.entries, self.flags, self._variants, self._eager)

    def part(self, kind: type) -> object:
        """The part of this type: how a rule's annotations are answered. KeyError when there is none."""
        if kind is Model:
            return self
        return getattr(self, PARTS[kind])


PARTS: dict[type, str] = {
    Index: "index", Settings: "settings", Modules: "modules", Dependencies: "dependencies", Resources: "resources",
    Manifests: "manifests", Symbols: "symbols", Calls: "calls", Values: "values", Entries: "entries", Flags: "flags",
    Collector: "collector", Requests: "requests", Consent: "consent", Refusals: "refusals",
    Uses: "uses", Asked: "asked", Unseen: "unseen", Switches: "switches",
    Layouts: "layouts", Project: "project", Gates: "gates",
    Unchecked: "unchecked",
}  # fmt: skip
