"""Holes in the texts of Gradle scripts: `${a.b}`, `$a`, and `$a.b`, of which Kotlin only takes `$a` for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

LENGTH = 4_000  # characters that holes are filled with: nobody writes longer texts
_HOLE = re.compile(r"\$\{([^{}]+)\}|\$([A-Za-z_]\w*(?:\.[A-Za-z_]\w*){0,8})")


def fill(text: str, known: Callable[[str], str | None], otherwise: str | None = None) -> str:
    """`text` with what is known of its holes, each by the longest name that is; the others stay or become `otherwise`."""
    room = LENGTH

    def filled(hole: re.Match[str]) -> str:
        nonlocal room
        for name in _names(hole):
            value = known(name)
            if value is not None and len(value) <= room:
                room -= len(value)
                return value + (hole[2] or name)[len(name) :]
        return hole[0] if otherwise is None else otherwise

    return _HOLE.sub(filled, text)


def names(text: str) -> Iterator[str]:
    """Every name that the holes of `text` may speak of."""
    for hole in _HOLE.finditer(text):
        yield from _names(hole)


def _names(hole: re.Match[str]) -> Iterator[str]:
    name = hole[1] or hole[2]
    yield name
    while hole[2] and "." in name:
        name = name.rpartition(".")[0]
        yield name
