"""What a walk knows of conditions: choices, loops, early exits; and what both languages write alike."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

from tree_sitter import Node, Tree

from askfirst.facts.comments import MARK, add_allowances
from askfirst.facts.rows import Facts
from askfirst.facts.trees import COMMENTS, broken_places, marked_comments
from askfirst.facts.walk import Walk

MAX_SYNTAX = 3  # syntax problems told per file
SKIPPED = frozenset({*COMMENTS, "ERROR"})
HEADS = frozenset({"class", "interface", "object", "enum", "record"})
PARAMETERS = frozenset({"function_value_parameters", "formal_parameters"})
BINARY = frozenset({"binary_expression", "range_expression"})


class Branch(NamedTuple):
    """One way through an `if`, `when` or switch."""

    condition: int  # -1 for else
    before: int  # what is known when its condition is reached
    end: int  # what is known where it ends
    dead: bool  # it never ends: it always leaves


class Flow(Walk):
    """A walk with conditions."""

    # Each language's part

    members: ClassVar[dict[str, Callable[[Any, Node], object]]] = {}

    @abstractmethod
    def member(self, node: Node) -> None:
        """Read what stands in a file or type."""

    @abstractmethod
    def parameters(self, node: Node) -> list[tuple[object, ...]]:
        """The parameters in a list of them."""

    @abstractmethod
    def statements(self, nodes: list[Node]) -> int:
        """Read statements in order; answers the value of the last, -1 when it has none."""

    @abstractmethod
    def expr(self, node: Node) -> int:
        """Read an expression; answers its index, -1 when it says nothing."""

    @abstractmethod
    def body(self, node: Node | None) -> int:
        """Read a branch: a block, a statement or an expression; answers its value, -1 when it has none."""

    @abstractmethod
    def parts(self, node: Node) -> tuple[Node | None, Node | None, Node | None]:
        """Condition, then and else of an `if` or a ternary."""

    errors = False  # the tree has broken places

    def __init__(self, data: bytes, blanked: Mapping[int, int] | None = None) -> None:
        super().__init__(data, blanked)
        self.mended: set[tuple[int, int]] = set()  # broken places that were read

    def solid(self, node: Node) -> list[Node]:
        """A node's children without comments; what stands in broken places among them is read on the way."""
        if self.errors:
            for child in node.children:
                if child.is_error:
                    self.broken(child)
        return [c for c in node.children if c.type not in SKIPPED]

    def other(self, node: Node) -> int:
        """Anything without a meaning of its own: what it contains."""
        kids = tuple(k for k in [self.expr(c) for c in node.named_children if c.type not in COMMENTS] if k >= 0)
        return self.add("other", "", kids, node.start_byte, node.end_byte) if kids else -1

    def nothing(self, node: Node) -> int:
        return -1

    def parenthesized(self, node: Node) -> int:
        """The last expression that a node holds: what stands between brackets, or after a keyword."""
        value = -1
        for child in node.named_children:
            if child.type not in COMMENTS:
                value = self.expr(child)
        return value

    # Conditions

    def join(self, saved: int, branches: Sequence[Branch]) -> None:
        """What is known after a choice, of which `saved` was known before."""
        alive = [b for b in branches if not b.dead]
        if not alive:
            self.guard, self.dead = saved, True
        elif len(alive) == 1:
            self.guard = alive[0].end
        else:
            self.guard = alive[0].before
            if len(alive) < len(branches) and branches[-1].dead and all(b.condition >= 0 for b in alive):
                self.push(self.any_of([b.condition for b in alive]), True)

    def any_of(self, conditions: Sequence[int]) -> int:
        """One expression that is true when one of the conditions is."""
        whole = conditions[0]
        for each in conditions[1:]:
            spot = self.rows.exprs[each][5]
            whole = self.rows.expr("op", "||", (whole, each), self.fn, self.guard, spot)  # type: ignore[arg-type]
        return whole

    def short_circuit(self, operator: str, left: int, right: Node, around: Node) -> int:
        """The right side of `&&`, `||` or `?:`; one that always leaves (`x ?: return`) guards what follows."""
        saved, dead = self.guard, self.dead
        elvis, polarity = operator == "?:", operator == "&&"
        if elvis:
            self.not_null(left, around, False)
        else:
            self.push(left, polarity)
        self.dead = False
        value = self.expr(right)
        self.guard = saved
        if self.dead:
            if elvis:
                self.not_null(left, around)
            else:
                self.push(left, not polarity)
        self.dead = dead
        return value

    def loop(self, body: Callable[[], None], condition: int = -1) -> bool:
        """A loop's body under its condition; answers whether a `break` ends the loop."""
        saved, dead, broke = self.guard, self.dead, self.broke
        self.broke = False
        self.push(condition, True)
        body()
        left = self.broke or self.frame.escaped
        self.guard, self.dead, self.broke = saved, dead, broke
        return left

    def attempt(
        self, body: Callable[[], None], catches: Iterable[Callable[[], None]], last: Callable[[], None] | None
    ) -> None:
        """try, catch, finally. What is known where the body ends holds afterwards only if no catch leads there."""
        saved, dead = self.guard, self.dead
        body()
        ends, all_dead = self.guard, self.dead
        caught = False
        for each in catches:
            self.guard, self.dead = saved, dead
            each()
            caught, all_dead = caught or not self.dead, all_dead and self.dead
        self.guard = saved if caught or last is not None else ends
        self.dead = dead
        if last is not None:
            last()
            if not caught:
                self.guard = ends
        self.dead = self.dead or all_dead

    def choice(self, node: Node) -> tuple[int, int, int]:
        """An `if` in any position: condition and values of its branches. Chains of `else if` need no recursion."""
        kind, saved, dead = node.type, self.guard, self.dead
        branches: list[Branch] = []
        heads: list[tuple[int, int, Node]] = []
        while True:
            condition, then, other = self.parts(node)
            test = self.expr(condition) if condition is not None else -1
            before = self.guard
            if not branches:
                saved, dead = before, self.dead
            self.dead = False
            self.push(test, True)
            heads.append((test, self.body(then), node))
            branches.append(Branch(test, before, self.guard, self.dead))
            self.guard, self.dead = before, False
            self.push(test, False)
            if other is None or other.type != kind:
                break
            node = other
        before = self.guard
        value = self.body(other)
        branches.append(Branch(-1, before, self.guard, self.dead))
        self.dead = dead
        self.join(saved, branches)
        for test, first, at in reversed(heads[1:]):
            value = self.add("if", "", (test, first, value), at.start_byte, at.end_byte) if test >= 0 else value
        return heads[0][0], heads[0][1], value

    # What both languages write alike

    def binary(self, node: Node) -> int:
        """Binary operators; long chains of them (`a + b + c …`) lean to the left and are read without recursion."""
        stack: list[tuple[Node, list[Node]]] = []
        while node.type in BINARY:
            children = self.solid(node)
            if len(children) != 3:
                break
            stack.append((node, children))
            node = children[0]
        value = self.other(node) if node.type in BINARY else self.expr(node)
        start = node.start_byte
        for around, (_, sign, right) in reversed(stack):
            operator = sign.type
            if operator in ("&&", "||", "?:"):
                second = self.short_circuit(operator, value, right, around)
            else:
                second = self.expr(right)
            kids = (value, second) if value >= 0 and second >= 0 else (max(value, second),)
            value = self.add("op", operator, kids, start, around.end_byte) if kids[0] >= 0 else -1
        return value

    def jump(self, breaks: bool, labelled: bool = False) -> int:
        """break or continue."""
        self.dead = True
        self.broke = self.broke or breaks
        self.frame.escaped = self.frame.escaped or (breaks and labelled)
        return -1

    def number(self, node: Node) -> int:
        return self.add("int", self.word(node), (), node.start_byte, node.end_byte)

    def super(self, node: Node) -> int:
        return self.add("super", "", (), node.start_byte, node.end_byte)

    def throw(self, node: Node) -> int:
        value = self.parenthesized(node)
        self.dead = True
        return self.add("other", "", (value,) if value >= 0 else (), node.start_byte, node.end_byte)

    def broken(self, node: Node) -> int:
        """A broken place in a body: its statements, as far as they can be told. What follows learns nothing from it."""
        place = node.start_byte, node.end_byte
        if place not in self.mended:
            saved = self.guard, self.dead, self.broke
            self.statements(node.named_children)
            self.guard, self.dead, self.broke = saved
            self.mended.add(place)
        return -1

    def top(self, root: Node, nodes: list[Node]) -> None:
        """A file's declarations."""
        if root.is_error:
            self.rubble(nodes, root.end_byte)
        else:
            for node in nodes:
                self.member(node)

    def _headless(self, fn: int, params: Node, rest: list[Node]) -> None:
        self.set_params(fn, self.parameters(params))
        self.statements(rest)

    def lost(self, start: int, end: int) -> None:
        """What the grammar gave up on, behind the last word of a broken place."""

    def rubble(self, nodes: list[Node], end: int) -> None:
        """A broken place outside of bodies, up to `end`: declarations count, and what lost its end keeps its head."""
        for n, node in enumerate(nodes):
            before = nodes[n - 1] if n else None
            if node.type == "identifier" and before is not None and before.type in HEADS:
                kind = "class" if before.type == "record" else before.type
                new = self.new_type(self.word(node), kind, (), (), node)
                self.in_type(new, partial(self.rubble, nodes[n + 1 :], end))
                return
            if node.type in PARAMETERS and before is not None and before.type == "identifier":
                fn = self.new_function(self.word(before), before.start_byte, before.end_byte)
                rest = [c for c in nodes[n + 1 :] if c.is_named]
                self.in_function(fn, partial(self._headless, fn, node, rest))
                break
            if node.is_error or node.type in self.members:
                self.member(node)
        if nodes:
            self.lost(nodes[-1].end_byte, end)

    # The end

    def finish(self, tree: Tree) -> Facts:
        """All rows, with what could not be read and what is allowed."""
        root = tree.root_node
        if root.has_error:
            for start, end in broken_places(root)[:MAX_SYNTAX]:
                self.problem("syntax", "", start, end)
        for what, detail, start, end in self._problems:
            self.rows.problems.append((what, detail, self.rows.spot(start, end)))
        if MARK in self.data:
            add_allowances(self.rows, self.data, marked_comments(root, self.data))
        return self.rows.finish()
