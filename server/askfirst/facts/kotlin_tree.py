"""A Kotlin file's tree, with what the grammar misses helped by changes that move nothing.

The grammar is given bytes of the same length; words are read from the file's own bytes afterwards.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import tree_sitter_kotlin
from tree_sitter import Language, Node, Tree

from askfirst.facts.trees import parse

LANGUAGE = Language(tree_sitter_kotlin.language())

# `f<T>(x)` at the end of an expression comes out as two comparisons: type arguments before `(` and `{` are blanked
_INNER = rb"[\w.,?*@ \t\n]"
_GENERICS = re.compile(
    rb"(?<=[\w`])<(?=[*@A-Za-z_])(?:%b|<(?:%b|<(?:%b|<%b*>)*>)*>)*>(?=[ \t]*[({])" % (_INNER, _INNER, _INNER, _INNER)
)
# context parameters are not known
_CONTEXT = re.compile(rb"(?<![\w.])context[ \t]*\([^()\n]*\)(?=\s*(?:@?\w+\s+){0,8}?(?:fun|class)\b)")

# annotations at the top level, which the grammar takes for the beginning of an expression where it can: they are blanked,
# and their names kept by the place of what they stand before
_ARGUMENTS = rb"\((?:[^()]|\((?:[^()]|\([^()]*+\))*+\))*+\)"
_ANNOTATED = re.compile(
    rb"(?m)^(?:@(?!file\b)[\w.:]++(?:%b)?+(?:\s++|//[^\n]*+|/\*.*?\*/)++)++(?!(?:\w+\s+)*constructor\b)" % _ARGUMENTS, re.S
)
_ANNOTATION = re.compile(rb"@(?:\w+:)?([\w.]+)(?:%b)?" % _ARGUMENTS)

# the body of a class behind `Face by face() {` is taken for a lambda: the delegate is blanked, the face stays
_DELEGATE = re.compile(rb"\bby[ \t]+[\w.]+(?:%b)?(?=[ \t]*\{)" % _ARGUMENTS)
_CLASS_HEAD = re.compile(rb"\b(?:class|object)\b[^{}]*:(?:(?!\b(?:val|var|fun)\b)[^{}=])*$")
_HEAD = 600  # bytes of a class's head before the delegate

# a declaration that ends at `}` without a new line
_ENDING = re.compile(rb"[ \t](?=\})")
# soft keywords used as names: `open(x)`, `suspend { }`; and `set(x, y)` after a property, which is no accessor
_SOFT = re.compile(
    rb"\b(?:(?:open|data|inner|private|public|protected|internal|override|operator|infix|inline|final|sealed|external"
    rb"|actual|expect|const|abstract|value|enum|annotation|tailrec|noinline|companion)(?=[ \t]*[\](.,)}=!<>?:&|+*/-])"
    rb"|suspend(?=\s*\{))"
    rb"|(?m:^)[ \t]*(?:set(?=\((?!\s*\w+\s*(?::[^)\n]*)?\)\s*[={]))|get(?=\((?!\s*\))))"
)
# `val a: Flow<A>` with `field = MutableFlow(…)` on the next line: an explicit backing field is read as the initialiser
_BACKING = re.compile(rb"(?m)^([ \t]*(?:\w+[ \t]+)*val[ \t][^\n={]*)\n([ \t]*)field\b([^\n=]*)(?==[ \t])")
# `content: @Composable (() -> Unit)`, `block: suspend (A.() -> B)`: what stands before a type in parentheses is blanked
_BEFORE_TYPE = re.compile(rb"(?<=[:(,<])[ \t]*(?:(?:@[\w.]+|suspend)[ \t]+)+(?=\()")
# `is A if b ->`: the second condition becomes one more of the first kind; the file's own bytes tell them apart
_GUARD = re.compile(rb"(?m)^([ \t]*+(?:(?:is|in|!is|!in)[ \t]++)?+[\w.\"<>*]++[ \t]++)if(?=\b[^\n{}]*->)")
_ELSE_GUARD = re.compile(rb"(?m)^([ \t]*+)else([ \t]+)if(?=\b[^\n{}]*->)")


class KotlinTree(NamedTuple):
    """A tree and what was taken away for it."""

    tree: Tree
    late: bool  # time ran out
    blanked: dict[int, int]  # type arguments: start → end
    heads: dict[int, tuple[str, ...]]  # where a declaration at the top level begins → its annotations, as "@Name"


def kotlin_tree(data: bytes, limit: float) -> KotlinTree:
    """The tree of a file's bytes; `limit` is the time its parse may take, in seconds."""
    blanked: dict[int, int] = {}
    heads: dict[int, tuple[str, ...]] = {}

    def behead(found: re.Match[bytes]) -> bytes:
        names = _ANNOTATION.findall(found[0])
        heads[found.end()] = tuple("@" + name.decode("utf-8", "replace") for name in names)
        return _spaces(found)

    def blank(found: re.Match[bytes]) -> bytes:
        blanked[found.start()] = found.end()
        return _spaces(found)

    eased = _GENERICS.sub(blank, data)
    eased = _ANNOTATED.sub(behead, eased)
    if b" by " in eased:
        eased = _DELEGATE.sub(_undelegated, eased)
    if b"context" in eased:
        eased = _CONTEXT.sub(_spaces, eased)
    tree, late = parse(LANGUAGE, eased, limit)
    if tree.root_node.has_error and not late:
        helped = _BEFORE_TYPE.sub(_spaces, eased)
        helped = _BACKING.sub(lambda m: m[1] + b" " + m[2] + b"     " + b" " * len(m[3]), helped)
        helped = _SOFT.sub(lambda m: m[0][:-1] + b"_", _ENDING.sub(b"\n", helped))
        helped = _ELSE_GUARD.sub(rb"\1    \2  ", _GUARD.sub(rb"\1, ", helped))
        if helped != eased:
            again, late_again = parse(LANGUAGE, helped, limit)
            if not late_again and _lost(again.root_node) < _lost(tree.root_node):
                tree = again
    return KotlinTree(tree, late, blanked, heads)


def _undelegated(found: re.Match[bytes]) -> bytes:
    """Nothing in the place of a class's delegate; a property's stays."""
    head = found.string[max(0, found.start() - _HEAD) : found.start()]
    head = head[max(head.rfind(b"{"), head.rfind(b"}"), head.rfind(b";")) + 1 :]
    head = head[max(head.rfind(b"class "), head.rfind(b"object "), 0) :]  # the nearest head, so that one look is enough
    return _spaces(found) if _CLASS_HEAD.match(head) else found[0]


def _spaces(found: re.Match[bytes]) -> bytes:
    """As many spaces, on as many lines."""
    return re.sub(rb"[^\n]", b" ", found[0])


def _lost(root: Node) -> int:
    """How many bytes stand in broken places."""
    lost, stack = 0, [root]
    while stack:
        node = stack.pop()
        if node.is_error or node.is_missing:
            lost += 1 + node.end_byte - node.start_byte
        elif node.has_error:
            stack.extend(node.children)
    return lost
