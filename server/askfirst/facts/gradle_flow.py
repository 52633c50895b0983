"""What chooses and repeats in Gradle scripts: conditions become guards, the body of a loop is read once."""

from __future__ import annotations

from askfirst.facts.gradle_declarations import Declarations, Path
from askfirst.facts.gradle_loops import bindings

_GUARD_LIMIT = 1_000  # characters


class Flow(Declarations):
    """Reads conditions and loops."""

    def statement(self, stop: int, path: Path, guard: str) -> None:
        """Read the next statement, whatever it is."""
        raise NotImplementedError

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

    def loop(self, stop: int, path: Path, guard: str) -> None:
        """`for (x in items) …`, `for (String x : items) …`."""
        end = min(self.closing(self.at + 1), stop)
        self.at = min(self.at + 2, end)
        name = ""
        while self.at < end and self.token.text not in ("in", ":", ";"):
            name = self.token.text if self.token.kind == "name" else name
            self.at += 1
        around = self.bound
        if name and self.at + 1 < end and not self.is_op(";"):
            self.at += 1
            self.bound = around | bindings([name], self.value(end))
        self.at = min(end + 1, stop)
        self.body(stop, path, guard)
        self.bound = around


def _both(outer: str, condition: str, negated: bool = False) -> str:
    """The guard `outer` and one more condition, as one text; very long ones are cut."""
    own = f"!({condition})" if negated else f"({condition})" if "||" in condition else condition
    return (f"{outer} && {own}" if outer else own)[:_GUARD_LIMIT]
