"""Kotlin expressions: chains of calls, operators, strings, lambdas, and the choices among them."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from tree_sitter import Node

from askfirst.facts.flow import Flow
from askfirst.facts.trees import COMMENTS

# Inline functions that run their lambda exactly once: a `return` in it leaves what is around the call.
RUN_ONCE = frozenset({"let", "run", "also", "apply", "with", "use", "synchronized", "withLock"})
LEAVING = frozenset({"error", "TODO", "exitProcess"})
LITERALS = {"true": "bool", "false": "bool", "null": "null"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "0": "\0"}
LINKS = frozenset({"navigation_expression", "call_expression", "index_expression", "unary_expression"})
JAVA_CLASS = frozenset({"java", "javaObjectType", "javaPrimitiveType", "kotlin"})
Link = tuple[Node, list[Node]]
_PIECES = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|\$(?:[^\W\d]\w*|`[^`]+`)", re.S)
_HOLES = re.compile(r"\$(?:[^\W\d]\w*|`[^`]+`)")


class KotlinExprs(Flow):
    """Reads expressions. Every handler answers the index of the expression it made, -1 when it made none."""

    handlers: ClassVar[dict[str, Callable[[Any, Node], int]]] = {}

    def expr(self, node: Node) -> int:
        handler = self.handlers.get(node.type)
        return self.other(node) if handler is None else handler(self, node)

    @abstractmethod
    def object_literal(self, node: Node) -> int:
        """Read an anonymous object."""

    @abstractmethod
    def anonymous_function(self, node: Node) -> int:
        """Read `fun(x) { … }` as a value."""

    @abstractmethod
    def local(self, name: Node, type: str, value: int, modifiers: tuple[str, ...] = ()) -> None:
        """Note a local variable."""

    @abstractmethod
    def lambda_literal(self, node: Node, label: str = "") -> int:
        """Read a lambda; `self.left` then says whether it always leaves what is around it."""

    left = False

    def identifier(self, node: Node) -> int:
        start, end = node.start_byte, node.end_byte
        name = self.words(start, end)
        if name in LITERALS:
            return self.add(LITERALS[name], "" if name == "null" else name, (), start, end)
        if name in ("break", "continue"):
            return self.jump(name == "break")
        return self.add("name", name.strip("`"), (), start, end)

    def character(self, node: Node) -> int:
        start, end = node.start_byte, node.end_byte
        return self.add("char", _PIECES.sub(_escaped, self.words(start + 1, end - 1)), (), start, end)

    def string(self, node: Node) -> int:
        start, end = node.start_byte, node.end_byte
        quotes = 3 if self.data.startswith(b'"""', start) else 1
        first, last = start + quotes, max(start + quotes, end - quotes)
        piece = self.data[first:last]
        if b"$" not in piece and (quotes == 3 or b"\\" not in piece):
            return self.add("str", self.words(first, last), (), start, end)
        pattern = _HOLES if quotes == 3 else _PIECES
        text: list[str] = []
        holes: list[int] = []
        for child in node.named_children:
            if child.type == "interpolation":
                self._plain(pattern, first, child.start_byte, text, holes)
                inside = self.parenthesized(child)
                if inside >= 0:
                    holes.append(inside)
                text.append("{}")
                first = child.end_byte
        self._plain(pattern, first, last, text, holes)
        return self.add("template" if holes else "str", "".join(text), tuple(holes), start, end)

    def _plain(self, pattern: re.Pattern[str], start: int, end: int, text: list[str], holes: list[int]) -> None:
        """Text between holes; the grammar leaves `$name` in it."""
        words, at = self.words(start, end), 0
        for found in pattern.finditer(words):
            text.append(words[at : found.start()])
            at = found.end()
            if found[0][0] == "$":
                where = start + len(words[: found.start()].encode()) + 1
                name = found[0][1:].strip("`")
                kind, value = ("this", "") if name == "this" else ("name", name)
                holes.append(self.add(kind, value, (), where, where + len(found[0].encode()) - 1))
                text.append("{}")
            else:
                text.append(_escaped(found))
        text.append(words[at:])

    def this(self, node: Node) -> int:
        names = node.named_children
        label = self.word(names[-1]) if names else ""
        return self.add("this", label, (), node.start_byte, node.end_byte)

    def collection(self, node: Node) -> int:
        kids = tuple(self.expr(c) for c in node.named_children if c.type not in COMMENTS)
        return self.add("array", "", kids, node.start_byte, node.end_byte)

    # Chains: a.b(c)?.d { }[e]!!

    def chain(self, node: Node) -> int:
        """A chain of members, calls, indices and `!!`, from its first receiver outwards.

        The grammar binds a prefix operator tighter than the chain (`!a.b` as `(!a).b`); here it takes the whole chain.
        """
        links: list[Link] = []
        prefixes: list[tuple[str, Node]] = []
        whole = node
        while node.type in LINKS:
            children = self.solid(node)
            if len(children) < 2:
                break
            if node.type == "unary_expression" and not children[0].is_named:
                prefixes.append((children[0].type, node))
                node = children[1]
                continue
            links.append((node, children))
            node = children[0]
        value = self._climb(node, links)
        for operator, at in reversed(prefixes):
            value = self.add("op", operator, (value,) if value >= 0 else (), at.start_byte, whole.end_byte)
        return value

    def _climb(self, base: Node, links: list[Link]) -> int:
        start, dead = base.start_byte, self.dead
        value, i = -1, len(links) - 1
        if base.type in LINKS:
            value = self.other(base)
        elif links and base.type == "identifier" and links[i][0].type == "call_expression":
            value, i = self._call(-1, base, links, i, start)
        else:
            value = self.expr(base)
        before, safe = self.guard, -1  # conditions of `?.` hold to the end of the chain
        while i >= 0:
            node, children = links[i]
            kind, name = node.type, children[-1]
            if kind == "call_expression":
                value, i = self._call(value, None, links, i, start)
                continue
            i -= 1
            if kind == "navigation_expression":
                operator = children[1].type
                if operator == "::":
                    value, i = self._reference(value, name, start, links, i)
                    continue
                if operator == "?." and value >= 0:
                    safe = value
                    self.not_null(value, node)
                if i >= 0 and links[i][0].type == "call_expression" and name.type == "identifier":
                    value, i = self._call(value, name, links, i, start)
                else:
                    value = self.add_named("field", self.word(name).strip("`"), (value,), start, name)
            elif kind == "index_expression":
                kids = (value, *[self.expr(c) for c in children[1:] if c.is_named])
                value = self.add("index", "", kids, start, node.end_byte)
            else:
                value = self.add("op", name.type, (value,), start, node.end_byte)
        if safe >= 0:
            self.guard = before
            if self.dead and not dead:  # `x?.let { …; return }`: what follows knows x to be null
                self.dead = False
                self.not_null(safe, base, False)
        return value

    def _reference(self, value: int, name: Node, start: int, links: list[Link], i: int) -> tuple[int, int]:
        """X::class (with `.java` after it), X::member, the receiver already read; answers it and the next link."""
        word = self.word(name)
        if word != "class":
            return self.add_named("ref", word, (value,), start, name), i
        value = self.add("class", self._dotted(value), (), start, name.end_byte)
        if i >= 0 and links[i][0].type == "navigation_expression" and self.word(links[i][1][-1]) in JAVA_CLASS:
            i -= 1
        return value, i

    def _dotted(self, value: int) -> str:
        parts: list[str] = []
        while value >= 0:
            kind, word, kids = self.rows.exprs[value][:3]
            parts.append(str(word) if kind in ("name", "field") else str(kind))
            value = kids[0] if kind == "field" else -1  # type: ignore[index]
        return ".".join(reversed(parts))

    def _call(self, receiver: int, name: Node | None, links: list[Link], i: int, start: int) -> tuple[int, int]:
        """The call links[i] of the function `name` (of the receiver's value itself when there is none).

        A next link that is nothing but a trailing lambda belongs to it. Answers the call and the next link.
        """
        kids, types, closed = [receiver], [], False
        children = links[i][1]
        callee = "invoke" if name is None else self.word(name).strip("`")
        at = children[-1] if name is None else name
        if name is not None and name.end_byte in self.blanked:
            types = self._blanked_types(name.end_byte)
        while True:
            i -= 1
            for child in children[1:]:
                kind = child.type
                if kind == "value_arguments":
                    kids.extend([self._argument(c, callee) for c in child.named_children if c.type not in COMMENTS])
                elif kind == "type_arguments":
                    types = [self._type_argument(c) for c in child.named_children if c.type not in COMMENTS]
                elif kind == "annotated_lambda":
                    kids.append(self.lambda_(child, callee))
                    closed = True
            if closed or i < 0 or links[i][0].type != "call_expression":
                break
            children = links[i][1]
            if len(children) != 2 or children[1].type != "annotated_lambda":
                break
        arguments = tuple([k for k in kids[1:] if k >= 0])
        value = self.add_named("call", callee, (receiver, *arguments, *types), start, at)
        self._after(callee, receiver, arguments, at)
        return value, i

    def _argument(self, node: Node, callee: str) -> int:
        """One argument: its value, or a `named` around it."""
        children = self.solid(node)
        if not children:
            return -1
        last = children[-1]
        value = self.lambda_(last, callee) if last.type == "lambda_literal" else self.expr(last)
        if value >= 0 and len(children) > 2 and children[-2].type == "=":
            return self.add("named", self.word(children[-3]).strip("`"), (value,), node.start_byte, node.end_byte)
        return value

    def _blanked_types(self, start: int) -> list[int]:
        """Type arguments that the tree does not show."""
        found: list[int] = []
        end = self.blanked[start]
        depth, first = 0, start + 1
        for at in range(start, end):
            sign = self.data[at : at + 1]
            depth += (sign == b"<") - (sign == b">")
            if (sign == b"," and depth == 1) or at == end - 1:
                found.append(self.add("typearg", " ".join(self.words(first, at).split()), (), first, at))
                first = at + 1
        return found

    def _type_argument(self, node: Node) -> int:
        return self.add("typearg", self.type_text(node), (), node.start_byte, node.end_byte)

    def lambda_(self, node: Node, label: str) -> int:
        """A lambda given to `label`, perhaps with a label of its own or annotations."""
        if node.type == "lambda_literal":
            return self.lambda_literal(node, label)
        value = -1
        for child in node.named_children:
            if child.type == "label":
                label = self.word(child).rstrip("@")
            elif child.type == "lambda_literal":
                value = self.lambda_literal(child, label)
            elif child.type not in COMMENTS and child.type != "annotation":
                value = self.expr(child)
        return value

    def _after(self, callee: str, receiver: int, arguments: tuple[int, ...], name: Node) -> None:
        """What a finished call says of the code after it."""
        if not arguments:
            self.dead = self.dead or (callee == "TODO" and receiver < 0)
            return
        if callee in RUN_ONCE and self.rows.exprs[arguments[-1]][0] == "lambda":
            self.dead = self.dead or self.left
        elif receiver < 0 and callee in LEAVING:
            self.dead = True
        elif receiver < 0 and callee in ("require", "check"):
            self.push(arguments[0], True)
        elif callee in ("requireNotNull", "checkNotNull", "requireNonNull"):
            self.not_null(arguments[0], name)
        elif callee in ("exit", "killProcess", "halt") and receiver >= 0:
            owner = self.rows.exprs[receiver][1]
            self.dead = self.dead or owner in ("System", "Process", "getRuntime")

    # Operators

    def infix(self, node: Node) -> int:
        children = self.solid(node)
        if len(children) != 3:
            return self.other(node)
        left = self.expr(children[0])
        right = self.expr(children[2])
        kids = (left, right) if right >= 0 else (left,)
        return self.add_named("call", self.word(children[1]).strip("`"), kids, node.start_byte, children[1])

    def test(self, node: Node) -> int:
        """x is T, x !is T, x in y, x !in y."""
        children = self.solid(node)
        if len(children) != 3:
            return self.other(node)
        left = self.expr(children[0])
        right = self._tested(children[1].type, children[2])
        kids = (left, right) if left >= 0 and right >= 0 else ()
        return self.add("op", children[1].type, kids, node.start_byte, node.end_byte)

    def _tested(self, operator: str, right: Node) -> int:
        if operator in ("is", "!is"):
            return self.add("typearg", self.type_name(right), (), right.start_byte, right.end_byte)
        return self.expr(right)

    def cast(self, node: Node) -> int:
        children = self.solid(node)
        if len(children) != 3:
            return self.other(node)
        value = self.expr(children[0])
        return (
            self.add("cast", self.type_name(children[2]), (value,), node.start_byte, node.end_byte)
            if value >= 0
            else -1
        )

    def spread(self, node: Node) -> int:
        value = self.parenthesized(node)
        return self.add("spread", "", (value,), node.start_byte, node.end_byte) if value >= 0 else -1

    def callable_reference(self, node: Node) -> int:
        """::foo, and X::foo where the grammar keeps the receiver as a type."""
        children = self.solid(node)
        name = children[-1]
        if self.word(name) == "class":
            return self.add("class", self.type_name(children[0]), (), node.start_byte, node.end_byte)
        receiver = -1
        if len(children) > 2:
            receiver = self.add("name", self.type_name(children[0]), (), children[0].start_byte, children[0].end_byte)
        return self.add_named("ref", self.word(name), (receiver,), node.start_byte, name)

    def labeled(self, node: Node) -> int:
        children = self.solid(node)
        label = self.word(children[0])
        if label in ("break@", "continue@"):
            return self.jump(label == "break@", True)
        value = -1
        for child in children[1:]:
            value = (
                self.lambda_literal(child, label.rstrip("@")) if child.type == "lambda_literal" else self.expr(child)
            )
        return value


def _escaped(found: re.Match[str]) -> str:
    """An escape sequence's character."""
    escape = found[0]
    if escape[:2] == "\\u" and len(escape) == 6:
        return chr(int(escape[2:], 16))
    return ESCAPES.get(escape[1:], escape[1:]) if escape[:1] == "\\" else escape
