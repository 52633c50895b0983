"""Small projects on disk, read into the build and manifest half of the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from askfirst import facts, knowledge
from askfirst.findings import Place
from askfirst.model.dependencies import Dependencies
from askfirst.model.files import Unit
from askfirst.model.manifest import Manifests
from askfirst.model.modules import Modules
from askfirst.model.resources import Resources
from askfirst.model.scripts import in_build_logic
from askfirst.project import File, Project, discover, read_file
from askfirst.source import Source

APPLICATION = "apply plugin: 'com.android.application'\n"
LIBRARY = "apply plugin: 'com.android.library'\n"
LAUNCHER = (
    '<intent-filter><action android:name="android.intent.action.MAIN"/>'
    '<category android:name="android.intent.category.LAUNCHER"/></intent-filter>'
)


class Tree(NamedTuple):
    project: Project
    units: tuple[Unit, ...]
    modules: Modules
    dependencies: Dependencies
    resources: Resources
    manifests: Manifests

    def words(self, place: Place) -> str:
        """What stands at a place."""
        unit = next(unit for unit in self.units if unit.path == place.path)
        start, end = unit.facts.span(place.spot)
        return (self.project.root / place.path).read_bytes()[start:end].decode()


def grow(root: Path, files: dict[str, str]) -> Tree:
    """Write `files` below `root` and read them."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return assemble(discover(root), lambda file: read_file(root, file))


def assemble(project: Project, read: Callable[[File], Source]) -> Tree:
    """The model of a project whose files `read` gives."""
    units = tuple(
        Unit(file.path, file.language, file.module, file.source_set, file.ships, facts.extract(read(file)))
        for file in project.files
        if file.ships or in_build_logic(file.path)
    )
    modules = Modules(project, units)
    resources = Resources(modules, units)
    dependencies = Dependencies(modules, units, knowledge.load())
    return Tree(project, units, modules, dependencies, resources, Manifests(modules, units, resources))


def manifest(inner: str = "", application: str = "", attributes: str = "") -> str:
    """A manifest with `inner` at its top, and `application` inside an <application>."""
    app = f"<application {attributes}>{application}</application>" if application or attributes else ""
    return (
        '<manifest xmlns:android="http://schemas.android.com/apk/res/android" '
        f'xmlns:tools="http://schemas.android.com/tools">{inner}{app}</manifest>'
    )
