"""What a client is shown of a folder, and who waits to hear of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol.types import Diagnostic, PublishDiagnosticsParams

if TYPE_CHECKING:
    from askfirst.lsp.session import Session


class Shown(NamedTuple):
    """What a file shows."""

    items: list[Diagnostic]
    result: str  # the id by which a client that pulls knows it
    uri: str
    version: int | None


class Board:
    """What each file of a folder shows, by path. A client that does not ask for it is told what changes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.files: dict[str, Shown] = {}
        self._results = 0

    def show(self, path: str, items: list[Diagnostic]) -> bool:
        """Show this in a file; says whether it is something else than before."""
        session, absolute = self._session, self._session.absolute(path)
        document = session.server.documents.at(absolute)
        elsewhere = session.server.folders.owner(absolute) not in (session, None)  # a folder within this one says it
        if elsewhere or (document is None and not session.options.project):
            items = []
        old = self.files.get(path)
        if old is None and not items and (document is None or elsewhere):
            return False
        uri, version = session.address(path), document.version if document is not None else None
        changed = old is None or old.items != items
        if old is not None and not changed and (old.uri, old.version) == (uri, version):
            return False
        self._results += changed
        self.files[path] = Shown(items, str(self._results) if changed or old is None else old.result, uri, version)
        if old is not None and old.uri != uri:
            self._tell(old.uri, None, [])
        self._tell(uri, version, items)
        if not items and document is None:
            del self.files[path]
        return changed

    def again(self, path: str) -> None:
        """A file was opened or closed."""
        self.show(path, self.files[path].items if path in self.files else [])

    def clear(self) -> None:
        for path in list(self.files):
            self.show(path, [])

    def _tell(self, uri: str, version: int | None, items: list[Diagnostic]) -> None:
        server = self._session.server
        if not server.client.pull:
            server.text_document_publish_diagnostics(PublishDiagnosticsParams(uri, items, version))


class Waiting:
    """Requests that wait for what a file shows, or (None) the project."""

    def __init__(self) -> None:
        self._waiting: dict[str | None, list[asyncio.Future[None]]] = {}

    async def wait(self, path: str | None) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(path, []).append(future)
        await future

    def answer(self, path: str | None) -> None:
        for future in self._waiting.pop(path, ()):
            if not future.done():
                future.set_result(None)

    def answer_all(self) -> None:
        for path in list(self._waiting):
            self.answer(path)
