"""The model of one project: its parts, each made when a rule first asks for it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from askfirst.knowledge import Index
from askfirst.model.asked import Asked
from askfirst.model.calls import Calls
from askfirst.model.collect import Collector, class_guess, known_classes
from askfirst.model.configured import Configured
from askfirst.model.consent import Consent
from askfirst.model.dependencies import Dependencies
from askfirst.model.entries import Entries
from askfirst.model.files import Unit
from askfirst.model.flags import Flags
from askfirst.model.gates import Gates
from askfirst.model.grants import Grants
from askfirst.model.layouts import Layouts
from askfirst.model.live import LiveSymbols
from askfirst.model.manifest import Manifests
from askfirst.model.memo import Live, Memo, Memory, Thing, kept
from askfirst.model.modules import Modules
from askfirst.model.refusals import Refusals
from askfirst.model.requests import Requests
from askfirst.model.resolve import Resolver
from askfirst.model.resources import Resources
from askfirst.model.switches import Switches
from askfirst.model.symbols import Fn, Symbols, is_code
from askfirst.model.unchecked import Search, Unchecked
from askfirst.model.unseen import Unseen
from askfirst.model.uses import Uses
from askfirst.model.values import Values
from askfirst.model.variants import named
from askfirst.project import Project
from askfirst.settings import Settings

BUILD = "build"  # all files but code, as one thing that answers about code rest on


class Model:
    """What the project is. Knows no rule, no fix, no editor; only `update` changes it."""

    def __init__(
        self, project: Project, units: Sequence[Unit], settings: Settings, index: Index, eager: bool = False,
        memory: Memory | None = None,
    ) -> None:  # fmt: skip
        """`units` are the shipping files in path order; `eager` resolves everything at once (for the test of laziness);
        with a `Live` memory, `update` can take other versions of them."""
        self.project, self.units, self.settings, self.index = project, tuple(units), settings, index
        self._eager, self.memory = eager, memory or Memory()
        self.generation = 0  # how often parts were made anew

    def update(self, project: Project, units: tuple[Unit, ...]) -> bool:
        """Take other versions of the files, and keep all answers that still hold. False when it cannot, because files of code
        came or went or the memory is none for that: then make a new model."""
        if not isinstance(self.memory, Live) or not isinstance(self.symbols, LiveSymbols):
            return False
        if units is self.units and project is self.project:
            return True
        there = {unit.path: unit for unit in self.units}
        new = [unit for unit in units if there.pop(unit.path, None) is not unit]  # what is left in `there` is gone
        if any(map(is_code, there.values())) or any(is_code(unit) and not self._had(unit) for unit in new):
            return False
        changed = list[Thing]()
        build = bool(there) or project.modules != self.project.modules
        for unit in new:
            before = self.by_path.get(unit.path)
            same = before is not None and _same(unit, before)
            if is_code(unit):
                f = self.symbols.index[unit.path]
                changed += () if same else self.symbols.replace(f, unit)
                self.symbols.units[f] = unit  # lines may have moved
            else:
                build = build or not same
        if build:
            changed.append(self.memory.thing(BUILD))
            self._forget(self.__dict__.keys() - _KEPT)
            self.memory.tidy()
            self.generation += 1
        self.project, self.units = project, units
        self._forget(["by_path"])
        self.memory.change(changed)
        return True

    def _had(self, unit: Unit) -> bool:
        """Whether the file was there, and belonged where it does."""
        before = self.by_path.get(unit.path)
        return before is not None and _belongs(before) == _belongs(unit)

    def close(self) -> None:
        """Nobody will ask it anything again."""
        if isinstance(self.memory, Live):
            self.memory.forget()

    def _forget(self, parts: Iterable[str]) -> None:
        for part in list(parts):
            self.__dict__.pop(part, None)

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

        def near(path: str) -> frozenset[str]:
            self.memory.used(BUILD)
            module = self.modules.of(path)
            return frozenset(m.path for m in self.modules.closure(module)) if module else frozenset()

        closures = self.memory.memo(near)
        table: dict[str, Any] = {
            "units": self.units, "hierarchy": self.index.hierarchy, "visible": lambda a, b: b in closures[a], "known": is_known,
        }  # fmt: skip
        return LiveSymbols(**table, memory=self.memory) if isinstance(self.memory, Live) else Symbols(**table, memory=self.memory)

    @cached_property
    def calls(self) -> Calls:
        resolver = Resolver(self.symbols, self.index.returns, self.index.services)
        return Calls(self.symbols, resolver, lambda: self._of_build("units"))

    @cached_property
    def values(self) -> Values:
        return Values(self.calls.resolver, lambda: self._of_build("resources"), lambda: self._of_build("modules"))

    def _of_build(self, part: str) -> Any:
        """A part that is made of other files than code, for answers that are remembered."""
        self.memory.used(BUILD)
        return getattr(self, part)

    @kept
    def entries(self) -> Entries:
        return Entries(self.symbols, self._of_build("manifests"))

    @cached_property
    def flags(self) -> Flags:
        gates = self.index.cmp_gates

        def platform(owner: str, member: str) -> bool:
            return any(
                owner.endswith(start.call.rpartition(".")[0]) and any(owner.startswith(p) for p in cmp.packages)
                for cmp, start in gates.get(member, ()) if owner
            )  # fmt: skip

        is_entry: Memo[Fn, bool] = self.memory.memo(lambda fn: fn in self.entries.all)
        return Flags(self.calls, self.values, self.settings.gates, platform, is_entry.__getitem__)

    @cached_property
    def gates(self) -> Gates:
        return Gates(self.flags, self.settings.gates)

    @cached_property
    def collector(self) -> Collector:
        return Collector(self.calls, self.values, self.index)

    @cached_property
    def configured(self) -> Configured:
        return Configured(self.calls.resolver, self.values)

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
        return self._unchecked(self.collector, self.memory)

    def _unchecked(self, collector: Collector, memory: Memory) -> Unchecked:
        def search() -> Search:
            grants = Grants(self.calls, self.values, self.requests, self.index)
            return Search(collector, grants, self.entries, self.manifests, self.modules, self.index)

        return Unchecked(collector, search, memory)

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
        return self._consent(self.collector, self.requests, self.memory)

    def _consent(self, collector: Collector, requests: Requests, memory: Memory) -> Consent:
        return Consent(
            collector, requests, self.calls, lambda: self.entries, self.flags, self._variants, self.configured, memory, self._eager
        )

    def within(self, path: str) -> Model | None:
        """The same for rules that are `local`: what they read is narrowed to one file of code. None for other files."""
        f = self.symbols.index.get(path)
        if f is None:
            return None
        found, memory = copy.copy(self), Memory()
        found.__dict__["collector"], found.__dict__["requests"] = self.collector.within(f), self.requests.within(f)
        found.__dict__["consent"] = self._consent(found.collector, found.requests, memory)
        found.__dict__["unchecked"] = self._unchecked(found.collector, memory)
        return found

    def part(self, kind: type) -> object:
        """The part of this type: how a rule's annotations are answered. KeyError when there is none."""
        self.memory.used(BUILD)
        if kind is Model:
            return self
        return getattr(self, PARTS[kind])


def _belongs(unit: Unit) -> tuple[object, ...]:
    return unit.path, unit.language, unit.module, unit.source_set, unit.ships


def _same(one: Unit, other: Unit) -> bool:
    """Whether two versions of a file say the same; lines may have moved."""
    a, b = one.facts, other.facts
    return a is b or (_belongs(one) == _belongs(other) and a.shape_digest == b.shape_digest and a.body_digest == b.body_digest)


# Parts of the code half alone: they outlast a change of other files, which they ask for through memos. All others are made anew then.
_KEPT = frozenset("generation project units settings index memory _eager symbols calls values flags collector requests configured".split())
PARTS: dict[type, str] = {
    Index: "index", Settings: "settings", Modules: "modules", Dependencies: "dependencies", Resources: "resources",
    Manifests: "manifests", Symbols: "symbols", Calls: "calls", Values: "values", Entries: "entries", Flags: "flags",
    Collector: "collector", Requests: "requests", Consent: "consent", Refusals: "refusals",
    Uses: "uses", Asked: "asked", Unseen: "unseen", Switches: "switches",
    Layouts: "layouts", Project: "project", Gates: "gates",
    Unchecked: "unchecked",
}  # fmt: skip
