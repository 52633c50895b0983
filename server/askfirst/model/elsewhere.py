"""Conditions that are decided where nobody can look: by a library, or by a resource that is not here."""

from __future__ import annotations

from askfirst.model.resolve import Resolver
from askfirst.model.values import FLAGS, Values
from askfirst.model.wording import sense

KINDS = frozenset({"library", "resource"})  # of a verdict: the way is then a guess


def flag_resource(resolver: Resolver, f: int, e: int) -> str:
    """`R.bool.x` of a call that reads it, `resources.getBoolean(R.bool.x)`; "" of others."""
    args = resolver.scope(f).arguments(e) if resolver.expr(f, e).value in FLAGS else []
    name = resolver.scope(f).dotted(args[0]) if len(args) == 1 else ""
    return name if ".bool." in f".{name}" else ""


class Libraries:
    """Answers what a library decides for itself."""

    def __init__(self, resolver: Resolver, values: Values) -> None:
        self.resolver, self.symbols, self._values = resolver, resolver.symbols, values
        # vendor → files of the project in a package of that vendor
        self._own = self.symbols.memory.gather(len(self.symbols.units), lambda f: [(_vendor(self.symbols.facts(f).package), f)])

    def answer(self, f: int, e: int) -> str:
        """The library's member that a call or property is, `Compat.isSupported()`; "" where it may be about this app's user, whom
        no library knows: it is given a key or a value of the project, or its name speaks of what a person does."""
        row = self.resolver.expr(f, e)
        receiver = row.kids[0] if row.kids else -1
        owner, member = self.resolver.callee(f, e)
        words = self.resolver.scope(f).dotted(receiver) if receiver >= 0 else ""
        stated = words.rpartition(".")[2][:1].isupper() if receiver >= 0 else owner != self.resolver.this(f, row.function)
        # a class in a package of the project, or beside one, is generated, or not here
        if not owner or not stated or owner in self.symbols.types or self._own[_vendor(owner)]:
            return ""
        args = self.resolver.scope(f).arguments(e) if row.kind == "call" else []
        if any(self._hands_in(f, arg) for arg in args) or sense(f"{owner} {member}") is not None:
            return ""
        return f"{owner.rpartition('.')[2]}.{member}"

    def _hands_in(self, f: int, e: int) -> bool:
        """Whether an argument decides the answer, or can: a key, code, or a value in it that is kept or made somewhere."""
        row = self.resolver.expr(f, e)
        if row.kind in ("lambda", "object", "ref") or self._values.string(f, e) is not None:
            return True
        if row.kind in ("name", "field", "call") and (self.resolver.variable_of(f, e) is not None or self.resolver.targets(f, e)):
            return True
        return any(kid >= 0 and self._hands_in(f, kid) for kid in row.kids)


def _vendor(name: str) -> str:
    """The first two words of a qualified name: "com.example"."""
    return ".".join(name.split(".")[:2])
