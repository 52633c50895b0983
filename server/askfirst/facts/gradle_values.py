"""Values in Gradle scripts: literals, dotted names, calls, lists, maps, and whatever else as source text.

A chain of names and calls has one text: `libs.versions.sdk.get().toInt`, `getByName(release).java`; a call inside it
carries its first string (or name) in brackets, and `x["key"]` reads as `x.key`. The spot of a string is its content.
"""

from __future__ import annotations

from askfirst.facts.gradle_chains import LISTS, MAPS, Chains
from askfirst.facts.gradle_cursor import Chain, RawValue

# What joins two operands, beside the symbols.
_WORDS = frozenset({"to", "in", "is", "as", "instanceof", "and", "or", "until", "downTo", "step"})
_JOINS = frozenset({
    "+", "-", "*", "/", "%", "?", ":", "?:", "..", "..<", "&&", "||", "==", "!=", "===", "!==", "<", ">", "<=", ">=",
    "=~", "==~", "<<", "!", "&", "|", "^",
})  # fmt: skip
_DEPTH_LIMIT = 40


class Reader(Chains):
    """Reads values."""

    def arguments(self, close: int, closures: bool = True) -> tuple[RawValue, ...]:
        """Comma-separated values up to the token `close`, which is left unread."""
        values: list[RawValue] = []
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

    def argument(self, close: int, closures: bool = True) -> RawValue:
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

    def pair(self, key: str, start: int, close: int, closures: bool) -> RawValue:
        self.skip_newlines()
        value = self.value(close, closures)
        return self.make("pair", key, (value,), start, self.tokens[max(self.at - 1, 0)].end)

    def value(self, close: int, closures: bool = True) -> RawValue:
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

    def operand(self, close: int, closures: bool) -> RawValue:
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

    def nothing(self, close: int) -> RawValue:
        start = self.token.start
        self.at = close
        return self.make("expr", "", (), start, start)

    def chained(self, chain: Chain, closures: bool, start: int, end: int) -> RawValue:
        """A chain that is no bare literal, as a value; with `closures` the one at its end belongs to it."""
        last = chain.text.rpartition(".")[2]
        if chain.called and chain.text in LISTS:
            return self.make("list", "", chain.args, start, end)
        if chain.called and chain.text in MAPS:
            return self.make("map", "", chain.args, start, end)
        if chain.called or (closures and chain.closure >= 0):
            return self.make("call", chain.text, chain.args, start, end)
        return self.make("name" if last else "expr", chain.text, (), start, end)

    def branches(self, close: int) -> RawValue:
        """`if (a) b else c` and other statements used as values: what they may come to as parts."""
        start = self.token.start
        results: list[RawValue] = []
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
