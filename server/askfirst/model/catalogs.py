"""Version catalogs: what `libs.foo.bar`, `libs.bundles.x`, `libs.plugins.x` and `libs.versions.x` stand for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askfirst.facts.rows import Entry
from askfirst.findings import Place
from askfirst.model.files import Unit
from askfirst.model.scripts import Line, Scripts, folder, leaves

_DECLARED = re.compile(r"(library|plugin)\((.+)\)")


class Item(NamedTuple):
    """A library or plugin of a catalog; a plugin has its id as `name` and no group."""

    group: str
    name: str
    version: str
    place: Place


class Catalog:
    """One catalog. Aliases are looked up in accessor form ("foo.bar" for the alias `foo-bar`)."""

    def __init__(self) -> None:
        self.libraries: dict[str, Item] = {}
        self.plugins: dict[str, Item] = {}
        self.versions: dict[str, str] = {}
        self.bundles: dict[str, tuple[str, ...]] = {}

    def read(self, unit: Unit) -> None:
        """Add the entries of a TOML catalog."""
        by_table: dict[str, list[tuple[str, Entry]]] = {}
        for entry in unit.facts.entries:
            table, _, alias = entry.key.partition(".")
            by_table.setdefault(table, []).append((accessor(alias), entry))
        for alias, entry in by_table.get("versions", ()):
            self.versions[alias] = entry.value or _rich_version(entry)
        for alias, entry in by_table.get("libraries", ()):
            group, name, version = _coordinates(entry)
            self.libraries[alias] = Item(group, name, version or self._version(entry), Place(unit.path, entry.spot))
        for alias, entry in by_table.get("plugins", ()):
            plugin, _, version = entry.value.partition(":")
            fields = dict(entry.fields)
            version = version or self._version(entry)
            self.plugins[alias] = Item("", fields.get("id", plugin), version, Place(unit.path, entry.spot))
        for alias, entry in by_table.get("bundles", ()):
            self.bundles[alias] = tuple(accessor(item) for _, item in entry.fields)

    def declare(self, line: Line) -> None:
        """Add what a settings script declares: `version("x", "1")`, `library("x", "a", "b").versionRef("x")`,
        `bundle("x", listOf("y"))` or `plugin(…)`; a text may have variables in it."""
        words = [value.text for value in leaves(line.args) if value.kind == "str"]
        if not words:
            return
        alias = accessor(words[0])
        if (owner := _DECLARED.fullmatch(line.block[-1])) and line.head in ("version", "versionRef"):
            items = self.libraries if owner[1] == "library" else self.plugins
            name, version = accessor(owner[2]), words[0] if line.head == "version" else self.versions.get(alias, "")
            if name in items:
                items[name] = items[name]._replace(version=version)
            return
        if len(words) < 2:
            return
        if line.head == "version":
            self.versions[alias] = words[1]
        elif line.head == "library":
            group, name, version = (":".join(words[1:]) + "::").split(":")[:3]
            self.libraries[alias] = Item(group, name, version, line.place)
        elif line.head == "bundle":
            self.bundles[alias] = tuple(map(accessor, words[1:]))
        elif line.head == "plugin":
            self.plugins[alias] = Item("", words[1], "", line.place)

    def find(self, alias: str) -> tuple[Item, ...]:
        """The libraries behind "foo.bar" or "bundles.x"; () when there are none."""
        if alias.startswith("bundles."):
            items = next((self.bundles[name] for name in prefixes(alias[8:]) if name in self.bundles), ())
            return tuple(self.libraries[item] for item in items if item in self.libraries)
        item = next((self.libraries[name] for name in prefixes(alias) if name in self.libraries), None)
        return (item,) if item else ()

    def plugin(self, alias: str) -> Item | None:
        """The plugin behind "foo.bar", also with what a script asks of it at its end: "foo.bar.getPluginId"."""
        return next((self.plugins[name] for name in prefixes(alias) if name in self.plugins), None)

    def _version(self, entry: Entry) -> str:
        fields = dict(entry.fields)
        if reference := fields.get("version.ref"):
            return self.versions.get(accessor(reference), "")
        return fields.get("version") or _rich_version(entry)


class Catalogs:
    """All catalogs of a project, by the build they belong to."""

    def __init__(self, units: Sequence[Unit], scripts: Scripts) -> None:
        self._by_build: dict[str, dict[str, Catalog]] = {}
        self._scripts = scripts
        names = self._declared(scripts)
        for unit in units:
            if unit.language != "catalog":
                continue
            place = folder(unit.path)
            build = folder(place) if posixpath.basename(place) == "gradle" else place
            stem = posixpath.basename(unit.path).removesuffix(".versions.toml")
            for name in names.get(unit.path, (stem,)):
                self._by_build.setdefault(build, {}).setdefault(name, Catalog()).read(unit)

    def of(self, place: str, name: str) -> Catalog | None:
        """The catalog `name` that scripts in the folder `place` see: that of the nearest folder above which has one."""
        while True:
            found = self._by_build.get(place, {}).get(name)
            if found or not place:
                return found
            place = folder(place)

    def _declared(self, scripts: Scripts) -> dict[str, tuple[str, ...]]:
        """Path of a TOML file → the names settings scripts give it; catalogs written there are read on the way."""
        names: dict[str, tuple[str, ...]] = {}
        for path in scripts.units:
            if not posixpath.basename(path).startswith("settings.gradle"):
                continue
            build = folder(path)
            for line in scripts.lines(path):
                if "versionCatalogs" not in line.block[:-1]:
                    continue
                name = line.block[line.block.index("versionCatalogs") + 1]
                if line.head == "from":
                    for file in re.findall(r"[\w./-]+\.versions\.toml", repr(line.args)):
                        target = posixpath.normpath(posixpath.join(build, file))
                        names[target] = (*names.get(target, ()), name)
                else:
                    self._by_build.setdefault(build, {}).setdefault(name, Catalog()).declare(line)
        return names


def accessor(alias: str) -> str:
    """An alias as scripts write it: `foo-bar_baz` is "foo.bar.baz"."""
    return alias.replace("-", ".").replace("_", ".")


def prefixes(alias: str) -> Iterator[str]:
    """`alias` and what is left of it without its last names: scripts ask catalogs for `foo.bar.get().toString()`."""
    while alias:
        yield alias
        alias = alias.rpartition(".")[0]


def _rich_version(entry: Entry) -> str:
    """The version out of `{ strictly = "…" }` and its like."""
    fields = dict(entry.fields)
    for name in ("strictly", "require", "prefer"):
        if version := fields.get(name) or fields.get(f"version.{name}"):
            return version
    return ""


def _coordinates(entry: Entry) -> tuple[str, str, str]:
    fields = dict(entry.fields)
    text = entry.value or fields.get("module", "")
    if text:
        group, name, version = (text + "::").split(":")[:3]
        return group, name, version
    return fields.get("group", ""), fields.get("name", ""), ""
