"""Java expressions: chains of calls, operators, literals, lambdas, switches."""

from __future__ import annotations

import re
import textwrap
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from tree_sitter import Node

from askfirst.facts.flow import Flow
from askfirst.facts.trees import COMMENTS

LINKS = frozenset({"method_invocation", "field_access", "array_access"})
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "s": " ", "\n": ""}
_PIECES = re.compile(r"\\u+[0-9a-fA-F]{4}|\\[0-7]{1,3}|\\.", re.S)


class JavaExprs(Flow):
    """Reads expressions. Every handler answers the index of the expression it made, -1 when it made none."""

    handlers: ClassVar[dict[str, Callable[[Any, Node], int]]] = {}

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.yields: list[int] = []

    def expr(self, node: Node) -> int:
        handler = self.handlers.get(node.type)
        return self.other(node) if handler is None else handler(self, node)

    @abstractmethod
    def new_object(self, supers: tuple[str, ...], body: Node, at: Node) -> int:
        """Read an anonymous class body; answers an `object`."""

    def parts(self, node: Node) -> tuple[Node | None, Node | None, Node | None]:
        find = node.child_by_field_name
        return find("condition"), find("consequence"), find("alternative")

    def body(self, node: Node | None) -> int:
        if node is None:
            return -1
        return self.statements(node.named_children) if node.type == "block" else self.expr(node)

    # Leaves

    def identifier(self, node: Node) -> int:
        start, end = node.start_byte, node.end_byte
        return self.add("name", self.words(start, end), (), start, end)

    def type_as_name(self, node: Node) -> int:
        return self.add("name", self.type_name(node), (), node.start_byte, node.end_byte)

    def boolean(self, node: Node) -> int:
        return self.add("bool", self.word(node), (), node.start_byte, node.end_byte)

    def null(self, node: Node) -> int:
        return self.add("null", "", (), node.start_byte, node.end_byte)

    def this(self, node: Node) -> int:
        return self.add("this", "", (), node.start_byte, node.end_byte)

    def character(self, node: Node) -> int:
        start, end = node.start_byte, node.end_byte
        return self.add("char", _PIECES.sub(_escaped, self.words(start + 1, end - 1)), (), start, end)

    def string(self, node: Node) -> int:
        start, end = node.start_byte, node.end_byte
        if self.data.startswith(b'"""', start):
            lines = self.words(start + 3, max(start + 3, end - 3)).partition("\n")[2]
            # the closing quotes count as a line of their own for the common indentation
            words = textwrap.dedent(lines + "\x00").replace("\x00", "") if lines.strip() else lines
            value = _PIECES.sub(_escaped, "\n".join(line.rstrip() for line in words.split("\n")))
        else:
            value = self.words(start + 1, end - 1)
            if "\\" in value:
                value = _PIECES.sub(_escaped, value)
        return self.add("str", value, (), start, end)

    def class_literal(self, node: Node) -> int:
        return self.add("class", self.type_name(node.children[0]), (), node.start_byte, node.end_byte)

    # Chains: a.b(c).d[e]

    def chain(self, node: Node) -> int:
        """Members, calls and indices, from the first receiver outwards."""
        links: list[tuple[Node, list[Node]]] = []
        start = node.start_byte
        value = -1
        while node.type in LINKS:
            children = self.solid(node)
            links.append((node, children))
            if len(children) < 3:
                break
            node = children[0]
        else:
            value = self.expr(node)
        for link, children in reversed(links):
            kind, last = link.type, children[-1]
            if kind == "method_invocation":
                value = self._call(value, children, start)
            elif kind == "field_access" and last.type == "this":
                value = self.add("this", self.type_name(children[0]), (), start, link.end_byte)
            elif kind == "field_access" and last.type != "super":
                value = self.add_named("field", self.word(last), (value,), start, last)
            elif kind == "array_access":
                value = self.add("index", "", (value, *self._all(children[1:])), start, link.end_byte)
        return value

    def _all(self, nodes: list[Node]) -> list[int]:
        return [k for k in [self.expr(c) for c in nodes if c.is_named] if k >= 0]

    def arguments(self, node: Node | None) -> list[int]:
        """An argument list's expressions."""
        return [] if node is None else self._all([c for c in node.named_children if c.type not in COMMENTS])

    def _call(self, receiver: int, children: list[Node], start: int) -> int:
        last = children[-1]
        if len(children) < 2:
            return self.expr(last)
        name, types = children[-2], []
        if len(children) > 4:  # Outer.super.f(), x.<T>f()
            for child in children[2:-2]:
                if child.type == "super":
                    receiver = self.super(child)
                elif child.type == "type_arguments":
                    types = [
                        self.add("typearg", self.type_text(c), (), c.start_byte, c.end_byte)
                        for c in child.named_children
                    ]
        arguments = self.arguments(last)
        callee = self.word(name)
        value = self.add_named("call", callee, (receiver, *arguments, *types), start, name)
        if arguments and receiver >= 0:
            self._after(callee, receiver, arguments[0], name)
        elif arguments and callee in ("requireNonNull", "checkNotNull"):
            self.not_null(arguments[0], name)
        elif arguments and callee in ("checkArgument", "checkState"):
            self.push(arguments[0], True)
        return value

    def _after(self, callee: str, receiver: int, argument: int, name: Node) -> None:
        """What a finished call says of the code after it."""
        if callee in ("checkArgument", "checkState"):
            self.push(argument, True)
        elif callee in ("requireNonNull", "checkNotNull"):
            self.not_null(argument, name)
        elif callee in ("exit", "killProcess", "halt"):
            self.dead = self.dead or self.rows.exprs[receiver][1] in ("System", "Process", "getRuntime")

    # Operators

    def unary(self, node: Node) -> int:
        """-x, !x, x++, ++x."""
        value, operator = -1, ""
        for child in self.solid(node):
            if child.is_named:
                value = self.expr(child)
            else:
                operator = child.type
        return self.add("op", operator, (value,), node.start_byte, node.end_byte) if value >= 0 else -1

    def instance_of(self, node: Node) -> int:
        children = self.solid(node)
        named = [c for c in children if c.is_named]
        if len(named) < 2:
            return self.other(node)
        left = self.expr(named[0])
        right = self.pattern(named[1], left)
        if len(named) > 2 and named[-1].type == "identifier":
            self.variable(named[-1], self.type_text(named[1]), left, "local")
        return self.add("op", "is", (left, right) if left >= 0 else (), node.start_byte, node.end_byte)

    def pattern(self, node: Node, value: int) -> int:
        """What `value` is held against, a type or pattern: notes its variables; answers its type as a typearg."""
        if node.type == "pattern" and node.named_children:
            node = node.named_children[0]
        at = node
        if node.type in ("type_pattern", "record_pattern", "record_pattern_component") and node.named_children:
            children = [c for c in node.named_children if c.type not in COMMENTS and c.type != "modifiers"] or [node]
            at = children[0]
            for child in children[1:]:
                if child.type == "identifier":
                    self.variable(child, self.type_text(at), value, "local")
                elif child.type == "record_pattern_body":
                    for inner in child.named_children:
                        self.pattern(inner, -1)
        return self.add("typearg", self.type_name(at), (), at.start_byte, at.end_byte)

    def cast(self, node: Node) -> int:
        named = [c for c in self.solid(node) if c.is_named]
        if len(named) < 2:
            return self.other(node)
        value = self.expr(named[-1])
        return (
            self.add("cast", self.type_name(named[0]), (value,), node.start_byte, node.end_byte) if value >= 0 else -1
        )

    def assignment(self, node: Node) -> int:
        """An assignment's value is what was assigned."""
        children = self.solid(node)
        if len(children) != 3:
            return self.other(node)
        target, value = self.expr(children[0]), self.expr(children[2])
        if target >= 0 and value >= 0:
            self.rows.assigns.append((target, value, children[1].type, self.fn, self.guard))
        return value if children[1].type == "=" else target

    def ternary(self, node: Node) -> int:
        kids = self.choice(node)
        return self.add("if", "", kids, node.start_byte, node.end_byte)

    # Values

    def new(self, node: Node) -> int:
        """new T(x), outer.new T(x), new T(x) { … }."""
        made = arguments = body = None
        outer = -1
        started = False
        for child in self.solid(node):
            kind = child.type
            if kind == "new":
                started = True
            elif not started and child.is_named:
                outer = self.expr(child)
            elif kind == "argument_list":
                arguments = child
            elif kind == "class_body":
                body = child
            elif child.is_named and kind not in ("type_arguments", "annotation", "marker_annotation"):
                made = child
        if made is None:
            return self.other(node)
        name = self.type_name(made)
        kids = self.arguments(arguments)
        if body is not None:
            kids.append(self.new_object((name,), body, made))
        return self.add_named("new", name, (outer, *kids), node.start_byte, made)

    def array(self, node: Node) -> int:
        """new T[n], new T[]{…}, {…}."""
        if node.type != "array_creation_expression":
            return self.add("array", "", tuple(self.arguments(node)), node.start_byte, node.end_byte)
        element, kids = "", []
        for child in self.solid(node):
            if child.type == "dimensions_expr":
                self.other(child)
            elif child.type == "array_initializer":
                kids = self.arguments(child)
            elif child.is_named and child.type != "dimensions" and not element:
                element = self.type_name(child)
        return self.add("array", element, tuple(kids), node.start_byte, node.end_byte)

    def reference(self, node: Node) -> int:
        children = self.solid(node)
        first, name = children[0], children[-1]
        receiver = self.type_as_name(first) if first.type.endswith("_type") else self.expr(first)
        return self.add_named("ref", self.word(name), (receiver,), node.start_byte, name)

    def lambda_(self, node: Node) -> int:
        params, body = node.child_by_field_name("parameters"), node.child_by_field_name("body")
        at = params or node
        fn = self.new_function("<lambda>", at.start_byte, at.end_byte, outer=self.fn)
        self.in_function(fn, lambda: self._lambda_inside(fn, params, body))
        return self.add("lambda", str(fn), (), node.start_byte, node.end_byte)

    def _lambda_inside(self, fn: int, params: Node | None, body: Node | None) -> None:
        if params is not None:
            self.set_params(fn, self.parameters(params))
        if body is not None and body.type == "block":
            self.statements(body.named_children)
        elif body is not None:
            value = self.expr(body)
            self.set_body(fn, value)
            self.give_back(value)


def _escaped(found: re.Match[str]) -> str:
    """An escape sequence's character."""
    escape = found[0][1:]
    if escape[0] == "u" and len(escape) > 4:
        return chr(int(escape.lstrip("u"), 16))
    if escape[0] in "01234567":
        return chr(int(escape, 8))
    return ESCAPES.get(escape, escape)
