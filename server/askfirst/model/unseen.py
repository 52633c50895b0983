"""What the sources cannot show: code that could use a permission and that nobody reads here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from askfirst.model.calls import Calls
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.modules import Module, Modules
from askfirst.text import Text

_NATIVE = Text("native code", "原生代码")
_REFLECTION = Text("reflection", "反射")
_BINARIES = Text("local AARs and jars", "本地 AAR 和 jar")
_LIBRARIES = Text("libraries that are not known", "未收录的库")
_PACKAGES = Text("packages of Flutter, React Native or Cordova", "Flutter、React Native 或 Cordova 包")
_WEB = Text("web content", "网页内容")
_CALLS = (
    ("loadLibrary", _NATIVE),
    ("forName", _REFLECTION),
    ("loadClass", _REFLECTION),
    ("WebView", _WEB),
    ("loadUrl", _WEB),
)
# A package of npm with code for Android says so in its name; what most others hold is JavaScript.
_NATIVE_PACKAGE = re.compile(r"react-native|expo\b|capacitor|cordova|phonegap|ionic|nativescript")
_HARMLESS = (
    "androidx.",
    "org.jetbrains.",
    "com.google.android.material",
    "com.google.dagger",
    "com.squareup.",
    "junit",
)


class Unseen:
    """Answers for each module, with all that ships with it."""

    def __init__(self, modules: Modules, dependencies: Dependencies, calls: Calls) -> None:
        self._modules, self._dependencies, self._calls = modules, dependencies, calls
        self._known: dict[str, tuple[Text, ...]] = {}

    def of(self, module: Module) -> tuple[Text, ...]:
        """Kinds of code in the app of `module` that were not looked into; () when everything was."""
        if module.path not in self._known:
            self._known[module.path] = tuple(dict.fromkeys(self._find(module)))
        return self._known[module.path]

    def packages(self, module: Module) -> tuple[str, ...]:
        """The packages of Flutter, React Native or Cordova in the app of `module` that may hold code and are not known."""
        return tuple(library.name for library in self._dependencies.of(module) if self._foreign(library))

    def _foreign(self, library: Library) -> bool:
        native = library.group == "pub" or (library.group == "npm" and _NATIVE_PACKAGE.search(library.name))
        return bool(native) and not self._known_library(library)

    def _known_library(self, library: Library) -> bool:
        return bool(self._dependencies.known(library) or self._dependencies.artifacts(library))

    def _find(self, module: Module) -> Iterator[Text]:
        parts = self._modules.closure(module)
        if any(line.head in ("externalNativeBuild", "ndkVersion") for part in parts for line in part.block("android")):
            yield _NATIVE
        paths = {part.path for part in parts}
        for name, what in _CALLS:
            if any(self._calls.symbols.units[f].module in paths for f in self._calls.files_naming(name)):
                yield what
        for library in self._dependencies.of(module):
            if library.file:
                yield _BINARIES
            elif library.group in ("pub", "npm"):
                if self._foreign(library):
                    yield _PACKAGES
            elif not library.group.startswith(_HARMLESS) and not self._known_library(library):
                yield _LIBRARIES
