"""Values in Gradle scripts: literals, dotted names, calls, lists, maps, and whatever else as source text.

A chain of names and calls has one text: `libs.versions.sdk.get().toInt`, `getByName(release).java`; a call inside it
carries its first string (or name) in brackets, and `x["key"]` reads as `x.key`. The spot of a string is its content.
"""

from __future__ import annotations

from typing import NamedTuple

from askfirst.facts.builder import Builder
from askfirst.facts.gradle_lexer import Token, Tokens, decode

Value = tuple[str, str, tuple[object, ...], int]  # a plain rows.Value

_LISTS = frozenset({"listOf", "setOf", "arrayOf", "mutableListOf", "mutableSetOf", "listOfNotNull"})
_MAPS = frozenset({"mapOf", "mutableMapOf", "hashMapOf"})
# What joins two operands, beside the symbols.
_WORDS = frozenset({"to", "in", "is", "as", "instanceof", "and", "or", "until", "downTo", "step"})
_JOINS = frozenset({
    "+", "-", "*", "/", "%", "?", ":", "?:", "..", "..<", "&&", "||", "==", "!=", "===", "!==", "<", ">", "<=", ">=",
    "=~", "==~", "<<", "!", "&", "|", "^",
})  # fmt: skip
_DOTS = frozenset({".", "?.", "*.", "::", ".&"})
_DEPTH_LIMIT = 40
_LABEL_LIMIT = 200
_TEXT_LIMIT = 2_000  # characters of a chain: nobody writes longer ones


class Chain(NamedTuple):
    """`a.b("c").d` and the like."""

    text: str  # see the module; of the last call the name only
    called: bool  # its last link is a call
    args: tuple[Value, ...]  # of that call
    generic: str  # of that call: its last type argument
    closure: int  # index of the `{` of a closure that follows, -1 without one
    literal: Value | None  # it is nothing but this value


