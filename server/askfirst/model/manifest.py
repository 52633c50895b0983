"""Merged manifests: what each application asks for and starts, per variant that ships, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from askfirst.findings import Place
from askfirst.model.files import Unit
from askfirst.model.merger import Removed, merge, settle
from askfirst.model.module import level
from askfirst.model.modules import Module, Modules
from askfirst.model.nodes import COMPONENTS, Filling, Node, Origin, read_manifest
from askfirst.model.resources import Resources
from askfirst.model.variants import Variant
from askfirst.text import Text

__all__ = ["Declaration", "Implied", "Manifests", "Merged", "Node", "Origin"]

PERMISSIONS = frozenset({"uses-permission", "uses-permission-sdk-23", "uses-permission-sdk-m"})
_MAIN = "android.intent.action.MAIN"
_LAUNCHERS = ("android.intent.category.LAUNCHER", "android.intent.category.LEANBACK_LAUNCHER")
_NAMES = "android.permission."


class Implied(NamedTuple):
    """A permission that nobody wrote and the app gets all the same."""

    permission: str
    reason: Text
    place: Place


class Declaration(NamedTuple):
    """One <uses-permission> as written in the project's own sources."""

    permission: str
    max_sdk: int  # 0 = all levels
    place: Place  # the name's value
    whole: Place  # the element
    tag: Place  # its start tag
    module: str
    source_set: str
    node: str  # tools:node, "" without one

    @property
    def takes_out(self) -> bool:
        """Whether it keeps the permission out instead of asking for it."""
        return self.node in ("remove", "removeAll")


@dataclass(frozen=True, eq=False)
class Merged:
    """The manifest of one variant."""

    module: Module
    variant: Variant
    root: Node | None  # None when no manifest can be read
    removed: Removed  # (element, key) → the mark that takes it away, also from libraries; key "" for removeAll
    parts: tuple[Module, ...]  # the modules whose manifests went in, the application first
    files: frozenset[str]  # the paths of those manifests

    @cached_property
    def permissions(self) -> tuple[Node, ...]:
        return tuple(node for node in self._top if node.name in PERMISSIONS)

    @cached_property
    def held(self) -> frozenset[str]:
        """The names of the permissions that it asks for."""
        return frozenset(node.key for node in self.permissions)

    def takes_out(self, element: str, key: str) -> bool:
        """Whether a mark removes that element, whichever library brings it."""
        return (element, key) in self.removed or (element, "") in self.removed

    @property
    def application(self) -> Node | None:
        return next((node for node in self._top if node.name == "application"), None)

    @property
    def application_class(self) -> str:
        """The application's own class, "" when the platform's is used."""
        application = self.application
        return application.get("name") if application else ""

    def components(self, kind: str = "") -> tuple[Node, ...]:
        """The components of a kind ("activity", "activity-alias", "service", "receiver", "provider"), or all."""
        application = self.application
        kinds = (kind,) if kind else COMPONENTS
        return tuple(node for node in application.children if node.name in kinds) if application else ()

    def meta(self, name: str) -> Node | None:
        """The application's <meta-data> of that name."""
        application = self.application
        return application.child("meta-data", name) if application else None

    def launchers(self) -> tuple[Node, ...]:
        """The activities that a launcher can start, those behind an alias too."""
        activities = {node.key: node for node in self.components("activity")}
        found: dict[str, Node] = {}
        for node in self.components():
            if node.name in ("activity", "activity-alias") and node.flag("enabled") is not False and _launches(node):
                target = activities.get(node.get("targetActivity"), node)
                found.setdefault(target.key, target)
        return tuple(found.values())

    @cached_property
    def implied(self) -> tuple[Implied, ...]:
        """Permissions added for old target levels, by the platform and by the manifest merger."""
        declared = {node.key.removeprefix(_NAMES): node for node in self.permissions}
        found: dict[str, Implied] = {}
        for part in self.parts:
            for short, reason, place in _old_targets(part, declared):
                if short not in declared and ("uses-permission", _NAMES + short) not in self.removed:
                    found.setdefault(short, Implied(_NAMES + short, reason, place))
        write = declared.get("WRITE_EXTERNAL_STORAGE")
        if write is not None and "READ_EXTERNAL_STORAGE" not in declared:
            implied = Implied(_NAMES + "READ_EXTERNAL_STORAGE", _WITH_WRITE, write.origin.place)
            found.setdefault("READ_EXTERNAL_STORAGE", implied)
        return tuple(found.values())

    @property
    def _top(self) -> tuple[Node, ...]:
        return self.root.children if self.root else ()


