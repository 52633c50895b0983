"""What a permission is needed for here: calls, reads, URIs, actions, components, libraries, WebView features."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from askfirst.findings import Confidence, Place
from askfirst.knowledge import Index
from askfirst.knowledge.types import Api, Sdk
from askfirst.model.calls import Gate
from askfirst.model.collect import Collector, Site
from askfirst.model.dependencies import Dependencies
from askfirst.model.manifest import Manifests, Node
from askfirst.model.modules import Module, Modules
from askfirst.model.requests import Requests
from askfirst.model.symbols import Fn

# Methods that an app overrides to let web content use the device (android.webkit.WebChromeClient).
_WEB = {
    "onPermissionRequest": ("android.permission.CAMERA", "android.permission.RECORD_AUDIO"),
    "onGeolocationPermissionsShowPrompt": ("android.permission.ACCESS_FINE_LOCATION", "android.permission.ACCESS_COARSE_LOCATION"),
}  # fmt: skip

_P = "android.permission."
_STORAGE = (_P + "READ_EXTERNAL_STORAGE", _P + "WRITE_EXTERNAL_STORAGE", _P + "MANAGE_EXTERNAL_STORAGE")
_LOCATION = (_P + "ACCESS_FINE_LOCATION", _P + "ACCESS_COARSE_LOCATION")
_WIFI = (_P + "ACCESS_WIFI_STATE", _P + "CHANGE_WIFI_STATE")
_BLUETOOTH = (_P + "BLUETOOTH", _P + "BLUETOOTH_ADMIN", _P + "BLUETOOTH_CONNECT", _P + "BLUETOOTH_SCAN")
_TALK = (_P + "CAMERA", _P + "RECORD_AUDIO", _P + "READ_PHONE_STATE", *_BLUETOOTH)
# What SDKs of a kind use when the app holds it, whatever their manifests bring.
_KINDS = {
    "map": _LOCATION, "location": _LOCATION, "rtc": _TALK, "speech": (_P + "RECORD_AUDIO",), "face": (_P + "CAMERA",),
}  # fmt: skip
# What Chinese vendors' guides ask apps to declare besides.
_GUIDES = {
    "ads": (_P + "READ_PHONE_STATE", _P + "REQUEST_INSTALL_PACKAGES", *_WIFI, *_LOCATION, *_STORAGE),
    "push": (_P + "READ_PHONE_STATE", *_STORAGE),
    "map": (_P + "READ_PHONE_STATE", *_STORAGE),
    "location": (_P + "READ_PHONE_STATE", *_WIFI),
}
# The same of libraries that no table knows, told by words of their names.
_WORDS = tuple((re.compile(rf"(?i)(?:^|[.\-_:])(?:{words})"), permissions) for words, permissions in (
    (r"zxing|zbar|\w*qr-?code|\w*barcode|\w*scanner|camera\w*|cameraview", (_P + "CAMERA",)),
    (r"webrtc|[\w-]*rtc(?:engine)?\d?\b|voip|linphone|pjsip|jitsi|agora|zego\w*|\w*avengine\w*", _TALK),
    (r"(?:amap|baidumap|baidu\.map\w*|baidu\.location|tencentmap|osmdroid|mapbox|mapsforge|maps?\b|location\w*|geofence\w*)", _LOCATION),
    (r"\w*speech|asr\b|iflytek|audiorecord\w*|mp3recorder|\w*recorder", (_P + "RECORD_AUDIO",)),
    (r"ble\b|\w*bluetooth\w*|rxandroidble\w*|fastble|beacon\w*", (*_BLUETOOTH, *_LOCATION)),
    (r"fingerprint\w*|biometric\w*|reprint", (_P + "USE_FINGERPRINT", _P + "USE_BIOMETRIC")),
))  # fmt: skip
_EMPTY = re.compile(r"no-?op$")  # variants that stand in for a library and do nothing
_PLATFORM = ("android.", "androidx.", "java.", "javax.", "kotlin.", "kotlinx.", "com.android.", "org.jetbrains.")


class Evidence(NamedTuple):
    """One reason why a permission is needed."""

    permission: str  # full name
    kind: str  # api literal component library web
    name: str  # "TelephonyManager.getImei", "content://sms", "com.umeng.umsdk:common"
    place: Place
    module: str  # path of the module it stands in
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

    @cached_property
    def _by_permission(self) -> dict[str, list[Evidence]]:
        found: defaultdict[str, list[Evidence]] = defaultdict(list)
        for source in (self._sites(), self._literals(), self._components(), self._web(), self._libraries(), self._spoken_of()):
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
        cached = self.__dict__.setdefault("_together", {})
        if module.path not in cached:
            near: set[str] = set()
            for other in self.modules.all:
                closure = {m.path for m in self.modules.closure(other)}
                if module.path in closure:
                    near |= closure
            cached[module.path] = frozenset(near)
        return cached[module.path]  # type: ignore[no-any-return]

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
                if site.api is not None and site.api.needs:
                    module = self.symbols.units[site.fn[0]].module
                    yield from self._of_api(site.api, site.name, "api", self.collector.place(site), module, site.confidence, site)

    def _literals(self) -> Iterator[Evidence]:
        """Content URIs, actions and mime types written as strings."""
        prefixes = [a for a in self.index.apis_of_kind("uri") if a.needs]
        exact = {a.key: a for kind in ("action", "string") for a in self.index.apis_of_kind(kind) if a.needs}
        for f, unit in enumerate(self.symbols.units):
            for word, exprs in unit.facts.names:
                api = exact.get(word)
                if api is None and word.startswith("content://"):
                    api = next((a for a in prefixes if word.startswith(a.key)), None)
                if api is not None:
                    yield from self._of_api(api, word, "literal", self.collector.place_of(f, exprs[0]), unit.module, Confidence.MEDIUM)

    def _components(self) -> Iterator[Evidence]:
        """Actions that components of the merged manifest listen for."""
        actions = {a.key: a for a in self.index.apis_of_kind("action") if a.needs}
        for module in self.modules.all:
            for merged in self.manifests.of(module)[:1]:
                for kind in ("receiver", "service", "activity"):
                    for node in merged.components(kind):
                        for action, at in _actions(node):
                            if action in actions:
                                yield from self._of_api(actions[action], action, "component", at.origin.place, module.path, Confidence.HIGH)

    def _web(self) -> Iterator[Evidence]:
        for name, permissions in _WEB.items():
            for fn in self.symbols.functions_by_name.get(name, ()):
                unit = self.symbols.units[fn[0]]
                place = Place(unit.path, self.symbols.function(fn).spot)
                for permission in permissions:
                    yield Evidence(permission, "web", name, place, unit.module, Confidence.MEDIUM, False, 0, 0, fn, ())

    def _libraries(self) -> Iterator[Evidence]:
        """Known SDKs, declared or only imported: they merge the permission, read what it opens, or are of a kind that does."""
        declared: set[str] = set()
        for module in self.modules.all:
            for sdk, library in self.dependencies.sdks(module):
                declared.add(sdk.id)
                if not _EMPTY.search(library.name):
                    name = f"{library.group}:{library.name}"
                    yield from self._of_sdk(sdk, name, library.place, module.path, merges=True)
        for unit in self.symbols.units:
            found: dict[str, Sdk] = {}
            # a bare jar has no manifest: what it needs the app has to declare
            jars = any(lib.file and not lib.file.endswith(".aar") for lib in self.dependencies.declared(self.modules.of(unit.path)))
            for row in unit.facts.imports if jars else ():
                sdk = None if row.name in self.symbols.types else self.index.sdk_of_package(row.name)
                if sdk is not None and sdk.id not in declared:
                    found.setdefault(sdk.id, sdk)
            for sdk in found.values():
                yield from self._of_sdk(sdk, sdk.id, Place(unit.path, -1), unit.module, merges=False)

    def _of_sdk(self, sdk: Sdk, name: str, place: Place, module: str, merges: bool) -> Iterator[Evidence]:
        """`merges`: it comes with a manifest, which brings what is granted at installation; the rest an app may add for it."""
        brought = {permission: mark for permission, mark, _ in sdk.permissions}
        runtime = {need for data in sdk.data for need in self._opened.get(data, ()) if self._granted_later(need)}
        kind = {*_KINDS.get(sdk.kind, ()), *(() if sdk.abroad else _GUIDES.get(sdk.kind, ()))}
        for permission in sorted({*brought, *runtime, *kind}):
            if permission in brought or not merges or self._granted_later(permission):
                confidence = Confidence.HIGH if brought.get(permission) == "V" else Confidence.MEDIUM
                yield Evidence(permission, "library", name, place, module, confidence, True, 0, 0, None, ())

    def _granted_later(self, permission: str) -> bool:
        known = self.index.permission(permission)
        return known is not None and (known.dangerous or known.special)

    @cached_property
    def _opened(self) -> dict[str, frozenset[str]]:
        """Personal data → the permissions that some way to it needs."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for api in self.index.apis:
            if api.data:
                found[api.data].update(need.permission for need in api.needs)
        return {data: frozenset(needs) for data, needs in found.items()}

    def _spoken_of(self) -> Iterator[Evidence]:
        """Libraries nobody knows whose coordinates, or packages in imports, speak of what a permission opens."""
        for library in self.dependencies.shipping:
            if not library.group.startswith(_PLATFORM) and library.name:
                yield from _speaking(f"{library.group}.{library.name}", library.coordinates, library.place, library.module)
        own = {unit.facts.package for unit in self.symbols.units}
        for unit in self.symbols.units:
            foreign = {row.name.rpartition(".")[0] for row in unit.facts.imports if not row.name.startswith(_PLATFORM)}
            for package in sorted(foreign - own):
                if not any(package.startswith(p + ".") for p in own if p.count(".")):
                    yield from _speaking(package, package, Place(unit.path, -1), unit.module)


def _speaking(words: str, name: str, place: Place, module: str) -> Iterator[Evidence]:
    for pattern, permissions in _WORDS:
        if pattern.search(words):
            for permission in permissions:
                yield Evidence(permission, "library", name, place, module, Confidence.MEDIUM, True, 0, 0, None, ())


def _actions(node: Node) -> Iterator[tuple[str, Node]]:
    for child in node.children:
        if child.name == "action":
            yield child.key, child
        else:
            yield from _actions(child)
