"""What libraries need permissions for, as far as tables and names tell: known SDKs, bare jars, libraries nobody knows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from askfirst.findings import Confidence, Place
from askfirst.knowledge import Index
from askfirst.knowledge.types import Sdk
from askfirst.model.dependencies import Dependencies
from askfirst.model.modules import Modules
from askfirst.model.symbols import Symbols

_P = "android.permission."
_STORAGE = (_P + "READ_EXTERNAL_STORAGE", _P + "WRITE_EXTERNAL_STORAGE", _P + "MANAGE_EXTERNAL_STORAGE")
_LOCATION = (_P + "ACCESS_FINE_LOCATION", _P + "ACCESS_COARSE_LOCATION")
_WIFI = (_P + "ACCESS_WIFI_STATE", _P + "CHANGE_WIFI_STATE")
_BLUETOOTH = (_P + "BLUETOOTH", _P + "BLUETOOTH_ADMIN", _P + "BLUETOOTH_CONNECT", _P + "BLUETOOTH_SCAN")
_MEDIA = (_P + "READ_MEDIA_IMAGES", _P + "READ_MEDIA_VIDEO", _P + "READ_MEDIA_AUDIO")
_WEB = (_P + "CAMERA", _P + "RECORD_AUDIO")
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
_WORDS = tuple(
    (re.compile(rf"(?i)(?:^|[.\-_:])(?:{words})"), permissions)
    for words, permissions in (
        (r"zxing|zbar|qr\b|\w*qr[-_]?code|\w*barcode|\w*scanner|camera\w*", (_P + "CAMERA",)),
        (r"webrtc|[\w-]*rtc(?:engine)?\d?\b|voip|linphone|pjsip|jitsi|agora|zego\w*|\w*avengine\w*", _TALK),
        (r"amap|baidu\.?map\w*|baidu\.location|tencentmap|osmdroid|mapbox|mapsforge|maps?\b", _LOCATION),
        (r"location\w*|geolocat\w*|geofence\w*", _LOCATION),
        (r"\w*speech|asr\b|iflytek|audiorecord\w*|mp3recorder|\w*recorder", (_P + "RECORD_AUDIO",)),
        (r"ble\b|\w*bluetooth\w*|rxandroidble\w*|fastble|beacon\w*", (*_BLUETOOTH, *_LOCATION)),
        (r"fingerprint\w*|biometric\w*|reprint|local_auth", (_P + "USE_FINGERPRINT", _P + "USE_BIOMETRIC")),
        (r"geckoview|crosswalk|(?:browser-)?engine[.-]gecko\w*", (*_WEB, *_LOCATION)),
        (r"\w*(?:image|photo|picture|media)[-_]?(?:picker|select\w*)|matisse", (_P + "CAMERA", *_STORAGE, *_MEDIA)),
        (r"downloads?\b|\w*downloader\w*", _STORAGE),
    )
)
_PLATFORM = ("android.", "androidx.", "java.", "javax.", "kotlin.", "kotlinx.", "com.android.", "org.jetbrains.")


class LibraryNeed(NamedTuple):
    permission: str
    name: str  # "com.umeng.umsdk:common", the SDK's id, a package
    place: Place
    module: str
    confidence: Confidence


def library_needs(
    symbols: Symbols, dependencies: Dependencies, modules: Modules, index: Index
) -> Iterator[LibraryNeed]:
    """Every permission that some library of some module may need."""
    return _Reader(symbols, dependencies, modules, index).all()


class _Reader:
    def __init__(self, symbols: Symbols, dependencies: Dependencies, modules: Modules, index: Index) -> None:
        self.symbols, self.dependencies, self.modules, self.index = symbols, dependencies, modules, index

    def all(self) -> Iterator[LibraryNeed]:
        declared: set[str] = set()
        for module in self.modules.all:
            for sdk, library in self.dependencies.sdks(module):
                declared.add(sdk.id)
                if not library.empty:
                    yield from self._of_sdk(sdk, library.module_id, library.place, module.path, merges=True)
        yield from self._of_jars(declared)
        yield from self._spoken_of()

    def _of_jars(self, declared: set[str]) -> Iterator[LibraryNeed]:
        """SDKs that are imported where jars are taken from a folder: a jar has no manifest, the app declares what it needs."""
        for module in self.modules.all:
            if not any(lib.file and not lib.file.endswith(".aar") for lib in self.dependencies.declared(module)):
                continue
            for unit in self.symbols.units:
                if unit.module != module.path:
                    continue
                names = (row.name for row in unit.facts.imports if row.name not in self.symbols.types)
                found = {sdk.id: sdk for sdk in map(self.index.sdk_of_package, names) if sdk is not None}
                for id, sdk in found.items():
                    if id not in declared:
                        yield from self._of_sdk(sdk, id, Place(unit.path, -1), unit.module, merges=False)

    def _of_sdk(self, sdk: Sdk, name: str, place: Place, module: str, merges: bool) -> Iterator[LibraryNeed]:
        """`merges`: it comes with a manifest, which brings what is granted at installation; the rest an app may add."""
        brought = {row.permission: row.mark for row in sdk.permissions}
        read = {need for data in sdk.data for need in self._opened.get(data, ())}
        kind = {*_KINDS.get(sdk.kind, ()), *(() if sdk.abroad else _GUIDES.get(sdk.kind, ()))}
        # a manifest that was read and lacks what the SDK reads leaves it to the app
        known = "V" in brought.values()
        for permission in sorted({*brought, *read, *kind}):
            if permission not in brought and not self._granted_later(permission):
                if merges and not (known and permission in read):
                    continue
                if not merges and permission not in kind:
                    continue
            confidence = Confidence.HIGH if brought.get(permission) == "V" else Confidence.MEDIUM
            yield LibraryNeed(permission, name, place, module, confidence)

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

    def _spoken_of(self) -> Iterator[LibraryNeed]:
        """Libraries nobody knows whose coordinates, or packages in imports, speak of what a permission opens."""
        for library in self.dependencies.shipping:
            if library.name and not library.group.startswith(_PLATFORM):
                words = f"{library.group}.{library.name}"
                yield from _speaking(words, library.coordinates, library.place, library.module)
        own = {unit.facts.package for unit in self.symbols.units}
        for unit in self.symbols.units:
            packages = {row.name.rpartition(".")[0] for row in unit.facts.imports if not row.name.startswith(_PLATFORM)}
            for package in sorted(packages - own):
                if not any(package.startswith(p + ".") for p in own if "." in p):
                    yield from _speaking(package, package, Place(unit.path, -1), unit.module)


def _speaking(words: str, name: str, place: Place, module: str) -> Iterator[LibraryNeed]:
    for pattern, permissions in _WORDS:
        if pattern.search(words):
            for permission in permissions:
                yield LibraryNeed(permission, name, place, module, Confidence.MEDIUM)