class Manifests:
    """The merged manifests of a project, made when asked for."""

    def __init__(self, modules: Modules, units: Sequence[Unit], resources: Resources) -> None:
        self._modules, self._units, self._resources = modules, units, resources
        self._merged: dict[str, tuple[Merged, ...]] = {}
        self._trees: dict[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]], Node | None] = {}

    def of(self, module: Module) -> tuple[Merged, ...]:
        """One merged manifest for each variant of `module` that ships; there is always at least one."""
        if module.path not in self._merged:
            self._merged[module.path] = tuple(self._merge(module, variant) for variant in module.variants)
        return self._merged[module.path]

    def roots(self) -> Iterator[tuple[Module, tuple[Merged, ...]]]:
        """The applications, then the modules whose manifests go into none of those before: all manifests, merged once."""
        inside: set[str] = set()
        for module in sorted(
            self._modules.all, key=lambda m: (m.kind != "application", -len(self._modules.closure(m)))
        ):
            if module.path not in inside:
                merged = self.of(module)
                inside.update(part.path for part in merged[0].parts)
                yield module, merged

    @cached_property
    def applications(self) -> tuple[Merged, ...]:
        """The manifests of every variant of every application."""
        return tuple(merged for module in self._modules.applications for merged in self.of(module))

    @cached_property
    def declarations(self) -> tuple[Declaration, ...]:
        """Every <uses-permission> in the project's own manifests that ship."""
        found: list[Declaration] = []
        for module in self._modules.all:
            first = module.variants[0]
            placeholders = module.placeholders_of(first) if module.manifests else {}
            for source_set, unit in sorted(module.manifests.items()):
                root = self._tree(unit, module, placeholders, first)
                for node in root.children if root else ():
                    if node.name in PERMISSIONS:
                        found.append(_declaration(node, source_set))
        return tuple(found)

    def _merge(self, module: Module, variant: Variant) -> Merged:
        parts = tuple(
            part
            for part in self._modules.closure(module)
            if part is module or (part.kind != "application" and part.manifests)
        )
        placeholders = module.placeholders_of(variant)
        root: Node | None = None
        files = set()
        for part in parts:
            own = placeholders if part is module else placeholders | part.placeholders
            matching = _matching(part, variant, module)
            for source_set in reversed(matching.source_sets):
                unit = part.manifests.get(source_set)
                low = self._tree(unit, part, own, matching) if unit else None
                if unit is not None and low is not None:
                    files.add(unit.path)
                    root = merge(root, low, part.namespace) if root is not None else low
        if root is None:
            return Merged(module, variant, None, {}, parts, frozenset())
        settled, removed = settle(root)
        return Merged(module, variant, settled, removed, parts, frozenset(files))

    def _tree(self, unit: Unit, module: Module, placeholders: dict[str, str], variant: Variant) -> Node | None:
        """One manifest as that variant fills it; read once for all variants that fill it alike."""
        used = tuple(sorted(placeholders.items())) if _mentions(unit, "${") else ()
        sets = tuple(s for s in variant.source_sets if s == "main" or s in self._resources.overlays)
        key = (unit.path, used, sets if _mentions(unit, "@") else ())
        if key not in self._trees:
            filling = Filling(module.namespace, placeholders, lambda text: self._resources.resolve(module.path, text, sets))
            self._trees[key] = read_manifest(unit, filling)
        return self._trees[key]


_WITH_WRITE = Text(
    "the platform gives it to whoever has WRITE_EXTERNAL_STORAGE",
    "声明了 WRITE_EXTERNAL_STORAGE，系统会一并授予",
)
# Target level below which a permission is given, the permission, and the one it goes with ("" = always).
_OLD = (
    (4, "WRITE_EXTERNAL_STORAGE", ""),
    (4, "READ_PHONE_STATE", ""),
    (16, "READ_CALL_LOG", "READ_CONTACTS"),
    (16, "WRITE_CALL_LOG", "WRITE_CONTACTS"),
)


def _old_targets(part: Module, declared: Mapping[str, Node]) -> Iterator[tuple[str, Text, Place]]:
    """(permission, why, place) of what the target level of one module brings."""
    found = part.sdks.get("targetSdk") or part.sdks.get("minSdk")
    manifest = part.manifest
    if found is None and manifest is not None and not part.build_file:
        found = (1, Place(manifest.path, -1))  # the platform's default where nothing is declared
    for below, permission, companion in _OLD if found is not None else ():
        node = declared.get(companion)
        if (
            found is not None
            and found[0] < below
            and (not companion or (node is not None and node.origin.module == part.path))
        ):
            why = Text(
                f"given because the target API level {found[0]} is below {below}",
                f"目标 API 级别 {found[0]} 低于 {below}，因此会被授予",
            )
            yield permission, why, found[1]


def _matching(part: Module, variant: Variant, application: Module) -> Variant:
    """The variant of `part` that the application's `variant` takes."""
    if part is application:
        return variant

    def distance(other: Variant) -> tuple[int, bool]:
        return len(set(other.flavors) - set(variant.flavors)), other.build_type != variant.build_type

    return min(part.variants, key=distance)


def _launches(node: Node) -> bool:
    return any(
        row.name == "intent-filter"
        and row.child("action", _MAIN) is not None
        and any(row.child("category", name) is not None for name in _LAUNCHERS)
        for row in node.children
    )


def _mentions(unit: Unit, sign: str) -> bool:
    return any(sign in row.value for element in unit.facts.elements for row in element.attributes)


def _declaration(node: Node, source_set: str) -> Declaration:
    return Declaration(
        node.key, level(node.get("maxSdkVersion")), node.origin.place, node.whole, node.tag, node.origin.module, source_set, node.marker,
    )  # fmt: skip
