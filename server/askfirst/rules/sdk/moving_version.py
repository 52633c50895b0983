"""sdk/moving-version."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Finding, Severity
from askfirst.model.dependencies import Dependencies
from askfirst.model.modules import Modules
from askfirst.model.scripts import above, folder
from askfirst.project import Project
from askfirst.rules.rule import rule
from askfirst.rules.sdk.declarations import declarations
from askfirst.text import Text
from askfirst.versions import moves, package_moves

_PACKAGES = ("pub", "npm")  # their own lockfiles hold the version: beside the package, or above it for workspaces


@rule(
    "sdk/moving-version",
    severity=Severity.WARNING,
    clauses=("191-2.2",),
    message=Text(
        en="`{library}` has no fixed version: what it collects can change from one build to the next",
        zh="`{library}` 未固定版本：不同次构建所收集的信息可能发生变化",
    ),
    next=Text(
        en="name one version, or commit a lockfile (Gradle's, or that of the package manager)",
        zh="指定确定的版本，或提交锁定文件（Gradle 或相应包管理器的）",
    ),
)
def moving_version(project: Project, modules: Modules, dependencies: Dependencies) -> Iterator[Finding]:
    locked = {("pub" if path.endswith("pubspec.lock") else "npm", folder(path)) for path in project.locks}
    for declared in declarations(modules, dependencies):
        library = declared.library
        if library.group in _PACKAGES:
            # most packages are code of no interest here: only SDKs are worth a word
            if not package_moves(library.version) or not dependencies.known(library):
                continue
            if any((library.group, place) in locked for place in above(folder(declared.place.path))):
                continue
        elif not moves(library.version):
            continue
        collects = any(sdk.collects for sdk in dependencies.known(library))
        yield moving_version.at(
            declared.place, target=declared.name, symbol=declared.symbol, severity=None if collects else Severity.NOTE,
            related=declared.related, variants=declared.variants, library=library.coordinates,
        )  # fmt: skip
