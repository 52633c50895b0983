"""permissions/unknown."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from askfirst.findings import Confidence, Finding, Severity
from askfirst.knowledge import Index
from askfirst.model.asked import Asked
from askfirst.model.manifest import Manifests
from askfirst.model.modules import Modules
from askfirst.rules.rule import rule
from askfirst.text import Text


@rule(
    "permissions/unknown",
    severity=Severity.NOTE,
    clauses=("Play-permissions",),
    message=Text(
        en="no platform or vendor is known to define a permission `{permission}`{nearest}",
        zh="没有已知的平台或厂商定义过权限 `{permission}`{nearest}",
    ),
    next=Text(en="correct the name or delete the declaration", zh="更正权限名称，或删除该声明"),
)
def unknown(asked: Asked, manifests: Manifests, modules: Modules, index: Index) -> Iterator[Finding]:
    own = {
        node.key
        for module in modules.all for merged in manifests.of(module) if merged.root is not None
        for node in merged.root.children if node.name in ("permission", "permission-tree", "permission-group")
    }  # fmt: skip
    names = [permission.name for permission in index.knowledge.permissions]
    for ask in asked.all:
        name = ask.permission
        if ask.known is not None or name in own or "${" in name or _of_project(name, modules):
            continue
        close = get_close_matches(name, names, 1, 0.88)
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


def _of_project(name: str, modules: Modules) -> bool:
    """Whether the name begins with the id or package of a module: its library defines it."""
    ids = {module.namespace for module in modules.all}
    ids.update(module.application_id(variant) for module in modules.applications for variant in module.variants)
    return any(name.startswith(f"{each}.") for each in ids if each)
