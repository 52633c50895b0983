"""Finds collections: calls, reads and starts that the knowledge names, wherever they stand in the code."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askfirst.findings import Confidence, Place
from askfirst.knowledge import Index
from askfirst.knowledge.types import Api, Sdk, Start
from askfirst.model.calls import Calls, Gate
from askfirst.model.likely import likely
from askfirst.model.memo import Memo
from askfirst.model.resolve import Resolver
from askfirst.model.symbols import Fn
from askfirst.model.uris import Query, Uris
from askfirst.model.values import Values
from askfirst.model.wording import words

# Calls whose constant arguments can be the key of a row: the row's kind → names of the calls.
_LITERALS = {
    "shell": ("exec", "ProcessBuilder", "command", "su", "sh"),
    "file": ("File", "FileReader", "FileInputStream", "RandomAccessFile", "BufferedReader"),
    "reflect": ("getMethod", "getDeclaredMethod", "invokeMethod"),
    "property": ("invoke", "get", "getprop", "getProp", "getProperty", "getSystemProperty", "systemProperty"),
    "uri": ("parse", "toUri"),
    "string": (
        "setPackage",
        "setClassName",
        "ComponentName",
        "getPropertyString",
        "getPropertyByteArray",
        "getProperty",
    ),
}
_KIND_OF: dict[str, tuple[str, ...]] = {
    name: tuple(kind for kind, names in _LITERALS.items() if name in names)
    for names in _LITERALS.values()
    for name in names
}
_ByName = dict[str, list[tuple[Sdk, Start, str]]]


class Site(NamedTuple):
    """One place in the code where something the knowledge names happens."""

    fn: Fn  # the function that runs it
    at: int  # expression
    name: str  # "UMConfigure.init", "Build.SERIAL"
    api: Api | None
    sdk: Sdk | None
    start: Start | None
    role: str  # read start safe consent off controller use
    confidence: Confidence
    gates: tuple[Gate, ...]

    @property
    def key(self) -> tuple[int, int]:
        return self.fn[0], self.at


class Collector:
    """All sites of a project by role, found in one pass over the names that files mention."""

    def __init__(self, calls: Calls, values: Values, index: Index) -> None:
        self.calls, self.values, self.index = calls, values, index
        self.resolver: Resolver = calls.resolver
        self.symbols = calls.symbols
        self._uris = Uris(calls)
        self._apis, (self._vendors, self._properties) = self._api_names(), self._start_names()
        memory = self.symbols.memory
        self._sites = memory.gather(len(self.symbols.units), lambda f: ((site.role, site) for site in self._in(f)))
        self._only = -1
        self._by_role: Memo[str, list[Site]] = memory.memo(lambda role: sorted(self._sites[role], key=lambda s: (s.key, s.name)))

    def of(self, role: str) -> list[Site]:
        """Sites of one role in file order: read, use (permission only), start, safe, consent, off, controller."""
        sites = self._by_role[role]
        return sites if self._only < 0 or role not in ("read", "use", "start", "consent") else [s for s in sites if s.fn[0] == self._only]

    def within(self, f: int) -> Collector:
        """The same, with what collects in one file only."""
        found = copy.copy(self)
        found._only = f
        return found

    def place(self, site: Site) -> Place:
        return self.place_of(*site.key)

    def place_of(self, f: int, e: int) -> Place:
        return Place(self.symbols.units[f].path, self.resolver.expr(f, e).spot)

    def _in(self, f: int) -> Iterator[Site]:
        """What one file mentions; where that is a URI, the places of its queries, in whatever file."""
        for name, exprs in self.symbols.facts(f).sites.items():
            members, calls, written = self._apis.get(name), self._vendors.get(name), self._properties.get(name)
            literal = _KIND_OF.get(name, ())
            if not members and not calls and not written and not literal:
                continue
            for e in exprs:
                row = self.resolver.expr(f, e)
                if row.function < 0 or row.kind in ("typearg", "class"):
                    continue
                if members:
                    yield from self._reads(f, e, members)
                if calls and row.kind in ("call", "new", "ref"):
                    yield from self._starts(f, e, calls)
                if written and row.kind == "field" and e in self.resolver.assigned(f):
                    yield from self._starts(f, e, written)
                if literal and row.kind in ("call", "new"):
                    yield from self._literals(f, e, name, literal)

    def _api_names(self) -> dict[str, list[Api]]:
        """Apis by every name code may use: the member, a getter as a property, a constructor as its class."""
        found: defaultdict[str, list[Api]] = defaultdict(list)
        for member, rows in self.index.apis_by_member.items():
            for api in rows:
                if member == "<init>":
                    found[api.key.partition("#")[0].rpartition(".")[2]].append(api)
                    continue
                found[member].append(api)
                if api.kind == "method" and member.startswith("get") and member[3:4].isupper():
                    found[member[3].lower() + member[4:]].append(api)
                    if member[3:].isupper() or member[4:5].isupper():
                        found[member[3:].lower()].append(api)
        return found

    def _start_names(self) -> tuple[_ByName, _ByName]:
        """Vendors' calls by the name code may use, and by the property of Kotlin that a setter is: `isEnabled = true`."""
        found, properties = defaultdict(list), defaultdict(list)
        for method, rows in self.index.starts_by_method.items():
            for sdk, start, role in rows:
                name = start.call.rpartition(".")[0].rpartition(".")[2] if method == "<init>" else method
                found[name].append((sdk, start, role))
                if method.startswith("set") and method[3:4].isupper():
                    for prop in (method[3].lower() + method[4:], "is" + method[3:]):
                        properties[prop].append((sdk, start, role))
        return found, properties

    def _site(self, f: int, e: int, name: str, role: str, confidence: Confidence, api: Api | None = None,
              sdk: Sdk | None = None, start: Start | None = None) -> Site:  # fmt: skip
        row = self.resolver.expr(f, e)
        gates, sure = self.calls.gates(f, e), min(confidence, likely(self.symbols.facts(f), e))
        return Site((f, row.function), e, name, api, sdk, start, role, sure, gates)

    # platform and library APIs

    def _reads(self, f: int, e: int, rows: list[Api]) -> Iterator[Site]:
        row = self.resolver.expr(f, e)
        owner, member = self.resolver.callee(f, e)
        if row.kind == "field" and e in self.resolver.assigned(f):
            return
        property_syntax = row.kind == "field" and self.symbols.units[f].language == "kotlin"
        best: Site | None = None
        places: Sequence[Query] = [Query((f, e), Confidence.HIGH)]
        for api in rows:
            cls = api.key.partition("#")[0]
            confidence = self._fits(f, e, owner, cls)
            read = row.kind in ("field", "name")
            if confidence is None or not (read if api.kind == "field" else not read or property_syntax):
                continue
            if api.argument and not re.search(api.argument, self.values.argument_words(f, e)):
                continue
            role = "read" if api.collects else "use"
            if api.kind == "field" and api.collects and member.endswith("URI"):
                places = self._uris.queries(f, e)
                role = "read" if places else "use"
            if api.mark == "R":
                confidence = min(confidence, Confidence.MEDIUM)
            shown = _shown(api.key.replace("#", "."))
            site = self._site(f, e, shown, role, confidence, api)
            if role == "read" and (
                best is None
                or (site.confidence, bool(api.argument)) > (best.confidence, bool(best.api and best.api.argument))
            ):
                best = site
            if api.needs:
                yield site._replace(role="use")
        if best is not None:
            for query in places:
                yield self._at(best, query)

    def _fits(self, f: int, e: int, owner: str, cls: str) -> Confidence | None:
        """How surely the receiver of `e`, of type `owner`, is a `cls`."""
        if owner:
            return Confidence.HIGH if owner == cls or cls in self.symbols.ancestors(owner) else None
        receiver = next(iter(self.resolver.expr(f, e).kids), -1)
        for row in self.symbols.facts(f).imports:
            if row.name == cls or row.name.startswith(cls + "."):
                known = self.resolver.foreign(f, receiver) in ("", cls) and self._called_so(f, e, cls)
                return Confidence.MEDIUM if known else Confidence.LOW
        return None

    def _called_so(self, f: int, e: int, cls: str) -> bool:
        """Whether the receiver of a property of one word has a word of the class in its name: many things have an `address`."""
        row = self.resolver.expr(f, e)
        if row.kind != "field" or len(words(row.value)) > 1:
            return True
        said = words(self.resolver.scope(f).dotted(row.kids[0]))
        return any(len(word) > 1 and word in said for word in words(cls.rpartition(".")[2]))

    def _at(self, site: Site, query: Query) -> Site:
        """The same at another place: where a URI that is kept is queried."""
        if query.site == site.key:
            return site
        there = self._site(*query.site, site.name, site.role, min(site.confidence, query.confidence), site.api)
        return there._replace(gates=query.gates + there.gates)

    def _literals(self, f: int, e: int, name: str, kinds: tuple[str, ...]) -> Iterator[Site]:
        """Shell commands, files, reflected names, system properties, content URIs and services named by constants."""
        row, scope = self.resolver.expr(f, e), self.resolver.scope(f)
        if name == "get" and not scope.dotted(row.kids[0]).endswith("SystemProperties"):
            return
        given = scope.arguments(e) or (row.kids[:1] if name == "toUri" else ())
        texts = [t for a in given if a >= 0 for t in self.values.strings_in(f, a)]
        for kind in kinds if texts else ():
            for api in self.index.apis_of_kind(kind):
                if any(_names(kind, api.key, text) for text in (texts if kind != "shell" else [" ".join(texts)])):
                    role = "read" if api.collects else "use"
                    here = self._site(f, e, f'{name}("{api.key}")', role, Confidence.MEDIUM, api)
                    for query in self._uris.queries(f, e) if kind == "uri" else [Query((f, e), Confidence.HIGH)]:
                        yield self._at(here, query)

    # vendors' calls

    def _starts(self, f: int, e: int, rows: list[tuple[Sdk, Start, str]]) -> Iterator[Site]:
        owner, _ = self.resolver.callee(f, e)
        row = self.resolver.expr(f, e)
        words = ""
        seen = set()
        for sdk, start, role in rows:
            cls = start.call.rpartition(".")[0]
            confidence = self._is_vendor(f, owner, row.kids[0] if row.kids else -1, cls, sdk)
            if confidence is None or (sdk.id, role, start.call) in seen:
                continue
            if start.argument:
                words = words or self.values.argument_words(f, e)
                if not re.search(start.argument, words):
                    continue
            if start.mark == "R":
                confidence = min(confidence, Confidence.MEDIUM)
            seen.add((sdk.id, role, start.call))
            yield self._site(f, e, _shown(start.call), role, confidence, sdk=sdk, start=start)

    def _is_vendor(self, f: int, owner: str, receiver: int, cls: str, sdk: Sdk) -> Confidence | None:
        if owner:
            if owner == cls:
                return Confidence.HIGH
            if not owner.endswith("." + cls) or owner in self.symbols.types:
                above = self.symbols.ancestors(owner)[1:]
                hit = any(u.endswith("." + cls) and within(u, sdk.packages) for u in above)
                return Confidence.HIGH if hit else None
            return Confidence.HIGH if within(owner, sdk.packages) else None
        if receiver >= 0:
            words = self.resolver.scope(f).dotted(receiver)
            simple = cls.rpartition(".")[2]
            if words and words.rpartition(".")[2] == simple and simple not in self.symbols.by_simple:
                wild = any(i.wildcard and within(i.name, sdk.packages) for i in self.symbols.facts(f).imports)
                return Confidence.HIGH if wild else Confidence.LOW
        return None


