"""Where a library is declared, once for each line that a developer edits, whoever uses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from askfirst.findings import Place, Related
from askfirst.model.dependencies import Dependencies, Library
from askfirst.model.modules import Modules
from askfirst.model.variants import named
from askfirst.text import Text

_USED = Text("used here", "在此使用")


class Declaration(NamedTuple):
    """A library that ships, and the line that names it: its version catalog entry, else the build file's."""

    library: Library
    place: Place
    symbol: str  # what the line belongs to: ":app implementation", "libraries" for a catalog
    related: tuple[Related, ...]  # the build files that use a catalog's entry
    variants: tuple[str, ...]  # empty: all

    @property
    def name(self) -> str:
        """`group:name`, by which it is told from others in any version."""
        return self.library.module_id


def declarations(modules: Modules, dependencies: Dependencies) -> Iterator[Declaration]:
    """Every named library that ships with some module, in the order of modules."""
    lines: dict[tuple[Place, str, str], list[Library]] = {}
    for library in dependencies.shipping:
        if library.group:
            lines.setdefault((library.catalog or library.place, library.group, library.name), []).append(library)
    for (place, _, _), users in lines.items():
        first = users[0]
        name = modules.of(first.module).name
        symbol = "libraries" if first.catalog else f"{name} {first.configuration}"
        related = tuple(Related(user.place, _USED) for user in users if first.catalog)
        yield Declaration(first, place, symbol, related, _variants(modules, users))


def _variants(modules: Modules, users: list[Library]) -> tuple[str, ...]:
    """The variants of an application that the library goes into, () when it is in all of them or nobody can say."""
    module = modules.of(users[0].module)
    if module.kind != "application" or any(user.module != module.path for user in users):
        return ()
    return named((v for v in module.variants for user in users if v.takes(user.source_set)), module.variants)
