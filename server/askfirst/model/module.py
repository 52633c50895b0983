"""One module: its plugins and scripts, and what they say of SDK levels, variants, placeholders and its id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from askfirst.facts.rows import Element, Value
from askfirst.findings import Place
from askfirst.model.files import Unit
from askfirst.model.gradle_values import GradleValues
from askfirst.model.plugins import Plugin
from askfirst.model.scripts import TOOLS, Line
from askfirst.model.variants import LIMIT, NO_NAMES, Variant, placeholders, variants

_SDK_HEADS = {
    "minSdk": ("minSdk", "minSdkVersion"),
    "targetSdk": ("targetSdk", "targetSdkVersion"),
}


@dataclass(frozen=True, eq=False)
class Module:
    """One module. `path` is its folder; `name` is its Gradle path (":app"), relative to the nearest settings file."""

    path: str
    name: str
    build_file: str
    kind: str  # application library feature kmp java unknown
    applied: tuple[Plugin, ...]
    lines: tuple[Line, ...]  # all that its scripts say, in order
    values: GradleValues
    manifests: dict[str, Unit]  # source set → its manifest
    source_sets: frozenset[str]  # those that have files

    @property
    def manifest(self) -> Unit | None:
        """The manifest of "main", or of the first source set that has one."""
        return self.manifests.get("main") or next(iter(self.manifests.values()), None)

    def block(self, *block: str) -> tuple[Line, ...]:
        """The lines that stand directly in a block: `block("android", "defaultConfig")`."""
        return tuple(line for line in self.lines if line.block == block)

    @cached_property
    def namespace(self) -> str:
        """The package of its generated classes, for which old projects use the manifest's `package`."""
        for line in self.block("android"):
            if line.head == "namespace" and line.args and (text := self.values.text(line.args[0], self.path)):
                return text
        root = _root(self.manifest)
        return attribute(root, "package") if root else ""

    @cached_property
    def sdks(self) -> dict[str, tuple[int, Place]]:
        """`minSdk` and `targetSdk` → the number and where it stands, as far as known."""
        found: dict[str, tuple[int, Place]] = {}
        for line in self.lines:
            if not TOOLS.isdisjoint(line.block):
                continue
            for name, heads in _SDK_HEADS.items():
                if line.head in heads and line.args and line.block[:1] in (("android",), ("kotlin",)):
                    number = self.values.number(line.args[0], self.path)
                    outside = "productFlavors" in line.block or "buildTypes" in line.block
                    if number and not (outside and name in found):
                        found[name] = (number, line.place)
                elif line.block[-1:] == heads[:1] and line.head in ("version", "release") and line.args:
                    number = _release(line.args[0], self.values, self.path)
                    if number:
                        found[name] = (number, line.place)
        manifest = self.manifest
        for element in manifest.facts.elements if manifest else ():
            if element.name == "uses-sdk":
                for name in ("minSdk", "targetSdk"):
                    text = attribute(element, f"android:{name}Version")
                    if level(text) and manifest is not None:
                        found.setdefault(name, (level(text), Place(manifest.path, element.spot)))
        return found

    @property
    def min_sdk(self) -> int:
        return self.sdks.get("minSdk", (0,))[0]

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        return variants(self.lines, self.values, self.path, self.kind, self.source_sets)

    @cached_property
    def placeholders(self) -> dict[str, str]:
        """Those of `defaultConfig`; `placeholders_of` adds what a variant sets."""
        return placeholders(self.lines, ("android", "defaultConfig"), self.values, self.path)

    def placeholders_of(self, variant: Variant) -> dict[str, str]:
        found = dict(self.placeholders)
        for block in self._blocks(variant):
            found |= placeholders(self.lines, block, self.values, self.path)
        return {"applicationId": self.application_id(variant), "packageName": self.application_id(variant)} | found

    @cached_property
    def build_fields(self) -> dict[str, str]:
        """The fields of BuildConfig (`buildConfigField`) that have the same known value in all variants that ship: name → Java
        text, without quotes."""
        if len(self.variants) >= LIMIT or any("buildConfigFields" in (*line.block, line.head) for line in self.lines):
            return {}  # there are more variants than were looked at, or values are put in for each
        written = [(line, *self._build_field(line)) for line in self.lines if line.head == "buildConfigField"]
        if not all(name for _, name, _ in written):
            return {}
        # what stands under a condition, or in a loop over variants or types, may go over it; a type may begin with another's
        begun = any(line.head.startswith("initWith") for line in self.lines)
        moving = {name for line, name, _ in written if line.guard or not _fixed(line.block, begun)}
        each = []
        for variant in self.variants:
            blocks = (("android", "defaultConfig"), *self._blocks(variant))
            each.append({name: text for block in blocks for line, name, text in written if line.block == block})
        first, *others = each or [{}]
        return {
            name: value for name, value in first.items()
            if value and name not in moving and all(other.get(name) == value for other in others)
        }  # fmt: skip

    def _build_field(self, line: Line) -> tuple[str, str]:
        """The name and the text of one; "" where they cannot be read."""
        if len(line.args) != 3 or any(value.kind == "named" for value in line.args):
            return "", ""
        name, text = (self.values.text(value, self.path) for value in line.args[1:])
        return name, text.strip('"')

    def application_id(self, variant: Variant) -> str:
        """The application's id in that variant; the namespace where none is declared or it cannot be known."""
        name, suffix = "", ""
        for block in (("android", "defaultConfig"), *self._blocks(variant)):
            for line in self.block(*block):
                if line.head in ("applicationId", "setApplicationId") and line.args:
                    name = self.values.text(line.args[0], self.path) or name
                elif line.head == "applicationIdSuffix" and line.args:
                    suffix += "." + self.values.text(line.args[0], self.path).removeprefix(".")
        return (name or self.namespace) + suffix.rstrip(".")

    def _blocks(self, variant: Variant) -> Iterator[tuple[str, ...]]:
        for flavor in reversed(variant.flavors):
            yield ("android", "productFlavors", flavor)
        yield ("android", "buildTypes", variant.build_type)


def _fixed(block: tuple[str, ...], begun: bool) -> bool:
    """Whether a block sets what just one flavour, build type or all have; `begun`: build types begin with what others have."""
    if block == ("android", "defaultConfig"):
        return True
    kinds = ("productFlavors",) if begun else ("productFlavors", "buildTypes")
    return len(block) == 3 and block[0] == "android" and block[1] in kinds and block[2] not in NO_NAMES


def level(text: str) -> int:
    """The API level that `text` writes, 0 when it writes none."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def attribute(element: Element, name: str) -> str:
    """The value of an attribute, "" when it has none."""
    return next((row.value for row in element.attributes if row.name == name), "")


def _root(unit: Unit | None) -> Element | None:
    if unit is None:
        return None
    return next((row for row in unit.facts.elements if row.name == "manifest"), None)


def _release(value: Value, values: GradleValues, place: str) -> int:
    """The number in `minSdk { version = release(24) }`."""
    inner = value.parts[0] if value.kind == "call" and value.parts else value
    return values.number(inner, place)
