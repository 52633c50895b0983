"""Kotlin: one file's bytes → Facts."""

from __future__ import annotations

from functools import partial

from tree_sitter import Node

from askfirst.facts.gradle import read_build_code
from askfirst.facts.kotlin_members import TYPES, KotlinMembers
from askfirst.facts.kotlin_tree import kotlin_tree
from askfirst.facts.rows import Facts
from askfirst.facts.trees import COMMENTS, LIMIT
from askfirst.source import Source

BODIES = frozenset({"class_body", "enum_class_body"})


def read_kotlin(source: Source, limit: float = LIMIT) -> Facts:
    """The facts of a Kotlin file. Never raises; `limit` is the time its parse may take, in seconds."""
    tree, late, blanked, heads = kotlin_tree(source.data, limit)
    walk = Kotlin(source.data, blanked)
    walk.heads = heads
    walk.errors = tree.root_node.has_error
    if late:
        walk.problem("timeout", "", 0, 0)
    walk.safely(walk.file, tree.root_node)
    read_build_code(source, walk.rows)
    return walk.finish(tree)


class Kotlin(KotlinMembers):
    """Reads files and types."""

    # Files and types

    def file(self, root: Node) -> None:
        rest: list[Node] = []
        for child in root.children:
            kind = child.type
            if kind == "package_header":
                self.rows.package = self._dots(child.named_children[-1:])
            elif kind == "import":
                self._import(child)
            elif kind != "file_annotation":
                rest.append(child)
        self.top(root, rest)

    def _dots(self, nodes: list[Node]) -> str:
        return "".join(self.type_name(n) for n in nodes).replace("`", "")

    def _import(self, node: Node) -> None:
        names = [c for c in node.named_children if c.type not in COMMENTS]
        if not names:
            return
        name, wildcard = self._dots(names[:1]), node.children[-1].type == "*"
        alias = self.word(names[1]) if len(names) > 1 else "" if wildcard else name.rpartition(".")[2]
        self.rows.imports.append((name, alias, wildcard, False))

    def member(self, node: Node) -> None:
        """A declaration of a file or type; anything else there is read for what it holds."""
        handler = self.members.get(node.type)
        if handler is not None:
            self.safely(partial(handler, self), node)
        elif node.is_error:
            self.rubble(node.children, node.end_byte)
        elif node.is_named and node.type not in COMMENTS:
            self.in_initialiser(
                "<fields>" if self.type >= 0 else "<file>", node, lambda: self.safely(self.statement, node)
            )

    retries = 8  # broken places behind which reading starts again

    def lost(self, start: int, end: int) -> None:
        """Read on behind a place at which the grammar gave up, from the next line: declarations only."""
        start = self.data.find(b"\n", start, end)
        if start < 0 or self.retries == 0 or not self.data[start:end].strip():
            return
        self.retries -= 1
        tree, _, _, heads = kotlin_tree(b" " * start + self.data[start:end], LIMIT)
        self.heads = {**self.heads, **heads}
        for child in tree.root_node.children:
            if child.is_error and self.type >= 0 and self.data.startswith(b"}", child.start_byte):
                self.type = int(self.rows.types[self.type][3])  # type: ignore[call-overload]
            if child.is_error or child.type in self.members:
                self.member(child)

    def class_(self, node: Node) -> None:
        modifiers = self.heads.get(node.start_byte, ())
        kind, name, head = "class", None, None
        supers: list[Node] = []
        body = None
        for child in node.children:
            match child.type:
                case "modifiers":
                    modifiers = (*modifiers, *self.modifiers(child))
                case "interface":
                    kind = "interface"
                case "object":
                    kind = "object"
                case "companion":
                    modifiers = (*modifiers, "companion")
                case "fun":
                    modifiers = (*modifiers, "fun")
                case "identifier":
                    name = name or child
                case "primary_constructor":
                    head = child
                case "delegation_specifiers":
                    supers = [c.named_children[0] for c in child.named_children if c.named_children]
                case "class_body" | "enum_class_body":
                    body = child
        if "companion" in modifiers:
            kind = "companion"
            modifiers = tuple(m for m in modifiers if m != "companion")
        for word in ("enum", "annotation"):
            if word in modifiers:
                kind = word
        if name is None and kind != "companion":
            return
        words = self.word(name).strip("`") if name is not None else "Companion"
        new = self.new_type(words, kind, self._supers(supers), modifiers, name or node.children[0])
        self.in_type(new, lambda: self._inside(node, head, supers, body))

    def _supers(self, nodes: list[Node]) -> tuple[str, ...]:
        """Supertypes' names; `Base(x)` and `Face by x` wrap a type."""
        return tuple(
            self.type_name(n if n.type in TYPES or not n.named_children else n.named_children[0]) for n in nodes
        )

    def _inside(self, node: Node, head: Node | None, supers: list[Node], body: Node | None) -> None:
        """Constructor, super calls and members of the type being read."""
        if head is not None or any(s.type == "constructor_invocation" for s in supers):
            at = head or supers[0]
            fn = self.new_function("<init>", at.start_byte, at.end_byte, (*self._own_modifiers(head), "primary"))
            self.in_function(fn, lambda: self._construct(fn, head, supers))
        else:
            for each in supers:
                if each.type == "explicit_delegation":
                    self.in_initialiser("<fields>", each, partial(self.expr, each.named_children[-1]))
        if body is not None:
            self.class_body(body)

    def _construct(self, fn: int, head: Node | None, supers: list[Node]) -> None:
        """A primary constructor: its parameters (those with val or var are fields too) and what it passes on."""
        params: list[tuple[object, ...]] = []
        for holder in head.named_children if head is not None else ():
            if holder.type == "class_parameters":
                params.extend(self._class_parameter(c) for c in holder.named_children if c.type == "class_parameter")
        self.set_params(fn, params)
        for each in supers:
            if each.type == "constructor_invocation":
                self._super_call("super", each)
            elif each.type == "explicit_delegation":
                self.expr(each.named_children[-1])

    def _class_parameter(self, node: Node) -> tuple[object, ...]:
        modifiers: tuple[str, ...] = ()
        name, type, default, value = None, "", -1, False
        for child in node.children:
            if child.type == "modifiers":
                modifiers = self.modifiers(child)
            elif child.type in ("val", "var"):
                modifiers = (*modifiers, child.type)
            elif child.type == "=":
                value = True
            elif value and child.is_named and child.type not in COMMENTS:
                default = self.expr(child)
            elif child.type == "identifier":
                name = name or child
            elif child.type in TYPES:
                type = self.type_text(child)
        if name is not None and ("val" in modifiers or "var" in modifiers):
            self.variable(name, type, -1, "field", modifiers, -1)
        if "vararg" in modifiers:
            type += "..."
        return (self.word(name).strip("`") if name else "", type, default, modifiers)

    def class_body(self, node: Node) -> None:
        for child in node.named_children:
            if child.type == "enum_entry":
                self.safely(self._enum_entry, child)
            else:
                self.member(child)

    def _enum_entry(self, node: Node) -> None:
        """An enum constant: a static field holding a new instance."""
        children = self.solid(node)
        name = next((c for c in children if c.type == "identifier"), None)
        if name is None:
            return
        enum = str(self.rows.types[self.type][0]).rpartition(".")[2]
        value = -1

        def read() -> None:
            nonlocal value
            kids: list[int] = []
            for child in children:
                if child.type == "value_arguments":
                    kids = [self._argument(c, enum) for c in child.named_children if c.type not in COMMENTS]
                elif child.type == "class_body":
                    kids.append(self.new_object((enum,), (), child, name))
            value = self.add_named("new", enum, (-1, *[k for k in kids if k >= 0]), name.start_byte, name)

        fn = self.in_initialiser("<clinit>", name, read)
        self.variable(name, enum, value, "field", ("static", "final"), fn)

    def object_literal(self, node: Node) -> int:
        supers: list[Node] = []
        body = None
        for child in node.named_children:
            if child.type == "delegation_specifiers":
                supers = [c.named_children[0] for c in child.named_children if c.named_children]
            elif child.type in BODIES:
                body = child
        names = self._supers(supers)
        kids: list[int] = []
        made = None
        for each in supers:
            if each.type == "constructor_invocation":
                made = each
                for child in each.named_children:
                    if child.type == "value_arguments":
                        kids = [self._argument(c, "") for c in child.named_children if c.type not in COMMENTS]
            elif each.type == "explicit_delegation":
                self.expr(each.named_children[-1])
        at = made or (supers[0] if supers else node)
        name = at.named_children[0] if at.named_children and at is not node else node.children[0]
        value = self.new_object(names, (), body, name)
        first = names[supers.index(made)] if made is not None else names[0] if names else ""
        return self.add_named("new", first, (-1, *[k for k in kids if k >= 0], value), node.start_byte, name)

    def new_object(self, supers: tuple[str, ...], modifiers: tuple[str, ...], body: Node | None, at: Node) -> int:
        """An anonymous type as a value."""
        new = self.new_type("", "anonymous", supers, modifiers, at)
        if body is not None:
            self.in_type(new, lambda: self.class_body(body))
        return self.add("object", str(new), (), at.start_byte, at.end_byte)

    def alias(self, node: Node) -> None:
        names = [c for c in node.named_children if c.type == "identifier"]
        types = [c for c in node.named_children if c.type in TYPES]
        if names and types:
            stands = types[-1]
            text = self.type_name(stands) if stands.type in ("user_type", "nullable_type") else self.type_text(stands)
            self.new_type(self.word(names[0]), "typealias", (text,), self._own_modifiers(node), names[0])


