"""Constants: what a string, number or boolean expression is, as far as the source alone says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from askfirst.model.memo import Memo
from askfirst.model.module import Module
from askfirst.model.modules import Modules
from askfirst.model.resolve import Param, Resolver
from askfirst.model.resources import Resources

DEPTH = 8
FLAGS = frozenset({"getBoolean", "booleanResource"})  # calls that read a boolean resource


class Values:
    """Constant folding over literals, constants and string resources."""

    def __init__(self, resolver: Resolver, resources: Callable[[], Resources], modules: Callable[[], Modules]) -> None:
        self.resolver = resolver
        memo = resolver.symbols.memory.memo
        self._texts: Memo[tuple[str, str], str | None] = memo(lambda key: resources().string(*key))  # (module, name) → text
        self._resources: Memo[tuple[str, str], str] = memo(lambda key: resources().resolve(*key))  # (module, reference) → value
        self._builds: Memo[str, tuple[str, Mapping[str, str]]] = memo(lambda module: _build(modules().of(module)))

    def string(self, f: int, e: int, depth: int = 0) -> str | None:
        """The text of a constant string expression; None when it is not constant."""
        if e < 0 or depth > DEPTH:
            return None
        row = self.resolver.expr(f, e)
        if row.kind == "str":
            return row.value
        if row.kind == "op" and row.value == "+":
            parts = [self.string(f, kid, depth + 1) for kid in row.kids]
            return "".join(p for p in parts if p is not None) if None not in parts else None
        if row.kind == "template" and not row.kids:
            return row.value
        if row.kind == "cast":
            return self.string(f, row.kids[0], depth + 1)
        if row.kind == "call" and row.value in (
            "getString",
            "stringResource",
            "getText",
            "string",
            "getKey",
            "toString",
        ):
            args = self.resolver.scope(f).arguments(e)
            for arg in args[:1] if row.value != "getString" or len(args) < 2 or self._is_resource(f, args[0]) else ():
                found = self.string(f, arg, depth + 1)
                if found is not None:
                    return found
            return self.string(f, row.kids[0], depth + 1) if row.kids[0] >= 0 and row.value == "toString" else None
        if row.kind == "call":
            return self._key_of_object(f, e, depth)
        if row.kind in ("name", "field"):
            dotted = self.resolver.scope(f).dotted(e)
            if ".string." in f".{dotted}" and "R." in dotted:
                name = dotted.rpartition(".")[2]
                return self._texts[self.resolver.symbols.units[f].module, name] or name
            meant = self.resolver.variable_of(f, e)
            if meant is not None and not isinstance(meant, Param):
                var = self.resolver.symbols.variable(meant)
                if var.value >= 0 and ({"const", "final", "val", "static"} & set(var.modifiers) or var.kind == "local"):
                    return self.string(meant[0], var.value, depth + 1)
        return None

    def _is_resource(self, f: int, e: int) -> bool:
        return "R.string." in self.resolver.scope(f).dotted(e)

    def _key_of_object(self, f: int, e: int, depth: int) -> str | None:
        """`booleanPreferencesKey("agreed")`, `Key("x", false)`: the first constant string of a constructor or key call."""
        row = self.resolver.expr(f, e)
        if row.value[:1].isupper() or row.value.endswith(("Key", "key", "Preference", "PreferencesKey")):
            for arg in self.resolver.scope(f).arguments(e):
                if self.resolver.expr(f, arg).kind in ("str", "name", "field"):
                    found = self.string(f, arg, depth + 1)
                    if found is not None:
                        return found
        return None

    def boolean(self, f: int, e: int, depth: int = 0) -> bool | None:
        """True, False, or None when it is not a constant."""
        if e < 0 or depth > DEPTH:
            return None
        row = self.resolver.expr(f, e)
        if row.kind == "bool":
            return row.value == "true"
        if row.kind == "cast":
            return self.boolean(f, row.kids[0], depth + 1)
        if row.kind == "call" and row.value in FLAGS:
            return self._flag_resource(f, e)
        if row.kind == "op" and row.value == "!":
            inner = self.boolean(f, row.kids[0], depth + 1)
            return None if inner is None else not inner
        if row.kind in ("name", "field"):
            dotted = self.resolver.scope(f).dotted(e)
            if dotted in ("Boolean.TRUE", "Boolean.FALSE"):
                return dotted == "Boolean.TRUE"
            if "BuildConfig." in dotted:
                return {"true": True, "false": False}.get(self._build_field(f, dotted))
            fixed = self._fixed(f, e)
            return self.boolean(*fixed, depth + 1) if fixed is not None else None
        return None

    def _flag_resource(self, f: int, e: int) -> bool | None:
        """`resources.getBoolean(R.bool.x)` as the resources have it."""
        for arg in self.resolver.scope(f).arguments(e)[:1]:
            head, dot, name = self.resolver.scope(f).dotted(arg).rpartition(".bool.")
            if dot and head.rpartition(".")[2] == "R":
                value = self._resources[self.resolver.symbols.units[f].module, f"@bool/{name}"]
                return value == "true" if value in ("true", "false") else None
        return None

    def _build_field(self, f: int, dotted: str) -> str:
        """The text of `BuildConfig.X` in what ships; "" when that is unknown or differs."""
        owner, _, name = dotted.rpartition(".")
        if owner.rpartition(".")[2] != "BuildConfig":
            return ""
        symbols = self.resolver.symbols
        named = symbols.resolve(f, owner)
        package = named.rpartition(".")[0] or symbols.facts(f).package
        namespace, fields = self._builds[symbols.units[f].module]
        if named in symbols.types or (namespace and package != namespace):
            return ""  # a class of the project's own, or that of another module
        return fields.get(name, "")

    def _fixed(self, f: int, e: int) -> tuple[int, int] | None:
        """(file, expression) that a name keeps for good: the initialiser of a constant, a `final` or a `val`."""
        found = self.resolver.variable_of(f, e) if self.resolver.expr(f, e).kind in ("name", "field") else None
        if found is None or isinstance(found, Param):
            return None
        var = self.resolver.symbols.variable(found)
        fixed = {"const", "final"} & set(var.modifiers) or ("val" in var.modifiers and "by" not in var.modifiers)
        return (found[0], var.value) if fixed and var.value >= 0 else None

    def truthy(self, f: int, e: int) -> bool | None:
        """Whether a stored constant counts as yes: true, "1", "true", 1, a time stamp; None when it is not constant."""
        found = self.boolean(f, e)
        if found is not None:
            return found
        row = self.resolver.expr(f, e)
        if row.kind == "op" and row.value == "-" and len(row.kids) == 1 and self.resolver.expr(f, row.kids[0]).kind == "int":
            return False  # -1: nothing yet
        if row.kind == "int":
            return row.value.rstrip("lLfFdD") not in ("0", "-1")
        fixed = self._fixed(f, e)
        if fixed is not None and self.resolver.expr(*fixed).kind == "int":
            return self.truthy(*fixed)
        text = self.string(f, e)
        if text is not None:
            return text.lower() not in ("", "0", "false", "no", "n", "-1", "null", "none")
        return False if row.kind == "null" else None

    def argument_words(self, f: int, e: int) -> str:
        """The constant arguments of a call joined by ",", each as its text and, for names, as written too:
        `getString(r, Secure.ANDROID_ID)` → "r,Secure.ANDROID_ID"."""
        return ",".join(self._word(f, arg) for arg in self.resolver.scope(f).arguments(e))

    def _word(self, f: int, e: int) -> str:
        row = self.resolver.expr(f, e)
        if row.kind in ("bool", "int", "char"):
            return row.value
        if row.kind == "null":
            return "null"
        if row.kind in ("class", "typearg"):
            return row.value
        text = self.string(f, e)
        dotted = self.resolver.scope(f).dotted(e)
        if text is not None and dotted:
            return f"{dotted}={text}"
        if text is None and not dotted:
            flag = self.boolean(f, e)
            if flag is not None:
                return "true" if flag else "false"
        return text if text is not None else dotted

    def strings_in(self, f: int, e: int) -> Iterator[str]:
        """Every constant string below an expression."""
        row = self.resolver.expr(f, e)
        text = self.string(f, e)
        if text is not None:
            yield text
            return
        for kid in row.kids:
            if kid >= 0:
                yield from self.strings_in(f, kid)


def _build(module: Module) -> tuple[str, Mapping[str, str]]:
    """What code reads of a module: its namespace, and its fields of BuildConfig."""
    return module.namespace, module.build_fields
