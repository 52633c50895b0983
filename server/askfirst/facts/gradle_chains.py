"""Chains of names and calls in Gradle scripts: `a.b("c").d`, `x["key"]`, and what they begin with."""

from __future__ import annotations

import re

from askfirst.facts.gradle_cursor import Chain, Cursor, RawValue

LISTS = frozenset({
    "listOf", "setOf", "arrayOf", "mutableListOf", "mutableSetOf", "listOfNotNull", "arrayListOf", "sequenceOf",
})  # fmt: skip
MAPS = frozenset({"mapOf", "mutableMapOf", "hashMapOf"})
EACH = frozenset({"each", "forEach", "onEach"})
SCOPE_FUNCTIONS = frozenset({"also", "apply", "let", "run"})
LINK = re.compile(r"\.(?![^(]*\))")  # a dot outside of brackets, between two links
_DOTS = frozenset({".", "?.", "*.", "::", ".&"})
_LABEL_LIMIT = 200
_TEXT_LIMIT = 2_000  # characters of a chain: nobody writes longer ones


class Chains(Cursor):
    """Reads chains."""

    def arguments(self, close: int, closures: bool = True) -> tuple[RawValue, ...]:
        """Comma-separated values up to the token `close`, which is left unread."""
        raise NotImplementedError

    def chain(self, close: int) -> Chain:
        """A primary and everything that hangs on it. A closure at its end is left unread."""
        first = self.token
        text, literal = self.primary(close)
        called, generic, closure = False, "", -1
        args: tuple[RawValue, ...] = ()
        items: RawValue | None = None
        first_call: tuple[str, tuple[RawValue, ...]] | None = None
        while self.at < close:
            if (self.token.kind == "nl" and not self.continues()) or self.token.kind != "op":
                break
            token = self.token
            if token.text in _DOTS and self.peek().kind in ("name", "str", "nl"):
                self.at += 1
                self.skip_newlines()
                items = (literal or self.collection(text, called, args)) if self.token.text in EACH else None
                first_call = first_call or ((text, args) if called and args else None)
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
        return Chain(text, called, args, generic, closure, literal, first_call, items)

    def primary(self, close: int) -> tuple[str, RawValue | None]:
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
        if token.kind == "op" and token.text == "::" and self.token.kind == "name":
            self.at += 1
            return f"::{self.tokens[self.at - 1].text}", None
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

    def list_items(self, end: int) -> tuple[RawValue, ...]:
        if self.is_op(":") and self.at + 1 == end:  # the empty map
            return ()
        return self.arguments(end)

    def collection(self, text: str, called: bool, args: tuple[RawValue, ...]) -> RawValue:
        """What a chain that is gone through comes to: the list or map it writes, or the name it has."""
        start, end = self.tokens[self.at - 2].start, self.tokens[self.at - 2].end
        if called and text in LISTS | MAPS:
            return self.make("list" if text in LISTS else "map", "", args, start, end)
        return self.make("call" if called else "name", text, args if called else (), start, end)

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

    def link(self, text: str, called: bool, args: tuple[RawValue, ...], generic: str, dot: str) -> str:
        """Append the name at the cursor."""
        name = self.token.text if self.token.kind in ("name", "str") else ""
        if name:
            self.at += 1
        head = text + self.label(args, generic) if called else text
        return f"{head}{'::' if dot in ('::', '.&') else '.'}{name}"

    def index(self, text: str, close: int) -> str:
        """Append the `[key]` at the cursor: `.key` when it is a string."""
        opened = self.at
        end = min(self.closing(opened), close)
        key = self.peek()
        named = key.kind == "str" and opened + 2 == end
        self.leave(end)
        return text + (f".{key.text}" if named else f"[{self.source(self.tokens[opened].end, self.tokens[end].start)}]")

    def label(self, args: tuple[RawValue, ...], generic: str = "") -> str:
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


def first_text(args: tuple[RawValue, ...]) -> str:
    """The first string among the arguments, or else the first name: also one inside `platform(…)` and `project(…)`."""
    for value in args[:1]:
        if value[0] in ("str", "name", "int"):
            return value[1]
        if value[0] == "call":
            return first_text(value[2]) or value[1]
        if value[0] == "pair" and value[1] in ("path", "name", "group"):
            return first_text(value[2])
    return ""
