"""What the sources cannot show: code that could use a permission and that nobody reads here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from askfirst.model.calls import Calls
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.memo import Memo
from askfirst.model.modules import Module, Modules
from askfirst.text import Text

_NATIVE = Text("native code", "原生代码")
_REFLECTION = Text("reflection", "反射")
_BINARIES = Text("local AARs and jars", "本地 AAR 和 jar")
_LIBRARIES = Text("libraries that are not known", "未收录的库")
PACKAGES = Text("packages of Flutter, React Native or Cordova", "Flutter、React Native 或 Cordova 包")
_WEB = Text("web content", "网页内容")
_CALLS = (
    ("loadLibrary", _NATIVE),
    ("forName", _REFLECTION),
    ("loadClass", _REFLECTION),
    ("WebView", _WEB),
    ("loadUrl", _WEB),
)
# A package of npm with code for Android mostly says so in its name, and an app that has one is of such a framework.
_NATIVE_PACKAGE = re.compile(r"native|^rn-|^@rn|expo\b|capacitor|@capgo|@capawesome|cordova|phonegap|ionic")
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
        self._known: Memo[str, tuple[Text, ...]] = calls.symbols.memory.memo(
            lambda path: tuple(dict.fromkeys(self._find(modules.of(path))))
        )

    def of(self, module: Module) -> tuple[Text, ...]:
        """Kinds of code in the app of `module` that were not looked into; () when everything was."""
        return self._known[module.path]

    def packages(self, module: Module) -> tuple[str, ...]:
        """The packages of Flutter, React Native or Cordova in the app of `module` that hold code, as it seems, and are not known."""
        return tuple(
            library.name for library in self._dependencies.of(module)
            if (library.group == "pub" or _names_native(library)) and not self._known_library(library)
        )  # fmt: skip

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
        libraries = self._dependencies.of(module)
        framework = any(map(_names_native, libraries))
        for library in libraries:
            if library.file:
                yield _BINARIES
            elif library.group in ("pub", "npm"):
                if (library.group == "pub" or framework) and not self._known_library(library):
                    yield PACKAGES
            elif not library.group.startswith(_HARMLESS) and not self._known_library(library):
                yield _LIBRARIES


def _names_native(library: Library) -> bool:
    """Whether a package of npm says in its name that it is for React Native, Capacitor or Cordova."""
    return library.group == "npm" and _NATIVE_PACKAGE.search(library.name) is not None
