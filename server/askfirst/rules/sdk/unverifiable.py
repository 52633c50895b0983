"""sdk/unverifiable."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Finding, Related, Severity
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.modules import Modules
from askfirst.project import Project
from askfirst.rules.rule import rule
from askfirst.text import Text

_SHOWN = 5  # archives named in the message


@rule(
    "sdk/unverifiable",
    severity=Severity.NOTE,
    clauses=("TC260-PG-20205A",),
    message=Text(
        en="bare jars or AARs ship with `{module}`, without a name and version that could be checked: {files}",
        zh="`{module}` 直接打包了无法核验名称和版本的 jar/aar：{files}",
    ),
    next=Text(
        en="take them from a repository by group, name and version; otherwise write down where each came from and check it",
        zh="改为以坐标和版本从仓库引入；无法做到的，记录其来源并逐一核查",
    ),
)
def unverifiable(modules: Modules, dependencies: Dependencies, project: Project) -> Iterator[Finding]:
    for module in modules.all:
        named: dict[str, Library] = {}
        for library in dependencies.declared(module):
            for file in _archives(library, project) if library.ships else ():
                named.setdefault(file, library)
        if not named:
            continue
        first, *others = dict.fromkeys(library.place for library in named.values())
        yield unverifiable.at(
            first, target=", ".join(named), symbol=module.name, module=module.name, files=_listed(tuple(named)),
            related=tuple(Related(place, Text("more of them", "另有声明")) for place in others),
        )  # fmt: skip


def _listed(files: tuple[str, ...]) -> Text:
    names = [file.rpartition("/")[2] for file in files[:_SHOWN]]
    if len(files) == len(names):
        return Text(", ".join(names), "、".join(names))
    return Text(f"{', '.join(names)} and {len(files) - len(names)} more", f"{'、'.join(names)} 等 {len(files)} 个")


def _archives(library: Library, project: Project) -> list[str]:
    """The files that a library without coordinates stands for: itself, or what its folder holds."""
    if library.group or not library.file:
        return []
    if library.file.endswith((".jar", ".aar")):
        return [library.file]
    return [path for path in project.archives if path.rpartition("/")[0] == library.file]
