"""Parsing within a time limit, and where in a tree something is amiss or speaks to us."""

from __future__ import annotations

import re
import time

from tree_sitter import Language, Node, Parser, Tree

from askfirst.facts.comments import MARK

LIMIT = 10.0  # seconds that one file's parse may take
CHUNK = 1 << 10  # bytes handed to the parser between looks at the clock
COMMENTS = frozenset({"line_comment", "block_comment"})


def parse(language: Language, data: bytes, limit: float = LIMIT) -> tuple[Tree, bool]:
    """The tree of `data`, and whether time ran out before all of it was read."""
    ends, late = time.monotonic() + limit, False

    def read(offset: int, _point: object) -> bytes:
        nonlocal late
        late = late or time.monotonic() > ends
        return b"" if late else data[offset : offset + CHUNK]

    tree = Parser(language).parse(read)
    return tree, late


def broken_places(root: Node) -> list[tuple[int, int]]:
    """Where the grammar lost its way, in order."""
    found, stack = [], [root]
    while stack:
        node = stack.pop()
        if node.is_error or node.is_missing:
            found.append((node.start_byte, node.end_byte))
        elif node.has_error:
            stack.extend(node.children)
    return sorted(found)


def marked_comments(root: Node, data: bytes) -> list[tuple[int, int]]:
    """The comments that speak to us."""
    found, at = [], data.find(MARK)
    while at >= 0:
        node = root.descendant_for_byte_range(at, at + len(MARK))
        if node is not None and node.type in COMMENTS:
            found.append((node.start_byte, node.end_byte))
        at = data.find(MARK, at + 1)
    return found


_CONSTANT = re.compile(r"\(\s*(?:value\s*=\s*)?(?:\w+\.)*([A-Z][A-Z0-9_]+)\s*\)")


def constant(name: str, arguments: str) -> list[str]:
    """The second modifier of an annotation that is given one constant: "@On", "(Event.ON_START)" → "@On(ON_START)"."""
    found = _CONSTANT.fullmatch(arguments)
    return [f"{name}({found[1]})"] if found else []
