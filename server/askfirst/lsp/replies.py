"""Edits and code actions as this client takes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lsprotocol import types as lsp

from askfirst.lsp.actions import Changed, Offer
from askfirst.lsp.options import SHOW_PATH
from askfirst.lsp.session import Session


def workspace_edit(session: Session, changes: Iterable[Changed]) -> lsp.WorkspaceEdit:
    """Changes as one edit, of named versions where the client can tell them apart."""
    if not session.server.client.versions:
        return lsp.WorkspaceEdit(changes={session.address(c.path): list(c.edits) for c in changes if not c.create})
    parts: list[Any] = []
    for change in changes:
        uri = session.address(change.path)
        document = session.server.documents.at(session.absolute(change.path))
        if change.create:
            parts.append(lsp.CreateFile(uri, options=lsp.CreateFileOptions(ignore_if_exists=True)))
        version = document.version if document is not None else None
        parts.append(
            lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(uri, version), list(change.edits))
        )  # fmt: skip
    return lsp.WorkspaceEdit(document_changes=parts)


def code_action(session: Session, offer: Offer) -> lsp.CodeAction:
    """One offer; without its changes when they are to be asked for."""
    action = lsp.CodeAction(offer.title, kind=offer.kind, diagnostics=list(offer.diagnostics) or None)
    if offer.preferred:
        action.is_preferred = True
    if offer.fingerprint:
        action.command = lsp.Command(offer.title, SHOW_PATH, arguments=[offer.fingerprint])
    elif offer.changes is not None:
        action.edit = workspace_edit(session, offer.changes)
    else:
        action.data = {**offer.how, "folder": session.uri}
    return action
