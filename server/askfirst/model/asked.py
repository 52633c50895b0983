"""What the project's own manifests ask for: each permission once for each application, with what was found to need it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from askfirst.findings import Confidence, Finding, Related
from askfirst.knowledge import Index
from askfirst.knowledge.types import Permission
from askfirst.model.manifest import Declaration, Manifests, Merged
from askfirst.model.memo import kept
from askfirst.model.modules import Module, Modules
from askfirst.model.uses import Evidence, Uses
from askfirst.model.variants import named
from askfirst.text import Text

_ALSO = Text("also declared here", "此处也有声明")


class Ask(NamedTuple):
    """A declared permission of one application (or of a library that no application of the project includes)."""

    permission: str
    known: Permission | None
    application: Module
    held: tuple[Merged, ...]  # the manifests of its variants that ask for it
    declarations: tuple[Declaration, ...]  # the application's own first
    evidence: tuple[Evidence, ...]  # what needs it or something it stands in for, at least of medium confidence
    requested: bool  # the app asks for it at run time
    modules: int  # how many modules were searched

    @property
    def also(self) -> tuple[Related, ...]:
        """The declarations after the first, as related places."""
        return tuple(Related(d.place, _ALSO) for d in self.declarations[1:])

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants that ask for it, () when all do."""
        return named((merged.variant for merged in self.held), self.application.variants)

    @property
    def symbol(self) -> str:
        return f"{self.application.name} uses-permission"


class Asked:
    """All declared permissions that nothing takes out again."""

    def __init__(self, manifests: Manifests, modules: Modules, uses: Uses, index: Index) -> None:
        self._manifests, self._modules, self._uses, self._index = manifests, modules, uses, index
        self.memory = uses.memory

    @kept
    def all(self) -> tuple[Ask, ...]:
        """By application, in the order of their first declarations. Declarations with evidence and those without are kept
        apart: a module can be part of another application that needs what this one does not."""
        groups: defaultdict[tuple[str, str, bool], dict[Declaration, tuple[Merged, ...]]] = defaultdict(dict)
        for declaration in self._manifests.declarations:
            if not declaration.takes_out and declaration.permission:
                needed = bool(self._evidence(declaration))
                if held := self._held(declaration):
                    groups[declaration.permission, held[0].module.path, needed][declaration] = held
        return tuple(self._ask(*key[:2], found) for key, found in groups.items())

    def of(self, finding: Finding) -> Iterator[Ask]:
        """What a finding about a declared permission speaks of."""
        return (ask for ask in self.all if (ask.declarations[0].place, ask.permission) == (finding.at, finding.target))

    def _ask(self, permission: str, path: str, found: dict[Declaration, tuple[Merged, ...]]) -> Ask:
        application = self._modules.of(path)
        rows = sorted(found, key=lambda d: (d.module != path, d.source_set != "main", d.place))
        known = self._index.permission(permission)
        evidence = dict.fromkeys(e for row in rows for e in self._evidence(row))
        held = dict.fromkeys(merged for part in found.values() for merged in part)
        return Ask(
            permission, known if known is not None and known.name == permission else None, application, tuple(held),
            tuple(rows), tuple(evidence), self._uses.requested(permission, application),
            max(len(self._uses.together(self._modules.of(row.module))) for row in rows),
        )  # fmt: skip

    def _held(self, declaration: Declaration) -> tuple[Merged, ...]:
        """The manifests that keep the permission, of the first application that does (or of the module, if none includes it)."""
        module = self._modules.of(declaration.module)
        apps = [app for app in self._modules.applications if module in self._modules.closure(app)]
        for app in apps or [module]:
            every = self._manifests.of(app)
            into = [merged for merged in every if declaration.place.path in merged.files]
            # of a variant that is not looked at, nothing is known
            held = tuple(merged for merged in into if declaration.permission in merged.held) if into else every
            if held:
                return held
        return ()

    def _evidence(self, declaration: Declaration) -> tuple[Evidence, ...]:
        module = self._modules.of(declaration.module)
        found = self._uses.needing(declaration.permission, module)
        return tuple(e for e in found if e.confidence >= Confidence.MEDIUM and _in_time(e, declaration, module))


def _in_time(evidence: Evidence, declaration: Declaration, module: Module) -> bool:
    """Whether some level on which the need exists is one on which the permission is declared and the module runs."""
    if evidence.last and module.min_sdk > evidence.last:
        return False
    return not (declaration.max_sdk and evidence.first > declaration.max_sdk)
