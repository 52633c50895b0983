"""Entries: where code runs without a person asking for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from askfirst.findings import Confidence
from askfirst.model.execution import LIFECYCLE
from askfirst.model.manifest import Manifests, Merged
from askfirst.model.nodes import Node
from askfirst.model.symbols import Fn, Symbols
from askfirst.text import Text

# Broadcasts that reach an app that has not been opened, or arrive by themselves
# (developer.android.com/guide/components/broadcasts and .../broadcast-exceptions).
AUTOMATIC_ACTIONS = (
    "BOOT_COMPLETED", "QUICKBOOT_POWERON", "USER_PRESENT", "ACTION_POWER_CONNECTED", "CONNECTIVITY_CHANGE", "CONNECTIVITY_ACTION",
    "MY_PACKAGE_REPLACED", "PACKAGE_ADDED", "PACKAGE_REMOVED", "PACKAGE_REPLACED", "TIME_SET", "TIMEZONE_CHANGED", "MEDIA_MOUNTED",
)  # fmt: skip

_APPLICATION = Text("runs at every start", "每次启动都会运行")
_PROVIDER = Text("a provider: runs before Application.onCreate", "ContentProvider：先于 Application.onCreate 运行")
_INITIALIZER = Text(
    "an App Startup initializer: runs before Application.onCreate",
    "App Startup 初始化器：先于 Application.onCreate 运行",
)
_LAUNCHER = Text("the first screen", "首个界面")
_RECEIVER = Text("a receiver of broadcasts that come by themselves", "接收系统自行发出的广播")
_SERVICE = Text("a service that the system starts", "由系统启动的服务")
_LIBRARY = Text("public API of a library: an app may call it at start", "库的公开 API：应用可能在启动时调用")

# What a react-native activity asks its application for counts too (reactnative.dev, "Integration with Existing Apps").
_APP_METHODS = ("<clinit>", "<fields>", "<init>", "attachBaseContext", "onCreate", "getReactNativeHost", "getReactHost",
                "<get>reactNativeHost", "<get>reactHost")  # fmt: skip
_MADE = ("<clinit>", "<fields>", "<init>")
# Applications of hot-fix frameworks, which start the project's own by its name or by generated code, and what they start
# (Tinker's wiki, "Tinker API Overview"; Alibaba Cloud, "Sophix Android SDK": SophixStubApplication).
_STANDS_FOR = (
    ("com.tencent.tinker.loader.app.TinkerApplication", ("com.tencent.tinker.entry.ApplicationLike",
     "com.tencent.tinker.entry.DefaultApplicationLike", "com.tencent.tinker.loader.app.ApplicationLike",
     "com.tencent.tinker.loader.app.DefaultApplicationLike")),
    ("com.taobao.sophix.SophixApplication", ("android.app.Application",)),
)  # fmt: skip
_SYSTEM_SERVICES = ("com.google.firebase.messaging.FirebaseMessagingService", "android.service.notification.NotificationListenerService",
                    "com.huawei.hms.push.HmsMessageService")  # fmt: skip
# The activities that register Flutter's generated plugins by themselves (docs.flutter.dev, "Supporting the new Android plugins APIs").
_FLUTTER = ("io.flutter.embedding.android.FlutterActivity", "io.flutter.embedding.android.FlutterFragmentActivity")
_REGISTRANT = "io.flutter.plugins.GeneratedPluginRegistrant"


class Entry(NamedTuple):
    """A function that runs by itself, and why."""

    fn: Fn
    label: str  # "App.onCreate"
    why: Text
    confidence: Confidence
    rank: int  # order among entries: what runs first comes first
    kind: str  # application provider initializer launcher receiver service library
    owner: str  # the class whose object runs it; "" for functions of libraries


class Entries:
    """All entries of a project."""

    def __init__(self, symbols: Symbols, manifests: Manifests) -> None:
        self.symbols = symbols
        applications = manifests.applications
        found = [entry for merged in applications for entry in self._of_manifest(merged)]
        if not applications:
            found = list(self._without_manifest()) or list(self._public_api())
        # every function once for each class that runs it: an inherited onCreate is an entry of each launcher
        self.every = tuple({(entry.fn, entry.owner): entry for entry in reversed(found)}.values())
        self.all: dict[Fn, Entry] = {}
        for entry in reversed(self.every):
            self.all.setdefault(entry.fn, entry)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entries) and self.every == other.every

    __hash__ = None  # type: ignore[assignment]

    def _methods(
        self,
        owner: str,
        names: tuple[str, ...] | frozenset[str],
        why: Text,
        confidence: Confidence,
        rank: int,
        kind: str,
    ) -> Iterator[Entry]:
        for ty in self.symbols.types.get(owner, ()):
            simple = owner.rpartition(".")[2]
            for name in sorted(names):
                for upper in self.symbols.ancestors(owner):
                    found = [
                        fn for at in self.symbols.types.get(upper, ()) for fn in self.symbols.methods(at).get(name, ())
                    ]
                    if name == "<clinit>":
                        found += [
                            fn for c in self.symbols.companions(ty[0], upper) for fn in self.symbols.methods(c).get("<fields>", ())
                        ]
                    found = self.symbols.pick(ty[0], found)
                    for fn in found:
                        shown = self.symbols.label(fn) if name.startswith("<") else f"{simple}.{name}"
                        yield Entry(fn, shown, why, confidence, rank, kind, owner)
                    if found and not name.startswith("<"):
                        break  # an override hides what it does not call by super

    def _of_manifest(self, merged: Merged) -> Iterator[Entry]:
        high, medium = Confidence.HIGH, Confidence.MEDIUM
        if merged.application_class:
            yield from self._methods(merged.application_class, _APP_METHODS, _APPLICATION, high, 1, "application")
        yield from self._stood_for(merged.application_class)
        for node in _enabled(merged, "provider"):
            yield from self._methods(node.key, _APP_METHODS, _PROVIDER, high, 0, "provider")
            for meta in node.children:
                if meta.attributes.get("android:value") == "androidx.startup":
                    yield from self._methods(
                        meta.key, (*_MADE, "create", "dependencies"), _INITIALIZER, high, 0, "initializer"
                    )
        for node in merged.launchers():
            yield from self._methods(node.key, LIFECYCLE, _LAUNCHER, high, 2, "launcher")
            if self.symbols.is_a(node.key, *_FLUTTER):
                yield from self._methods(_REGISTRANT, ("registerWith",), _LAUNCHER, high, 2, "launcher")
        for node in _enabled(merged, "receiver"):
            if any(action.key.rpartition(".")[2] in AUTOMATIC_ACTIONS for action in node.actions()):
                yield from self._methods(
                    node.key, (*_MADE, "onReceive", "onEnabled"), _RECEIVER, medium, 3, "receiver"
                )
        for node in _enabled(merged, "service"):
            if self.symbols.is_a(node.key, *_SYSTEM_SERVICES):
                yield from self._methods(
                    node.key, frozenset(LIFECYCLE | {"onNewToken"}), _SERVICE, medium, 3, "service"
                )

    def _stood_for(self, application: str) -> Iterator[Entry]:
        """What the application of a hot-fix framework starts; Tinker's is often generated, by no class of the project."""
        for stub, bases in _STANDS_FOR:
            if self.symbols.is_a(application, stub) or ("tinker" in stub and application and application not in self.symbols.types):
                for ty in sorted({ty for base in bases for ty in self.symbols.subtypes(base)}):
                    own = self.symbols.name_of(ty)
                    if "abstract" not in self.symbols.type(ty).modifiers and not self.symbols.is_a(own, stub):
                        methods = (*_APP_METHODS, "onBaseContextAttached")
                        yield from self._methods(own, methods, _APPLICATION, Confidence.MEDIUM, 1, "application")

    def _without_manifest(self) -> Iterator[Entry]:
        """No manifest says which: every Application class counts."""
        for ty in self.symbols.subtypes("android.app.Application"):
            if "abstract" not in self.symbols.type(ty).modifiers:
                yield from self._methods(
                    self.symbols.name_of(ty), _APP_METHODS, _APPLICATION, Confidence.HIGH, 1, "application"
                )

    def _public_api(self) -> Iterator[Entry]:
        """A project without an application: what an app may call."""
        closed = {"private", "internal", "protected"}
        for fn in self.symbols.all_functions():
            row = self.symbols.function(fn)
            owner = self.symbols.type((fn[0], row.owner)) if row.owner >= 0 else None
            if row.outer >= 0 or row.name.startswith("<") or closed & set(row.modifiers):
                continue
            if owner is not None and (
                closed & set(owner.modifiers) or owner.kind == "anonymous" or owner.function >= 0
            ):
                continue
            java = self.symbols.units[fn[0]].language == "java"
            if java and "public" not in row.modifiers and (owner is None or owner.kind != "interface"):
                continue
            yield Entry(fn, self.symbols.label(fn), _LIBRARY, Confidence.MEDIUM, 4, "library", "")


def _enabled(merged: Merged, kind: str) -> Iterator[Node]:
    """Components that the system may start; what is off in the manifest waits for code to switch it on."""
    return (node for node in merged.components(kind) if node.flag("enabled") is not False)
