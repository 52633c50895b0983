"""What both code readers share: where the walk stands (type, function, conditions), and how rows are made there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from sys import intern

from tree_sitter import Node

from askfirst.facts.builder import Builder

_SPACES = re.compile(rb"\s+")


class Frame:
    """A function being read.

    `returned`: some way through it ends it early, without leaving what is around it.
    `escaped`: a `break` with a label leaves some loop in it.
    """

    __slots__ = ("escaped", "fn", "guard", "inline", "label", "outer", "returned")

    def __init__(self, fn: int, outer: Frame | None, inline: bool = False, label: str = "", guard: int = -1) -> None:
        self.fn, self.outer, self.inline, self.label, self.guard = fn, outer, inline, label, guard
        self.returned = self.escaped = False


State = tuple[Frame, int, int, bool, bool]


class Walk:
    """The state of one walk over one file.

    Handlers run in the order of evaluation. `guard` is what is known at this point; `dead` says that this point is
    never reached; `broke` that the loop or switch around it was left by a `break`.
    """

    def __init__(self, data: bytes, blanked: Mapping[int, int] | None = None) -> None:
        """`blanked`: where type arguments stand that the tree does not show."""
        self.data = data
        self.blanked = blanked or {}
        self.rows = Builder()
        self.frame = Frame(-1, None)
        self.type = -1
        self.fn = -1
        self.guard = -1
        self.dead = False
        self.broke = False
        self._words: dict[bytes, str] = {}
        self._initialisers: dict[tuple[int, str], int] = {}
        self._anonymous: dict[int, int] = {}
        self._problems: list[tuple[str, str, int, int]] = []

    # Reading words

    def word(self, node: Node) -> str:
        """A node's text as one shared string."""
        return self.words(node.start_byte, node.end_byte)

    def words(self, start: int, end: int) -> str:
        """The text of [start, end) as one shared string."""
        piece = self.data[start:end]
        found = self._words.get(piece)
        if found is None:
            found = self._words[piece] = intern(piece.decode("utf-8", "replace"))
        return found

    def type_text(self, node: Node) -> str:
        """A type as written, with its type arguments, white space made single."""
        end = node.end_byte
        return intern(
            _SPACES.sub(b" ", self.data[node.start_byte : self.blanked.get(end, end)]).decode("utf-8", "replace")
        )

    def type_name(self, node: Node) -> str:
        """A type's name: no type arguments, nullability or white space."""
        name = self.data[node.start_byte : node.end_byte].partition(b"<")[0]
        return intern(_SPACES.sub(b"", name).decode("utf-8", "replace").rstrip("?"))

    # Making rows

    def add(self, kind: str, value: str, kids: tuple[int, ...], start: int, end: int) -> int:
        """An expression evaluated here."""
        rows = self.rows
        return rows.expr(kind, value, kids, self.fn, self.guard, rows.spot(start, end))

    def add_named(self, kind: str, value: str, kids: tuple[int, ...], start: int, name: Node) -> int:
        """An expression whose place is from `start` (its receiver's) to the end of its name if they share a line."""
        at, end = name.start_byte, name.end_byte
        if start < at and self.data.find(b"\n", start, at) < 0:
            at = start
        return self.rows.expr(kind, value, kids, self.fn, self.guard, self.rows.spot(at, end))

    def push(self, expr: int, polarity: bool) -> None:
        """From here on `expr` is known to be `polarity`."""
        if expr >= 0:
            self.rows.guards.append((expr, polarity, self.guard))
            self.guard = len(self.rows.guards) - 1

    def not_null(self, expr: int, node: Node, polarity: bool = True) -> None:
        """From here on `expr` is known not to be null (or to be null); see through `takeIf` and `takeUnless`."""
        if expr < 0:
            return
        start, end = node.start_byte, node.end_byte
        null = self.add("null", "", (), start, end)
        self.push(self.add("op", "!=", (expr, null), start, end), polarity)
        kind, value, kids = self.rows.exprs[expr][:3]
        if polarity and kind == "call" and value in ("takeIf", "takeUnless"):
            last = self.rows.exprs[kids[-1]] if kids[-1] >= 0 else ("",)  # type: ignore[index]
            if last[0] == "lambda":
                body = self.rows.functions[int(last[1])][8]  # type: ignore[call-overload]
                self.push(body, value == "takeIf")  # type: ignore[arg-type]

    def give_back(self, value: int, frame: Frame | None = None) -> None:
        """A `return` from here, out of `frame` (the function being read when not given)."""
        target = frame or self.frame
        guard, inner = self.guard, self.frame
        while inner is not target and inner.outer is not None:
            guard, inner = self._lift(guard, inner.guard), inner.outer
        target.returned = True
        self.rows.returns.append((value, target.fn, guard))
        self.dead = True

    def _lift(self, guard: int, onto: int) -> int:
        """The conditions of a lambda's inside, on top of those under which it was made."""
        chain: list[tuple[object, ...]] = []
        while guard >= 0:
            chain.append(self.rows.guards[guard])
            guard = self.rows.guards[guard][2]  # type: ignore[assignment]
        for expr, polarity, _ in reversed(chain):
            self.rows.guards.append((expr, polarity, onto))
            onto = len(self.rows.guards) - 1
        return onto

    def variable(
        self, name: Node, type: str, value: int, kind: str, modifiers: tuple[str, ...] = (), function: int | None = None
    ) -> None:
        """A variable declared here; fields belong to the type being read."""
        owner = self.type if kind == "field" else -1
        function = self.fn if function is None else function
        spot = self.rows.spot(name.start_byte, name.end_byte)
        self.rows.variables.append((self.word(name), type, value, owner, function, kind, modifiers, spot))

    def problem(self, what: str, detail: str, start: int, end: int) -> None:
        self._problems.append((what, detail, start, end))

    # Types and functions

    def new_type(self, name: str, kind: str, supers: tuple[str, ...], modifiers: tuple[str, ...], at: Node) -> int:
        """A type inside the one being read. An empty name makes it anonymous."""
        if not name:
            number = self._anonymous[self.type] = self._anonymous.get(self.type, 0) + 1
            name = f"<anonymous:{number}>"
        if self.type >= 0:
            name = f"{self.rows.types[self.type][0]}.{name}"
        spot = self.rows.spot(at.start_byte, at.end_byte)
        self.rows.types.append((name, kind, supers, self.type, self.fn, modifiers, spot))
        return len(self.rows.types) - 1

    def in_type(self, type: int, read: Callable[[], object]) -> None:
        """Run `read` with `type` as the type being read, outside of any function."""
        saved, around = self._enter(Frame(-1, None), -1), self.type
        self.type = type
        read()
        self.type = around
        self._leave(saved)

    def new_function(
        self,
        name: str,
        start: int,
        end: int,
        modifiers: tuple[str, ...] = (),
        returns: str = "",
        receiver: str = "",
        outer: int = -1,
    ) -> int:
        """A function of the type being read, its parameters and body still to come."""
        guard = self.guard if outer >= 0 else -1
        row = (name, self.type, (), returns, receiver, outer, guard, modifiers, -1, self.rows.spot(start, end))
        self.rows.functions.append(row)
        return len(self.rows.functions) - 1

    def set_params(self, fn: int, params: Sequence[tuple[object, ...]]) -> None:
        row = self.rows.functions[fn]
        self.rows.functions[fn] = (*row[:2], tuple(params), *row[3:])

    def set_body(self, fn: int, body: int) -> None:
        row = self.rows.functions[fn]
        self.rows.functions[fn] = (*row[:8], body, row[9])

    def _enter(self, frame: Frame, fn: int) -> State:
        saved = self.frame, self.fn, self.guard, self.dead, self.broke
        self.frame, self.fn, self.guard, self.dead, self.broke = frame, fn, -1, False, False
        return saved

    def _leave(self, saved: State) -> None:
        self.frame, self.fn, self.guard, self.dead, self.broke = saved

    def in_function(self, fn: int, read: Callable[[], object], inline: bool = False, label: str = "") -> bool:
        """Run `read` inside the function `fn`.

        Answers whether it always leaves what is around it too (throws, returns from further out). `inline`: a lambda,
        through which `return` reaches the function around it.
        """
        guard = self.rows.functions[fn][6]
        frame = Frame(fn, self.frame, inline, label, guard)  # type: ignore[arg-type]
        saved = self._enter(frame, fn)
        read()
        leaves = self.dead and not frame.returned
        self._leave(saved)
        return leaves

    def in_initialiser(self, name: str, at: Node, read: Callable[[], object]) -> int:
        """Run `read` inside the type's function for initialisers ("<fields>", "<clinit>", or "<file>" outside)."""
        key = (self.type, name)
        fn = self._initialisers.get(key, -1)
        if fn < 0:
            fn = self._initialisers[key] = self.new_function(name, at.start_byte, at.end_byte)
        self.in_function(fn, read)
        return fn

    def safely(self, read: Callable[[Node], object], node: Node) -> None:
        """Read a declaration; nested too deep, what was read so far is kept and a problem noted."""
        state = self.frame, self.fn, self.guard, self.dead, self.broke
        around = self.type
        try:
            read(node)
        except RecursionError:
            self._leave(state)
            self.type = around
            self.problem("depth", "", node.start_byte, min(node.end_byte, node.start_byte + 1))
