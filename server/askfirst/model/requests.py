"""Runtime permission requests: where a permission dialog opens, and for what."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askfirst.findings import Confidence
from askfirst.model.calls import Calls, Gate
from askfirst.model.resolve import Param
from askfirst.model.symbols import Fn
from askfirst.model.values import Values

# Platform, androidx and the usual permission libraries (EasyPermissions, XXPermissions, PermissionX, RxPermissions, AndPermission,
# PermissionsDispatcher's generated calls, accompanist).
_REQUESTS = ("requestPermissions", "requestPermission", "permission", "permissions", "request", "requestEach",
             "requestEachCombined", "launchPermissionRequest", "launchMultiplePermissionRequest", "launch")  # fmt: skip
_OWNERS = re.compile(r"permission|ActivityCompat|FragmentCompat|Dexter|Acp", re.I)
_CONSTANT = re.compile(
    r"(?:^|\.)(?:permission|Permission|PermissionConstants|Permissions|PermissionLists?)\.(?:Group\.)?([A-Z][A-Z_0-9]+)$"
)
_FULL = re.compile(r"^(?:android|com\.[\w.]+)\.permission\.[A-Z_0-9]+$")
_GROUPS = {
    "STORAGE": ("READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE"), "LOCATION": ("ACCESS_FINE_LOCATION", "ACCESS_COARSE_LOCATION"),
    "CALENDAR": ("READ_CALENDAR", "WRITE_CALENDAR"), "CONTACTS": ("READ_CONTACTS", "WRITE_CONTACTS"),
    "MICROPHONE": ("RECORD_AUDIO",), "PHONE": ("READ_PHONE_STATE",), "SMS": ("READ_SMS",), "SENSORS": ("BODY_SENSORS",),
}  # fmt: skip


class Request(NamedTuple):
    """One call that opens the system's permission dialog."""

    fn: Fn
    at: int
    permissions: tuple[str, ...]  # full names, in order; () when they cannot be read
    confidence: Confidence
    gates: tuple[Gate, ...]

    @property
    def key(self) -> tuple[int, int]:
        return self.fn[0], self.at


