"""Kotlin statements: what leaves, chooses and repeats."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from tree_sitter import Node

from askfirst.facts.flow import Branch
from askfirst.facts.kotlin_exprs import KotlinExprs
from askfirst.facts.trees import COMMENTS


class KotlinFlow(KotlinExprs):
    """Reads statements, and the expressions that leave or choose."""

    statement_kinds: ClassVar[dict[str, Callable[[Any, Node], object]]] = {}

    @abstractmethod
    def bind(self, target: Node, value: int, modifiers: tuple[str, ...], kind: str, function: int | None) -> str:
        """Declare what is on the left of `=` or `in`; answers its declared type."""

    # Leaving

    def return_(self, node: Node) -> int:
        children = self.solid(node)
        label, rest = "", children[1:]
        if children[0].type == "return@" and rest:
            label, rest = self.word(rest[0]), rest[1:]
        value = self.expr(rest[0]) if rest else -1
        frame = self.frame
        while frame.outer is not None and (frame.label != label if label else frame.inline):
            frame = frame.outer
        self.give_back(value, self.frame if frame.fn < 0 else frame)
        return self.add("other", "", (value,) if value >= 0 else (), node.start_byte, node.end_byte)

    # Choices

    def if_(self, node: Node) -> int:
        condition, first, second = self.choice(node)
        kids = (condition, first, second)
        return self.add("if", "", kids, node.start_byte, node.end_byte) if condition >= 0 else -1

    def parts(self, node: Node) -> tuple[Node | None, Node | None, Node | None]:
        condition = then = other = None
        stage = 0
        for child in node.children:
            kind = child.type
            if not child.is_named:
                stage = 1 if kind == ")" and stage == 0 else 2 if kind == "else" else stage
            elif kind in COMMENTS:
                continue
            elif child.is_error:
                self.other(child)
            elif stage == 0:
                condition = child
            elif stage == 1:
                then = child
            else:
                other = child
        return condition, then, other

    def body(self, node: Node | None) -> int:
        if node is None:
            return -1
        return self.statements(node.named_children if node.type == "block" else [node])

    def when(self, node: Node) -> int:
        subject = -1
        saved = before = self.guard
        dead, results, branches, whole = self.dead, [], [], False
        for child in node.named_children:
            if child.type == "when_subject":
                subject = self._subject(child)
                saved = before = self.guard
                dead = self.dead
            elif child.type == "when_entry":
                self.guard, self.dead = before, False
                condition, value = self._entry(child, subject)
                results.append(value)
                branches.append(Branch(condition, before, self.guard, self.dead))
                whole = whole or condition < 0
                self.guard = before
                self.push(condition, False)
                before = self.guard
            elif child.is_error:
                self.other(child)
        if not whole:
            branches.append(Branch(-1, before, before, False))
        self.dead = dead
        self.join(saved, branches)
        return self.add("when", "", (subject, *results), node.start_byte, node.end_byte)

    def _subject(self, node: Node) -> int:
        children = self.solid(node)
        values = [c for c in children if c.is_named]
        value = self.expr(values[-1]) if values else -1
        for child in children:
            if child.type == "variable_declaration":
                self.local(child.named_children[0], "", value, ("val",))
        return value

    def _entry(self, node: Node, subject: int) -> tuple[int, int]:
        """A branch of `when`: its condition (-1 for else) and its value. What is known is left as at its end."""
        conditions: list[int] = []
        done, body = False, None
        for child in self.solid(node):
            if child.type == "->":
                done = True
            elif child.is_named and done:
                body = child
            elif child.is_named and self.data[child.start_byte - 4 : child.start_byte] == b" if ":
                condition = self._guarded(conditions, child)
                conditions = [condition] if condition >= 0 else []
            elif child.is_named:
                conditions.append(self._condition(child, subject))
        conditions = [c for c in conditions if c >= 0]
        condition = self.any_of(conditions) if conditions else -1
        self.push(condition, True)
        return condition, self.body(body)

    def _guarded(self, conditions: list[int], node: Node) -> int:
        """`is A if b`: both hold."""
        before, first = self.guard, conditions[0] if conditions else -1
        self.push(first, True)
        second = self.expr(node)
        self.guard = before
        if first < 0 or second < 0:
            return max(first, second)
        return self.add("op", "&&", (first, second), node.start_byte, node.end_byte)

    def _condition(self, node: Node, subject: int) -> int:
        start, end = node.start_byte, node.end_byte
        if node.type in ("type_test", "range_test"):
            children = self.solid(node)
            operator, right = children[0].type, self._tested(children[0].type, children[-1])
        elif subject < 0:
            return self.expr(node)
        else:
            operator, right = "==", self.expr(node)
        return self.add("op", operator, (subject, right) if min(subject, right) >= 0 else (), start, end)

    def try_(self, node: Node) -> int:
        values: list[int] = []
        body = last = None
        catches: list[Node] = []
        for child in self.solid(node):
            if child.type == "block":
                body = child
            elif child.type == "catch_block":
                catches.append(child)
            elif child.type == "finally_block":
                last = child
        self.attempt(
            lambda: values.append(self.body(body)),
            [lambda c=c: values.append(self._catch(c)) for c in catches],  # type: ignore[misc]
            None if last is None else lambda: self._finally(last),
        )
        kids = tuple(v for v in values if v >= 0)
        return self.add("try", "", kids, node.start_byte, node.end_byte)

    def _catch(self, node: Node) -> int:
        children = [c for c in self.solid(node) if c.is_named]
        names = [c for c in children if c.type == "identifier"]
        types = [c for c in children if c.type.endswith("_type")]
        if names:
            caught = self.type_text(types[0]) if types else ""
            self.variable(names[0], caught, -1, "catch")
            self.push(self.add("caught", caught, (), names[0].start_byte, names[0].end_byte), True)
        return self.body(children[-1]) if children and children[-1].type == "block" else -1

    def _finally(self, node: Node) -> None:
        for child in node.named_children:
            if child.type == "block":
                self.body(child)

    # Statements

    def statements(self, nodes: list[Node]) -> int:
        value = -1
        last = len(nodes) - 1
        while last >= 0 and nodes[last].type in COMMENTS:
            last -= 1
        for n, node in enumerate(nodes[: last + 1]):
            if n == last:
                value = self.expr(node)
            else:
                self.statement(node)
        return value

    def statement(self, node: Node) -> None:
        handler = self.statement_kinds.get(node.type)
        if handler is not None:
            handler(self, node)
        else:
            self.expr(node)

    def stated(self, node: Node) -> int:
        """A statement or declaration where a value could be: it has none."""
        self.statement_kinds[node.type](self, node)
        return -1

    def if_statement(self, node: Node) -> None:
        self.choice(node)

    def assignment(self, node: Node) -> None:
        children = self.solid(node)
        if len(children) < 3:
            self.other(node)
            return
        target = self.expr(children[0])
        value = self.expr(children[2])
        if target >= 0 and value >= 0:
            self.rows.assigns.append((target, value, children[1].type, self.fn, self.guard))

    def for_(self, node: Node) -> None:
        """`for (x in xs) …`: nothing is known of a body but that it runs for each."""
        children = [c for c in self.solid(node) if c.type != "label"]
        inside = next((n for n, c in enumerate(children) if c.type == "in"), -1)
        if inside < 0 or inside + 1 >= len(children):
            self.other(node)
            return
        each = self.expr(children[inside + 1])
        target = next((c for c in children[:inside] if c.type.endswith("variable_declaration")), None)
        if target is not None:
            self.bind(target, each if target.type == "variable_declaration" else -1, ("val",), "loop", self.fn)
        after = [c for c in children[inside + 2 :] if c.is_named]
        self.loop(lambda: self._loop_body(after))

    def _loop_body(self, nodes: list[Node]) -> None:
        for node in nodes[-1:]:
            self.body(node)

    def while_(self, node: Node) -> None:
        children = [c for c in self.solid(node) if c.is_named and c.type != "label"]
        if children:
            condition = self.expr(children[0])
            endless = self.word(children[0]) == "true"
            if not self.loop(lambda: self._loop_body(children[1:]), condition):
                self.push(condition, False)
                self.dead = self.dead or endless

    def do_while(self, node: Node) -> None:
        children = [c for c in self.solid(node) if c.is_named and c.type != "label"]
        condition = -1

        def read() -> None:
            nonlocal condition
            self._loop_body(children[:-1])
            condition = self.expr(children[-1])

        if children and not self.loop(read):
            self.push(condition, False)

    def annotated(self, node: Node) -> int:
        value = -1
        for child in node.named_children:
            if child.type not in COMMENTS and child.type != "annotation":
                value = self.expr(child)
        return value
