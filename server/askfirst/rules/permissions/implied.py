"""permissions/implied."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.edits import Sources
from askfirst.findings import Finding, Fix, Severity
from askfirst.knowledge.types import short
from askfirst.model.manifest import Manifests
from askfirst.model.modules import Modules
from askfirst.rules.markup import remove_permission
from askfirst.rules.rule import rule
from askfirst.text import Text

# Comes with WRITE_EXTERNAL_STORAGE at every level: nobody's oversight.
_USUAL = "android.permission.READ_EXTERNAL_STORAGE"


def _remove(finding: Finding, sources: Sources, manifests: Manifests, modules: Modules) -> Iterator[Fix]:
    """What the merger adds for a library can be kept out; what the platform gives to the app cannot."""
    for module in modules.applications:
        for merged in manifests.of(module)[:1]:
            for row in merged.implied:
                library = row.place.path not in (module.build_file, module.manifest.path if module.manifest else "")
                if library and (row.place, row.permission) == (finding.at, finding.target):
                    title = Text("keep it out of the merged manifest", "在合并清单中移除该权限")
                    yield Fix(title, remove_permission(module.manifest, sources, row.permission), safe=False)


@rule(
    "permissions/implied",
    severity=Severity.WARNING,
    clauses=("191-4.1",),
    message=Text(
        en="the app gets `{permission}` without declaring it: {reason}",
        zh="应用未声明 `{permission}` 却会得到它：{reason}",
    ),
    next=Text(en="declare a current target API level (targetSdk)", zh="声明较新的目标 API 级别（targetSdk）"),
    fix=_remove,
)
def implied(manifests: Manifests, modules: Modules) -> Iterator[Finding]:
    for module in modules.applications:
        found = {row.permission: row for merged in manifests.of(module) for row in merged.implied}
        for name, row in sorted(found.items()):
            if name != _USUAL:
                yield implied.at(
                    row.place, target=name, symbol=f"{module.name} targetSdk",
                    permission=short(name), reason=row.reason,
                )  # fmt: skip
