"""What an editor shows beside the findings. The engine's side of it is made elsewhere: each question has its one place here,
on the worker's thread and after a check, and what the engine cannot answer yet is not offered to the client."""

from __future__ import annotations

from lsprotocol import types as lsp

from askfirst.lsp.engine import Engine
from askfirst.lsp.tree import Node, trees

KNOWN: frozenset[str] = frozenset()  # the requests below that the engine can answer


def hover(engine: Engine, path: str, position: lsp.Position) -> lsp.Hover | None:
    """What is known of what stands at a place, of the settings file too."""
    return None


def complete(engine: Engine, path: str, position: lsp.Position) -> list[lsp.CompletionItem]:
    """What may be written at a place of the settings file."""
    return []


def lenses(engine: Engine, path: str) -> list[lsp.CodeLens]:
    """Lines above entry points."""
    return []


def links(engine: Engine, path: str) -> list[lsp.DocumentLink]:
    """Pieces of a file that lead somewhere."""
    return []


def inlays(engine: Engine, path: str, range: lsp.Range) -> list[lsp.InlayHint]:
    """Short notes behind pieces of a file."""
    return []


def outline(engine: Engine) -> dict[str, list[Node]]:
    """The trees of a folder."""
    return trees(engine)
