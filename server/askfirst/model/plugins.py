"""Which Gradle plugins a module applies, and what kind of module they make of it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from askfirst.facts.rows import Value
from askfirst.findings import Place
from askfirst.model.catalogs import Catalogs, accessor
from askfirst.model.files import Unit
from askfirst.model.functions import Function, Functions
from askfirst.model.gradle_values import GradleValues
from askfirst.model.scripts import Line, Scripts, folder, outside, pairs

# Plugin id → kind of module, the strongest first: a module that applies several is what comes first here.
KINDS = {
    "com.android.application": "application",
    "android": "application",
    "com.android.dynamic-feature": "feature",
    "com.android.kotlin.multiplatform.library": "kmp",
    "org.jetbrains.kotlin.multiplatform": "kmp",
    "com.android.library": "library",
    "android-library": "library",
    "java-library": "java",
    "java": "java",
    "org.jetbrains.kotlin.jvm": "java",
    "kotlin": "java",
    "application": "java",
    "groovy": "java",
    "java-gradle-plugin": "java",
    "kotlin-dsl": "java",
}
_DEPTH = 10  # functions that call functions, plugins that apply plugins
_LINES = 10_000  # that functions bring to one module
_FIND_PLUGIN = re.compile(r"findPlugin\(([\w.-]+)\)")
_OLD_IDS = {"com.android.application": "android", "com.android.library": "android-library"}
_WITHIN = re.compile(r"with(?:Plugin|Id)\((com\.android\.[\w.-]+)\)")
_APPLYING = frozenset({"pluginManager", "plugins", "project"})
# Names that convention plugins of unread builds go by.
_ENDINGS = (
    (re.compile(r"(?:^|[.-])android[.-](?:application|app)(?:[.-]|$)"), "application"),
    (re.compile(r"(?:^|[.-])(?:dynamic-?feature)$"), "feature"),
    (re.compile(r"(?:^|[.-])android[.-](?:library|lib|feature)(?:[.-]|$)"), "library"),
    (re.compile(r"(?:^|[.-])(?:kmp|kotlin-?multiplatform|multiplatform)(?:[.-]library)?$"), "kmp"),
    (re.compile(r"(?:^|[.-])jvm[.-]library$"), "java"),
)


class Plugin(NamedTuple):
    """A plugin that a module applies."""

    id: str
    version: str
    module: str
    place: Place
    guarded: bool  # only under a condition


class _Expansion(NamedTuple):
    """One module while what it applies and calls is opened."""

    module: str
    plugins: dict[str, Plugin]
    opened: set[str]  # plugins and scripts
    running: list[Function]  # the functions that call each other at the moment
    lines: list[Line]  # what came out
    limit: int  # lines beyond which functions are left


class Plugins:
    """Reads plugin applications; opens the plugins and the functions that the project itself defines."""

    def __init__(self, units: Sequence[Unit], scripts: Scripts, catalogs: Catalogs, values: GradleValues) -> None:
        self._scripts, self._catalogs, self._values = scripts, catalogs, values
        self._functions = Functions(units, scripts)
        self._classes = {plugin: name for path in scripts.units for plugin, name in self._registered(path)}

    def of(self, lines: Sequence[Line], module: str) -> tuple[tuple[Plugin, ...], tuple[Line, ...]]:
        """The plugins that `lines` apply to the module in the folder `module`, and `lines` with what the project's own
        plugins and functions do in the place where they are applied and called."""
        expansion = _Expansion(module, {}, {line.place.path for line in lines}, [], [], len(lines) + _LINES)
        self._expand(lines, expansion, None)
        kept = (line for line in expansion.lines if not _elsewhere(line, expansion.plugins))
        return tuple(expansion.plugins.values()), tuple(kept)

    def _expand(self, lines: Iterable[Line], expansion: _Expansion, caller: Function | None) -> None:
        """Add `lines`, which stand in the function `caller` or in a script, with all that they run."""
        for line in lines:
            if caller and len(expansion.lines) > expansion.limit:
                return
            for name, version in self._applied(line, expansion.module):
                plugin = Plugin(name, version, expansion.module, line.place, bool(line.guard))
                if name not in expansion.plugins or expansion.plugins[name].guarded:
                    expansion.plugins[name] = plugin
                self._expand_plugin(name, line, expansion)
            called = self._functions.called(line, expansion.module, caller)
            if called is None or len(expansion.running) >= _DEPTH or called[0] in expansion.running:
                expansion.lines.append(line)
                continue
            function, call = called
            if line.op == "block" or not function.replaces:
                expansion.lines.append(line)
            expansion.running.append(function)
            self._expand(function.run(call), expansion, function)
            expansion.running.pop()

    def _expand_plugin(self, name: str, line: Line, expansion: _Expansion) -> None:
        """Add what a plugin of the project does, once."""
        path = self._scripts.plugins.get(name) or self._scripts.plugins.get(name.rpartition(".")[2], "")
        function = self._functions.plugin(self._classes.get(name, name))
        if function is not None and name not in expansion.opened and len(expansion.running) < _DEPTH:
            expansion.opened.add(name)
            expansion.running.append(function)
            self._expand(function.run(line._replace(block=(), args=())), expansion, function)
            expansion.running.pop()
        elif path and path not in expansion.opened and len(expansion.running) < _DEPTH:
            expansion.opened.add(path)
            self._expand(outside(self._scripts.own(path)), expansion, None)

    def _applied(self, line: Line, module: str) -> Iterator[tuple[str, str]]:
        """(id, version) of the plugins that one line applies."""
        if line.block == ("plugins",) and line.head != "apply":
            named = dict(pairs(line.args))
            if "apply" in named and named["apply"].text == "false":
                return
            version = self._values.text(named["version"], module) if "version" in named else ""
            if (line.head == "id" and line.args) or (line.head == "alias" and line.args):
                yield from self._named(line.args[0], module, version)
            elif line.head == "kotlin" and line.args:
                yield f"org.jetbrains.kotlin.{line.args[0].text}", version
            elif not line.args:
                yield line.head, ""
        elif line.head == "apply" and (not line.block or line.block[-1] in _APPLYING):
            for name, value in pairs(line.args):
                if name == "plugin":
                    yield from self._named(value, module, "")
            if line.args and line.args[0].kind != "pair":
                yield from self._named(line.args[0], module, "")

    def _named(self, value: Value, module: str, version: str) -> Iterator[tuple[str, str]]:
        if value.kind in ("name", "call", "expr") and (".plugins." in value.text or "findPlugin(" in value.text):
            found = _FIND_PLUGIN.search(value.text)
            text = f"libs.plugins.{found[1]}" if found else re.sub(r"\.(?:get|asProvider)\b(?:\(\))?|\.pluginId", "", value.text)
            name, _, alias = text.partition(".plugins.")
            catalog = self._catalogs.of(module, name.rpartition(".")[2])
            item = catalog.plugin(accessor(alias)) if catalog else None
            yield (item.name, version or item.version) if item else (alias, version)
            return
        if value.kind in ("name", "call") and "::" in value.text:  # `apply(AppPlugin::class.java)`
            yield value.text.partition("::")[0].rpartition(".")[2], version
            return
        if text := self._values.text(value, module):
            yield text, version

    def _registered(self, path: str) -> Iterator[tuple[str, str]]:
        """(id, class) of the plugins that a build file registers under `gradlePlugin { plugins { … } }`."""
        blocks: dict[tuple[str, ...], dict[str, Value]] = {}
        for line in self._scripts.lines(path):
            if "gradlePlugin" in line.block and line.args:
                blocks.setdefault(line.block, {})[line.head] = line.args[0]
        for fields in blocks.values():
            if "id" in fields and "implementationClass" in fields:
                for name, _ in self._named(fields["id"], folder(path), ""):
                    yield name, fields["implementationClass"].text


def _elsewhere(line: Line, applied: Container[str]) -> bool:
    """Whether the line is for modules of another kind: `pluginManager.withPlugin("com.android.library") { … }`."""
    asked = (found[1] for name in line.block if (found := _WITHIN.fullmatch(name)))
    return any(name not in applied and _OLD_IDS.get(name, "") not in applied for name in asked)


def kind_of(plugins: Sequence[Plugin], plain: bool) -> str:
    """The kind of module that `plugins` make; `plain` counts only those applied without a condition."""
    ids = [plugin.id for plugin in plugins if not (plain and plugin.guarded)]
    for name, kind in KINDS.items():
        if name in ids and kind != "java":
            return kind
    for pattern, kind in _ENDINGS:
        if any(pattern.search(name) for name in ids if not name.startswith(("com.android.", "org.jetbrains."))):
            return kind
    return next((kind for name, kind in KINDS.items() if name in ids), "unknown")
