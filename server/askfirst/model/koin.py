"""Koin: `single { Foo() }` and `singleOf(::Foo)` run where a Foo is first asked for (insert-koin.io, "Definitions")."""

from __future__ import annotations

from askfirst.model.resolve import Resolver

_DEFINES = frozenset("single factory viewModel scoped worker singleOf factoryOf viewModelOf scopedOf workerOf".split())


class Koin:
    """Answers what a definition makes."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver, self.symbols = resolver, resolver.symbols

    def definition(self, f: int, e: int) -> int:
        """The definition (a call) that expression `e`, a lambda or a constructor's reference, is given to; -1."""
        call = self.resolver.scope(f).argument(e)[0] if e >= 0 else -1
        defines = call >= 0 and self.resolver.expr(f, call).value in _DEFINES and not self.resolver.targets(f, call)
        return call if defines else -1

    def eager(self, f: int, call: int) -> bool:
        """Whether a definition makes its object when Koin starts."""
        given = self.resolver.scope(f).named(call, "createdAtStart")
        return given >= 0 and self.resolver.expr(f, given).value == "true"

    def made(self, f: int, call: int) -> str:
        """The class that a definition makes: its type argument, else what its lambda answers or its reference constructs."""
        for kid in self.resolver.expr(f, call).kids[1:]:
            row = self.resolver.expr(f, kid) if kid >= 0 else None
            if row is None:
                continue
            if row.kind == "typearg":
                return self.symbols.resolve(f, row.value)
            if row.kind == "lambda":
                return self.resolver.type_of(f, self.symbols.facts(f).functions[int(row.value)].body)
            if row.kind == "ref":
                return self.symbols.resolve(f, row.value)
        return ""
