"""What an app does when a permission is refused: the branches in which it is known to be refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from askfirst.findings import Confidence
from askfirst.model.calls import Calls
from askfirst.model.manifest import Manifests
from askfirst.model.symbols import Fn

# Callbacks of the platform and of the usual permission libraries that answer a request.
_ANSWERS = frozenset({"onRequestPermissionsResult", "onPermissionsResult", "onResult", "onActivityResult"})
_REFUSED = frozenset(
    {"onPermissionsDenied", "onDenied", "onPermissionDenied", "onNever", "onPermissionRejected", "noPermission"}
)
_EXITS = frozenset({"finishAffinity", "exitProcess", "finishAndRemoveTask"})
_GRANTED = re.compile(r"grant|allowed|accepted|isAll|hasPermission|checkSelfPermission", re.I)
_DENIED = re.compile(r"denied|refus|reject|never", re.I)
_CONTRACTS = ("RequestPermission", "RequestMultiplePermissions")


class Exit(NamedTuple):
    """A call that leaves the app where a permission is known to be refused."""

    fn: Fn
    at: int
    name: str  # "finish", "exitProcess", "System.exit", …
    confidence: Confidence


class Refusals:
    """Exits and repeated requests on refusal."""

    def __init__(self, calls: Calls, manifests: Manifests) -> None:
        self.calls, self.manifests = calls, manifests
        self.resolver, self.symbols = calls.resolver, calls.symbols
        memory = self.symbols.memory
        self._exits = memory.gather(len(self.symbols.units), lambda f: ((None, found) for found in sorted(self._exits_in(f))))

    def exits(self) -> Sequence[Exit]:
        """Calls that leave the app on refusal, in file order. Closing only the screen that needed it does not count."""
        return self._exits[None]

    def _exits_in(self, f: int) -> Iterator[Exit]:
        sites = self.symbols.facts(f).sites
        for name in (*_EXITS, "exit", "killProcess", "finish"):
            for e in sites.get(name, ()):
                row = self.resolver.expr(f, e)
                if row.kind != "call" or row.function < 0 or not self.refused(f, row.function, row.guard):
                    continue
                dotted = self.resolver.scope(f).dotted(row.kids[0]) if row.kids[0] >= 0 else ""
                if (
                    (name == "exit"
                    and dotted not in ("System", "Runtime"))
                    or (name == "finish"
                    and not self._leaves_root(f, e))
                ):
                    continue
                shown = f"{dotted}.{name}" if dotted else name
                yield Exit((f, row.function), e, shown, Confidence.MEDIUM if name == "finish" else Confidence.HIGH)

    def refused(self, f: int, n: int, guard: int) -> bool:
        """Whether code under `guard` in function `n` runs only when a permission was refused."""
        facts = self.symbols.facts(f)
        name = facts.functions[n].name
        if name in _REFUSED:
            return True
        if name in _ANSWERS:
            return name != "onActivityResult" and self._denied_by(f, guard)
        if name == "<lambda>":
            e = self.resolver.scope(f).lambdas.get(n, -1)
            call = self.resolver.scope(f).argument(e)[0] if e >= 0 else -1
            if call >= 0 and facts.exprs[call].value in (
                "registerForActivityResult",
                "rememberLauncherForActivityResult",
            ):
                words = {facts.exprs[a].value for a in self.resolver.scope(f).arguments(call)}
                return any(w.endswith(_CONTRACTS) for w in words) and self._denied_by(f, guard, n)
            if call >= 0 and facts.exprs[call].value in _REFUSED:
                return True
            return self.refused(f, facts.functions[n].outer, self._join(f, guard, facts.functions[n].guard))
        return False

    def _join(self, f: int, inner: int, outer: int) -> int:
        """The guard that decides for a lambda: its own when it says something of the answer, else the one it was made under."""
        return inner if inner >= 0 and self._denied_by(f, inner) else outer

    def _denied_by(self, f: int, guard: int, n: int = -1) -> bool:
        facts = self.symbols.facts(f)
        while guard >= 0:
            row = facts.guards[guard]
            said = self._granted(f, row.expr, n)
            if said is not None:
                return said != row.polarity
            guard = row.outer
        return False

    def _granted(self, f: int, e: int, n: int) -> bool | None:
        """Whether `e` being true means granted (True) or refused (False); None when it speaks of neither."""
        row = self.resolver.expr(f, e)
        if row.kind == "op" and row.value == "!":
            inner = self._granted(f, row.kids[0], n)
            return None if inner is None else not inner
        if row.kind == "op" and row.value in ("&&", "||"):
            return next((g for g in (self._granted(f, kid, n) for kid in row.kids) if g is not None), None)
        words = " ".join(self._words(f, e))
        if row.kind == "op" and row.value in ("==", "===", "!=", "!=="):
            same = row.value.startswith("=")
            if "PERMISSION_GRANTED" in words:
                return same
            if "PERMISSION_DENIED" in words:
                return not same
        if row.kind in ("name", "field", "call"):
            params = {p.name for p in self.symbols.facts(f).functions[n].params} or {"it"} if n >= 0 else set()
            if row.kind == "name" and row.value in params:
                return True
            if _DENIED.search(row.value):
                return False
            if _GRANTED.search(row.value) or "PERMISSION_GRANTED" in words:
                return True
        return None

    def _words(self, f: int, e: int) -> Iterator[str]:
        row = self.resolver.expr(f, e)
        yield row.value
        for kid in row.kids:
            if kid >= 0:
                yield from self._words(f, kid)

    def _leaves_root(self, f: int, e: int) -> bool:
        """`finish()` of a launcher activity closes the app."""
        row = self.resolver.expr(f, e)
        if row.kids[0] >= 0 and self.resolver.expr(f, row.kids[0]).kind != "this":
            return False
        owner = self.symbols.facts(f).functions[row.function].owner
        while owner >= 0 and self.symbols.facts(f).types[owner].kind == "anonymous":
            owner = self.symbols.facts(f).types[owner].outer
        return owner >= 0 and self.symbols.name_of((f, owner)) in self._launchers

    @cached_property
    def _launchers(self) -> frozenset[str]:
        return frozenset(node.key for merged in self.manifests.applications for node in merged.launchers())
