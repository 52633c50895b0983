"""Functions of scripts and of the build's own code, and what runs where one is called."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cached_property

from askfirst.facts.rows import Value
from askfirst.model.files import Unit
from askfirst.model.gradle_arguments import given_by, put, takes, unplaced
from askfirst.model.scripts import TOOLS, Line, Scripts, above, unit_lines

# What `x()` may hang on and be the same function: the project it is kept at.
_HOLDERS = frozenset({"rootProject", "project", "ext", "extra", "this", "parent", "call"})
_LEVELS = {
    "minSdk": ("android", "defaultConfig"), "targetSdk": ("android", "defaultConfig"), "compileSdk": ("android",),
}  # fmt: skip
# Blocks that have levels of their own.
_LEVELLED = frozenset({"productFlavors", "buildTypes"}) | TOOLS
_ANDROID = frozenset({"android", "androidLibrary", "defaultConfig"})
# What Gradle and its plugins say: it stays beside what a function of that name does.
_WORDS = frozenset({
    "implementation", "api", "compile", "runtimeOnly", "compileOnly", "apply", "id", "alias", "include", "exclude",
    "namespace", "applicationId", "minSdk", "minSdkVersion", "targetSdk", "targetSdkVersion", "compileSdk", "compileSdkVersion",
})  # fmt: skip
_SUPERS = 20  # types that one type is a kind of

Overloads = dict[str, list["Function"]]


class Function:
    """One function; `lines` is its body, whose blocks begin in it."""

    def __init__(self, owner: str, name: str, parameters: tuple[Value, ...], lines: tuple[Line, ...], this: str = "") -> None:
        self.owner = owner  # the type or object it belongs to, "" without one
        self.name, self.parameters, self.lines = name, parameters, lines
        self.this = this or owner  # the type of the object it runs on, `owner` or one that extends it
        self._ran: dict[tuple[tuple[str, ...], str], tuple[Line, ...]] = {}

    def on(self, type: str) -> Function:
        """The same function, of an object of `type`."""
        return self if type == self.this else Function(self.owner, self.name, self.parameters, self.lines, type)

    @cached_property
    def wraps(self) -> bool:
        """Whether it only does what its name says: `fun DependencyHandler.api(x: Any) = add("api", x)`."""
        said = [line for line in self.lines if line.op != "block"]
        return len(said) == 1 and said[0].head == "add" and _first_text(said[0]) == self.name

    @cached_property
    def replaces(self) -> bool:
        """Whether a call of it says nothing more than its body does."""
        return self.name not in _WORDS or any(self.name in (line.head, _first_text(line)) for line in self.lines)

    def run(self, call: Line) -> tuple[Line, ...]:
        """The body as it runs for `call`: in its block, with its arguments in the place of the parameters."""
        if call.args or any(value.kind == "pair" for value in self.parameters):
            return tuple(self._run(call))
        key = call.block, call.guard
        if key not in self._ran:
            self._ran[key] = tuple(self._run(call))
        return self._ran[key]

    def _run(self, call: Line) -> Iterator[Line]:
        names = {value.text for value in self.parameters} | {"this", "project"}
        given = given_by(call.args, self.parameters)
        local: dict[str, Value] = {}
        for line in self.lines:
            args = tuple(put(value, given) for value in line.args)
            place = line.place
            if args != line.args:
                # what was given stands where the call does
                args, place = tuple(map(unplaced, args)), call.place
            args = tuple(put(value, local) for value in args)
            if line.op == "=" and args and not line.guard:
                local[line.head] = args[0]
            block = _leveled((*call.block, *(name for name in line.block if name not in names)), line.head, local)
            guard = " && ".join(filter(None, (call.guard, line.guard)))
            yield line._replace(block=block, args=args, place=place, guard=guard)


class Functions:
    """The functions that scripts can call."""

    def __init__(self, units: Sequence[Unit], scripts: Scripts) -> None:
        self._scripts = scripts
        self._of_scripts: dict[str, Overloads] = {}  # by the folder of the build file
        self._of_code: Overloads = {}  # "package.Type.name", "Type.name"; ".name" outside of types
        self._supers: dict[str, tuple[str, ...]] = {}
        self._methods: dict[tuple[str, str, bool], list[Function]] = {}  # what was asked for
        self._made: dict[tuple[str, str], str] = {}  # (type, variable in it) → the type it is made of, `x = Helper()`
        for unit in units:
            if unit.language in ("java", "kotlin") and unit.facts.statements and scripts.is_build_code(unit.path):
                self._add(unit)
        for path in scripts.units:
            for line in scripts.lines(path):
                if line.op == "=" and line.args and line.args[0].kind == "call":
                    self._made["", line.head] = line.args[0].text
        for name in list(self._of_code):  # types go by their simple names where they are imported
            self._of_code.setdefault(".".join(name.split(".")[-2:]), self._of_code[name])
        for name in list(self._supers):
            self._supers.setdefault(name.rpartition(".")[2], self._supers[name])

    def _add(self, unit: Unit) -> None:
        """Take in a file of the build's own code."""
        facts = unit.facts
        package = f"{facts.package}." if facts.package else ""
        types = [package + row.name.removesuffix(".Companion").rpartition(".")[2] for row in facts.types]
        for name, row in zip(types, facts.types, strict=True):
            self._supers.setdefault(name, tuple(text.partition("<")[0] for text in row.supers))
        owners = [types[row.owner] if row.owner >= 0 else "" for row in facts.functions]
        for owner, function in zip(owners, facts.functions, strict=True):
            self._made.update({(owner, parameter.name): _simple(parameter.type) for parameter in function.params})
        for variable in facts.variables:
            value = facts.exprs[variable.value] if variable.value >= 0 else None
            made = value.value if value is not None and value.kind in ("call", "new") else ""
            owner = types[variable.owner] if variable.owner >= 0 else owners[variable.function] if variable.function >= 0 else ""
            self._made[owner, variable.name] = _simple(variable.type or made)
        for found in _defined(unit_lines(unit), package):
            self._of_code.setdefault(f"{found.owner}.{found.name}", []).append(found)

    def plugin(self, name: str) -> Function | None:
        """What the plugin class of that name does to a project."""
        found = self._method(name, "apply") or self._method(name.rpartition(".")[2], "apply")
        return found[0] if found else None

    def called(self, line: Line, place: str, caller: Function | None) -> tuple[Function, Line] | None:
        """The function that a line calls from inside the function `caller`, or from a script of the folder `place`, and
        the call as it stands in its block without what the function hangs on."""
        if line.op not in ("call", "block"):
            return None
        name, block = line.head, line.block
        if name == "call" and block:  # `addX.call()`
            name, block = block[-1], block[:-1]
        if block and block[-1] in ("INSTANCE", "Companion"):
            block = block[:-1]
        found = self._on(block[-1], name, caller) if block else []
        if found:
            block = block[:-1]
        else:
            while block and block[-1] in _HOLDERS:
                block = block[:-1]
            found = (self._method(caller.this, name) if caller and caller.this else []) or self._free(name, place)
        if not found:
            return None
        count = len(line.args) + (line.op == "block")
        function = found[0] if len(found) == 1 else min(found, key=lambda each: takes(each.parameters, count))
        return None if function.wraps else (function, line._replace(block=block))

    def _on(self, receiver: str, name: str, caller: Function | None) -> list[Function]:
        """The functions of that name in the type of `receiver`: a type, a new object of one, a variable, or `super`."""
        owner = caller.owner if caller else ""
        if receiver == "super":
            return self._method(owner, name, above=True)
        receiver = receiver.partition("(")[0]
        type = self._made.get((owner, receiver)) or receiver
        return self._method(type, name) if type else []

    def _method(self, type: str, name: str, above: bool = False) -> list[Function]:
        """The functions of that name in a type, or else in the nearest that it extends; with `above` only in these."""
        key = type, name, above
        if key not in self._methods:
            found = (self._of_code.get(f"{each}.{name}") for each in self._ancestry(type)[above:])
            self._methods[key] = [function.on(type) for function in next(filter(None, found), [])]
        return self._methods[key]

    def _ancestry(self, type: str) -> list[str]:
        """A type and those that it extends, the nearest first."""
        types = [type]
        for each in types:
            package = each.rpartition(".")[0]
            for base in self._supers.get(each, ()):
                near = f"{package}.{base}"
                base = near if near in self._supers else base
                if base not in types and len(types) < _SUPERS:
                    types.append(base)
        return types

    def _free(self, name: str, place: str) -> list[Function]:
        """The functions of that name outside of types: of the build files of `place` and above, and of the build's code."""
        for folder in above(place):
            if folder not in self._of_scripts:
                build_file = self._scripts.build_file(folder)
                table = self._of_scripts[folder] = {}
                for function in _defined(self._scripts.own(build_file) if build_file else ()):
                    if not function.owner:
                        table.setdefault(function.name, []).append(function)
            if name in self._of_scripts[folder]:
                return self._of_scripts[folder][name]
        return self._of_code.get(f".{name}", []) if name != "apply" else []


