"""The open folders: which of them a file belongs to, and the projects of files that were opened alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from askfirst.lsp.uris import to_path, to_uri
from askfirst.project import ROOT_MARKS, find_root

if TYPE_CHECKING:
    from askfirst.lsp.documents import Document
    from askfirst.lsp.options import Options
    from askfirst.lsp.session import Session

KINDS = frozenset({".java", ".kt", ".kts", ".xml", ".gradle", ".toml", ".properties"})


class Folders:
    """Sessions by root."""

    def __init__(self, make: Callable[[str, str, Options | None], Session]) -> None:
        """`make(root, uri, options)` makes a session; without options that of a project that nobody opened."""
        self._make = make
        self._sessions: dict[str, Session] = {}

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._sessions.values()))

    def add(self, uri: str, options: Options) -> Session | None:
        """A folder was opened. None for what is no folder of files, or is there already."""
        root = to_path(uri)
        if root is None:
            return None
        known = self._sessions.get(root)
        if known is not None:
            known.loose = False
            known.configure(options)
            return None
        self._sessions[root] = self._make(root, uri, options)
        return self._sessions[root]

    def remove(self, uri: str) -> None:
        session = self._sessions.pop(to_path(uri) or "", None)
        if session is not None:
            session.close()

    def owner(self, path: str) -> Session | None:
        """The innermost folder that holds a file."""
        return max(self.around(path), key=lambda session: len(session.root), default=None)

    def around(self, path: str) -> list[Session]:
        """All folders that hold a file."""
        return [session for session in self._sessions.values() if session.relative(path) is not None]

    def at(self, uri: str | None) -> Session | None:
        """The folder with this address, or the only one when none is named."""
        if uri is not None:
            return self._sessions.get(to_path(uri) or "")
        return next(iter(self._sessions.values()), None)

    def adopt(self, document: Document) -> Session | None:
        """The project of a file that lies in no open folder, when it is one that we read and looks like a project."""
        path = Path(document.path)
        if path.suffix not in KINDS:
            return None
        root = find_root(path)
        if root == Path.home() or not any((root / mark).exists() for mark in ROOT_MARKS):
            return None  # nobody wants all of that read
        self._sessions[str(root)] = self._make(str(root), to_uri(root), None)
        return self._sessions[str(root)]

    def end(self) -> list[Session]:
        """End all of them; answers those that were there."""
        sessions = list(self)
        self._sessions = {}
        for session in sessions:
            session.close()
        return sessions
