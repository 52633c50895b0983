"""Names: which types, functions and variables a project has, and what a written type name means in its file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from askfirst.facts.rows import Facts, Function, Type, Variable
from askfirst.model.files import Unit

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


class Symbols:
    """Tables of one project's code. Files are Java and Kotlin units in path order; the same class in two flavours is two."""

    def __init__(
        self,
        units: Sequence[Unit],
        hierarchy: Mapping[str, str],
        visible: Callable[[str, str], bool],
        known: Callable[[str], bool],
    ) -> None:
        """`hierarchy` maps framework classes to their supertype; `visible(a, b)` says whether module `a` sees module `b`;
        `known(class)` whether the knowledge names that library class."""
        self.units = [u for u in units if u.language in ("java", "kotlin") and u.ships]
        self._hierarchy, self._visible, self.knows = hierarchy, visible, known
        self.types: defaultdict[str, list[Ty]] = defaultdict(list)
        self.by_simple: defaultdict[str, list[Ty]] = defaultdict(list)
        self.methods: defaultdict[Ty, dict[str, list[Fn]]] = defaultdict(dict)
        self.fields: defaultdict[Ty, dict[str, list[Va]]] = defaultdict(dict)
        self.tops: defaultdict[str, list[Fn]] = defaultdict(list)
        self.top_variables: defaultdict[str, list[Va]] = defaultdict(list)
        self.extensions: defaultdict[str, list[Fn]] = defaultdict(list)
        self.functions_by_name: defaultdict[str, list[Fn]] = defaultdict(list)
        self._companions_of: defaultdict[Ty, list[Ty]] = defaultdict(list)
        self._names: dict[tuple[int, int, str], str] = {}
        self._ancestors: dict[str, tuple[str, ...]] = {}
        self._subtypes: dict[str, tuple[Ty, ...]] | None = None
        for f, unit in enumerate(self.units):
            self._add(f, unit.facts)

    def _add(self, f: int, facts: Facts) -> None:
        prefix = facts.package + "." if facts.package else ""
        for t, row in enumerate(facts.types):
            self.types[prefix + row.name].append((f, t))
            self.by_simple[row.name.rpartition(".")[2]].append((f, t))
            if row.kind == "companion":
                self._companions_of[f, row.outer].append((f, t))
        for n, fn in enumerate(facts.functions):
            if fn.name == "<lambda>":
                continue
            if fn.owner >= 0 and fn.outer < 0:
                self.methods[f, fn.owner].setdefault(fn.name, []).append((f, n))
            elif fn.outer < 0:
                self.tops[prefix + fn.name].append((f, n))
            if fn.receiver:
                self.extensions[fn.name].append((f, n))
            self.functions_by_name[fn.name].append((f, n))
        for v, var in enumerate(facts.variables):
            if var.kind == "field" and var.owner >= 0:
                self.fields[f, var.owner].setdefault(var.name, []).append((f, v))
            elif var.kind == "top":
                self.top_variables[prefix + var.name].append((f, v))

    # rows

    def facts(self, f: int) -> Facts:
        return self.units[f].facts

    def function(self, fn: Fn) -> Function:
        return self.units[fn[0]].facts.functions[fn[1]]

    def type(self, ty: Ty) -> Type:
        return self.units[ty[0]].facts.types[ty[1]]

    def variable(self, va: Va) -> Variable:
        return self.units[va[0]].facts.variables[va[1]]

    def all_functions(self) -> Iterator[Fn]:
        for f, unit in enumerate(self.units):
            for n in range(len(unit.facts.functions)):
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
        if not name:
            return ""
        key = (f, scope, name)
        if key not in self._names:
            self._names[key] = ""  # a class that is its own supertype
            self._names[key] = self._through_aliases(self._resolve(f, name, scope))
        return self._names[key]

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
        if name not in self._ancestors:
            found, at = [name], 0
            while at < len(found):
                found.extend(s for s in self.supers(found[at]) if s not in found)
                at += 1
            self._ancestors[name] = tuple(found)
        return self._ancestors[name]

    def is_a(self, name: str, *uppers: str) -> bool:
        return any(a in uppers for a in self.ancestors(name))

    def subtypes(self, name: str) -> tuple[Ty, ...]:
        """Project types that extend or implement `name`, directly or not, in file order."""
        if self._subtypes is None:
            found: defaultdict[str, set[Ty]] = defaultdict(set)
            for own, tys in self.types.items():
                for above in self.ancestors(own)[1:]:
                    found[above].update(tys)
            self._subtypes = {above: tuple(sorted(tys)) for above, tys in found.items()}
        return self._subtypes.get(name, ())

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
                found = [fn for ty in tys for fn in self.methods[ty].get(name, ())]
                if found:
                    return found
        return []

    def find_field(self, f: int, owner: str, name: str) -> Va | None:
        """The field or property `name` of the type `owner`, its project supertypes or its companion."""
        for upper in self.ancestors(owner):
            tys = self.types.get(upper)
            if tys:
                for ty in [*self.pick(f, tys), *self.companions(f, upper)]:
                    found = self.fields[ty].get(name)
                    if found:
                        return found[0]
        return None

    def companions(self, f: int, owner: str) -> list[Ty]:
        """The companion of the type `owner`, as file `f` sees it."""
        return [c for ty in self.pick(f, self.types.get(owner, ())) for c in self._companions_of.get(ty, ())]


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