Kotlin.members = {
    "class_declaration": Kotlin.class_,
    "object_declaration": Kotlin.class_,
    "companion_object": Kotlin.class_,
    "type_alias": Kotlin.alias,
    "function_declaration": Kotlin.function,
    "property_declaration": Kotlin.property,
    "secondary_constructor": Kotlin.secondary,
    "anonymous_initializer": Kotlin.init,
}
Kotlin.statement_kinds = {
    **Kotlin.members,
    "if_expression": Kotlin.if_statement,
    "assignment": Kotlin.assignment,
    "for_statement": Kotlin.for_,
    "while_statement": Kotlin.while_,
    "do_while_statement": Kotlin.do_while,
}
Kotlin.handlers = dict.fromkeys(Kotlin.statement_kinds, Kotlin.stated) | {
    kind: handler
    for handler, kinds in (
        (Kotlin.identifier, "identifier"),
        (Kotlin.chain, "navigation_expression call_expression index_expression unary_expression"),
        (Kotlin.string, "string_literal multiline_string_literal"),
        (Kotlin.number, "number_literal float_literal"),
        (Kotlin.character, "character_literal"),
        (Kotlin.this, "this_expression"),
        (Kotlin.super, "super_expression"),
        (Kotlin.binary, "binary_expression range_expression"),
        (Kotlin.infix, "infix_expression"),
        (Kotlin.test, "is_expression in_expression"),
        (Kotlin.cast, "as_expression"),
        (Kotlin.spread, "spread_expression"),
        (Kotlin.callable_reference, "callable_reference"),
        (Kotlin.parenthesized, "parenthesized_expression"),
        (Kotlin.collection, "collection_literal"),
        (Kotlin.labeled, "labeled_expression"),
        (Kotlin.annotated, "annotated_expression annotated_lambda"),
        (Kotlin.lambda_literal, "lambda_literal"),
        (Kotlin.anonymous_function, "anonymous_function"),
        (Kotlin.object_literal, "object_literal"),
        (Kotlin.return_, "return_expression"),
        (Kotlin.throw, "throw_expression"),
        (Kotlin.if_, "if_expression"),
        (Kotlin.when, "when_expression"),
        (Kotlin.try_, "try_expression"),
        (Kotlin.body, "block"),
        (Kotlin.broken, "ERROR"),
        (Kotlin.nothing, "modifiers annotation label type_arguments type_parameters line_comment block_comment"),
        (Kotlin.nothing, "user_type nullable_type function_type"),
    )
    for kind in kinds.split()
}
