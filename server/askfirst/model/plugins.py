"""Which Gradle plugins a module applies, and what kind of module they make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askfirst.facts.rows import Value
from askfirst.findings import Place
from askfirst.model.catalogs import Catalogs, accessor
from askfirst.model.conventions import convention_lines, level_lines
from askfirst.model.files import Unit
from askfirst.model.gradle_values import GradleValues
from askfirst.model.scripts import Line, Scripts, folder, in_build_logic, pairs

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


class Plugins:
    """Reads plugin applications; knows the convention plugins that the project itself defines."""

    def __init__(self, units: Sequence[Unit], scripts: Scripts, catalogs: Catalogs, values: GradleValues) -> None:
        self._scripts, self._catalogs, self._values = scripts, catalogs, values
        code = [unit for unit in units if unit.language in ("java", "kotlin") and in_build_logic(unit.path)]
        classes = {row.name: unit for unit in code for row in unit.facts.types}
        registered = [pair for path in scripts.units if in_build_logic(path) for pair in self._registered(path)]
        self._conventions = {plugin: classes[name] for plugin, name in registered if name in classes}
        plugged = {unit.path for unit in self._conventions.values()}
        self._helpers = [unit for unit in code if unit.path not in plugged] if self._conventions else []
        self._lines: dict[str, tuple[Line, ...]] = {}

    def of(self, lines: Sequence[Line], module: str) -> tuple[tuple[Plugin, ...], tuple[Line, ...]]:
        """The plugins that `lines` apply to the module in the folder `module`, and `lines` with those of its convention
        plugins in front."""
        found: dict[str, Plugin] = {}
        opened: dict[str, tuple[Line, ...]] = {}
        pending = list(lines)
        while pending:
            line = pending.pop(0)
            for name, version in self._applied(line, module):
                plugin = Plugin(name, version, module, line.place, bool(line.guard))
                if name not in found or found[name].guarded:
                    found[name] = plugin
                if name in self._conventions and name not in opened:
                    opened[name] = self._convention(name)
                    pending.extend(opened[name])
        if not opened:
            return tuple(found.values()), tuple(lines)
        levels = tuple(line for unit in self._helpers for line in level_lines(unit))
        return tuple(found.values()), (*levels, *(line for part in opened.values() for line in part), *lines)

    def _convention(self, name: str) -> tuple[Line, ...]:
        if name not in self._lines:
            self._lines[name] = convention_lines(self._conventions[name])
        return self._lines[name]

    def _applied(self, line: Line, module: str) -> Iterator[tuple[str, str]]:
        """(id, version) of the plugins that one line applies."""
        if line.block == ("plugins",):
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
        elif line.head == "apply" and line.block in ((), ("pluginManager",), ("plugins",), ("project",)):
            for name, value in pairs(line.args):
                if name == "plugin":
                    yield from self._named(value, module, "")
            if line.block and line.args and line.args[0].kind == "str":
                yield line.args[0].text, ""

    def _named(self, value: Value, module: str, version: str) -> Iterator[tuple[str, str]]:
        if value.kind in ("name", "call", "expr"):
            name, _, alias = re.sub(r"\.(?:get|asProvider)\b(?:\(\))?|\.pluginId", "", value.text).partition(
                ".plugins."
            )
            catalog = self._catalogs.of(module, name)
            item = catalog.plugins.get(accessor(alias)) if catalog else None
            if item:
                yield item.name, version or item.version
            elif alias:
                yield alias, version
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
                    yield name, fields["implementationClass"].text.rpartition(".")[2]


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
