"""What a permission is needed for here: calls, reads, URIs, actions, components, libraries, WebView features."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from askfirst.findings import Confidence, Place
from askfirst.knowledge import Index
from askfirst.knowledge.types import Api
from askfirst.model.calls import Gate
from askfirst.model.collect import Collector, Site
from askfirst.model.dependencies import Dependencies
from askfirst.model.library_needs import LibraryNeeds
from askfirst.model.manifest import Manifests
from askfirst.model.memo import kept
from askfirst.model.modules import Module, Modules
from askfirst.model.requests import Requests
from askfirst.model.resolve import Param
from askfirst.model.symbols import Fn

# Methods that an app overrides to let web content use the device (android.webkit.WebChromeClient).
_WEB = {
    "onPermissionRequest": ("android.permission.CAMERA", "android.permission.RECORD_AUDIO"),
    "onGeolocationPermissionsShowPrompt": ("android.permission.ACCESS_FINE_LOCATION", "android.permission.ACCESS_COARSE_LOCATION"),
}  # fmt: skip

# How code names its own package: a constant of BuildConfig, and what the app's own context answers.
_ID = "APPLICATION_ID"
_OWN = frozenset({"getPackageName", "packageName", "getOpPackageName", "opPackageName", "applicationInfo"})
# What an intent's data is given to; as a property of Kotlin, `data`.
_TO_INTENT = frozenset({"<init>", "setData", "setDataAndType", "setDataAndNormalize", "setDataAndTypeAndNormalize"})
_MEMBERS = ("name", "field", "call")
_CONTEXT, _INTENT, _MANAGER = "android.content.Context", "android.content.Intent", "android.content.pm.PackageManager"
_P = "android.permission."
# One stands in for the other, depending on the level.
_STORAGE = (_P + "READ_EXTERNAL_STORAGE", _P + "WRITE_EXTERNAL_STORAGE", _P + "MANAGE_EXTERNAL_STORAGE")


class Evidence(NamedTuple):
    """One reason why a permission is needed."""

    permission: str  # full name
    kind: str  # api literal component library web
    name: str  # "TelephonyManager.getImei", "content://sms", "com.umeng.umsdk:common"
    place: Place
    module: str  # path of the module it stands in; of a component, the application whose manifest has it
    confidence: Confidence
    needed: bool  # False: the call needs this one or another (any of several)
    first: int  # API levels on which it is needed; 0 = open
    last: int
    fn: Fn | None
    gates: tuple[Gate, ...]


class Uses:
    """All evidence, by permission."""

    def __init__(
        self, collector: Collector, requests: Requests, manifests: Manifests, dependencies: Dependencies, modules: Modules, index: Index
    ) -> None:
        self.collector, self.requests, self.manifests = collector, requests, manifests
        self.dependencies, self.modules, self.index = dependencies, modules, index
        self.symbols = collector.symbols
        self.memory = self.symbols.memory
        self._together: dict[str, frozenset[str]] = {}
        self._needs = LibraryNeeds(self.symbols, dependencies, modules, index)
        self._prefixes = [a for a in index.apis_of_kind("uri") if a.needs]
        self._exact = {a.key: a for kind in ("action", "string") for a in index.apis_of_kind(kind) if a.needs}
        self._literals = self.memory.gather(len(self.symbols.units), lambda f: ((None, evidence) for evidence in self._literals_in(f)))

    @kept
    def _by_permission(self) -> dict[str, list[Evidence]]:
        found: defaultdict[str, list[Evidence]] = defaultdict(list)
        for source in (self._sites(), self._literals[None], self._components(), self._web(), self._libraries()):
            for evidence in source:
                found[evidence.permission].append(evidence)
        return found

    def of(self, permission: str, module: Module | None = None) -> list[Evidence]:
        """Evidence for one permission; with a module, only from the modules that ship together with it."""
        found = self._by_permission.get(permission, [])
        if module is None:
            return found
        near = self.together(module)
        return [e for e in found if e.module in near]

    def needing(self, permission: str, module: Module) -> list[Evidence]:
        """Evidence for a declared permission: for itself, for what it stands in for, for the rest of its family."""
        known = self.index.permission(permission)
        names = [permission, *(known.implies if known else ())]
        names += [name for name in _STORAGE if permission in _STORAGE and name not in names]
        return [e for name in names for e in self.of(name, module)]

    def all(self) -> Iterator[Evidence]:
        """All evidence, by permission name."""
        for permission in sorted(self._by_permission):
            yield from self._by_permission[permission]

    def together(self, module: Module) -> frozenset[str]:
        """Paths of the modules that end up in one app with `module`: the closures of all modules that include it."""
        if module.path not in self._together:
            near: set[str] = set()
            for other in self.modules.all:
                closure = {m.path for m in self.modules.closure(other)}
                if module.path in closure:
                    near |= closure
            for lender in self.modules.lenders(module):
                near |= {m.path for m in self.modules.closure(lender)}
            self._together[module.path] = frozenset(near)
        return self._together[module.path]

    def requested(self, permission: str, module: Module) -> bool:
        """Whether the app asks for it at run time."""
        near = self.together(module)
        return any(permission in r.permissions and self.symbols.units[r.fn[0]].module in near for r in self.requests.all)

    def _of_api(self, api: Api, name: str, kind: str, place: Place, module: str, confidence: Confidence,
                site: Site | None = None) -> Iterator[Evidence]:  # fmt: skip
        for need in api.needs:
            yield Evidence(
                need.permission, kind, name, place, module, confidence, not need.any_of, need.first, need.last,
                site.fn if site else None, site.gates if site else (),
            )  # fmt: skip

    def _sites(self) -> Iterator[Evidence]:
        for role in ("read", "use"):
            for site in self.collector.of(role):
                if site.api is not None and site.api.needs and not self._harmless(site, site.api):
                    module = self.symbols.units[site.fn[0]].module
                    yield from self._of_api(site.api, site.name, "api", self.collector.place(site), module, site.confidence, site)

    def _harmless(self, site: Site, api: Api) -> bool:
        """Whether this use of the call or constant needs nothing: of what an app sees of itself, of what another app shows."""
        if api.key.startswith("android.content.pm.PackageManager#get"):
            arguments = self.collector.resolver.scope(site.fn[0]).arguments(site.at)
            return bool(arguments) and self._own_package(site.fn[0], arguments[0])
        return api.kind == "field" and api.data == "media" and self._given_to_intent(*site.key)

    def _own_package(self, f: int, e: int, depth: int = 3) -> bool:
        """Whether an expression names the app's own package: `getPackageInfo(packageName, 0)`, where that is no parameter, no
        variable that something else is written to, and belongs to nothing but the app's own context."""
        resolver = self.collector.resolver
        row, meant = resolver.expr(f, e), resolver.variable_of(f, e)
        if isinstance(meant, Param):
            return False
        if meant is not None:
            value = self.symbols.variable(meant).value
            if value < 0:
                return self._build_id(f, e)
            return depth > 0 and not self.collector.calls.reads.assignments(meant) and self._own_package(meant[0], value, depth - 1)
        return row.kind in _MEMBERS and (self._build_id(f, e) or (row.value in _OWN and self._of_context(f, e)))

    def _build_id(self, f: int, e: int) -> bool:
        """`BuildConfig.APPLICATION_ID`, or its bare name where it is imported."""
        dotted = self.collector.resolver.scope(f).dotted(e)
        return dotted == _ID or dotted.endswith(f"BuildConfig.{_ID}")

    def _of_context(self, f: int, e: int) -> bool:
        """Whether a member is one of the app's own context. Without a receiver it is, where the project has no such function and
        nothing else is `this`; a receiver of unknown type is something else."""
        resolver = self.collector.resolver
        row = resolver.expr(f, e)
        receiver = row.kids[0] if row.kids else -1
        if receiver >= 0 and resolver.expr(f, receiver).kind != "this":
            return self.symbols.is_a(resolver.type_of(f, receiver), _CONTEXT)
        if resolver.targets(f, e) or resolver.unclear_this(f, row.function):
            return False
        this, owner = resolver.this(f, row.function), self.symbols.function((f, row.function)).owner
        return (owner >= 0 and this == self.symbols.name_of((f, owner))) or self.symbols.is_a(this, _CONTEXT, _MANAGER)

    def _given_to_intent(self, f: int, e: int) -> bool:
        """Whether a URI goes into an intent as it is: the app that the intent starts opens it, with its own permission."""
        resolver = self.collector.resolver
        scope = resolver.scope(f)
        call = scope.argument(e)[0]
        if call >= 0:
            owner, member = resolver.callee(f, call)
            return (member in _TO_INTENT and self.symbols.is_a(owner, _INTENT)) or (not owner and member == "Intent")
        kind, index = scope.holders.get(e, ("", -1))
        return kind == "assign" and self._data_of_intent(f, scope.facts.assigns[index].target)

    def _data_of_intent(self, f: int, e: int) -> bool:
        """Whether an expression is the property `data` of an intent, and no variable of the project."""
        resolver = self.collector.resolver
        row = resolver.expr(f, e)
        if row.value != "data" or row.kind not in _MEMBERS or resolver.variable_of(f, e) is not None:
            return False
        owner = resolver.type_of(f, row.kids[0]) if row.kind == "field" else resolver.this(f, row.function)
        return self.symbols.is_a(owner, _INTENT)

    def _literals_in(self, f: int) -> Iterator[Evidence]:
        """Content URIs, actions and mime types written as strings."""
        module = self.symbols.units[f].module
        for word, exprs in self.symbols.facts(f).sites.items():
            api = self._exact.get(word)
            if api is None and word.startswith("content://"):
                api = next((a for a in self._prefixes if word.startswith(a.key)), None)
            if api is not None:
                yield from self._of_api(api, word, "literal", self.collector.place_of(f, exprs[0]), module, Confidence.MEDIUM)

    def _components(self) -> Iterator[Evidence]:
        """Actions that components of some variant's merged manifest listen for."""
        known = {a.key: a for a in self.index.apis_of_kind("action") if a.needs}
        for module, variants in self.manifests.roots():
            kinds = ("receiver", "service", "activity")
            nodes = (node for merged in variants for kind in kinds for node in merged.components(kind))
            actions = (action for node in nodes for action in node.actions() if action.key in known)
            for place, name in dict.fromkeys((action.origin.place, action.key) for action in actions):
                yield from self._of_api(known[name], name, "component", place, module.path, Confidence.HIGH)

    def _web(self) -> Iterator[Evidence]:
        for name, permissions in _WEB.items():
            for fn in self.symbols.functions_by_name.get(name, ()):
                unit = self.symbols.units[fn[0]]
                place = Place(unit.path, self.symbols.function(fn).spot)
                for permission in permissions:
                    yield Evidence(permission, "web", name, place, unit.module, Confidence.MEDIUM, False, 0, 0, fn, ())

    def _libraries(self) -> Iterator[Evidence]:
        for need in self._needs.all():
            yield Evidence(
                need.permission, "library", need.name, need.place, need.module, need.confidence, True, 0, 0, None, (),
            )  # fmt: skip