class Requests:
    """All requests of a project."""

    def __init__(self, calls: Calls, values: Values) -> None:
        self.calls, self.values = calls, values
        self.resolver, self.symbols = calls.resolver, calls.symbols
        self._only = -1
        memory = self.symbols.memory
        self._in_files = memory.gather(len(self.symbols.units), lambda f: ((None, request) for request in self._in(f)))

    @property
    def all(self) -> Sequence[Request]:
        """In file order."""
        found = self._in_files[None]
        return found if self._only < 0 else [request for request in found if request.fn[0] == self._only]

    def within(self, f: int) -> Requests:
        """The same, with the requests in one file only."""
        found = copy.copy(self)
        found._only = f
        return found

    def _in(self, f: int) -> list[Request]:
        return sorted(self._find(f), key=lambda r: r.key)

    def _find(self, f: int) -> Iterator[Request]:
        for name in _REQUESTS:
            for e in self.symbols.facts(f).sites.get(name, ()):
                row = self.resolver.expr(f, e)
                if row.kind != "call" or row.function < 0 or any(t.confidence > Confidence.LOW for t in self.resolver.targets(f, e)):
                    continue
                confidence = self._is_request(f, e, name)
                if confidence is None:
                    continue
                found = list(
                    dict.fromkeys(p for a in self.resolver.scope(f).arguments(e) for p in self.permissions(f, a))
                )
                if name.startswith("launch") and not found and row.kids[0] >= 0:
                    found = list(dict.fromkeys(self._of_receiver(f, row.kids[0])))
                if found or name in ("requestPermissions", "launchPermissionRequest"):
                    gates = ((f, row.guard),) if row.guard >= 0 else ()
                    yield Request((f, row.function), e, tuple(found), confidence, gates)

    def _is_request(self, f: int, e: int, name: str) -> Confidence | None:
        row = self.resolver.expr(f, e)
        receiver = row.kids[0]
        owner = self.resolver.type_of(f, receiver) if receiver >= 0 else ""
        words = self.resolver.scope(f).dotted(receiver) if receiver >= 0 else ""
        if name == "requestPermissions":
            return Confidence.HIGH
        if name == "launch":
            return Confidence.HIGH if receiver >= 0 and self._contract(f, receiver) else None
        if name.startswith("launch"):
            return Confidence.HIGH
        if _OWNERS.search(owner.rpartition(".")[2]) or _OWNERS.search(words) or self._chain_speaks(f, receiver):
            return Confidence.HIGH if owner else Confidence.MEDIUM
        return None

    def _chain_speaks(self, f: int, e: int) -> bool:
        """`XXPermissions.with(this).permission(…)`: the chain starts at a permission library."""
        while e >= 0:
            row = self.resolver.expr(f, e)
            if row.kind == "name":
                return bool(_OWNERS.search(row.value))
            e = row.kids[0] if row.kids and row.kind in ("call", "field") else -1
        return False

    def _contract(self, f: int, e: int) -> bool:
        """Whether a launcher was registered with a permission contract."""
        found = self.resolver.variable_of(f, e)
        if found is None or isinstance(found, Param):
            return False
        value = self.symbols.variable(found).value
        values = [value] if value >= 0 else []
        facts = self.symbols.facts(found[0])
        values += [
            facts.assigns[a].value
            for a in self.resolver.scope(found[0]).assigns.get(self.symbols.variable(found).name, ())
        ]
        for e in values:
            row = facts.exprs[e]
            if row.kind == "call" and row.value in ("registerForActivityResult", "rememberLauncherForActivityResult"):
                if any("RequestPermission" in facts.exprs[a].value or "RequestMultiple" in facts.exprs[a].value
                       for a in self.resolver.scope(found[0]).arguments(e)):  # fmt: skip
                    return True
        return False

    def _of_receiver(self, f: int, e: int) -> Iterator[str]:
        """`val state = rememberPermissionState(CAMERA)` … `state.launchPermissionRequest()`."""
        found = self.resolver.variable_of(f, e)
        if found is not None and not isinstance(found, Param):
            value = self.symbols.variable(found).value
            if value >= 0 and self.symbols.facts(found[0]).exprs[value].kind == "call":
                for arg in self.resolver.scope(found[0]).arguments(value):
                    yield from self.permissions(found[0], arg)

    def permissions(self, f: int, e: int, depth: int = 0) -> Iterator[str]:
        """The permissions that an argument names: constants, strings, arrays, lists, and variables holding them."""
        if e < 0 or depth > 6:
            return
        row = self.resolver.expr(f, e)
        text = self.values.string(f, e) if row.kind in ("str", "name", "field") else None
        if text and _FULL.match(text):
            yield text
            return
        dotted = self.resolver.scope(f).dotted(e)
        named = _CONSTANT.search(dotted)
        if named:
            names = _GROUPS.get(named[1], (named[1],)) if "Group" in dotted or named[1] in _GROUPS else (named[1],)
            yield from (f"android.permission.{n}" for n in names)
            return
        if row.kind in ("name", "field"):
            imported = self.resolver.callee(f, e)
            if imported[0].endswith("Manifest.permission") or imported[0] == "android.Manifest.permission":
                yield f"android.permission.{imported[1]}"
                return
            found = self.resolver.variable_of(f, e)
            if found is not None and not isinstance(found, Param):
                value = self.symbols.variable(found).value
                if value >= 0:
                    yield from self.permissions(found[0], value, depth + 1)
                elif self.symbols.variable(found).kind == "local":
                    for a in self.resolver.scope(found[0]).assigns.get(self.symbols.variable(found).name, ()):
                        yield from self.permissions(found[0], self.symbols.facts(found[0]).assigns[a].value, depth + 1)
            return
        if row.kind == "call" and not self.resolver.scope(f).arguments(e):
            for target in self.resolver.targets(f, e):
                for back in self.resolver.scope(target.fn[0]).returns.get(target.fn[1], ()):
                    yield from self.permissions(target.fn[0], back, depth + 1)
        for kid in row.kids:
            yield from self.permissions(f, kid, depth + 1)
