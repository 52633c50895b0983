"""A cursor over the tokens of one Gradle script, and the raw values that its readers make."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from askfirst.facts.builder import Builder
from askfirst.facts.gradle_lexer import Token, Tokens, decode

RawValue: TypeAlias = "tuple[str, str, tuple[RawValue, ...], int]"  # a rows.Value before it has names


class Chain(NamedTuple):
    """`a.b("c").d` and the like."""

    text: str  # see gradle_values; of the last call the name only
    called: bool  # its last link is a call
    args: tuple[RawValue, ...]  # of that call
    generic: str  # of that call: its last type argument
    closure: int  # index of the `{` of a closure that follows, -1 without one
    literal: RawValue | None  # it is nothing but this value
    first_call: tuple[str, tuple[RawValue, ...]] | None = None  # the first call in it that others hang on
    items: RawValue | None = None  # where its last link goes through the items of a collection: that collection


class Cursor:
    """Where a reader is in one script."""

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

    def make(self, kind: str, text: str, parts: tuple[RawValue, ...], start: int, end: int) -> RawValue:
        return (kind, text, parts, self.builder.spot(start, end))
