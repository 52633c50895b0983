"""Collects the rows of one file and closes them into `Facts`."""

from __future__ import annotations

import hashlib
import marshal
import re
from array import array
from collections import defaultdict

from askfirst.facts.rows import BODY, HEAD, Facts

# Expression kinds that other functions can be reached through or collections hide behind: they go into `Facts.sites`.
SITES = frozenset({"call", "new", "field", "ref", "class", "super-call", "typearg", "name"})
# Texts that can name something of the platform: content URIs, actions, permissions, mime types. They go in as well.
LITERALS = ("content://", "android.", "com.", "application/vnd", "package:")
QUALIFIED = re.compile(r"[a-z]\w*(?:\.\w+)*\.[A-Z]\w*")  # … and classes that reflection loads


class Builder:
    """Rows in the making. Tables hold plain tuples in the field order of facts/rows.py."""

    def __init__(self) -> None:
        self.package = ""
        self.imports: list[tuple[object, ...]] = []
        self.types: list[tuple[object, ...]] = []
        self.functions: list[tuple[object, ...]] = []
        self.variables: list[tuple[object, ...]] = []
        self.elements: list[tuple[object, ...]] = []
        self.statements: list[tuple[object, ...]] = []
        self.entries: list[tuple[object, ...]] = []
        self.allowances: list[tuple[object, ...]] = []
        self.problems: list[tuple[object, ...]] = []
        self.exprs: list[tuple[object, ...]] = []
        self.guards: list[tuple[object, ...]] = []
        self.assigns: list[tuple[object, ...]] = []
        self.returns: list[tuple[object, ...]] = []
        self._spots = array("I")
        self._sites: defaultdict[str, list[int]] = defaultdict(list)

    def spot(self, start: int, end: int) -> int:
        """Remember the byte range [start, end); answers its index."""
        self._spots.append(start)
        self._spots.append(end)
        return len(self._spots) // 2 - 1

    def expr(self, kind: str, value: str, kids: tuple[int, ...], function: int, guard: int, spot: int) -> int:
        """Add an expression; answers its index."""
        self.exprs.append((kind, value, kids, function, guard, spot))
        index = len(self.exprs) - 1
        if kind in SITES or (kind == "str" and (value.startswith(LITERALS) or QUALIFIED.fullmatch(value))):
            self._sites[value].append(index)
        return index

    def finish(self) -> Facts:
        sites = {name: tuple(where) for name, where in sorted(self._sites.items())}
        head = tuple(
            self.package if n == "package" else sites if n == "sites" else tuple(getattr(self, n)) for n in HEAD
        )
        # version 2 writes no back references: equal rows give equal bytes, whatever objects they share
        shape = marshal.dumps(tuple(part for name, part in zip(HEAD, head, strict=True) if name != "allowances"), 2)
        body = marshal.dumps(tuple(tuple(getattr(self, n)) for n in BODY))
        stable = marshal.dumps(tuple(tuple(getattr(self, n)) for n in BODY), 2)
        return Facts(head, body, self._spots.tobytes(), _digest(shape), _digest(stable))


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
