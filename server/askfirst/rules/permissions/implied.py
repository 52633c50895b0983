"""permissions/implied."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.findings import Finding, Severity
from askfirst.knowledge.types import short
from askfirst.model.manifest import Manifests
from askfirst.model.modules import Modules
from askfirst.rules.rule import rule
from askfirst.text import Text

# Comes with WRITE_EXTERNAL_STORAGE at every level: nobody's oversight.
_USUAL = "android.permission.READ_EXTERNAL_STORAGE"


@rule(
    "permissions/implied",
    severity=Severity.WARNING,
    clauses=("191-4.1",),
    message=Text(
        en="the app gets `{permission}` without declaring it: {reason}",
        zh="应用未声明 `{permission}` 却会得到它：{reason}",
    ),
    next=Text(en="declare a current target API level (targetSdk)", zh="声明较新的目标 API 级别（targetSdk）"),
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
