"""What a condition shows by its form: guards around guards, `!`, `&&`, comparisons, `if`. Its atoms are for `Flags`."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable

from askfirst.model import elsewhere
from askfirst.model.awaits import held_by
from askfirst.model.calls import Calls, Gate
from askfirst.model.resolve import Param
from askfirst.model.symbols import Fn
from askfirst.model.values import Values
from askfirst.model.wording import CONSTANT, Sense, sense, technical
from askfirst.model.worth import NOTHING, UNKNOWN, Verdict, Worth, least, most
from askfirst.model.writes import Writes

_THINGS = re.compile(r"(?:manager|dialog|form|client|service|view|fragment|listener|callback|helper|repository|policy)$", re.I)


class Conditions(Writes):
    """Evaluates guards and the operators in them."""

    def __init__(self, calls: Calls, values: Values, is_entry: Callable[[Fn], bool]) -> None:
        super().__init__(calls, values, is_entry)
        self._memo = self.remembered(self.symbols.memory, self._condition)

    @abstractmethod
    def variable(self, f: int, e: int, polarity: bool) -> Verdict:
        """What a name or field shows by being `polarity`."""

    @abstractmethod
    def call(self, f: int, e: int, polarity: bool) -> Verdict:
        """What a call shows by answering `polarity`."""

    @abstractmethod
    def entry(self, f: int, e: int, polarity: bool, default: bool | None = None) -> Verdict:
        """What `prefs[KEY]`, or `default` where nothing is stored, shows by being `polarity`."""

    def guard(self, gate: Gate) -> list[Verdict]:
        """The verdicts of a guard and of those around it, innermost first."""
        f, g = gate
        if (waited := held_by(gate)) >= 0:  # counts for something only where it is an agreement
            verdict = self.condition(f, waited, True)
            return [verdict] if verdict.worth == Worth.CONSENT and verdict.kind != "login" else []
        found = []
        guards = self.symbols.facts(f).guards
        while g >= 0:
            row = guards[g]
            found.append(self.condition(f, row.expr, row.polarity))
            g = row.outer
        return found

    def worth(self, gates: tuple[Gate, ...]) -> Verdict:
        """The verdict that protects best among all gates; NOTHING when there are none."""
        return most((v for gate in gates for v in self.guard(gate)), NOTHING)

    def guess(self, gates: tuple[Gate, ...]) -> bool:
        """Whether one of the gates is decided where nobody can look: it may not hold at all."""
        return any(v.kind in elsewhere.KINDS for gate in gates for v in self.guard(gate))

    def condition(self, f: int, e: int, polarity: bool) -> Verdict:
        """What it shows that expression `e` is `polarity`."""
        return self._memo[self.budget][f, e, polarity]

    def _condition(self, f: int, e: int, polarity: bool) -> Verdict:
        if e < 0:
            return NOTHING
        row = self.resolver.expr(f, e)
        constant = self.values.boolean(f, e)
        if constant is not None:
            return NOTHING if constant == polarity else Verdict(Worth.NEVER, row.value, "constant", None)
        match row.kind:
            case "op":
                return self._operator(f, e, polarity)
            case "cast" | "named":
                return self.condition(f, row.kids[0], polarity)
            case "if" if len(row.kids) == 3:
                return self._choice(f, row.kids, polarity)
            case "name" | "field":
                return self.variable(f, e, polarity)
            case "call":
                return self.call(f, e, polarity)
            case "index":
                return self.entry(f, e, polarity)
            case "caught":
                return Verdict(Worth.NOTHING, f"catch ({row.value})", "failure", None)
            case "lambda":
                return self.condition(f, self.symbols.facts(f).functions[int(row.value)].body, polarity)
        return UNKNOWN

    def _operator(self, f: int, e: int, polarity: bool) -> Verdict:
        row = self.resolver.expr(f, e)
        op, kids = row.value, row.kids
        if op == "!":
            return self.condition(f, kids[0], not polarity)
        if op in ("&&", "||"):
            both = [self.condition(f, kid, polarity) for kid in kids]
            return most(both) if (op == "&&") == polarity else least(both)
        if op in ("==", "===", "!=", "!=="):
            return self.equality(f, kids, polarity == op.startswith("="))
        if op in ("<", ">", "<=", ">="):  # agreedVersion >= 3: a larger number stands for true
            left = polarity == op.startswith(">")
            sides = [(kid, left == (i == 0)) for i, kid in enumerate(kids) if self.values.truthy(f, kid) is None]
            return most((self.condition(f, kid, larger) for kid, larger in sides), NOTHING)
        if op in ("+", "-", "*") and len(kids) == 2:
            moving = [kid for kid in kids if self.values.truthy(f, kid) is None]
            return self.condition(f, moving[0], polarity) if len(moving) == 1 else NOTHING  # how long ago
        if op == "?:" and len(kids) == 2 and self.resolver.expr(f, kids[0]).kind == "index":
            absent = self.values.truthy(f, kids[1])
            if absent is not None:
                return self.entry(f, kids[0], polarity, absent)
        if op in ("?:", "!!") and kids:
            return self.condition(f, kids[0], polarity)
        if op in ("in", "!in", "is", "!is"):
            said = sense(text := f"{self.words(f, e)} {self.resolver.expr(f, kids[-1]).value}")
            if said is not None and said.kind in ("consent", "login"):
                return self.by_words(said, polarity != op.startswith("!"), text)
            return UNKNOWN if op.endswith("in") else NOTHING
        return NOTHING

    def equality(self, f: int, kids: tuple[int, ...], polarity: bool) -> Verdict:
        """What it shows that two expressions are equal (`polarity`) or not."""
        literal, other = -1, -1
        for kid in kids:
            if self.values.truthy(f, kid) is not None and literal < 0:
                literal = kid
            else:
                other = kid
        if literal < 0 or other < 0:
            return self._constants(f, kids, polarity) or self._same(f, kids, polarity)
        empty = self.resolver.expr(f, literal).kind == "null" or self.values.string(f, literal) == ""
        if empty:
            return self.presence(f, other, not polarity)
        asked = self.resolver.expr(f, other).value
        if self.resolver.expr(f, literal).kind == "int" and asked in ("checkSelfPermission", "checkPermission"):
            granted = polarity == (self.resolver.expr(f, literal).value == "0")  # PERMISSION_GRANTED
            return Verdict(Worth.UNKNOWN if granted else Worth.NOTHING, "checkSelfPermission", "permission", None)
        if asked in ("action", "getAction"):
            return self._action(f, literal, polarity)
        return self.condition(f, other, polarity == bool(self.values.truthy(f, literal)))

    def _action(self, f: int, e: int, polarity: bool) -> Verdict:
        """An intent's action: as if it were not there where the app itself sends it at start."""
        action = self.values.string(f, e)
        for at, sent in self.calls.sites("setAction") if action and polarity else ():
            row, given = self.resolver.expr(at, sent), self.resolver.scope(at).arguments(sent)
            if given and self.values.string(at, given[0]) == action and self.alone((at, row.function)):
                return NOTHING
        return UNKNOWN

    def presence(self, f: int, e: int, polarity: bool) -> Verdict:
        """What it shows that something is there (not null, not empty) or not: nothing, unless it is an agreement or a login. A
        cache is empty at first."""
        text = self.words(f, e)
        said = sense(text) if not _THINGS.search(self.resolver.expr(f, e).value) else None
        if said is not None and said.kind in ("consent", "login"):
            return self.by_words(said, polarity, text)
        chosen = self.chosen(f, e, polarity)
        return NOTHING if chosen is None else chosen

    @abstractmethod
    def chosen(self, f: int, e: int, polarity: bool) -> Verdict | None:
        """What it shows that a value which a condition chooses, `if (c) x else null`, is there; None when nothing chooses it."""

    def _constants(self, f: int, kids: tuple[int, ...], polarity: bool) -> Verdict | None:
        """A variable compared with a constant of an enum, where its first value is one as well."""
        for constant, other in (kids, kids[::-1]):
            wanted = self.resolver.scope(f).dotted(constant).rpartition(".")[2]
            found = self.resolver.variable_of(f, other) if CONSTANT.match(wanted) else None
            if found is None or isinstance(found, Param) or self.symbols.variable(found).value < 0:
                continue
            first = self.resolver.scope(found[0]).dotted(self.symbols.variable(found).value).rpartition(".")[2]
            if CONSTANT.match(first) and (first == wanted) == polarity:  # satisfied on the first launch
                said = sense(text := self._spoken_of(f, kids))
                worth = Worth.OPT_OUT if said is not None and said.kind in ("consent", "collect") else Worth.NOTHING
                return Verdict(worth, text.split(" ")[0], said.kind if said else "", None)
        return None

    def _spoken_of(self, f: int, kids: tuple[int, ...]) -> str:
        """The names in what is compared, and of its types."""
        types = (self.resolver.type_of(f, kid).rpartition(".")[2] for kid in kids)
        return " ".join([*(self._told(f, kid) for kid in kids), *types]).strip()

    def _told(self, f: int, e: int) -> str:
        """The names in an expression without what a read answers by default: `getString("consent", "UNKNOWN")`."""
        row = self.resolver.expr(f, e)
        if row.kind == "call" and row.value.startswith("get"):
            return " ".join([row.value, *(self.words(f, arg) for arg in self.resolver.scope(f).arguments(e)[:1])])
        if row.kind in ("call", "op", "cast", "field") and row.kids:
            return " ".join([row.value, *(self._told(f, kid) for kid in row.kids if kid >= 0)])
        return self.words(f, e)

    def _same(self, f: int, kids: tuple[int, ...], polarity: bool) -> Verdict:
        """Two things of which neither is a constant."""
        text = " ".join(self.words(f, k) for k in kids)
        if technical(text):
            return Verdict(Worth.NOTHING, text.split(" ")[0], "build", None)
        if "PERMISSION_GRANTED" in text or "PERMISSION_DENIED" in text:
            granted = polarity == ("PERMISSION_GRANTED" in text)
            return Verdict(Worth.UNKNOWN if granted else Worth.NOTHING, "checkSelfPermission", "permission", None)
        said = sense(self._spoken_of(f, kids))
        if said is not None and not said.positive and not polarity:
            return UNKNOWN  # not refused is not agreed
        return self.by_words(said, polarity, text) if said else UNKNOWN if text.strip() else NOTHING

    def _choice(self, f: int, kids: tuple[int, ...], polarity: bool) -> Verdict:
        """`if (c) a else b` as a condition: each branch together with what its side of c shows."""
        sides = []
        for branch, side in ((kids[1], True), (kids[2], False)):
            own = self.condition(f, branch, polarity) if branch >= 0 else None
            if own is not None and own.worth != Worth.NEVER:
                sides.append(most((own, self.condition(f, kids[0], side))))
        return least(sides, UNKNOWN)

    def words(self, f: int, e: int) -> str:
        """All names and constant texts of an expression, for `sense`."""
        row = self.resolver.expr(f, e)
        own = [row.value] if row.kind in ("name", "field", "call", "str", "class") else []
        text = self.values.string(f, e) if row.kind in ("name", "field", "call") else None
        return " ".join([*own, *([text] if text else []), *(self.words(f, kid) for kid in row.kids if kid >= 0)])

    def by_words(self, said: Sense | None, polarity: bool, text: str) -> Verdict:
        """What a name shows by being `polarity`, when there is nothing to go by but what it speaks of."""
        if said is None:
            return Verdict(Worth.UNKNOWN, text, "", None)
        if said.kind == "build":
            return Verdict(Worth.NOTHING, text, "build", None)
        if said.positive == polarity:
            return Verdict(Worth.CONSENT if said.kind != "collect" else Worth.UNKNOWN, text, said.kind, None)
        return Verdict(Worth.NOTHING, text, said.kind, None)

    def spoken(self, inner: Verdict, polarity: bool, text: str) -> Verdict:
        """`inner`, or, where it shows nothing either way, what the name speaks of."""
        said = sense(text)
        silent = inner.worth == Worth.UNKNOWN or inner.kind in elsewhere.KINDS
        return self.by_words(said, polarity, text) if silent and said is not None else inner
