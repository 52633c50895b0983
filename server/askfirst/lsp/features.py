"""What the client tells: that it is there, what is open, what was edited, what changed on disk, which folders there are."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePath

from lsprotocol import types as lsp

from askfirst.lsp import parent, requests
from askfirst.lsp.options import Options, client, options
from askfirst.lsp.server import Server
from askfirst.lsp.uris import to_path

SECTION = "askfirst"
ANSWERS_IN = 5.0  # seconds that a client is given to say its settings
WATCHED = "**/*.{java,kt,kts,xml,gradle,toml,properties,lockfile,yaml,json,aar,jar}"
BUILT = frozenset({"build", ".gradle", ".git", ".idea", "node_modules"})  # what goes away there was never looked at
ANY_FILE = lsp.FileOperationRegistrationOptions([lsp.FileOperationFilter(lsp.FileOperationPattern("**/*"), "file")])


def register(server: Server) -> None:
    """Teach the server all that it knows."""
    for method, handler in (
        (lsp.INITIALIZE, initialize),
        (lsp.INITIALIZED, initialized),
        (lsp.TEXT_DOCUMENT_DID_OPEN, did_open),
        (lsp.TEXT_DOCUMENT_DID_CHANGE, did_change),
        (lsp.TEXT_DOCUMENT_DID_SAVE, did_save),
        (lsp.TEXT_DOCUMENT_DID_CLOSE, did_close),
        (lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change_watched_files),
        (lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_workspace_folders),
        (lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration),
        (lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL, progress_cancelled),
    ):
        server.feature(method)(handler)
    server.feature(lsp.WORKSPACE_DID_CREATE_FILES, ANY_FILE)(files_made)
    server.feature(lsp.WORKSPACE_DID_RENAME_FILES, ANY_FILE)(files_renamed)
    server.feature(lsp.WORKSPACE_DID_DELETE_FILES, ANY_FILE)(files_deleted)
    requests.register(server)


def initialize(ls: Server, params: lsp.InitializeParams) -> None:
    ls.client = client(params)
    ls.options = options(params.initialization_options, Options())
    encoding = ls.workspace.position_encoding
    ls.documents.encoding = str(getattr(encoding, "value", encoding))
    ls.initial = _folders(params)
    requests.register_pull(ls)
    ls.later(parent.watch(params.process_id))


async def initialized(ls: Server, params: lsp.InitializedParams) -> None:
    uris = ls.initial
    ls.options, *own = await _configuration(ls, [None, *uris])
    for uri, wanted in zip(uris, own, strict=True):
        ls.open_folder(uri, wanted)
    ls.ready.set()
    for document in ls.documents:
        if not ls.folders.around(document.path):
            ls.hand_over(document)
    await _watch(ls)


def did_open(ls: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    opened = params.text_document
    document = ls.documents.open(opened.uri, opened.text, opened.version)
    if document is not None and ls.ready.is_set():
        ls.hand_over(document)


def did_change(ls: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    document = ls.documents.change(params.text_document.uri, params.text_document.version, params.content_changes)
    if document is not None:
        for session in ls.folders.around(document.path):
            session.put(document, edited=True)


def did_save(ls: Server, params: lsp.DidSaveTextDocumentParams) -> None:
    path = to_path(params.text_document.uri)
    if path is not None:
        for session in ls.folders.around(path):
            session.saved(path)


def did_close(ls: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    document = ls.documents.close(params.text_document.uri)
    if document is not None:
        for session in ls.folders.around(document.path):
            session.closed(document)
        ls.drop_loose()


def did_change_watched_files(ls: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
    _touch(ls, (change.uri for change in params.changes))


def files_made(ls: Server, params: lsp.CreateFilesParams) -> None:
    _touch(ls, (file.uri for file in params.files))


def files_renamed(ls: Server, params: lsp.RenameFilesParams) -> None:
    _touch(ls, (uri for file in params.files for uri in (file.old_uri, file.new_uri)))


def files_deleted(ls: Server, params: lsp.DeleteFilesParams) -> None:
    _touch(ls, (file.uri for file in params.files))


async def did_change_workspace_folders(ls: Server, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    for folder in params.event.removed:
        ls.folders.remove(folder.uri)
    added = [folder.uri for folder in params.event.added]
    for uri, wanted in zip(added, await _configuration(ls, added), strict=True):
        ls.open_folder(uri, wanted)
    for session in ls.folders:  # a folder within another one speaks for itself
        session.worker.project()


async def did_change_configuration(ls: Server, params: lsp.DidChangeConfigurationParams) -> None:
    sessions = list(ls.folders)
    if not ls.client.configuration and isinstance(params.settings, dict):
        ls.options = options(params.settings.get(SECTION), ls.options)
    ls.options, *own = await _configuration(ls, [None, *(session.uri for session in sessions)])
    for session, wanted in zip(sessions, own, strict=True):
        session.configure(wanted)


def progress_cancelled(ls: Server, params: lsp.WorkDoneProgressCancelParams) -> None:
    for session in ls.folders:
        session.stop(params.token)


def _touch(ls: Server, uris: Iterable[str]) -> None:
    """Tell each folder which of its files changed on disk."""
    paths = [path for uri in uris if (path := to_path(uri)) is not None]
    for session in ls.folders:
        inside = [relative for path in paths if (relative := session.relative(path)) is not None]
        session.touched(path for path in inside if not BUILT & set(PurePath(path).parts))


async def _configuration(ls: Server, uris: list[str | None] | list[str]) -> list[Options]:
    """The options for each of these folders; what `initialize` said where the client tells nothing else."""
    if not ls.client.configuration or not uris:
        return [ls.options] * len(uris)
    items = [lsp.ConfigurationItem(scope_uri=uri, section=SECTION) for uri in uris]
    given: list[object] = []
    with suppress(Exception):  # a client that cannot say it after all
        given = list(
            await asyncio.wait_for(ls.workspace_configuration_async(lsp.ConfigurationParams(items)), ANSWERS_IN)
        )
    return [options(value, ls.options) for value in given] if len(given) == len(uris) else [ls.options] * len(uris)


async def _watch(ls: Server) -> None:
    """Ask the client to tell what changes on disk and in its settings, where it can."""
    wanted = []
    if ls.client.watches:
        watchers = [
            lsp.FileSystemWatcher(WATCHED),
            lsp.FileSystemWatcher("**/*", lsp.WatchKind.Delete),  # a folder that goes takes its files along unsaid
        ]
        how: object = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
        wanted.append(lsp.Registration("askfirst-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, how))
    if ls.client.watches_settings:
        how = lsp.DidChangeConfigurationRegistrationOptions(section=SECTION)
        wanted.append(lsp.Registration("askfirst-settings", lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, how))
    if wanted:
        await ls.client_register_capability_async(lsp.RegistrationParams(wanted))


def _folders(params: lsp.InitializeParams) -> list[str]:
    """The folders that a client opens with; older ones know of one only."""
    if params.workspace_folders:
        return [folder.uri for folder in params.workspace_folders]
    if params.root_uri:
        return [params.root_uri]
    path = params.root_path
    return [Path(path).as_uri()] if path and os.path.isabs(path) else []
