"""What the client asks: diagnostics that it pulls, code actions, commands, the tree, and what hints.py knows."""

from __future__ import annotations

from lsprotocol import types as lsp

from askfirst.lsp.server import Server
from askfirst.lsp.session import Shown
from askfirst.lsp.uris import to_path


def register(server: Server) -> None:
    """Teach the server what it answers."""


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
        return lsp.WorkspaceUnchangedDocumentDiagnosticReport(shown.uri, shown.result, shown.version)
    return lsp.WorkspaceFullDocumentDiagnosticReport(shown.uri, shown.items, shown.version, shown.result)
