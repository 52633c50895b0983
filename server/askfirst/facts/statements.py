"""Statements and arguments of code, read again from a file's bytes when a fix asks for them."""

from __future__ import annotations

from tree_sitter import Node

from askfirst.facts.trees import LIMIT, parse

_CALLS = frozenset({"call_expression", "method_invocation", "object_creation_expression"})
_CHAINS = frozenset({"call_expression", "method_invocation", "navigation_expression", "field_access"})
# What a block may belong to: functions and loops, whose block has no value, and what has one if it is not itself a statement.
_BODIES = frozenset({
    "function_body", "anonymous_initializer", "secondary_constructor", "for_statement", "while_statement", "do_while_statement",
    "method_declaration", "constructor_declaration", "static_initializer", "class_body", "if_statement", "enhanced_for_statement",
    "do_statement", "try_statement", "try_with_resources_statement", "catch_clause", "finally_clause", "synchronized_statement",
    "lambda_expression",
})  # fmt: skip
_VALUED = frozenset({"if_expression", "try_expression", "catch_block", "finally_block", "when_entry", "when_expression"})


def statement(language: str, data: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The statement that the call at [start, end) makes alone: nobody uses its value, and it stands in a block."""
    node = _call(language, data, start, end)
    while node is not None and node.parent is not None and node.parent.type in _CHAINS:
        node = node.parent
    if node is None or node.parent is None:
        return None
    if node.parent.type == "expression_statement":
        node = node.parent
    return (node.start_byte, node.end_byte) if _in_block(node) else None


def arguments(language: str, data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """The arguments of the call at [start, end), as written."""
    node = _call(language, data, start, end)
    given = next((c for c in node.children if c.type in ("value_arguments", "argument_list")), None) if node else None
    return [(c.start_byte, c.end_byte) for c in given.named_children if "comment" not in c.type] if given else []


def _call(language: str, data: bytes, start: int, end: int) -> Node | None:
    """The call whose receiver and name are [start, end)."""
    if language == "kotlin":
        from askfirst.facts.kotlin_tree import kotlin_tree

        root = kotlin_tree(data, LIMIT)[0].root_node
    else:
        from askfirst.facts.java import LANGUAGE

        root = parse(LANGUAGE, data)[0].root_node
    node = root.descendant_for_byte_range(max(start, end - 1), max(start, end - 1))
    while node is not None and node.type not in _CALLS:
        node = node.parent
    if node is None or node.has_error or not node.start_byte <= start:
        return None
    named = node.child_by_field_name("name") or node.child_by_field_name("type") or node.children[0]
    return node if named.end_byte == end else None


def _in_block(node: Node) -> bool:
    block = node.parent
    if block is None or block.parent is None or block.type not in ("block", "constructor_body"):
        return False
    owner = block.parent
    if owner.type in _VALUED:
        while owner.parent is not None and owner.type in ("catch_block", "finally_block", "when_entry"):
            owner = owner.parent
        return _in_block(owner)
    return owner.type in _BODIES
