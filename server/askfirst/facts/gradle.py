"""Gradle scripts, Groovy and Kotlin: one tolerant block reader for both. See `Statement` in facts/rows.py.

Comments and strings never count as code; what a loop repeats is read once, or a few times where the names of blocks
depend on its items; what an `if` holds carries its condition as guard.
Functions and classes are blocks of their own ("fun name", "class Name"). Kotlin and Java code of the build itself is read so, too.
"""

from __future__ import annotations

import re

from askfirst.facts.builder import Builder
from askfirst.facts.comments import MARK, add_allowances
from askfirst.facts.gradle_chains import LINK, SCOPE_FUNCTIONS, first_text
from askfirst.facts.gradle_cursor import Chain, RawValue
from askfirst.facts.gradle_declarations import Path
from askfirst.facts.gradle_flow import Flow
from askfirst.facts.gradle_lexer import tokenize
from askfirst.facts.gradle_loops import bindings, listed
from askfirst.facts.rows import Facts
from askfirst.source import Source

_LOOPS = frozenset({"while", "catch"})
_BUILD_CODE = re.compile(rb"org\.gradle\b|Plugin<Project>|DependencyHandler")
_PLAIN_BLOCKS = frozenset({"try", "finally", "do", "else"})
_SKIPPED = frozenset({"import", "package", "assert", "break", "continue"})
_INFIX = frozenset({"id", "alias", "kotlin"})  # what hangs on them may say that the plugin is not applied
_PREFIXES = frozenset({"return", "throw"})
_DEPTH_LIMIT = 60
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


def read_build_code(source: Source, builder: Builder) -> None:
    """Add to the rows of a Kotlin or Java file the statements of it, where it may be code of a build.

    A comment that speaks of Gradle is enough: the model asks for the files of a build only.
    """
    if _BUILD_CODE.search(source.data):
        script = _Script(source.data.decode("latin-1"), tokenize(source.data, source.language == "kotlin"), builder)
        script.statements(len(script.tokens) - 1, (), "")


class _Script(Flow):
    """Statements; how deep they may lie is bounded, so that recursion is."""

    level = 0
    repeating = False  # whether what is read is read once for each item of a list
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
        elif word == "for" and self.is_op("(", 1):
            self.loop(stop, path, guard)
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

    def expression(self, stop: int, path: Path, guard: str) -> None:
        """A call, a block, or an assignment."""
        start = self.token.start
        chain = self.chain(stop)
        hung = chain.closure < 0 or chain.text.rpartition(".")[2] in SCOPE_FUNCTIONS
        if (chain.called or chain.closure >= 0) and hung and chain.first_call and chain.first_call[0] not in _INFIX and not chain.items:
            # `implementation("a:b:1").because("…")`, `implementation("a:b:1").apply { … }`
            self.emit(path, chain.first_call[0], "call", chain.first_call[1], guard, start)
        if chain.closure >= 0:
            self.block(chain, chain.args, stop, path, guard, start)
        elif self.is_op("=") and self.is_op("{", 1) and self.at < stop and chain.text:
            self.closure(chain.text, start, stop, path, guard)
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

    def command_arguments(self, stop: int) -> tuple[RawValue, ...]:
        return self.arguments(stop, closures=False)

    def infix(self, stop: int) -> tuple[RawValue, ...]:
        """The words behind a call, each with its value: `version "1" apply false`."""
        pairs: list[RawValue] = []
        while self.at + 1 < stop and self.token.kind == "name" and self.peek().kind in ("name", "str", "num"):
            word = self.token
            self.at += 1
            value = self.value(stop, closures=False)
            pairs.append(self.make("pair", word.text, (value,), word.start, self.tokens[self.at - 1].end))
        return tuple(pairs)

    def finish(self, chain: Chain, args: tuple[RawValue, ...], stop: int, path: Path, guard: str, start: int) -> None:
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
        elif chain.items and len(args) == 1 and "::" in args[0][1] and not args[0][1].endswith("::"):
            # `listOf(…).forEach(::implementation)`
            self.emit(path, args[0][1].rpartition("::")[2], "call", (chain.items,), guard, start)
        else:
            self.emit(path, chain.text, "call", args, guard, start)

    def block(self, chain: Chain, args: tuple[RawValue, ...], stop: int, path: Path, guard: str, start: int) -> None:
        """A call with the closure `chain.closure`, and the statements inside."""
        end = min(self.closing(chain.closure), stop)
        self.at = chain.closure
        if chain.items and chain.items[0] in ("list", "map", "expr"):
            self.items(chain.items, end, stop, path, guard)
            return
        if len(args) == 1 and not self.repeating and (texts := listed(args[0], self.bound)):
            # `listOf("a", "b").forEach { create(it) { … } }`
            around, self.repeating = self.bound, True
            for text in texts:
                self.bound = around | {args[0][1]: text}
                self.block(chain, (text,), stop, path, guard, start)
            self.bound, self.repeating = around, False
            return
        if chain.text:
            self.emit(path, chain.text.lstrip("."), "block", args, guard, start)
        names = [name for name in LINK.split(chain.text[:_TEXT_LIMIT]) if name]
        label = first_text(args) or chain.generic
        if names and label:
            names[-1] += f"({label})"
        names = [name[:_NAME_LIMIT] for name in names]
        if chain.items:
            self.items(chain.items, end, stop, (*path, *names), guard)
            return
        self.at += 1
        self.closure_names(end)
        self.statements(end, (*path, *names), guard)
        self.at = min(end + 1, stop)

    def items(self, items: RawValue, end: int, stop: int, path: Path, guard: str) -> None:
        """The closure at hand, which runs once for each of `items`: its parameter stands for all of them."""
        around = self.bound
        self.at += 1
        self.bound = around | bindings(self.closure_names(end), items)
        self.statements(end, path, guard)
        self.bound = around
        self.at = min(end + 1, stop)
