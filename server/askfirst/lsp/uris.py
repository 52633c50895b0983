"""Addresses of files and their paths."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname


def to_path(uri: str) -> str | None:
    """The absolute path that a `file:` address names; None for any other address."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or not parts.path:
        return None
    rest = uri[len("file:") :]  # a `?` or `#` that was not escaped belongs to the name
    rest = "/" + rest[2:].partition("/")[2] if rest.startswith("//") else rest
    path = url2pathname(quote(unquote(rest), safe="/:"))
    if parts.netloc and parts.netloc != "localhost":
        path = os.sep * 2 + parts.netloc + path
    return os.path.abspath(path) if "\0" not in path else None


def to_uri(path: str | Path) -> str:
    """The address of an absolute path."""
    return Path(path).as_uri()


def below(folder: str, path: str) -> str:
    """The address of a project's file, in the client's own spelling of the folder's."""
    return f"{folder.rstrip('/')}/{quote(path.encode('utf-8', 'surrogateescape'))}"
