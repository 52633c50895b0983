"""permissions/unused."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Severity
from askfirst.knowledge.types import Permission, short
from askfirst.model.asked import Asked
from askfirst.model.unseen import PACKAGES, Unseen
from askfirst.rules.markup import delete
from askfirst.rules.rule import rule
from askfirst.settings import Settings
from askfirst.text import Text


def _delete(finding: Finding, sources: Sources, asked: Asked) -> Iterator[Fix]:
    """The declaration goes, wherever it stands. What is doubtful is no safe fix."""
    title = Text("delete the declaration", "删除该声明")
    for ask in asked.of(finding):
        elements = [declaration.whole for declaration in ask.declarations]
        yield Fix(title, delete(sources, elements), safe=finding.confidence == Confidence.HIGH)


def _doubt(known: Permission, packages: tuple[str, ...], hidden: tuple[Text, ...]) -> Text:
    """What could use it after all, or why nothing can."""
    if known.withheld:
        return Text("; only system apps can be granted it", "；该权限只授予系统应用")
    en = zh = ""
    if packages:
        shown, more = packages[:3], " …" if len(packages) > 3 else ""
        en, zh = f"; a package may use it: {', '.join(shown)}{more}", f"；可能由第三方包使用：{'、'.join(shown)}{more}"
    kinds = [kind for kind in hidden if not (packages and kind == PACKAGES)]
    if kinds:
        en += f"; not analysed: {', '.join(kind.en for kind in kinds)}"
        zh += f"；未分析：{'、'.join(kind.zh for kind in kinds)}"
    return Text(en, zh)


@rule(
    "permissions/unused",
    severity=Severity.WARNING,
    clauses=("191-4.1", "164-5#1", "Play-permissions"),
    message=Text(
        en="`{permission}` is declared here; no call, intent, URI or library that needs it was found in {modules}{unseen}",
        zh="此处声明了 `{permission}`，但在 {modules}中未发现需要它的调用、Intent、URI 或库{unseen}",
    ),
    next=Text(en="delete the declaration, or name what needs it", zh="删除该声明，或说明何处需要它"),
    fix=_delete,
)
def unused(asked: Asked, unseen: Unseen, settings: Settings) -> Iterator[Finding]:
    named = dict(settings.reasons)
    for ask in asked.all:
        known = ask.known
        if known is None or not (known.personal or known.withheld) or ask.evidence or ask.permission in named:
            continue
        hidden = unseen.of(ask.application)
        # what is granted at installation a package's own manifest brings; what people grant it leaves to the app
        packages = unseen.packages(ask.application) if known.dangerous else ()
        confidence = Confidence.LOW if ask.requested or packages else Confidence.MEDIUM if hidden else Confidence.HIGH
        count = (
            Text("1 module", "1 个模块")
            if ask.modules == 1
            else Text(f"{ask.modules} modules", f"{ask.modules} 个模块")
        )
        yield unused.at(
            ask.declarations[0].place, target=ask.permission, symbol=ask.symbol, confidence=confidence,
            severity=Severity.NOTE if known.device or known.withheld else None, related=ask.also,
            variants=ask.variants, permission=short(ask.permission), modules=count, unseen=_doubt(known, packages, hidden),
        )  # fmt: skip
