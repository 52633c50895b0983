"""Flags that are kept: the key they are read by, their first value, what their words speak of, and who writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from askfirst.findings import Place
from askfirst.model.streams import Streams
from askfirst.model.wording import sense
from askfirst.model.worth import Verdict, Worth
from askfirst.model.writes import Write

_READS = re.compile(
    r"^(get|is|has|contains|read|decode|query|load|fetch|opt|find|bool|boolean|value|preference|take|was|are)", re.I
)
_ASKS_WHETHER = frozenset({"contains", "containsKey", "has", "hasKey", "exists"})
_FALLBACK = re.compile(r"def|fallback|value|otherwise", re.I)


class Stored(Streams):
    """Reads and judges stored flags."""

    def stored(
        self, text: str, default: bool | None, polarity: bool, words: str, at: Place, writes: Sequence[Write]
    ) -> Verdict:
        """A flag that is kept: its name, its first value, what its words speak of, and who writes it."""
        said = sense(words)
        kind = said.kind if said is not None else ""
        if bool(default) == polarity:  # satisfied on the first launch
            meant = said is not None and said.positive == polarity and kind in ("consent", "collect")
            return Verdict(Worth.OPT_OUT, text, kind, at) if meant else Verdict(Worth.NOTHING, text, "", at)
        if kind == "build":
            return Verdict(Worth.NOTHING, text, kind, at)
        if said is not None and said.positive != polarity and kind != "first":
            return Verdict(Worth.UNKNOWN, text, kind, at)
        ways = [self._write(f, e, fn, polarity) for f, e, fn in writes]
        if "alone" in ways:
            worth = Worth.SET_BY_APP if kind == "consent" else Worth.NOTHING
            return Verdict(worth, text, kind, self._place(writes[ways.index("alone")]))
        if said is not None:
            return Verdict(Worth.CONSENT, text, kind, at)
        by_person = "person" in ways and "unknown" not in ways
        return Verdict(Worth.CONSENT, text, "written", at) if by_person else Verdict(Worth.UNKNOWN, text, "", at)


    def key_of(self, f: int, name: str, args: list[int], known: bool) -> str | None:
        """The key under which a call reads a stored flag; None when it does not. `known`: the project defines the function."""
        if name.startswith(("getString", "stringResource")) and not (name == "getString" and len(args) == 2):
            return None  # a text to show
        if known and not _READS.match(name):
            return None
        return next((t for t in (self.values.string(f, a) for a in args[:2]) if t is not None), None)

    def name_of(self, f: int, e: int) -> str:
        """The last name of a receiver: of a variable, field or call."""
        if e < 0:
            return ""
        row = self.resolver.expr(f, e)
        return row.value if row.kind in ("name", "field", "call") else ""

    def default_of(self, f: int, name: str, args: list[int], key: str) -> bool | None:
        """What a read answers as long as nothing is stored under the key."""
        if name in _ASKS_WHETHER:
            return False
        parents, exprs = self.resolver.scope(f).parents, self.symbols.facts(f).exprs
        named = ((arg, exprs[parents[arg]]) for arg in args)
        given = [arg for arg, row in named if row.kind != "named" or _FALLBACK.match(row.value)]
        values = (self.values.truthy(f, arg) for arg in given if self.values.string(f, arg) != key)
        return next((value for value in values if value is not None), None)
