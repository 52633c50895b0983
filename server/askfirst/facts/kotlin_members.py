"""Kotlin functions, lambdas, properties and variables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from tree_sitter import Node

from askfirst.facts.kotlin_flow import KotlinFlow
from askfirst.facts.trees import COMMENTS, constant

TYPES = frozenset({"user_type", "nullable_type", "function_type", "non_nullable_type", "parenthesized_type"})


class KotlinMembers(KotlinFlow):
    """Reads functions and properties."""

    heads: Mapping[int, tuple[str, ...]] = MappingProxyType({})  # annotations that the tree lacks, by where what they stand before begins

    def modifiers(self, node: Node) -> tuple[str, ...]:
        """Words and annotations of a `modifiers` node."""
        found = []
        for child in node.named_children:
            if child.type == "annotation":
                found.extend(self.annotations(child))
            elif child.type not in COMMENTS:
                found.append(self.word(child))
        return tuple(found)

    def annotations(self, node: Node) -> list[str]:
        """The names in one annotation, each with its `@`."""
        found = []
        for child in node.named_children:
            given = ""
            if child.type == "constructor_invocation":
                given = self.word(child.named_children[-1])
                child = child.named_children[0]
            if child.type == "user_type":
                name = "@" + self.type_name(child)
                found += [name, *constant(name, given)]
        return found

    def _own_modifiers(self, node: Node | None) -> tuple[str, ...]:
        """The modifiers among a node's children."""
        for child in node.children if node is not None else ():
            if child.type == "modifiers":
                return self.modifiers(child)
        return ()

    # Functions

    def function(self, node: Node) -> None:
        """A function, of a type, of the file, or local; an anonymous one is a lambda that `return` ends."""
        self.new_fun(node, -1 if self.frame.fn < 0 else self.fn)

    def anonymous_function(self, node: Node) -> int:
        fn = self.new_fun(node, self.fn, "<lambda>")
        return self.add("lambda", str(fn), (), node.start_byte, node.end_byte)

    def new_fun(self, node: Node, outer: int, called: str = "") -> int:
        modifiers = self.heads.get(node.start_byte, ())
        name = params = body = None
        receiver = returns = ""
        type = ""
        for child in node.children:
            kind = child.type
            if kind == "modifiers":
                modifiers = (*modifiers, *self.modifiers(child))
            elif kind == "identifier":
                name = name or child
            elif kind == "function_value_parameters":
                params = child
            elif kind == "function_body":
                body = child
            elif kind == "." and name is None:
                receiver = type
            elif kind in TYPES:
                type = self.type_text(child)
                if params is not None:
                    returns = type
        if body is None and not called and self.type >= 0 and self.rows.types[self.type][1] == "interface":
            modifiers = (*modifiers, "abstract") if "abstract" not in modifiers else modifiers
        at = name or node.children[0]
        called = called or (self.word(name).strip("`") if name is not None else "")
        fn = self.new_function(called, at.start_byte, at.end_byte, modifiers, returns, receiver, outer)
        self.in_function(fn, lambda: self._function_inside(fn, params, body), label=called)
        return fn

    def _function_inside(self, fn: int, params: Node | None, body: Node | None) -> None:
        if params is not None:
            self.set_params(fn, self.parameters(params))
        if body is not None:
            self._function_body(fn, body)

    def _function_body(self, fn: int, node: Node) -> None:
        """`{ … }`, or `= expression`, which is returned."""
        for child in node.named_children:
            if child.type == "block":
                self.statements(child.named_children)
            elif child.type not in COMMENTS:
                value = self.expr(child)
                self.set_body(fn, value)
                if value >= 0:
                    self.give_back(value)

    def parameters(self, node: Node) -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        modifiers: tuple[str, ...] = ()
        default = False
        for child in node.children:
            if child.type == "parameter_modifiers":
                modifiers = self.modifiers(child)
            elif child.type == "=":
                default = True
            elif default and child.is_named and child.type not in COMMENTS:
                found[-1] = (*found[-1][:2], self.expr(child), found[-1][3]) if found else ("", "", -1, ())
                default = False
            elif child.type in ("parameter", "identifier"):
                found.append(self._parameter(child, modifiers))
                modifiers = ()
        return found

    def _parameter(self, node: Node, modifiers: tuple[str, ...]) -> tuple[object, ...]:
        children = node.named_children or [node]
        name = self.word(children[0]).strip("`")
        type = next((self.type_text(c) for c in children if c.type in TYPES), "")
        return (name, type + "..." if "vararg" in modifiers else type, -1, modifiers)

    def secondary(self, node: Node) -> None:
        children = self.solid(node)
        fn = self.new_function("<init>", node.start_byte, node.start_byte + 11, self._own_modifiers(node))

        def read() -> None:
            for child in children:
                if child.type == "function_value_parameters":
                    self.set_params(fn, self.parameters(child))
                elif child.type == "constructor_delegation_call":
                    self._super_call(self.word(child.children[0]), child)
                elif child.type == "block":
                    self.statements(child.named_children)

        self.in_function(fn, read)

    def _super_call(self, which: str, node: Node) -> None:
        kids: list[int] = []
        types: list[int] = []
        for child in node.named_children:
            if child.type == "value_arguments":
                kids = [self._argument(c, which) for c in child.named_children if c.type not in COMMENTS]
            elif child.type == "user_type":
                types = self._given_types(child)
        self.add_named("super-call", which, (-1, *[k for k in kids if k >= 0], *types), node.start_byte, node.children[0])

    def _given_types(self, node: Node) -> list[int]:
        """The type arguments of a written class."""
        if node.end_byte in self.blanked:
            return self._blanked_types(node.end_byte)
        return [
            self._type_argument(each)
            for child in node.named_children if child.type == "type_arguments"
            for each in child.named_children if each.type not in COMMENTS
        ]  # fmt: skip

    def init(self, node: Node) -> None:
        self.in_initialiser("<fields>", node.children[0], lambda: self.block(node))

    def block(self, node: Node) -> int:
        value = -1
        for child in node.named_children:
            if child.type == "block":
                value = self.statements(child.named_children)
        return value

    def lambda_literal(self, node: Node, label: str = "") -> int:
        start = node.start_byte
        fn = self.new_function("<lambda>", start, start + 1, outer=self.fn)
        self.left = self.in_function(fn, lambda: self._lambda_inside(fn, node), inline=True, label=label)
        return self.add("lambda", str(fn), (), start, node.end_byte)

    def _lambda_inside(self, fn: int, node: Node) -> None:
        statements = node.named_children
        first = next((n for n, c in enumerate(statements) if c.type not in COMMENTS), -1)
        if first >= 0 and statements[first].type == "lambda_parameters":
            self.set_params(
                fn, [self._lambda_parameter(c) for c in statements[first].named_children if c.type not in COMMENTS]
            )
            statements = statements[first + 1 :]
        self.set_body(fn, self.statements(statements))

    def _lambda_parameter(self, node: Node) -> tuple[object, ...]:
        if node.type == "multi_variable_declaration":
            for child in node.named_children:
                if child.type == "variable_declaration":
                    self._declare(child, -1, ("val",), "local")
            return ("", "", -1, ())
        return self._parameter(node, ())

    # Properties and variables

    def local(self, name: Node, type: str, value: int, modifiers: tuple[str, ...] = ()) -> None:
        self.variable(name, type, value, "local", modifiers)

    def _declare(
        self, node: Node, value: int, modifiers: tuple[str, ...], kind: str, function: int | None = None
    ) -> str:
        """A `variable_declaration`; answers its declared type."""
        name, type = node.named_children[0], ""
        for child in node.named_children:
            if child.type == "identifier":
                name = child
            elif child.type in TYPES:
                type = self.type_text(child)
        self.variable(name, type, value, kind, modifiers, function)
        return type

    def property(self, node: Node) -> None:
        """A property or local variable with its initialiser, delegate and accessors."""
        kind = "local" if self.frame.fn >= 0 else "field" if self.type >= 0 else "top"
        modifiers = self.heads.get(node.start_byte, ())
        target = start = None
        type = receiver = ""
        accessors = []
        set_ = False
        for child in node.children:
            match child.type:
                case "modifiers":
                    modifiers = (*modifiers, *self.modifiers(child))
                case "val" | "var":
                    modifiers = (*modifiers, child.type)
                case "variable_declaration" | "multi_variable_declaration":
                    target = child
                case "." if target is None:
                    receiver = type
                case "=":
                    set_ = True
                case "property_delegate":
                    start, modifiers = child, (*modifiers, "by")
                case "getter" | "setter":
                    accessors.append(child)
                case t if t in TYPES and not set_:
                    type = self.type_text(child)
                case t if set_ and child.is_named and t not in COMMENTS and start is None:
                    start = child
                case _ if child.is_error:
                    self.rubble(child.children, child.end_byte)
        if target is None:
            return
        value, function = -1, -1
        if start is not None:
            value, function = self._initial(start, kind, target)
        declared = self.bind(target, value, modifiers, kind, self.fn if kind == "local" else function)
        for accessor in accessors:
            self.safely(partial(self._accessor, target, declared, receiver), accessor)

    def _initial(self, node: Node, kind: str, target: Node) -> tuple[int, int]:
        """An initialiser's value, and the function it runs in."""
        value = -1

        def read() -> None:
            nonlocal value
            value = self.parenthesized(node) if node.type == "property_delegate" else self.expr(node)

        if kind == "local":
            read()
            return value, self.fn
        function = self.in_initialiser("<fields>" if kind == "field" else "<file>", target, read)
        return value, function

    def bind(self, target: Node, value: int, modifiers: tuple[str, ...], kind: str, function: int | None) -> str:
        """Declare what is on the left of `=`; several names take their components."""
        if target.type == "variable_declaration":
            return self._declare(target, value, modifiers, kind, function)
        names = [c for c in target.named_children if c.type == "variable_declaration"]
        for number, child in enumerate(names, 1):
            part = value
            if value >= 0:
                part = self.add("call", f"component{number}", (value,), child.start_byte, child.end_byte)
            self._declare(child, part, modifiers, kind, function)
        return ""

    def _accessor(self, target: Node, type: str, receiver: str, node: Node) -> None:
        """A getter or setter with a body."""
        body = next((c for c in node.named_children if c.type == "function_body"), None)
        if body is None or not target.named_children:
            return
        name = target.named_children[0]
        got = node.type == "getter"
        called = ("<get>" if got else "<set>") + self.word(name).strip("`")
        returns = next((self.type_text(c) for c in node.named_children if c.type in TYPES), type) if got else ""
        fn = self.new_function(called, name.start_byte, name.end_byte, self._own_modifiers(node), returns, receiver)
        values = [(self.word(c), type, -1, ()) for c in node.named_children if c.type == "identifier"]
        self.set_params(fn, values)
        self.in_function(fn, lambda: self._function_body(fn, body))
