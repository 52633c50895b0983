"""What the client asks: diagnostics that it pulls, code actions, commands, the tree, and what hints.py knows."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar

from lsprotocol import types as lsp

from askfirst.lsp import actions, hints
from askfirst.lsp.actions import Changed, Offer
from askfirst.lsp.commands import COMMANDS
from askfirst.lsp.engine import Engine
from askfirst.lsp.options import Options
from askfirst.lsp.replies import code_action, workspace_edit
from askfirst.lsp.server import Server
from askfirst.lsp.shown import Shown
from askfirst.lsp.uris import to_path

TREE = "askfirst/tree"
T = TypeVar("T")


def register(server: Server) -> None:
    """Teach the server what it answers."""
    how = lsp.CodeActionOptions([actions.QUICK_FIX, actions.FIX_ALL], resolve_provider=True)
    server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, how)(code_actions)
    server.feature(lsp.CODE_ACTION_RESOLVE)(resolved)
    server.feature(TREE)(tree)
    for name, command in COMMANDS.items():
        server.command(name)(command)
    for method, options, handler in (
        (lsp.TEXT_DOCUMENT_HOVER, None, hover),
        (lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(['"', ".", "[", "="]), completion),
        (lsp.TEXT_DOCUMENT_CODE_LENS, None, code_lens),
        (lsp.TEXT_DOCUMENT_DOCUMENT_LINK, None, document_link),
        (lsp.TEXT_DOCUMENT_INLAY_HINT, None, inlay_hint),
    ):
        if method in hints.KNOWN:
            server.feature(method, options)(handler)


def register_pull(server: Server) -> None:
    """Answer a client that asks for diagnostics itself."""
    if server.client.pull:
        how = lsp.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="askfirst")
        server.feature(lsp.TEXT_DOCUMENT_DIAGNOSTIC, how)(document_diagnostic)
        server.feature(lsp.WORKSPACE_DIAGNOSTIC)(workspace_diagnostic)


async def document_diagnostic(ls: Server, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
    await ls.ready.wait()
    path = to_path(params.text_document.uri)
    session = ls.folders.owner(path) if path is not None else None
    if path is None or session is None:
        return lsp.RelatedFullDocumentDiagnosticReport([])
    shown = await session.file(session.relative(path) or "")
    if shown.result and shown.result == params.previous_result_id:
        return lsp.RelatedUnchangedDocumentDiagnosticReport(shown.result)
    return lsp.RelatedFullDocumentDiagnosticReport(shown.items, result_id=shown.result or None)


async def code_actions(ls: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    await ls.ready.wait()
    path = to_path(params.text_document.uri)
    session = ls.folders.owner(path) if path is not None else None
    if path is None or session is None:
        return []
    relative, only = session.relative(path) or "", [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    lazy = ls.client.resolves

    def run(engine: Engine, stale: Callable[[], bool]) -> list[Offer]:
        found = actions.offers(engine, relative, params.range, only, stale)
        if lazy:
            return found
        whole = (_with_changes(engine, offer, stale) for offer in found)
        return [offer for offer in whole if offer.changes or offer.fingerprint]

    return [code_action(session, offer) for offer in await session.ask(run)]


def _with_changes(engine: Engine, offer: Offer, stale: Callable[[], bool]) -> Offer:
    if offer.changes is not None or offer.fingerprint:
        return offer
    return offer._replace(changes=actions.resolve(engine, offer.how, stale))


async def resolved(ls: Server, action: lsp.CodeAction) -> lsp.CodeAction:
    """The same with its edit, made for the files as they are now."""
    how: dict[str, Any] = action.data if isinstance(action.data, dict) else {}
    session = ls.folders.at(str(how.get("folder")))
    if session is None or action.edit is not None:
        return action

    def run(engine: Engine, stale: Callable[[], bool]) -> tuple[Changed, ...]:
        return actions.resolve(engine, how, stale)

    action.edit = workspace_edit(session, await session.ask(run))
    return action


async def tree(ls: Server, params: Any) -> dict[str, Any]:
    """The two trees of one folder, or of all together."""
    await ls.ready.wait()
    folder = getattr(params, "folder", None)
    named = ls.folders.at(folder) if isinstance(folder, str) else None
    both: dict[str, list[Any]] = {"consent": [], "permissions": []}
    for session in [named] if named is not None else ls.folders if folder is None else []:
        await session.project()
        part = await session.ask(lambda engine, stale: hints.outline(engine))
        for name, nodes in both.items():
            nodes += part[name]
    return both


async def hover(ls: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    return await _hint(ls, params, None, lambda engine, path: hints.hover(engine, path, params.position))


async def completion(ls: Server, params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
    return await _hint(ls, params, [], lambda engine, path: hints.complete(engine, path, params.position))


async def code_lens(ls: Server, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
    return await _hint(ls, params, [], hints.lenses, attrgetter("code_lens"))


async def document_link(ls: Server, params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink]:
    return await _hint(ls, params, [], hints.links)


async def inlay_hint(ls: Server, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
    def ask(engine: Engine, path: str) -> list[lsp.InlayHint]:
        return hints.inlays(engine, path, params.range)

    return await _hint(ls, params, [], ask, attrgetter("inlay_hints"))


async def _hint(
    ls: Server, params: Any, nothing: T, ask: Callable[[Engine, str], T], wanted: Callable[[Options], bool] = lambda _: True
) -> T:
    """Ask the file's folder something, after it is checked."""
    await ls.ready.wait()
    path = to_path(params.text_document.uri)
    session = ls.folders.owner(path) if path is not None else None
    if path is None or session is None or not wanted(session.options):
        return nothing
    relative = session.relative(path) or ""

    def run(engine: Engine, stale: Callable[[], bool]) -> T:
        engine.report(None, stale)
        return ask(engine, relative)

    return await session.ask(run)


async def workspace_diagnostic(ls: Server, params: lsp.WorkspaceDiagnosticParams) -> lsp.WorkspaceDiagnosticReport:
    await ls.ready.wait()
    known = {previous.uri: previous.value for previous in params.previous_result_ids}
    items: list[lsp.WorkspaceDocumentDiagnosticReport] = []
    for session in ls.folders:
        for shown in list((await session.project()).values()):
            items.append(_of(shown, known.pop(shown.uri, None)))
    items += [lsp.WorkspaceFullDocumentDiagnosticReport(uri, []) for uri in known]
    return lsp.WorkspaceDiagnosticReport(items)


def _of(shown: Shown, known: str | None) -> lsp.WorkspaceDocumentDiagnosticReport:
    if shown.result == known:
        return lsp.WorkspaceUnchangedDocumentDiagnosticReport(shown.uri, result_id=shown.result, version=shown.version)
    return lsp.WorkspaceFullDocumentDiagnosticReport(
        shown.uri, shown.items, version=shown.version, result_id=shown.result
    )  # fmt: skip
