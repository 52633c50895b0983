"""What Gradle scripts, and the classes of a build, declare: variables, functions, types."""

from __future__ import annotations

from askfirst.facts.builder import Builder
from askfirst.facts.gradle_cursor import Chain, RawValue
from askfirst.facts.gradle_lexer import Token, Tokens
from askfirst.facts.gradle_loops import Bound, bind, size, texts
from askfirst.facts.gradle_values import Reader

Path = tuple[str, ...]

_MODIFIERS = frozenset({
    "private", "public", "protected", "internal", "static", "final", "const", "lateinit", "inline", "override",
    "abstract", "open", "data", "sealed", "suspend", "companion", "operator", "infix",
})  # fmt: skip
_DECLARERS = frozenset({"def", "val", "var"})
_GROOVY_TYPES = frozenset({
    "void", "String", "int", "Integer", "boolean", "Boolean", "long", "Long", "File", "List", "Map", "Object",
    "Closure", "Properties", "Set", "double", "Double", "GString", "byte", "Date",
})  # fmt: skip
_TYPES = frozenset({"class", "interface", "enum", "trait", "annotation"})
_BINDABLE = 50  # values of a statement in which loop variables are looked for
_CONTAINED = frozenset({"creating", "getting", "registering", "existing"})


class Declarations(Reader):
    """Reads declarations."""

    def __init__(self, text: str, tokens: Tokens, builder: Builder) -> None:
        super().__init__(text, tokens, builder)
        self.bound: Bound = {}  # what the variables of the loops around stand for
        self.budget = 20_000  # values that may be put in their place

    def statements(self, stop: int, path: Path, guard: str) -> None:
        """Read up to the token `stop`, which is left unread."""
        raise NotImplementedError

    def body(self, stop: int, path: Path, guard: str) -> None:
        """A block in braces, or the one statement that stands there instead."""
        raise NotImplementedError

    def block(self, chain: Chain, args: tuple[RawValue, ...], stop: int, path: Path, guard: str, start: int) -> None:
        """A call with the closure `chain.closure`, and the statements inside."""
        raise NotImplementedError

    def declaration(self, stop: int, path: Path, guard: str) -> bool:
        """Variables, functions and types; False (and nothing read) when none begins here."""
        start = at = self.at
        while self.tokens[at].text in _MODIFIERS and self.tokens[at + 1].kind == "name" and at + 1 < stop:
            at += 1
        word = self.tokens[at].text if self.tokens[at].kind == "name" else ""
        following = self.tokens[min(at + 1, len(self.tokens) - 1)]
        if word in _TYPES and following.kind == "name":
            at += following.text == "class"
            return self.type(at + 1, (*path, f"class {self.tokens[at + 1].text}"), stop, guard)
        if word == "object" and (following.kind == "name" or following.text in ("{", ":")):
            named = following.kind == "name"
            return self.type(at + named, (*path, following.text) if named else path, stop, guard)
        if word == "fun":
            return self.function(at + 1, stop, path, guard)
        if word in _DECLARERS:
            at += 1
        elif word in _GROOVY_TYPES and following.kind == "name" and self.tokens[at + 2].text == "(":
            return self.function(at + 1, stop, path, guard)
        else:
            typed = self.type_end(at)
            if not typed or self.tokens[typed].kind != "name" or self.tokens[typed + 1].text != "=":
                return at > start and self.variable(at, stop, path, guard)
            at = typed
        if self.tokens[at].kind == "name" and self.tokens[at + 1].text == "(" and word == "def":
            return self.function(at, stop, path, guard)
        typed = self.type_end(at) if word in ("def", "var") else 0
        at = typed if typed and self.tokens[typed].kind == "name" and self.tokens[typed + 1].text == "=" else at
        return self.variable(at, stop, path, guard)

    def type_end(self, at: int) -> int:
        """The token behind a Groovy type (`java.util.List<String>[]`) at `at`; 0 when none stands there."""
        if self.tokens[at].kind != "name":
            return 0
        at += 1
        while self.tokens[at].text == "." and self.tokens[at + 1].kind == "name":
            at += 2
        if self.tokens[at].text == "<":
            at = self.generic_end(at)
        while at and self.tokens[at].text == "[" and self.tokens[at + 1].text == "]":
            at += 2
        return at

    def variable(self, at: int, stop: int, path: Path, guard: str) -> bool:
        """`val x: T = value`, `def x = value`, `val x by extra(value)`."""
        name = self.tokens[at]
        self.at = min(at + 1, stop)
        if name.kind != "name":
            return True
        while self.at < stop and self.is_op(".") and self.peek().kind == "name":  # an extension property
            name = self.peek()
            self.at = min(self.at + 2, stop)
        if self.is_op(":"):
            self.at += 1
            while self.at < stop and not self.is_op("=") and self.token.kind != "nl" and self.token.text != "by":
                self.at += 1
        if self.at < stop and self.token.kind == "name" and self.token.text == "by":
            self.at += 1
            self.skip_newlines()
            self.delegate(name, stop, path, guard)
            return True
        ahead = self.at
        self.skip_newlines()
        if self.at < stop and self.token.text == "get" and self.is_op("(", 1) and self.is_op("=", 3):
            self.at = min(self.at + 3, stop)
        else:
            self.at = ahead
        if self.at < stop and self.is_op("=") and self.is_op("{", 1):
            self.closure(name.text, name.start, stop, path, guard)
        elif self.at < stop and self.is_op("="):
            self.at += 1
            self.skip_newlines()
            self.emit(path, name.text, "=", (self.value(stop),), guard, name.start)
        return True

    def delegate(self, name: Token, stop: int, path: Path, guard: str) -> None:
        """`by extra("1")` and `by extra { "1" }` are values; `by creating { … }` and the like are blocks."""
        chain = self.chain(stop)
        kind = chain.text.rpartition(".")[2]
        if kind in _CONTAINED and chain.closure >= 0:
            self.block(chain._replace(text=name.text, args=()), (), stop, path, guard, name.start)
        elif kind in ("extra", "ext") and chain.args:
            self.emit(path, name.text, "=", chain.args[:1], guard, name.start)
        elif kind in ("extra", "ext") and chain.closure >= 0:
            end = min(self.closing(chain.closure), stop)
            self.at = chain.closure + 1
            self.skip_newlines()
            if self.at < end:
                self.emit(path, name.text, "=", (self.value(end),), guard, name.start)
            self.at = min(end + 1, stop)

    def function(self, at: int, stop: int, path: Path, guard: str) -> bool:
        """A function's head is a statement, its body a block "fun name"."""
        start = self.tokens[at].start
        name = ""
        while at < stop and self.tokens[at].text not in ("(", "\n"):
            name = self.tokens[at].text if self.tokens[at].kind == "name" else name
            at += 1
        self.at = at
        if self.is_op("("):
            end = min(self.closing(at), stop)
            self.at += 1
            self.emit(path, name, "fun", self.parameters(end), guard, start)
            self.leave(end)
        while self.at < stop and self.token.text not in ("{", "=", "\n"):
            self.at += 1
        if self.at < stop and (self.is_op("{") or self.is_op("=")):
            self.at += self.is_op("=")
            self.body(stop, (*path, f"fun {name}"), guard)
        return True

    def closure(self, name: str, start: int, stop: int, path: Path, guard: str) -> None:
        """`name = { a -> … }`: a variable that is a function."""
        end = min(self.closing(self.at + 1), stop)
        self.emit(path, name, "=", (self.make("closure", "", (), self.peek().start, self.tokens[end].end),), guard, start)
        self.at = min(self.at + 2, stop)
        parameters = tuple(self.make("name", text, (), start, start) for text in self.closure_names(end))
        own = name.rpartition(".")[2]
        self.emit(path, own, "fun", parameters, guard, start)
        self.statements(end, (*path, f"fun {own}"), guard)
        self.at = min(end + 1, stop)

    def closure_names(self, end: int) -> list[str]:
        """The parameters of the closure whose first token is at hand; the cursor is moved behind its arrow."""
        arrow = at = self.at
        while arrow < end and self.tokens[arrow].text not in ("->", "\n", "{", ";"):
            arrow += 1
        if arrow >= end or self.tokens[arrow].text != "->":
            return []
        self.at = arrow + 1
        ends = (",", ":", ")", "->")
        return [
            self.tokens[index].text
            for index in range(at, arrow)
            if self.tokens[index].kind == "name" and self.tokens[index + 1].text in ends and self.tokens[index - 1].text != ":"
        ]

    def parameters(self, close: int) -> tuple[RawValue, ...]:
        """The parameters up to the token `close`: a name each, or a pair with the default value."""
        values: list[RawValue] = []
        while self.at < close:
            name = typed = self.token
            while self.at < close and not self.is_op(",") and not self.is_op("="):
                name = self.token if self.token.kind == "name" and typed.text != ":" else name
                typed = self.token if self.is_op(":") else typed
                generic = self.generic_end(self.at) if self.is_op("<") else 0
                self.at = max(generic, self.closing(self.at) + 1 if self.token.text in ("(", "[", "{") else self.at + 1)
            if self.at < close and self.is_op("="):
                self.at += 1
                values.append(self.make("pair", name.text, (self.value(close),), name.start, name.end))
            elif name.kind == "name":
                values.append(self.make("name", name.text, (), name.start, name.end))
            while self.at < close and not self.is_op(","):
                self.at += 1
            self.at += 1
        return tuple(values)

    def type(self, at: int, path: Path, stop: int, guard: str) -> bool:
        """What `object Versions { const val x = "1" }` or a class holds, as a block; `at` is its last word before the `{`."""
        self.at = min(at + 1, stop)
        while self.at < stop and self.token.text not in ("{", "\n"):
            self.at = self.closing(self.at) + 1 if self.is_op("(") else self.at + 1
        if self.at < stop and self.is_op("{"):
            self.body(stop, path, guard)
        return True

    def emit(self, path: Path, head: str, op: str, args: tuple[RawValue, ...], guard: str, start: int) -> None:
        spot = self.builder.spot(start, max(start, self.tokens[self.at - 1].end))
        if self.bound and self.budget > 0 and sum(map(size, args)) < _BINDABLE:
            args = tuple(bind(value, self.bound) for value in args)
            self.budget -= sum(map(size, args))
        for name in texts(head, self.bound) if self.bound and "$" in head else (head,):
            self.builder.statements.append((path, name, op, args, guard, spot))