def _names(kind: str, key: str, text: str) -> bool:
    """Whether a constant names what a row of this kind is about (see knowledge.types.Api)."""
    if kind in ("reflect", "string"):
        return text == key
    if kind == "uri":
        return (
            (text.startswith(key)
            and text[len(key) : len(key) + 1] in ("", "/", "?"))
            or (key.endswith("/")
            and text.startswith(key))
        )
    if kind == "property":
        return text == key or (key.endswith(".") and text.startswith(key))
    return re.search(rf"(?:^|[\s;|&/]){re.escape(key)}(?![\w-])", text) is not None or (kind == "file" and key in text)


def _shown(member: str) -> str:
    """A member as people speak of it, with its class: `Secure.getString`, `MapView` of a constructor; a builder with whose it is."""
    parts = member.split(".")
    cls = len(parts) - 2
    return ".".join(parts[max(cls - (parts[cls] == "Builder"), 0) :]).removesuffix(".<init>")


def within(name: str, packages: tuple[str, ...]) -> bool:
    """Whether a qualified name lies in one of the packages."""
    return any(name == p or name.startswith(p + ".") for p in packages)


def known_classes(index: Index) -> frozenset[str]:
    """Library classes that the knowledge names by their full name."""
    found = {api.key.partition("#")[0] for api in index.apis if api.kind in ("method", "field")}
    found.update(index.hierarchy)
    found.update(key.partition("#")[0] for key in index.returns)
    found.update(index.returns.values())
    return frozenset(found)


def class_guess(index: Index) -> dict[str, tuple[str, ...]]:
    """Simple class names in vendors' calls → the vendors' package prefixes."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for rows in index.starts_by_method.values():
        for sdk, start, _ in rows:
            for part in start.call.split(".")[:-1]:
                if part[:1].isupper():
                    found[part].update(sdk.packages)
    return {k: tuple(sorted(v)) for k, v in found.items()}
