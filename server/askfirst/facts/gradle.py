"""Gradle scripts, Groovy and Kotlin: one tolerant block reader for both. See `Statement` in facts/rows.py.

Comments and strings never count as code; loops are read once; what an `if` holds carries its condition as guard.
The functions a script defines are blocks of their own ("fun name"); classes are passed over.
"""

from __future__ import annotations

import re

from askfirst.facts.builder import Builder
from askfirst.facts.comments import MARK, add_allowances
from askfirst.facts.gradle_lexer import Token, tokenize
from askfirst.facts.gradle_values import Chain, Reader, Value, first_text
from askfirst.facts.rows import Facts
from askfirst.source import Source

Path = tuple[str, ...]

_MODIFIERS = frozenset({
    "private", "public", "protected", "internal", "static", "final", "const", "lateinit", "inline", "override",
    "abstract", "open", "data", "sealed", "suspend",
})  # fmt: skip
_DECLARERS = frozenset({"def", "val", "var"})
_GROOVY_TYPES = frozenset({
    "void", "String", "int", "Integer", "boolean", "Boolean", "long", "Long", "File", "List", "Map", "Object",
    "Closure", "Properties", "Set", "double", "Double", "GString", "byte", "Date",
})  # fmt: skip
_TYPES = frozenset({"class", "interface", "enum", "trait", "annotation"})
_LOOPS = frozenset({"for", "while", "catch"})
_PLAIN_BLOCKS = frozenset({"try", "finally", "do", "else"})
_SKIPPED = frozenset({"import", "package", "assert", "break", "continue"})
_PREFIXES = frozenset({"return", "throw"})
_CONTAINED = frozenset({"creating", "getting", "registering", "existing"})
_SEGMENT = re.compile(r"\.(?![^(]*\))")  # a dot outside of brackets
_DEPTH_LIMIT = 60
_GUARD_LIMIT = 1_000  # characters
_NAME_LIMIT, _TEXT_LIMIT = 200, 2_000  # characters of one block's name, of all names of one block head
_STATEMENT_LIMIT = 20_000
_PROBLEM_LIMIT = 3


def read_gradle(source: Source) -> Facts:
    """The statements of one script, in order."""
    builder = Builder()
    tokens = tokenize(source.data, source.language == "kts")
    script = _Script(source.data.decode("latin-1"), tokens, builder)
    script.statements(len(script.tokens) - 1, (), "")
    if len(builder.statements) >= _STATEMENT_LIMIT:
        builder.problems.append(("too-large", f"more than {_STATEMENT_LIMIT} statements", -1))
    if script.too_deep >= 0:
        builder.problems.append(("depth", "statements lie too deep", builder.spot(script.too_deep, script.too_deep)))
    for detail, start, end in sorted(tokens.problems, key=lambda problem: problem[1])[:_PROBLEM_LIMIT]:
        builder.problems.append(("syntax", detail, builder.spot(start, end)))
    add_allowances(builder, source.data, ((a, b) for a, b in tokens.comments if MARK in source.data[a:b]))
    return builder.finish()


