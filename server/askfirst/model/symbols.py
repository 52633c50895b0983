"""Names: which types, functions and variables a project has, and what a written type name means in its file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from askfirst.facts.rows import Facts, Function, Type, Variable
from askfirst.model.files import Unit
from askfirst.model.memo import Memo, Memory, Table

# (index of the file, index of the row in that file's table)
Fn = tuple[int, int]
Ty = tuple[int, int]
Va = tuple[int, int]

_LANG = frozenset(
    (
        "String Object Boolean Integer Long Double Float Byte Short Character Class System Runtime Thread "
        "Runnable Math StringBuilder Throwable Exception RuntimeException Error Iterable Comparable "
        "CharSequence Number Process ProcessBuilder ThreadLocal Enum Override Void AutoCloseable"
    ).split()
)
_KOTLIN = frozenset(
    "Any Int Unit Nothing List Map Set MutableList MutableMap MutableSet Array Pair Triple Lazy".split()
)


_NONE: Mapping[str, Any] = MappingProxyType({})


def is_code(unit: Unit) -> bool:
    """Whether a file is code that ships."""
    return unit.language in ("java", "kotlin") and unit.ships


class Members:
    """What the types of one file declare."""

    def __init__(self, f: int, facts: Facts) -> None:
        self.methods: defaultdict[int, dict[str, list[Fn]]] = defaultdict(dict)
        self.fields: defaultdict[int, dict[str, list[Va]]] = defaultdict(dict)
        self.companions: defaultdict[int, list[Ty]] = defaultdict(list)
        for t, row in enumerate(facts.types):
            if row.kind == "companion":
                self.companions[row.outer].append((f, t))
        for n, fn in enumerate(facts.functions):
            if fn.name != "<lambda>" and fn.owner >= 0 and fn.outer < 0:
                self.methods[fn.owner].setdefault(fn.name, []).append((f, n))
        for v, var in enumerate(facts.variables):
            if var.kind == "field" and var.owner >= 0:
                self.fields[var.owner].setdefault(var.name, []).append((f, v))


class Symbols:
    """Tables of one project's code. Files are Java and Kotlin units in path order; the same class in two flavours is two."""

    def __init__(
        self,
        units: Sequence[Unit],
        hierarchy: Mapping[str, str],
        visible: Callable[[str, str], bool],
        known: Callable[[str], bool],
        memory: Memory,
    ) -> None:
        """`hierarchy` maps framework classes to their supertype; `visible(a, b)` says whether module `a` sees module `b`;
        `known(class)` whether the knowledge names that library class; `memory` keeps what is worked out."""
        self.units = [u for u in units if is_code(u)]
        self.index = {unit.path: f for f, unit in enumerate(self.units)}
        self._hierarchy, self._visible, self.knows, self.memory = hierarchy, visible, known, memory
        self.types: Table[str, Ty] = memory.table()
        self.by_simple: Table[str, Ty] = memory.table()
        self.tops: Table[str, Fn] = memory.table()
        self.top_variables: Table[str, Va] = memory.table()
        self.extensions: Table[str, Fn] = memory.table()
        self.functions_by_name: Table[str, Fn] = memory.table()
        self.naming: Table[str, int] = memory.table()  # word → files that mention it in an expression (Facts.sites)
        self.tables: Sequence[Table[str, Any]] = (
            self.types, self.by_simple, self.tops, self.top_variables, self.extensions, self.functions_by_name, self.naming,
        )  # fmt: skip
        self._members: list[Members | None] = [None] * len(self.units)
        self._names: Memo[tuple[int, int, str], str] = memory.memo(self._meant)
        self._ancestors: Memo[str, tuple[str, ...]] = memory.memo(self._above)
        self._subtypes: Memo[str, Sequence[Ty]] = memory.gather(len(self.units), self._uppers)
        for f, unit in enumerate(self.units):
            for n, rows in enumerate(self.rows(f, unit.facts)):
                self.tables[n].extend(rows)

    def rows(self, f: int, facts: Facts) -> tuple[list[tuple[str, Any]], ...]:
        """What a file puts into each of the `tables`."""
        prefix = facts.package + "." if facts.package else ""
        types = [(prefix + row.name, (f, t)) for t, row in enumerate(facts.types)]
        simple = [(row.name.rpartition(".")[2], (f, t)) for t, row in enumerate(facts.types)]
        functions = [((f, n), fn) for n, fn in enumerate(facts.functions) if fn.name != "<lambda>"]
        return (
            types,
            simple,
            [(prefix + fn.name, at) for at, fn in functions if fn.owner < 0 and fn.outer < 0],
            [(prefix + var.name, (f, v)) for v, var in enumerate(facts.variables) if var.kind == "top"],
            [(fn.name, at) for at, fn in functions if fn.receiver],
            [(fn.name, at) for at, fn in functions],
            [(word, f) for word in facts.sites],
        )

    # rows

    def facts(self, f: int) -> Facts:
        return self.units[f].facts

    def methods(self, ty: Ty) -> Mapping[str, list[Fn]]:
        """The functions that a type declares, by name."""
        return self.members(ty[0]).methods.get(ty[1], _NONE)

    def fields(self, ty: Ty) -> Mapping[str, list[Va]]:
        """The fields and properties that a type declares, by name."""
        return self.members(ty[0]).fields.get(ty[1], _NONE)

    def members(self, f: int) -> Members:
        """What the types of a file declare."""
        found = self._members[f]
        if found is None:
            found = self._members[f] = Members(f, self.units[f].facts)
        return found

    def function(self, fn: Fn) -> Function:
        return self.units[fn[0]].facts.functions[fn[1]]

    def type(self, ty: Ty) -> Type:
        return self.units[ty[0]].facts.types[ty[1]]

    def variable(self, va: Va) -> Variable:
        return self.units[va[0]].facts.variables[va[1]]

    def all_functions(self) -> Iterator[Fn]:
        for f in range(len(self.units)):
            for n in range(len(self.facts(f).functions)):
                yield f, n

    def name_of(self, ty: Ty) -> str:
        """The qualified name of a project type."""
        facts = self.facts(ty[0])
        name = facts.types[ty[1]].name
        return f"{facts.package}.{name}" if facts.package else name

    def spellings(self, ty: Ty) -> tuple[str, ...]:
        """How code can write the name of a project type, the shortest first: "Inner", "Outer.Inner", "a.b.Outer.Inner"."""
        name = self.type(ty).name
        return tuple(dict.fromkeys((name.rpartition(".")[2], name, self.name_of(ty))))

    def label(self, fn: Fn) -> str:
        """How a function is called in a path: "App.onCreate", "Sdks.start", "App.onCreate (lambda)"."""
        facts = self.facts(fn[0])
        row = facts.functions[fn[1]]
        suffix = ""
        while row.name == "<lambda>" and row.outer >= 0:
            row, suffix = facts.functions[row.outer], " (lambda)"
        owner = facts.types[row.owner].name if row.owner >= 0 else ""
        while ".<anonymous" in owner:
            owner = owner[: owner.rindex(".<anonymous")]
        name = {"<init>": "constructor", "<fields>": "initialiser", "<clinit>": "static initialiser",
                "<file>": "file initialiser", "<lambda>": "lambda"}.get(row.name, row.name)  # fmt: skip
        name = name.replace("<get>", "").replace("<set>", "")
        return f"{owner}.{name}{suffix}" if owner else name + suffix

    def qualified(self, fn: Fn) -> str:
        """A function's identity for fingerprints: qualified owner and name."""
        facts = self.facts(fn[0])
        row = facts.functions[fn[1]]
        while row.name == "<lambda>" and row.outer >= 0:
            row = facts.functions[row.outer]
        owner = self.name_of((fn[0], row.owner)) if row.owner >= 0 else facts.package
        return f"{owner}.{row.name}"

    def qualified_variable(self, va: Va) -> str:
        """Qualified owner and name of a field or top-level property."""
        row = self.variable(va)
        owner = self.name_of((va[0], row.owner)) if row.owner >= 0 else self.facts(va[0]).package
        return f"{owner}.{row.name}"

    # type names

    def resolve(self, f: int, name: str, scope: int = -1) -> str:
        """What the type `name`, as written in file `f` inside type `scope`, is: a qualified name, or "" when unknowable."""
        name = plain(name)
        return self._names[f, scope, name] if name else ""

    def _meant(self, key: tuple[int, int, str]) -> str:
        f, scope, name = key
        return self._through_aliases(self._resolve(f, name, scope))

    def _resolve(self, f: int, name: str, scope: int) -> str:
        facts = self.facts(f)
        prefix = facts.package + "." if facts.package else ""
        first, _, rest = name.partition(".")
        found = ""
        at = scope
        while at >= 0 and not found:
            row = facts.types[at]
            if row.name.rpartition(".")[2] == first:
                found = prefix + row.name
            elif prefix + row.name + "." + first in self.types:
                found = prefix + row.name + "." + first
            else:
                for above in row.supers:
                    upper = self.resolve(f, above, row.outer) if above.partition(".")[0] != first else ""
                    if upper and upper + "." + first in self.types:
                        found = upper + "." + first
            at = row.outer
        if not found:
            found = self._imported(facts, first) or (prefix + first if prefix + first in self.types else "")
        if not found:
            found = self._by_wildcard(facts, first)
        if not found and first in _LANG:
            found = "java.lang." + first
        if not found and first in _KOTLIN:
            found = "kotlin." + first
        if not found:
            qualified = name in self.types or (
                rest and first[:1].islower() and any(p[:1].isupper() for p in rest.split("."))
            )
            return name if qualified else ""
        return f"{found}.{rest}" if rest else found

    def _imported(self, facts: Facts, first: str) -> str:
        for row in facts.imports:
            if (
                not row.wildcard
                and row.alias == first
                and (row.name.rpartition(".")[2][:1].isupper() or row.name in self.types)
            ):
                return row.name
        return ""

    def _by_wildcard(self, facts: Facts, first: str) -> str:
        for row in facts.imports:
            if row.wildcard and (f"{row.name}.{first}" in self.types or self.knows(f"{row.name}.{first}")):
                return f"{row.name}.{first}"
        return ""

    def _through_aliases(self, name: str) -> str:
        """The class that a chain of type aliases ends in; where it goes round, the name it comes back to."""
        seen: set[str] = set()
        while name not in seen:
            seen.add(name)
            ty = next(iter(self.types.get(name, ())), None)
            row = self.type(ty) if ty is not None else None
            if ty is None or row is None or row.kind != "typealias" or not row.supers:
                break
            name = self._resolve(ty[0], plain(row.supers[0]), -1) or name
        return name

    # hierarchy

    def supers(self, name: str) -> tuple[str, ...]:
        """Direct supertypes of a qualified name."""
        found: list[str] = []
        for ty in self.types.get(name, ()):
            row = self.type(ty)
            for above in row.supers:
                upper = self.resolve(ty[0], above, row.outer) or plain(above)
                if upper not in found and upper != name:
                    found.append(upper)
        if not found and name in self._hierarchy:
            found.append(self._hierarchy[name])
        return tuple(found)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """`name` and all its supertypes, nearest first."""
        return self._ancestors[name]

    def _above(self, name: str) -> tuple[str, ...]:
        found, at = [name], 0
        while at < len(found):
            found.extend(s for s in self.supers(found[at]) if s not in found)
            at += 1
        return tuple(found)

    def is_a(self, name: str, *uppers: str) -> bool:
        return any(a in uppers for a in self.ancestors(name))

    def subtypes(self, name: str) -> Sequence[Ty]:
        """Project types that extend or implement `name`, directly or not, in file order."""
        return self._subtypes[name]

    def _uppers(self, f: int) -> Iterator[tuple[str, Ty]]:
        """Each type of a file below each of its supertypes."""
        for t in range(len(self.facts(f).types)):
            yield from ((above, (f, t)) for above in self.ancestors(self.name_of((f, t)))[1:])

    def direct_subtypes(self, name: str) -> Iterable[Ty]:
        return (ty for ty in self.subtypes(name) if name in self.supers(self.name_of(ty)))

    def pick(self, f: int, rows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Of several rows of one name those that file `f` sees: its own module's, else what its module depends on."""
        if len(rows) < 2:
            return list(rows)
        module = self.units[f].module
        own = [r for r in rows if self.units[r[0]].module == module]
        return own or [r for r in rows if self._visible(module, self.units[r[0]].module)] or list(rows)

    def sees(self, module: str, other: str) -> bool:
        """Whether code of a module may name what another one has."""
        return module == other or self._visible(module, other)

    # members

    def find_methods(self, f: int, owner: str, name: str) -> list[Fn]:
        """The functions `name` that the type `owner` has or inherits from project types; its companion's too."""
        for upper in self.ancestors(owner):
            for tys in (self.pick(f, self.types.get(upper, ())), self.companions(f, upper)):
                found = [fn for ty in tys for fn in self.methods(ty).get(name, ())]
                if found:
                    return found
        return []

    def find_field(self, f: int, owner: str, name: str) -> Va | None:
        """The field or property `name` of the type `owner`, its project supertypes or its companion."""
        for upper in self.ancestors(owner):
            tys = self.types.get(upper)
            if tys:
                for ty in [*self.pick(f, tys), *self.companions(f, upper)]:
                    found = self.fields(ty).get(name)
                    if found:
                        return found[0]
        return None

    def companions(self, f: int, owner: str) -> list[Ty]:
        """The companion of the type `owner`, as file `f` sees it."""
        return [c for ty in self.pick(f, self.types.get(owner, ())) for c in self.members(ty[0]).companions.get(ty[1], ())]


def plain(name: str) -> str:
    """A written type without arguments, nullability, arrays and variance."""
    name = name.partition("<")[0].strip()
    while name.startswith("@"):
        name = name.partition(" ")[2].lstrip()
    for prefix in ("out ", "in ", "vararg ", "final "):
        name = name.removeprefix(prefix)
    return name.removesuffix("...").rstrip("?!").removesuffix("[]").rstrip("?! ")


def arguments(name: str) -> list[str]:
    """The type arguments of a written type: "Map<A, List<B>>" → ["A", "List<B>"]."""
    start = name.find("<")
    if start < 0:
        return []
    parts, depth, piece = [], 0, ""
    for c in name[start + 1 : name.rfind(">")]:
        if c == "," and not depth:
            parts.append(piece.strip())
            piece = ""
            continue
        depth += (c == "<") - (c == ">")
        piece += c
    return [*parts, piece.strip()] if piece.strip() else parts
