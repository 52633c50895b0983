"""The server's state: what is open, and with whom it speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from askfirst import __version__
from askfirst.lsp.documents import Document, Documents
from askfirst.lsp.folders import Folders
from askfirst.lsp.options import Client, Options
from askfirst.lsp.protocol import Protocol
from askfirst.lsp.session import Session


class Server(LanguageServer):
    """What it answers is in features.py and requests.py."""

    def __init__(self, lang: str) -> None:
        """`lang` is what the command line asks for; "" when it does not."""
        super().__init__("askfirst", __version__, protocol_cls=Protocol)
        self.lang = lang
        self.client = Client()
        self.options = Options()  # of what lies in no folder
        self.documents = Documents()
        self.folders = Folders(self._session)
        self.initial: list[str] = []  # the folders that the client opens with
        self.ready = asyncio.Event()  # the folders are open
        self._tasks: set[asyncio.Task[Any]] = set()

    def _session(self, root: str, uri: str, options: Options | None) -> Session:
        return Session(self, root, uri, options or self.options, loose=options is None)

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something without waiting for it; what goes wrong is logged."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self.log(f"{type(error).__name__}: {error}")

    def log(self, message: str) -> None:
        self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Error, message))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """What no request is answered with. pygls would open a message box; people who write are not interrupted."""
        self.log(f"{type(error).__name__}: {error}")

    def refresh(self) -> None:
        """Tell a client that pulls to do so again."""
        if self.client.pull and self.client.refresh:
            self.later(self.workspace_diagnostic_refresh_async(None))

    def open_folder(self, uri: str, options: Options) -> None:
        """A folder is part of the workspace from now on, with what is open in it."""
        session = self.folders.add(uri, options)
        if session is not None:
            for document in self.documents:
                session.put(document, edited=False)

    def hand_over(self, document: Document) -> None:
        """A file was opened: tell the folders that hold it, its own project where none does."""
        around = self.folders.around(document.path)
        if not around and (adopted := self.folders.adopt(document)) is not None:
            around = [adopted]
        for session in around:
            session.put(document, edited=False)

    def drop_loose(self) -> None:
        """End the projects that nobody opened and of which no file is open any more."""
        for session in self.folders:
            if session.loose and not any(session.relative(document.path) for document in self.documents):
                self.folders.remove(session.uri)