class _Script(Reader):
    """Statements; how deep they may lie is bounded, so that recursion is."""

    level = 0
    too_deep = -1  # where something lies deeper

    def statements(self, stop: int, path: Path, guard: str) -> None:
        """Read up to the token `stop`, which is left unread."""
        while self.at < stop and len(self.builder.statements) < _STATEMENT_LIMIT:
            before = self.at
            self.statement(stop, path, guard)
            self.at = max(self.at, before + 1)
        self.at = max(self.at, stop)

    def rest(self, stop: int) -> None:
        """Pass over what is left of a statement."""
        while self.at < stop and self.token.kind != "nl" and not self.is_op(";"):
            if self.token.kind == "op" and self.token.text in ("(", "[", "{"):
                self.at = max(min(self.closing(self.at), stop), self.at + 1)
            else:
                self.at += 1

    def body(self, stop: int, path: Path, guard: str) -> None:
        """A block in braces, or the one statement that stands there instead."""
        self.skip_newlines()
        if self.at >= stop:
            return
        if self.is_op("{"):
            end = min(self.closing(self.at), stop)
            self.at += 1
            self.statements(end, path, guard)
            self.at = min(end + 1, stop)
        else:
            self.statement(stop, path, guard)

    def statement(self, stop: int, path: Path, guard: str) -> None:
        """Read the next statement, whatever it is."""
        if self.level >= _DEPTH_LIMIT:
            self.too_deep = self.token.start if self.too_deep < 0 else self.too_deep
            self.at = stop
            return
        self.level += 1
        self.one_statement(stop, path, guard)
        self.level -= 1

    def one_statement(self, stop: int, path: Path, guard: str) -> None:
        while self.at < stop and (self.token.kind == "nl" or self.token.text in (";", "@")):
            if self.is_op("@"):
                self.annotation(stop)
            else:
                self.at += 1
        if self.at >= stop:
            return
        token = self.token
        word = token.text if token.kind == "name" and self.peek().text not in (".", "=", "+=") else ""
        if word == "if" and self.is_op("(", 1):
            self.conditional(stop, path, guard)
        elif word in ("switch", "when"):
            self.cases(stop, path, guard)
        elif word in _LOOPS and self.is_op("(", 1):
            self.at = min(self.closing(self.at + 1) + 1, stop)
            self.body(stop, path, guard)
        elif word in _PLAIN_BLOCKS:
            self.at += 1
            self.body(stop, path, guard)
        elif word in _SKIPPED:
            self.rest(stop)
        elif word in _PREFIXES:
            self.at += 1
            self.body(stop, path, guard)
        elif self.is_op("{"):
            self.body(stop, path, guard)
        else:
            if not self.declaration(stop, path, guard):
                self.expression(stop, path, guard)
            self.rest(stop)

    def annotation(self, stop: int) -> None:
        """Pass over `@Name(…)` or `@file:Name(…)`; what it stands at comes next."""
        self.at += 2
        while self.at < stop and (self.is_op(".") or self.is_op(":")):
            self.at += 2
        if self.at < stop and self.is_op("(") and not self.token.spaced:
            self.leave(self.closing(self.at))
        self.at = min(self.at, stop)

    def conditional(self, stop: int, path: Path, guard: str) -> None:
        """`if … else if … else`: each branch is guarded by its condition and the failure of those before it."""
        failed = guard
        while True:
            end = min(self.closing(self.at + 1), stop)
            condition = self.source(self.peek().end, self.tokens[end].start)
            self.at = min(end + 1, stop)
            self.body(stop, path, _both(failed, condition))
            failed = _both(failed, condition, negated=True)
            ahead = self.at
            while self.token.kind == "nl" or self.is_op(";"):
                self.at += 1
            if self.at >= stop or self.token.text != "else" or self.token.kind != "name":
                self.at = min(ahead, stop)
                return
            self.at += 1
            self.skip_newlines()
            if self.token.text != "if" or not self.is_op("(", 1):
                self.body(stop, path, failed)
                return

    def cases(self, stop: int, path: Path, guard: str) -> None:
        """`switch (x) { case …: }` and `when (x) { … -> }`: every branch is guarded by the subject."""
        word = self.token.text
        self.at += 1
        subject = ""
        if self.is_op("("):
            end = self.closing(self.at)
            subject = self.source(self.token.end, self.tokens[end].start)
            self.leave(end)
        self.skip_newlines()
        if not self.is_op("{"):
            return
        end = min(self.closing(self.at), stop)
        self.at += 1
        inner = _both(guard, f"{word} ({subject})")
        while self.at < end:
            before = self.at
            arrow = self.find("->" if word == "when" else ":", end)
            if arrow >= 0 and (word == "when" or self.token.text in ("case", "default")):
                self.at = arrow + 1
                self.body(end, path, inner)
            else:
                self.statement(end, path, inner)
            self.at = max(self.at, before + 1)
            while self.at < end and (self.token.kind == "nl" or self.is_op(";")):
                self.at += 1
        self.at = min(end + 1, stop)

    def find(self, text: str, stop: int) -> int:
        """The next operator `text` of this statement, -1 without one."""
        index = self.at
        while index < stop and self.tokens[index].text not in ("\n", "{", ";"):
            if self.tokens[index].kind == "op" and self.tokens[index].text == text:
                return index
            index = self.closing(index) + 1 if self.tokens[index].text in ("(", "[") else index + 1
        return -1

    def declaration(self, stop: int, path: Path, guard: str) -> bool:
        """Variables, functions and types; False (and nothing read) when none begins here."""
        start = at = self.at
        while self.tokens[at].text in _MODIFIERS and self.tokens[at + 1].kind == "name" and at + 1 < stop:
            at += 1
        word = self.tokens[at].text if self.tokens[at].kind == "name" else ""
        following = self.tokens[min(at + 1, len(self.tokens) - 1)]
        if word in _TYPES and following.kind == "name":
            self.at = at
            while self.at < stop and not self.is_op("{") and self.token.kind != "nl":
                self.at += 1
            return True
        if word == "object" and following.kind == "name":
            return self.constants(at, stop, path, guard)
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
        if self.is_op(":"):
            self.at += 1
            while self.at < stop and not self.is_op("=") and self.token.kind != "nl" and self.token.text != "by":
                self.at += 1
        if self.at < stop and self.token.kind == "name" and self.token.text == "by":
            self.at += 1
            self.skip_newlines()
            self.delegate(name, stop, path, guard)
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
        """A function's body is a block "fun name": whatever runs it is not followed."""
        name = ""
        while at < stop and self.tokens[at].text not in ("(", "\n"):
            name = self.tokens[at].text if self.tokens[at].kind == "name" else name
            at += 1
        self.at = at
        if self.is_op("("):
            self.leave(self.closing(at))
        while self.at < stop and self.token.text not in ("{", "=", "\n"):
            self.at += 1
        if self.at < stop and (self.is_op("{") or self.is_op("=")):
            self.at += self.is_op("=")
            self.body(stop, (*path, f"fun {name}"), guard)
        return True

    def constants(self, at: int, stop: int, path: Path, guard: str) -> bool:
        """`object Versions { const val x = "1" }`: a block of that name."""
        name = self.tokens[at + 1].text
        self.at = at + 2
        while self.at < stop and self.token.text not in ("{", "\n"):
            self.at += 1
        if self.is_op("{") and self.at < stop:
            self.body(stop, (*path, name), guard)
        return True

    def expression(self, stop: int, path: Path, guard: str) -> None:
        """A call, a block, or an assignment."""
        start = self.token.start
        chain = self.chain(stop)
        if chain.closure >= 0:
            self.block(chain, chain.args, stop, path, guard, start)
        elif self.token.kind == "op" and self.token.text in ("=", "+=", "<<") and self.at < stop:
            op = "=" if self.token.text == "=" else "+="
            self.at += 1
            self.skip_newlines()
            value = self.value(stop)
            if chain.text:
                self.emit(path, chain.text, op, (value,), guard, start)
        elif not chain.text:
            return
        elif chain.called:
            self.finish(chain, chain.args + self.infix(stop), stop, path, guard, start)
        elif self.command(stop):
            args = self.command_arguments(stop)
            self.finish(chain, args + self.infix(stop), stop, path, guard, start)
        elif path and path[-1] == "plugins" and chain.literal is None:
            self.emit(path, chain.text, "call", self.infix(stop), guard, start)

    def command(self, stop: int) -> bool:
        """Whether the arguments of a call without parentheses begin here."""
        token = self.token
        if self.at >= stop or token.kind in ("nl", "end"):
            return False
        if token.kind == "name":
            return token.text not in ("in", "is", "as", "instanceof", "to")
        return token.kind in ("str", "num") or token.text == "[" or (token.text == "-" and not self.peek().spaced)

    def command_arguments(self, stop: int) -> tuple[Value, ...]:
        return self.arguments(stop, closures=False)

    def infix(self, stop: int) -> tuple[Value, ...]:
        """The words behind a call, each with its value: `version "1" apply false`."""
        pairs: list[Value] = []
        while self.at + 1 < stop and self.token.kind == "name" and self.peek().kind in ("name", "str", "num"):
            word = self.token
            self.at += 1
            value = self.value(stop, closures=False)
            pairs.append(self.make("pair", word.text, (value,), word.start, self.tokens[self.at - 1].end))
        return tuple(pairs)

    def finish(self, chain: Chain, args: tuple[Value, ...], stop: int, path: Path, guard: str, start: int) -> None:
        """A call that is read but for a closure that may follow it, or be its last argument."""
        after = self.at
        if chain.called:
            self.skip_newlines()
        if self.at < stop and self.is_op("{"):
            self.block(chain._replace(closure=self.at), args, stop, path, guard, start)
            return
        self.at = after
        if args and args[-1][0] == "closure":
            self.block(chain._replace(closure=self.last_closure), args[:-1], stop, path, guard, start)
            self.at = max(self.at, after)
        else:
            self.emit(path, chain.text, "call", args, guard, start)

    def block(self, chain: Chain, args: tuple[Value, ...], stop: int, path: Path, guard: str, start: int) -> None:
        """A call with the closure `chain.closure`, and the statements inside."""
        end = min(self.closing(chain.closure), stop)
        self.at = chain.closure
        if chain.text:
            self.emit(path, chain.text.lstrip("."), "block", args, guard, start)
        names = [name for name in _SEGMENT.split(chain.text[:_TEXT_LIMIT]) if name]
        label = first_text(args) or chain.generic
        if names and label:
            names[-1] += f"({label})"
        names = [name[:_NAME_LIMIT] for name in names]
        self.at += 1
        arrow = self.find("->", end)
        if arrow >= 0:
            self.at = arrow + 1
        self.statements(end, (*path, *names), guard)
        self.at = min(end + 1, stop)

    def emit(self, path: Path, head: str, op: str, args: tuple[Value, ...], guard: str, start: int) -> None:
        spot = self.builder.spot(start, max(start, self.tokens[self.at - 1].end))
        self.builder.statements.append((path, head, op, args, guard, spot))


def _both(outer: str, condition: str, negated: bool = False) -> str:
    """The guard `outer` and one more condition, as one text; very long ones are cut."""
    own = f"!({condition})" if negated else f"({condition})" if "||" in condition else condition
    return (f"{outer} && {own}" if outer else own)[:_GUARD_LIMIT]
