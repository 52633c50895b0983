"""What an editor shows beside the findings: the engine's hints in the words of the protocol. Runs on the worker's thread, after a
check."""

from __future__ import annotations

from lsprotocol import types as lsp

from askfirst.hints.shapes import Branch
from askfirst.lsp.diagnostics import page
from askfirst.lsp.engine import Engine
from askfirst.lsp.positions import Sheet
from askfirst.lsp.tree import Node, as_json
from askfirst.rules import RULES
from askfirst.text import Span

SHOW = "askfirst.showPath"  # a command of the client's: walks the way to a finding
ICONS = {
    "entry": "play", "way": "arrow-right", "data": "eye", "sdk": "package", "request": "question", "library": "library",
    "application": "root-folder", "permission": "key", "declared": "file-code", "brought": "package", "implied": "references",
    "used": "symbol-method",
}  # fmt: skip
_KINDS = {
    "table": lsp.CompletionItemKind.Module, "key": lsp.CompletionItemKind.Property, "value": lsp.CompletionItemKind.Value,
}  # fmt: skip


def hover(engine: Engine, path: str, position: lsp.Position) -> lsp.Hover | None:
    """What is known of what stands at a place, of the settings file too."""
    sheet = _sheet(engine, path)
    found = engine.workspace.about(path, sheet.offset(position))
    if found is None:
        return None
    return lsp.Hover(_marked(found.text.of(engine.lang), engine.client.hovers), _range(sheet, found.span))


def complete(engine: Engine, path: str, position: lsp.Position) -> list[lsp.CompletionItem]:
    """What may be written at a place of the settings file."""
    if not engine.is_settings(path):
        return []
    sheet = _sheet(engine, path)
    return [
        lsp.CompletionItem(
            row.label, kind=_KINDS.get(row.kind), detail=row.detail.of(engine.lang) or None,
            documentation=_marked(text, True) if (text := row.documentation.of(engine.lang)) and engine.client.documents else text or None,
            filter_text=row.insert, text_edit=lsp.TextEdit(_range(sheet, row.span), row.insert),
        )
        for row in engine.workspace.complete(sheet.offset(position))
    ]  # fmt: skip


def lenses(engine: Engine, path: str) -> list[lsp.CodeLens]:
    """Lines above entry points."""
    sheet = _sheet(engine, path)
    return [
        lsp.CodeLens(_range(sheet, row.span), lsp.Command(row.title.of(engine.lang), SHOW, arguments=list(row.fingerprints[:1])))
        for row in engine.workspace.lenses(path)
    ]


def links(engine: Engine, path: str) -> list[lsp.DocumentLink]:
    """Pieces of a file that lead somewhere."""
    sheet = _sheet(engine, path)
    return [
        lsp.DocumentLink(
            _range(sheet, row.span), page(row.target, engine.lang) if row.target in RULES else row.target,
            (row.tooltip.of(engine.lang) or None) if engine.client.tooltips else None,
        )
        for row in engine.workspace.links(path)
    ]  # fmt: skip


def inlays(engine: Engine, path: str, range: lsp.Range) -> list[lsp.InlayHint]:
    """Short notes behind pieces of a file."""
    sheet = _sheet(engine, path)
    start, end = sheet.offset(range.start), sheet.offset(range.end)
    return [
        lsp.InlayHint(
            sheet.position(row.span.end), row.label.of(engine.lang), padding_left=True,
            tooltip=_marked(text, True) if (text := row.tooltip.of(engine.lang)) else None,
        )
        for row in engine.workspace.inlays(path) if start <= row.span.end <= end
    ]  # fmt: skip


def outline(engine: Engine) -> dict[str, list[Node]]:
    """The trees of a folder."""
    if engine.last is None:
        return {"consent": [], "permissions": []}
    found = engine.workspace.outline(engine.last)
    return {"consent": [_node(engine, b) for b in found.consent], "permissions": [_node(engine, b) for b in found.permissions]}


def _node(engine: Engine, branch: Branch) -> Node:
    lang, words, region = engine.lang, engine.words(), branch.region
    node: Node = {"label": branch.label.of(lang), "children": [_node(engine, below) for below in branch.children]}
    if note := branch.note.of(lang):
        node["description"] = note
    if tooltip := branch.tooltip.of(lang):
        node["tooltip"] = tooltip
    if branch.severity is not None:
        node["severity"] = branch.severity.word
    if branch.kind in ICONS and branch.severity is None:
        node["icon"] = ICONS[branch.kind]
    if region is not None:
        node["location"] = {"uri": words.uri(region.path), "range": as_json(words.ranges.of(region))}
    return node


def _marked(text: str, shown: bool) -> lsp.MarkupContent:
    """Markdown, for clients that do not show it as plain text: it reads well as it is."""
    return lsp.MarkupContent(lsp.MarkupKind.Markdown if shown else lsp.MarkupKind.PlainText, text)


def _sheet(engine: Engine, path: str) -> Sheet:
    return (engine.settings_sheet()[1] if engine.is_settings(path) else None) or engine.sheet(path)


def _range(sheet: Sheet, span: Span) -> lsp.Range:
    return sheet.range(span.start, span.end)
