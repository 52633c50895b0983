"""An editor for tests of the language server: a real `askfirst server` process and a client that keeps documents as editors do."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pytest_lsp import LanguageClient, make_test_lsp_client

from askfirst.lsp.diagnostics import Words, diagnostics
from askfirst.lsp.engine import _texts
from askfirst.lsp.options import Client
from askfirst.lsp.positions import Ranges
from askfirst.lsp.uris import below
from askfirst.pool import SerialPool
from askfirst.settings import load_settings
from askfirst.workspace import Workspace

EXAMPLE = Path(__file__).parents[1] / "examples" / "leaking-kotlin"
CODE = "app/src/main/java/com/example/trailmate"
MAIN, STARTUP, PRIVACY = f"{CODE}/MainActivity.kt", f"{CODE}/Startup.kt", f"{CODE}/Privacy.kt"
MANIFEST, BUILD, SETTINGS = "app/src/main/AndroidManifest.xml", "app/build.gradle.kts", "askfirst.toml"
ANALYTICS = "tracking/src/main/java/com/example/trailmate/tracking/Analytics.kt"

SERVER = Path(__file__).parents[1] / "server"
TIMEOUT = 60.0
PULL = lsp.DiagnosticClientCapabilities()
Row = tuple[int, int, int, int, str, str]  # where, code, message


def capabilities(*, pull: bool = False, encodings: list[str] | None = None, watches: bool = True) -> lsp.ClientCapabilities:
    """A client that can do nearly all that the protocol has."""
    publish = lsp.PublishDiagnosticsClientCapabilities(
        related_information=True, version_support=True, code_description_support=True, data_support=True,
        tag_support=lsp.ClientDiagnosticsTagOptions([lsp.DiagnosticTag.Unnecessary]),
    )  # fmt: skip
    actions = lsp.CodeActionClientCapabilities(
        data_support=True,
        resolve_support=lsp.ClientCodeActionResolveOptions(["edit"]),
        code_action_literal_support=lsp.ClientCodeActionLiteralOptions(lsp.ClientCodeActionKindOptions([])),
    )
    edits = lsp.WorkspaceEditClientCapabilities(
        document_changes=True, resource_operations=[lsp.ResourceOperationKind.Create]
    )  # fmt: skip
    return lsp.ClientCapabilities(
        general=lsp.GeneralClientCapabilities(position_encodings=encodings or ["utf-16"]),
        window=lsp.WindowClientCapabilities(work_done_progress=True),
        text_document=lsp.TextDocumentClientCapabilities(
            publish_diagnostics=publish, code_action=actions, diagnostic=PULL if pull else None
        ),
        workspace=lsp.WorkspaceClientCapabilities(
            workspace_edit=edits,
            did_change_watched_files=lsp.DidChangeWatchedFilesClientCapabilities(dynamic_registration=watches),
            diagnostics=lsp.DiagnosticWorkspaceClientCapabilities(refresh_support=True),
        ),
    )


class Editor:
    """One client with its server. Files are named by their path below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.client: LanguageClient = make_test_lsp_client()
        self.encoding = "utf-16"
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.status: list[Any] = []
        self.published: list[lsp.PublishDiagnosticsParams] = []
        self.registered: list[Any] = []
        self.hooks: list[Callable[[Any], None]] = []
        for method, handler in (
            ("askfirst/status", self.status.append),
            (lsp.CLIENT_REGISTER_CAPABILITY, self._registers),
            (lsp.WORKSPACE_APPLY_EDIT, self._applies),
            (lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, self._publishes),
        ):
            self._listen(method, handler)

    def _listen(self, method: str, handler: Callable[[Any], Any]) -> None:
        def heard(params: Any) -> Any:
            return handler(params)

        self.client.protocol.fm.features.pop(method, None)
        self.client.feature(method)(heard)

    async def start(
        self, folders: Iterable[Path] | None = None, able: lsp.ClientCapabilities | None = None, *,
        locale: str = "en", options: Mapping[str, Any] | None = None, arguments: Iterable[str] = (), pid: int | None = None,
    ) -> lsp.InitializeResult:  # fmt: skip
        await self.spawn(*arguments)
        able = able or capabilities()
        self.client.capabilities = able
        result = await self.client.initialize_session(
            lsp.InitializeParams(
                capabilities=able,
                process_id=pid,
                workspace_folders=[lsp.WorkspaceFolder(f.as_uri(), f.name) for f in ([self.root] if folders is None else folders)],
                locale=locale,
                initialization_options=options,
            )
        )
        self.encoding = str(getattr(result.capabilities.position_encoding, "value", result.capabilities.position_encoding))
        return result

    async def spawn(self, *arguments: str) -> None:
        """Only the process."""
        environment = os.environ | {"PYTHONPATH": str(SERVER)}
        await self.client.start_io(sys.executable, "-m", "askfirst", "server", *arguments, env=environment)

    async def stop(self) -> int | None:
        """A polite end; answers the exit status."""
        await self.client.shutdown_async(None)
        self.client.exit(None)
        return await self.ended()

    async def ended(self) -> int | None:
        """Wait for the process to end; answers its exit status."""
        process = self.process
        await asyncio.wait_for(process.wait(), TIMEOUT)
        return process.returncode

    @property
    def process(self) -> asyncio.subprocess.Process:
        process = self.client._server
        assert process is not None
        return process

    # what the server says

    def _registers(self, params: lsp.RegistrationParams) -> None:
        self.registered += params.registrations

    def _applies(self, params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        self.apply(params.edit)
        return lsp.ApplyWorkspaceEditResult(applied=True)

    def _publishes(self, params: lsp.PublishDiagnosticsParams) -> None:
        self.published.append(params)
        self.client.diagnostics[params.uri] = params.diagnostics
        for hook in self.hooks:
            hook(params)

    # what a person does

    def uri(self, path: str) -> str:
        return below(self.root.as_uri(), path)

    def identifier(self, path: str) -> lsp.TextDocumentIdentifier:
        return lsp.TextDocumentIdentifier(self.uri(path))

    def open(self, path: str, text: str | None = None) -> None:
        if text is None:
            text = (self.root / path).read_bytes().decode("utf-8-sig")
        self.texts[path], self.versions[path] = text, 1
        item = lsp.TextDocumentItem(self.uri(path), "any", 1, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    def edit(self, path: str, start: int, end: int, new: str) -> None:
        """Replace the characters [start, end)."""
        text = self.texts[path]
        change = lsp.TextDocumentContentChangePartial(lsp.Range(self.position(text, start), self.position(text, end)), new)
        self.texts[path] = text[:start] + new + text[end:]
        self.send(path, [change])

    def replace(self, path: str, old: str, new: str) -> None:
        at = self.texts[path].index(old)
        self.edit(path, at, at + len(old), new)

    def send(self, path: str, changes: list[Any]) -> None:
        self.versions[path] += 1
        document = lsp.VersionedTextDocumentIdentifier(self.versions[path], self.uri(path))
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, changes))

    def save(self, path: str) -> None:
        (self.root / path).write_text(self.texts[path], encoding="utf-8", newline="")
        self.client.text_document_did_save(lsp.DidSaveTextDocumentParams(self.identifier(path)))

    def close(self, path: str) -> None:
        del self.texts[path]
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(self.identifier(path)))

    def changed(self, *paths: str) -> None:
        """Something outside of the editor made, changed or deleted these."""
        events = [
            lsp.FileEvent(
                self.uri(path), lsp.FileChangeType.Changed if (self.root / path).exists() else lsp.FileChangeType.Deleted
            )
            for path in paths
        ]
        self.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(events))

    async def actions(self, path: str, words: str = "", only: list[str] | None = None) -> list[lsp.CodeAction]:
        """What is offered where `words` stand, in the whole file without."""
        text = self.texts[path]
        at = text.index(words) if words else 0
        where = lsp.Range(self.position(text, at), self.position(text, at + len(words) if words else len(text)))
        context = lsp.CodeActionContext([], only=only)
        found = await self.client.text_document_code_action_async(
            lsp.CodeActionParams(self.identifier(path), where, context)
        )
        return [action for action in found or () if isinstance(action, lsp.CodeAction)]

    async def take(self, action: lsp.CodeAction) -> None:
        """Do what a code action offers."""
        if action.edit is None:
            action = await self.client.code_action_resolve_async(action)
        assert action.edit is not None
        self.apply(action.edit)

    def apply(self, edit: lsp.WorkspaceEdit) -> None:
        """Make an edit as editors do: an open file's version must be the one that is named."""
        for part in edit.document_changes or ():
            if isinstance(part, lsp.CreateFile):
                (self.root / self.path(part.uri)).touch()
            elif isinstance(part, lsp.TextDocumentEdit):
                path = self.path(part.text_document.uri)
                if path not in self.texts:
                    self.open(path)
                if part.text_document.version is not None:
                    assert part.text_document.version == self.versions[path]
                text = self.texts[path]
                edits = [e for e in part.edits if isinstance(e, lsp.TextEdit)]
                places = [(self.offset(text, e.range.start), self.offset(text, e.range.end), e.new_text) for e in edits]
                for start, end, new in sorted(places, key=lambda place: place[:2], reverse=True):
                    text = text[:start] + new + text[end:]
                self.texts[path] = text
                self.send(path, [lsp.TextDocumentContentChangeWholeDocument(text)])

    def path(self, uri: str) -> str:
        assert uri.startswith(self.uri(""))
        return uri[len(self.uri("")) :]

    # what is shown

    async def settled(self) -> None:
        """Wait until the server has said all there is to say of what it was told."""
        await asyncio.wait_for(self.request("askfirst/tree", {"folder": None}), TIMEOUT)

    def request(self, method: str, params: Any) -> Awaitable[Any]:
        asked: Awaitable[Any] = self.client.protocol.send_request_async(method, params)  # type: ignore[no-untyped-call]
        return asked

    def command(self, name: str, *arguments: Any) -> Awaitable[Any]:
        return self.client.workspace_execute_command_async(lsp.ExecuteCommandParams(name, list(arguments)))

    def shown(self) -> dict[str, list[Row]]:
        """What every file shows."""
        return {
            self.path(uri): rows(found)
            for uri, found in self.client.diagnostics.items()
            if found and uri.startswith(self.uri(""))
        }

    def codes(self, path: str) -> list[str]:
        return sorted(str(d.code) for d in self.client.diagnostics.get(self.uri(path), ()))

    def expected(self, lang: str = "en") -> dict[str, list[Row]]:
        """What a fresh check of the files as the editor has them finds."""
        settings = load_settings(self.root, None)
        workspace = Workspace(self.root, settings, SerialPool())
        for path, text in self.texts.items():
            workspace.put(path, text.encode())
        report = workspace.check()
        words = Words(_texts(settings.markets), lang, Ranges(self.encoding, workspace.raw, self.texts), self.uri, Client())
        return {path: rows(found) for path, found in diagnostics(report, words).items()}

    def position(self, text: str, offset: int) -> lsp.Position:
        before = text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return lsp.Position(len(before) - 1, len(before[-1].encode(UNITS[self.encoding][0])) // UNITS[self.encoding][1])

    def offset(self, text: str, position: lsp.Position) -> int:
        return next(at for at in range(len(text) + 1) if self.position(text, at) == position)


UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def rows(found: Iterable[lsp.Diagnostic]) -> list[Row]:
    """Diagnostics in a form that can be compared."""
    return sorted(
        (d.range.start.line, d.range.start.character, d.range.end.line, d.range.end.character, str(d.code), d.message)
        for d in found
    )
