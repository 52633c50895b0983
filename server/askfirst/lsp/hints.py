"""What an editor shows beside the findings. The engine's side of it is made elsewhere; each question has its one call here,
on the worker's thread, and answers None until there is something to ask."""

from __future__ import annotations

from typing import Any

from askfirst.lsp.engine import Engine
from askfirst.lsp.tree import Node, trees

KNOWS_ABOUT = KNOWS_LENSES = KNOWS_LINKS = KNOWS_SETTINGS = False  # what of this the engine can answer


def about(engine: Engine, path: str, offset: int) -> Any:
    """Hover: what is known of what stands at this byte."""
    return None


def lenses(engine: Engine, path: str) -> Any:
    """Code lenses on entry points."""
    return None


def links(engine: Engine, path: str) -> Any:
    """Links within a file."""
    return None


def complete(engine: Engine, text: str, offset: int) -> Any:
    """Completion in the settings file."""
    return None


def outline(engine: Engine) -> dict[str, list[Node]]:
    """The trees of a folder."""
    return trees(engine)