class Reader:
    """A cursor over the tokens of one script that reads values."""

    def __init__(self, text: str, tokens: Tokens, builder: Builder) -> None:
        self.text = text  # the Latin-1 view
        self.tokens = tokens.items
        self.match = tokens.match
        self.builder = builder
        self.at = 0
        self.depth = 0
        self.last_closure = -1  # index of the `{` of the closure that was read last as a value

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def is_op(self, text: str, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        return token.kind == "op" and token.text == text

    def closing(self, index: int) -> int:
        """The token that closes the bracket `index`."""
        return min(self.match.get(index, index), len(self.tokens) - 1)

    def leave(self, close: int) -> None:
        """Go on behind the closing bracket `close`."""
        self.at = min(close + 1, len(self.tokens) - 1)

    def skip_newlines(self) -> None:
        while self.token.kind == "nl":
            self.at += 1

    def source(self, start: int, end: int) -> str:
        """The bytes [start, end) as text on one line."""
        return " ".join(decode(self.text[start:end]).split())

    def make(self, kind: str, text: str, parts: tuple[object, ...], start: int, end: int) -> Value:
        return (kind, text, parts, self.builder.spot(start, end))

    def arguments(self, close: int, closures: bool = True) -> tuple[Value, ...]:
        """Comma-separated values up to the token `close`, which is left unread."""
        values: list[Value] = []
        while self.at < close:
            before = self.at
            self.skip_newlines()
            if self.at >= close:
                break
            values.append(self.argument(close, closures))
            if not self.is_op(","):
                break
            self.at = max(self.at, before) + 1
            self.skip_newlines()
        return tuple(values)

    def argument(self, close: int, closures: bool = True) -> Value:
        """A value, named (`group: "a"`, `group = "a"`, `"k" to "v"`) or not."""
        first = self.token
        while first.kind == "op" and first.text == "*":  # spread
            self.at += 1
            first = self.token
        named = first.kind in ("name", "str", "num") and self.is_op(":", 1)
        if named or (first.kind == "name" and self.is_op("=", 1)):
            self.at += 2
            return self.pair(first.text, first.start, close, closures)
        if self.is_op("(") and self.peek(self.closing(self.at) - self.at + 1).text == ":":
            key_close = self.closing(self.at)
            key = self.source(first.end, self.tokens[key_close].start)
            self.at = min(key_close + 2, close)
            return self.pair(key, first.start, close, closures)
        return self.value(close, closures)

    def pair(self, key: str, start: int, close: int, closures: bool) -> Value:
        self.skip_newlines()
        value = self.value(close, closures)
        return self.make("pair", key, (value,), start, self.tokens[max(self.at - 1, 0)].end)

    def value(self, close: int, closures: bool = True) -> Value:
        """One expression that ends before the token `close`."""
        start = self.token.start
        if self.depth >= _DEPTH_LIMIT:
            self.at = close
            return self.make("expr", "", (), start, start)
        self.depth += 1
        operands = [self.operand(close, closures)]
        joined = ""
        while self.at < close and (word := self.join()):
            self.at += 1
            self.skip_newlines()
            if word in ("as", "is", "instanceof"):
                self.type_name()
                joined = joined or ("" if word == "as" else word)
            elif self.at < close:
                operands.append(self.operand(close, closures))
                joined = joined or word
        self.depth -= 1
        if not joined:
            return operands[0]
        end = self.tokens[max(self.at - 1, 0)].end
        if joined == "to" and len(operands) == 2:
            return self.make("pair", operands[0][1], (operands[1],), start, end)
        return self.make("expr", self.source(start, end), tuple(operands), start, end)

    def join(self) -> str:
        """The operator at the cursor, also one that begins the next line and can only go on; "" when there is none."""
        token = self.token
        if token.kind == "nl":
            ahead = 1
            while self.peek(ahead).kind == "nl":
                ahead += 1
            if self.peek(ahead).text in ("?:", "&&", "||") and self.peek(ahead).kind == "op":
                self.at += ahead
                return self.token.text
            return ""
        if token.kind == "op" and token.text in _JOINS:
            return token.text
        return token.text if token.kind == "name" and token.text in _WORDS else ""

    def type_name(self) -> None:
        """Skip a type: `String?`, `Map<String, Any>`."""
        while self.token.kind == "name" or self.token.text in (".", "?"):
            self.at += 1
        if self.is_op("<") and (end := self.generic_end(self.at)):
            self.at = end
        while self.is_op("?"):
            self.at += 1

    def operand(self, close: int, closures: bool) -> Value:
        token = self.token
        if token.kind == "op" and token.text in ("-", "+", "!", "++", "--"):
            self.at += 1
            if self.at >= close:
                return self.make("expr", token.text, (), token.start, token.end)
            if token.text == "-" and self.token.kind == "num":
                number = self.token
                self.at += 1
                return self.make("int", "-" + number.text, (), token.start, number.end)
            self.depth += 1
            inner = self.operand(close, closures) if self.depth < _DEPTH_LIMIT else self.nothing(close)
            self.depth -= 1
            end = self.tokens[self.at - 1].end
            return self.make("expr", self.source(token.start, end), (inner,), token.start, end)
        if token.kind == "name" and token.text in ("if", "when", "switch", "try") and self.at + 1 < close:
            return self.branches(close)
        chain = self.chain(close)
        if closures and chain.closure >= 0:
            self.leave(self.closing(chain.closure))
            chain = chain._replace(literal=None)
        end = self.tokens[max(self.at - 1, 0)].end
        return chain.literal or self.chained(chain, closures, token.start, max(end, token.start))

    def nothing(self, close: int) -> Value:
        start = self.token.start
        self.at = close
        return self.make("expr", "", (), start, start)

    def chained(self, chain: Chain, closures: bool, start: int, end: int) -> Value:
        """A chain that is no bare literal, as a value; with `closures` the one at its end belongs to it."""
        last = chain.text.rpartition(".")[2]
        if chain.called and chain.text in _LISTS:
            return self.make("list", "", chain.args, start, end)
        if chain.called and chain.text in _MAPS:
            return self.make("map", "", chain.args, start, end)
        if chain.called or (closures and chain.closure >= 0):
            return self.make("call", chain.text, chain.args, start, end)
        return self.make("name" if last else "expr", chain.text, (), start, end)

    def branches(self, close: int) -> Value:
        """`if (a) b else c` and other statements used as values: what they may come to as parts."""
        start = self.token.start
        results: list[Value] = []
        while self.at < close and self.token.kind != "nl" and self.token.text not in (",", ";"):
            word = self.token.text
            self.at += 1
            if word in ("if", "when", "switch", "catch") and self.is_op("("):
                self.leave(self.closing(self.at))
                ahead = self.at
                self.skip_newlines()
                if self.is_op("{"):
                    continue
                self.at = ahead
            if word == "{":
                self.leave(self.closing(self.at - 1))
            elif self.at < close and self.token.kind != "nl" and self.token.text not in ("if", "{"):
                results.append(self.value(close, False))
            ahead = self.at
            self.skip_newlines()
            if self.token.text not in ("else", "catch", "finally"):
                self.at = ahead
        end = self.tokens[max(self.at - 1, 0)].end
        return self.make("expr", self.source(start, end), tuple(results), start, end)

    def chain(self, close: int) -> Chain:
        """A primary and everything that hangs on it. A closure at its end is left unread."""
        first = self.token
        text, literal = self.primary(close)
        called, args, generic, closure = False, (), "", -1  # type: bool, tuple[Value, ...], str, int
        while self.at < close:
            if (self.token.kind == "nl" and not self.continues()) or self.token.kind != "op":
                break
            token = self.token
            if token.text in _DOTS and self.peek().kind in ("name", "str", "nl"):
                self.at += 1
                self.skip_newlines()
                text = self.link(text, called, args, generic, token.text)
                called, args, generic = False, (), ""
            elif token.text == "!!":
                self.at += 1
            elif token.text == "(" and not (token.spaced and first.kind == "num"):
                end = min(self.closing(self.at), close)
                text = text + self.label(args, generic) if called else text
                self.at += 1
                args = self.arguments(end)
                called = True
                self.leave(end)
            elif token.text == "[" and not token.spaced:
                text = self.index(text + self.label(args, generic) if called else text, close)
                called, args, generic = False, (), ""
            elif token.text == "<" and (stop := self.generic_end(self.at)):
                generic = self.tokens[stop - 2].text
                self.at = stop
            elif token.text == "{":
                after = self.tokens[min(self.closing(self.at) + 1, len(self.tokens) - 1)]
                if after.text not in _DOTS or after.kind != "op":
                    closure = self.at
                    break
                self.leave(self.closing(self.at))
                called = True
            else:
                break
            literal, text = None, text[:_TEXT_LIMIT]
        return Chain(text, called, args, generic, closure, literal)

    def primary(self, close: int) -> tuple[str, Value | None]:
        """The first link: its text, and the value it is as long as nothing follows."""
        token = self.token
        self.at += 1
        if token.kind == "str":
            return token.text, self.make("str", token.text, (), *token.inner)
        if token.kind == "num":
            return token.text, self.make("int", token.text, (), token.start, token.end)
        if token.kind == "name":
            if token.text in ("true", "false"):
                return token.text, self.make("bool", token.text, (), token.start, token.end)
            if token.text == "new" and self.token.kind == "name" and self.token.text != "new":
                return self.primary(close)
            return token.text, None
        if token.kind == "op" and token.text in ("(", "[", "{"):
            end = min(self.closing(self.at - 1), close)
            stop = self.tokens[end].end
            text = self.source(token.end, self.tokens[end].start)
            if token.text == "{":
                self.last_closure = self.at - 1
                self.leave(end)
                return text, self.make("closure", self.source(token.start, stop), (), token.start, stop)
            values = self.list_items(end)
            self.leave(end)
            if token.text == "(":
                return text, values[0] if len(values) == 1 else None
            kind = "map" if (values and values[0][0] == "pair") or text == ":" else "list"
            return "", self.make(kind, "", values, token.start, stop)
        if token.kind in ("nl", "end") or self.at > close:
            self.at -= 1
        return "", self.make("expr", self.source(token.start, token.end), (), token.start, token.end)

    def list_items(self, end: int) -> tuple[Value, ...]:
        if self.is_op(":") and self.at + 1 == end:  # the empty map
            return ()
        return self.arguments(end)

    def continues(self) -> bool:
        """Whether the next line goes on with `.name`; the cursor is moved there if so."""
        ahead = 1
        while self.peek(ahead).kind == "nl":
            ahead += 1
        following = self.peek(ahead)
        if following.kind == "op" and following.text in (".", "?."):
            self.at += ahead
            return True
        return False

    def link(self, text: str, called: bool, args: tuple[Value, ...], generic: str, dot: str) -> str:
        """Append the name at the cursor."""
        name = self.token.text if self.token.kind in ("name", "str") else ""
        if name:
            self.at += 1
        head = text + self.label(args, generic) if called else text
        return f"{head}{'::' if dot == '::' else '.'}{name}"

    def index(self, text: str, close: int) -> str:
        """Append the `[key]` at the cursor: `.key` when it is a string."""
        opened = self.at
        end = min(self.closing(opened), close)
        key = self.peek()
        named = key.kind == "str" and opened + 2 == end
        self.leave(end)
        return text + (f".{key.text}" if named else f"[{self.source(self.tokens[opened].end, self.tokens[end].start)}]")

    def label(self, args: tuple[Value, ...], generic: str = "") -> str:
        """What tells one call of a name from another: `(release)`."""
        return f"({(first_text(args) or generic)[:_LABEL_LIMIT]})"

    def generic_end(self, at: int) -> int:
        """The token after the `>` that closes the `<` at `at`; 0 when this is no list of types."""
        level = 0
        for index in range(at, min(at + 60, len(self.tokens))):
            token = self.tokens[index]
            if token.kind == "op" and token.text == "<":
                level += 1
            elif token.kind == "op" and token.text == ">":
                level -= 1
                if level == 0:
                    return index + 1
            elif token.kind not in ("name", "nl") and token.text not in (".", ",", "?", "*", "?."):
                return 0
        return 0


def first_text(args: tuple[Value, ...]) -> str:
    """The first string among the arguments, or else the first name: also one inside `platform(…)` and `project(…)`."""
    for value in args[:1]:
        if value[0] in ("str", "name", "int"):
            return value[1]
        if value[0] == "call":
            return first_text(value[2]) or value[1]  # type: ignore[arg-type]
        if value[0] == "pair" and value[1] in ("path", "name", "group"):
            return first_text(value[2])  # type: ignore[arg-type]
    return ""
