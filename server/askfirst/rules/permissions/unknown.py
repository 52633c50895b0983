"""permissions/unknown."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Severity
from askfirst.knowledge import Index
from askfirst.model.asked import Asked
from askfirst.model.manifest import Manifests
from askfirst.model.modules import Modules
from askfirst.rules.markup import replace
from askfirst.rules.rule import rule
from askfirst.text import Text


def _correct(finding: Finding, sources: Sources, index: Index, asked: Asked) -> Iterator[Fix]:
    """A name that is nearly right. It asks for something then, which is for a person to want."""
    declared = {ask.permission for ask in asked.all}
    for near in (name for name in _near(finding.target, index) if name not in declared):
        title = Text(f"correct the name to {near}", f"将名称更正为 {near}")
        yield Fix(title, replace(sources, finding.at, finding.target, near), safe=False)


@rule(
    "permissions/unknown",
    severity=Severity.NOTE,
    clauses=("Play-permissions",),
    message=Text(
        en="no platform or vendor is known to define a permission `{permission}`{nearest}",
        zh="没有已知的平台或厂商定义过权限 `{permission}`{nearest}",
    ),
    next=Text(en="correct the name or delete the declaration", zh="更正权限名称，或删除该声明"),
    fix=_correct,
)
def unknown(asked: Asked, manifests: Manifests, modules: Modules, index: Index) -> Iterator[Finding]:
    own = {
        node.key
        for module in modules.all for merged in manifests.of(module) if merged.root is not None
        for node in merged.root.children if node.name in ("permission", "permission-tree", "permission-group")
    }  # fmt: skip
    for ask in asked.all:
        name = ask.permission
        if ask.known is not None or name in own or "${" in name or _of_project(name, modules):
            continue
        close = _near(name, index)
        # another app may define what has a package of its own; a newer platform than the table knows, or a part of the
        # system, some of the platform's
        sure = (
            Confidence.HIGH
            if close
            else Confidence.MEDIUM
            if "." not in name
            else Confidence.LOW
        )
        nearest = Text(f"; did you mean `{close[0]}`?", f"；是否应为 `{close[0]}`？") if close else Text("", "")
        yield unknown.at(
            ask.declarations[0].place, target=name, symbol=ask.symbol, confidence=sure, related=ask.also,
            variants=ask.variants, permission=name, nearest=nearest,
        )  # fmt: skip


def _near(name: str, index: Index) -> list[str]:
    return get_close_matches(name, [permission.name for permission in index.knowledge.permissions], 1, 0.88)


def _of_project(name: str, modules: Modules) -> bool:
    """Whether the name begins with the id or package of a module: its library defines it."""
    ids = {module.namespace for module in modules.all}
    ids.update(module.application_id(variant) for module in modules.applications for variant in module.variants)
    return any(name.startswith(f"{each}.") for each in ids if each)