def _defined(lines: Iterable[Line], package: str | None = None) -> Iterator[Function]:
    """The functions among `lines`, in scripts or the code of a `package`; those inside of others are left to these."""
    heads: list[tuple[tuple[str, ...], tuple[Value, ...]]] = []
    bodies: dict[int, list[Line]] = {}
    latest: dict[tuple[str, ...], int] = {}  # a block → the head of the last overload, whose body stands in it
    for line in lines:
        depth = next((n for n, name in enumerate(line.block) if name.startswith("fun ")), -1)
        if depth < 0 and line.op == "fun":
            key = (*line.block, f"fun {line.head}")
            latest[key] = len(heads)
            heads.append((key, line.args))
        elif depth >= 0 and line.op != "fun" and line.block[: depth + 1] in latest:
            if not any(name.startswith("fun ") for name in line.block[depth + 1 :]):
                body = bodies.setdefault(latest[line.block[: depth + 1]], [])
                body.append(line._replace(block=line.block[depth + 1 :]))
    for index, body in bodies.items():
        (*around, name), parameters = heads[index]
        typed = around if package is not None else [block for block in around if block.startswith("class ")]
        owner = (package or "") + typed[-1].removeprefix("class ") if typed else ""
        yield Function(owner, name.removeprefix("fun "), parameters, tuple(body))


def _first_text(line: Line) -> str:
    return line.args[0].text if line.args and line.args[0].kind == "str" else ""


def _simple(type: str) -> str:
    """A type without its arguments and whether it may be null."""
    return type.partition("<")[0].rstrip("?")


def _leveled(block: tuple[str, ...], head: str, local: Container[str]) -> tuple[str, ...]:
    """Where a level stands that is set on whatever way: `(this as LibraryExtension).defaultConfig.targetSdk = 34`."""
    if head not in _LEVELS or not _LEVELLED.isdisjoint(block):
        return block
    # not `create("old") { … }`, which makes a flavour of its own
    known = not block or "(" in block[-1] or block[-1] in local or not _ANDROID.isdisjoint(block)
    return _LEVELS[head] if known or head == "compileSdk" else block
