"""Java: one file's bytes → Facts."""

from __future__ import annotations

from functools import partial

import tree_sitter_java
from tree_sitter import Language, Node

from askfirst.facts.gradle import read_build_code
from askfirst.facts.java_flow import JavaFlow
from askfirst.facts.rows import Facts
from askfirst.facts.trees import COMMENTS, LIMIT, parse
from askfirst.source import Source

LANGUAGE = Language(tree_sitter_java.language())
KINDS = {
    "class_declaration": "class",
    "record_declaration": "class",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "annotation_type_declaration": "annotation",
}


def read_java(source: Source, limit: float = LIMIT) -> Facts:
    """The facts of a Java file. Never raises; `limit` is the time its parse may take, in seconds."""
    walk = Java(source.data)
    tree, late = parse(LANGUAGE, source.data, limit)
    walk.errors = tree.root_node.has_error
    if late:
        walk.problem("timeout", "", 0, 0)
    walk.safely(walk.file, tree.root_node)
    read_build_code(source, walk.rows)
    return walk.finish(tree)


class Java(JavaFlow):
    """Reads files, types and their members."""

    # Files and types

    def file(self, root: Node) -> None:
        rest: list[Node] = []
        for child in root.children:
            if child.type == "package_declaration":
                self.rows.package = "".join(self.type_name(c) for c in child.named_children[-1:])
            elif child.type == "import_declaration":
                self._import(child)
            else:
                rest.append(child)
        self.top(root, rest)

    def _import(self, node: Node) -> None:
        names = [c for c in node.named_children if c.type not in COMMENTS]
        if names:
            name, wildcard = self.type_name(names[0]), names[-1].type == "asterisk"
            static = any(c.type == "static" for c in node.children)
            self.rows.imports.append((name, "" if wildcard else name.rpartition(".")[2], wildcard, static))

    def member(self, node: Node) -> None:
        """A declaration of a file or type; anything else there is read for what it holds."""
        handler = self.members.get(node.type)
        if handler is not None:
            self.safely(partial(handler, self), node)
        elif node.is_error:
            self.rubble(node.children, node.end_byte)
        elif node.type not in COMMENTS and node.type.endswith("statement"):
            self.in_initialiser("<fields>" if self.type >= 0 else "<file>", node, lambda: self.safely(self.expr, node))

    def class_(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        if name is None:
            return
        supers: list[str] = []
        modifiers = self.modifiers(node)
        params = body = base = None
        for child in node.children:
            match child.type:
                case "superclass":
                    base = child
                    supers.extend(self.type_name(c) for c in child.named_children)
                case "super_interfaces" | "extends_interfaces":
                    supers.extend(self.type_name(c) for each in child.named_children for c in each.named_children)
                case "formal_parameters":
                    params = child
                case "class_body" | "interface_body" | "enum_body" | "annotation_type_body":
                    body = child
        if node.type == "record_declaration":
            modifiers = (*modifiers, "record")
        new = self.new_type(self.word(name), KINDS[node.type], tuple(supers), modifiers, name)
        self.in_type(new, lambda: self._inside(base, params, body))

    def _inside(self, base: Node | None, components: Node | None, body: Node | None) -> None:
        """Type arguments of the base class, record components and members of the type being read."""
        given = [c for each in base.named_children for c in each.named_children if c.type == "type_arguments"] if base else []
        for types in given:
            self.in_initialiser("<fields>", types, partial(self._type_arguments, types))
        for child in components.named_children if components is not None else ():
            name, type = child.child_by_field_name("name"), child.child_by_field_name("type")
            if name is not None:
                self.variable(name, self.type_text(type) if type else "", -1, "field", ("private", "final"), -1)
        if body is not None:
            self.class_body(body, components)

    def _type_arguments(self, node: Node) -> None:
        for each in node.named_children:
            if each.type not in COMMENTS:
                self.add("typearg", self.type_text(each), (), each.start_byte, each.end_byte)

    def class_body(self, node: Node, components: Node | None = None) -> None:
        for child in node.named_children:
            match child.type:
                case "enum_constant":
                    self.safely(self._enum_constant, child)
                case "enum_body_declarations":
                    self.class_body(child)
                case "block":
                    self.in_initialiser("<fields>", child, partial(self.safely, self.body, child))
                case "static_initializer":
                    self.in_initialiser("<clinit>", child, partial(self.safely, self.other, child))
                case "compact_constructor_declaration":
                    self._method(child, components)
                case _:
                    self.member(child)

    def _enum_constant(self, node: Node) -> None:
        """An enum constant: a static field holding a new instance."""
        name = node.child_by_field_name("name")
        if name is None:
            return
        enum = str(self.rows.types[self.type][0]).rpartition(".")[2]
        value = -1

        def read() -> None:
            nonlocal value
            kids = self.arguments(node.child_by_field_name("arguments"))
            body = node.child_by_field_name("body")
            if body is not None:
                kids.append(self.new_object((enum,), body, name))
            value = self.add_named("new", enum, (-1, *kids), name.start_byte, name)

        fn = self.in_initialiser("<clinit>", name, read)
        self.variable(name, enum, value, "field", ("static", "final"), fn)

    def new_object(self, supers: tuple[str, ...], body: Node, at: Node) -> int:
        new = self.new_type("", "anonymous", supers, (), at)
        self.in_type(new, lambda: self.class_body(body))
        return self.add("object", str(new), (), at.start_byte, at.end_byte)

    # Functions

    def method(self, node: Node) -> None:
        self._method(node, node.child_by_field_name("parameters"))

    def _method(self, node: Node, params: Node | None) -> None:
        """A method or constructor; a compact constructor has its record's parameters."""
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None:
            return
        type = node.child_by_field_name("type")
        modifiers = self.modifiers(node)
        if body is None and self.type >= 0 and self.rows.types[self.type][1] in ("interface", "annotation"):
            modifiers = modifiers if "abstract" in modifiers else (*modifiers, "abstract")
        called = self.word(name) if type is not None else "<init>"
        returns = self.type_text(type) if type is not None else ""
        fn = self.new_function(called, name.start_byte, name.end_byte, modifiers, returns)
        self.in_function(fn, lambda: self._method_inside(fn, params, body))

    def _method_inside(self, fn: int, params: Node | None, body: Node | None) -> None:
        if params is not None:
            self.set_params(fn, self.parameters(params))
        if body is not None:
            self.statements(body.named_children)

    def parameters(self, node: Node) -> list[tuple[object, ...]]:
        """Written parameters; a lambda's may be bare names."""
        if node.type == "identifier":
            return [(self.word(node), "", -1, ())]
        return [
            self._parameter(c)
            for c in node.named_children
            if c.type in ("identifier", "formal_parameter", "spread_parameter")
        ]

    def _parameter(self, node: Node) -> tuple[object, ...]:
        if node.type == "identifier":
            return (self.word(node), "", -1, ())
        name, type, modifiers = node.child_by_field_name("name"), "", self.modifiers(node)
        for child in node.named_children:
            if child.type == "variable_declarator":  # of a spread parameter
                name = child.child_by_field_name("name")
            elif child.type == "dimensions":
                type += "[]"
            elif child.type not in COMMENTS and child.type not in ("modifiers", "identifier") and not type:
                type = self.type_text(child)
        if node.type == "spread_parameter":
            type += "..."
        return (self.word(name) if name is not None else "", type, -1, modifiers)

    def constructor_call(self, node: Node) -> int:
        """this(…); super(…); outer.super(…)."""
        which, outer = "super", -1
        at = node.children[0]
        for child in self.solid(node):
            if child.type in ("this", "super"):
                which, at = child.type, child
            elif child.is_named and child.type not in ("argument_list", "type_arguments"):
                outer = self.expr(child)
        kids = self.arguments(node.child_by_field_name("arguments"))
        return self.add_named("super-call", which, (outer, *kids), node.start_byte, at)

    # Variables

    def field(self, node: Node) -> None:
        modifiers = self.modifiers(node)
        if self.type >= 0 and self.rows.types[self.type][1] in ("interface", "annotation"):
            modifiers = (*modifiers, *[m for m in ("static", "final") if m not in modifiers])
        initialiser = "<clinit>" if "static" in modifiers else "<fields>"
        for name, type, value in self._declared(node):
            index, function = -1, -1
            if value is not None:
                found: list[int] = []
                function = self.in_initialiser(initialiser, name, partial(self._read_into, found, value))
                index = found[0] if found else -1
            self.variable(name, type, index, "field", modifiers, function)

    def _read_into(self, found: list[int], node: Node) -> None:
        found.append(self.expr(node))

    def local(self, node: Node) -> int:
        modifiers = self.modifiers(node)
        for name, type, value in self._declared(node):
            self.variable(name, type, self.expr(value) if value is not None else -1, "local", modifiers)
        return -1

    def _declared(self, node: Node) -> list[tuple[Node, str, Node | None]]:
        """Name, type and initialiser of each declarator; `var` declares no type."""
        type = ""
        found: list[tuple[Node, str, Node | None]] = []
        for child in node.named_children:
            if child.type == "variable_declarator":
                parts = self.solid(child)
                if not parts:
                    continue
                dims = "[]" if any(p.type == "dimensions" for p in parts) else ""
                value = parts[-1] if len(parts) > 2 and parts[-2].type == "=" else None
                found.append((parts[0], type + dims, value))
            elif child.is_error:
                self.rubble(child.children, child.end_byte)
            elif child.type not in COMMENTS and child.type != "modifiers" and not type:
                type = self.type_text(child)
                type = "" if type == "var" else type
        return found

    def annotation_element(self, node: Node) -> None:
        name, type = node.child_by_field_name("name"), node.child_by_field_name("type")
        if name is not None:
            returns = self.type_text(type) if type is not None else ""
            self.new_function(
                self.word(name), name.start_byte, name.end_byte, (*self.modifiers(node), "abstract"), returns
            )


Java.members = {
    **dict.fromkeys(KINDS, Java.class_),
    "method_declaration": Java.method,
    "constructor_declaration": Java.method,
    "field_declaration": Java.field,
    "constant_declaration": Java.field,
    "annotation_type_element_declaration": Java.annotation_element,
}
Java.handlers = dict.fromkeys(Java.members, Java.local_type) | {
    kind: handler
    for handler, kinds in (
        (Java.identifier, "identifier"),
        (Java.chain, "method_invocation field_access array_access"),
        (Java.string, "string_literal"),
        (Java.character, "character_literal"),
        (Java.number, "decimal_integer_literal hex_integer_literal octal_integer_literal binary_integer_literal"),
        (Java.number, "decimal_floating_point_literal hex_floating_point_literal"),
        (Java.boolean, "true false"),
        (Java.null, "null_literal"),
        (Java.this, "this"),
        (Java.super, "super"),
        (Java.class_literal, "class_literal"),
        (Java.binary, "binary_expression"),
        (Java.unary, "unary_expression update_expression"),
        (Java.instance_of, "instanceof_expression"),
        (Java.cast, "cast_expression"),
        (Java.assignment, "assignment_expression"),
        (Java.ternary, "ternary_expression"),
        (Java.new, "object_creation_expression"),
        (Java.array, "array_creation_expression array_initializer"),
        (Java.reference, "method_reference"),
        (Java.lambda_, "lambda_expression"),
        (Java.parenthesized, "parenthesized_expression expression_statement"),
        (Java.switch, "switch_expression"),
        (Java.local, "local_variable_declaration"),
        (Java.block, "block constructor_body"),
        (Java.if_, "if_statement"),
        (Java.labeled, "labeled_statement"),
        (Java.while_, "while_statement"),
        (Java.do, "do_statement"),
        (Java.for_, "for_statement"),
        (Java.for_each, "enhanced_for_statement"),
        (Java.try_, "try_statement try_with_resources_statement"),
        (Java.return_, "return_statement"),
        (Java.throw, "throw_statement"),
        (Java.yield_, "yield_statement"),
        (Java.break_, "break_statement"),
        (Java.continue_, "continue_statement"),
        (Java.constructor_call, "explicit_constructor_invocation"),
        (Java.broken, "ERROR"),
        (Java.nothing, "line_comment block_comment modifiers annotation marker_annotation asterisk type_arguments"),
        (Java.nothing, "type_identifier scoped_type_identifier generic_type array_type integral_type boolean_type"),
        (Java.nothing, "floating_point_type void_type"),
    )
    for kind in kinds.split()
}
