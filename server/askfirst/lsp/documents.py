"""The files that are open in the editor, kept as the bytes that the engine reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lsprotocol.types import TextDocumentContentChangeEvent, TextDocumentContentChangePartial

from askfirst.lsp.positions import UTF_16, Sheet
from askfirst.lsp.uris import to_path


@dataclass
class Document:
    """One open file."""

    uri: str
    path: str  # absolute
    data: bytes
    version: int


class Documents:
    """What is open, by path. Positions count in `encoding`."""

    def __init__(self) -> None:
        self.encoding = UTF_16
        self._open: dict[str, Document] = {}

    def __iter__(self) -> Iterator[Document]:
        return iter(list(self._open.values()))

    def at(self, path: str) -> Document | None:
        return self._open.get(path)

    def open(self, uri: str, text: str, version: int) -> Document | None:
        """None for what is no file, such as a buffer without a name or one side of a comparison."""
        path = to_path(uri)
        if path is None:
            return None
        self._open[path] = Document(uri, path, _bytes(text), version)
        return self._open[path]

    def change(self, uri: str, version: int, changes: Iterable[TextDocumentContentChangeEvent]) -> Document | None:
        """Make the changes in order; None when the file is not open."""
        document = self._open.get(to_path(uri) or "")
        if document is None:
            return None
        for change in changes:
            if isinstance(change, TextDocumentContentChangePartial):
                sheet = Sheet(document.data, self.encoding)
                start, end = sheet.offset(change.range.start), sheet.offset(change.range.end)
                end = max(start, end)
                document.data = document.data[:start] + _bytes(change.text) + document.data[end:]
            else:
                document.data = _bytes(change.text)
        document.version = version
        return document

    def close(self, uri: str) -> Document | None:
        return self._open.pop(to_path(uri) or "", None)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # half a surrogate pair is no character
