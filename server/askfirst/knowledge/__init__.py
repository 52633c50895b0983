"""What things mean: personal data, APIs, SDKs, permissions, clauses. `load()` is the door; TOML is never read here."""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

from askfirst.knowledge import decode
from askfirst.knowledge.types import (
    Api,
    Artifact,
    AutoStart,
    Category,
    Clause,
    Cmp,
    Data,
    Habit,
    Knowledge,
    Permission,
    Sdk,
    Start,
    Switch,
)  # fmt: skip

FIELD = {name: number for number, name in enumerate(Knowledge._fields)}
ROLES = (("start", "starts"), ("safe", "safe"), ("consent", "consents"), ("off", "offs"), ("controller", "controllers"))
V = TypeVar("V")


class Index:
    """Look-ups over the compiled tables; each is made when first asked for."""

    def __init__(self, compiled: bytes) -> None:
        """`compiled` is what compile_knowledge() gives; ValueError, EOFError or TypeError when it is not."""
        self._plain = marshal.loads(compiled)
        self._matches: dict[tuple[str, str], tuple[Sdk, ...]] = {}

    def _rows(self, table: str) -> decode.Plain:
        rows: decode.Plain = self._plain[FIELD[table]]
        return rows

    @property
    def version(self) -> str:
        """A short digest of all tables."""
        return str(self._plain[0])

    @cached_property
    def knowledge(self) -> Knowledge:
        """Everything, in the tables' order."""
        return Knowledge(
            self.version, tuple(self._data.values()), self.apis, self.sdks, tuple(self._permissions.values()),
            self.artifacts, self.habits, tuple(self._clauses.values()), tuple(self._categories.values()), self.cmps,
            *self._plain[FIELD["cmps"] + 1 :],
        )  # fmt: skip

    # Personal data and the ways to it

    @cached_property
    def _data(self) -> dict[str, Data]:
        return {row[0]: decode.data(row) for row in self._rows("data")}

    def data(self, id: str) -> Data | None:
        return self._data.get(id)

    @cached_property
    def apis(self) -> tuple[Api, ...]:
        return tuple(map(decode.api, self._rows("apis")))

    @cached_property
    def apis_by_member(self) -> dict[str, tuple[Api, ...]]:
        """Methods and fields by the name after `#`."""
        return grouped((api.key.rpartition("#")[2], api) for api in self.apis if api.kind in ("method", "field"))

    @cached_property
    def _apis_by_kind(self) -> dict[str, tuple[Api, ...]]:
        return grouped((api.kind, api) for api in self.apis)

    def apis_of_kind(self, kind: str) -> tuple[Api, ...]:
        return self._apis_by_kind.get(kind, ())

    # Permissions, clauses, categories

    @cached_property
    def _permissions(self) -> dict[str, Permission]:
        return {row[0]: decode.permission(row) for row in self._rows("permissions")}

    def permission(self, name: str) -> Permission | None:
        """By full name, by what follows `android.permission.`, or by a last segment that only one permission has."""
        found = self._permissions.get(name) or self._permissions.get(f"android.permission.{name}")
        if found is None and "." not in name:
            ending = [row for full, row in self._permissions.items() if full.endswith(f".{name}")]
            found = ending[0] if len(ending) == 1 else None
        return found

    @cached_property
    def artifacts(self) -> tuple[Artifact, ...]:
        """Libraries and packages that are no SDKs."""
        return tuple(map(decode.artifact, self._rows("artifacts")))

    def artifacts_for(self, library: str) -> tuple[Artifact, ...]:
        """What is known of the library `group:name` or the package `npm:name`."""
        return tuple(row for row in self.artifacts if any(fnmatchcase(library, glob) for glob in row.names))

    @cached_property
    def habits(self) -> tuple[Habit, ...]:
        """What libraries use, by kind or by name."""
        return tuple(Habit(*row) for row in self._rows("habits"))

    @cached_property
    def _clauses(self) -> dict[str, Clause]:
        return {row[0]: decode.clause(row) for row in self._rows("clauses")}

    def clause(self, key: str) -> Clause | None:
        return self._clauses.get(key)

    def policy(self, permission: str) -> str:
        """The key of Google Play's policy that speaks of this permission by name, "" without one."""
        policies = (clause for clause in self._clauses.values() if "play" in clause.markets)
        return next((c.key for c in policies if any(fnmatchcase(permission, glob) for glob in c.permissions)), "")

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {row[0]: decode.category(row) for row in self._rows("categories")}

    @property
    def categories(self) -> tuple[str, ...]:
        """The ids of all categories."""
        return tuple(self._categories)

    def category(self, id: str) -> Category | None:
        return self._categories.get(id)

    # SDKs

    @cached_property
    def sdks(self) -> tuple[Sdk, ...]:
        return tuple(map(decode.sdk, self._rows("sdks")))

    @cached_property
    def _sdks(self) -> dict[str, Sdk]:
        return {sdk.id: sdk for sdk in self.sdks}

    def sdk(self, id: str) -> Sdk | None:
        return self._sdks.get(id)

    @cached_property
    def _coordinates(self) -> tuple[tuple[str, Sdk], ...]:
        return tuple((glob, sdk) for sdk in self.sdks for glob in sdk.coordinates)

    def sdks_for(self, group: str, artifact: str) -> tuple[Sdk, ...]:
        """The SDKs that a library belongs to: those that name it most precisely."""
        found = self._matches.get((group, artifact))
        if found is None:
            name = f"{group}:{artifact}"
            fitting = [(len(glob), sdk) for glob, sdk in self._coordinates if fnmatchcase(name, glob)]
            nearest = max((length for length, _ in fitting), default=0)
            found = tuple(sdk for length, sdk in fitting if length == nearest)
            self._matches[group, artifact] = found
        return found

    @cached_property
    def _packages(self) -> dict[str, Sdk]:
        packages: dict[str, Sdk] = {}
        for sdk in self.sdks:
            for package in sdk.packages:
                packages.setdefault(package, sdk)
        return packages

    def sdk_of_package(self, qualified_name: str) -> Sdk | None:
        """The SDK whose package prefix fits `qualified_name` (a class or package) best."""
        name = qualified_name
        while name:
            sdk = self._packages.get(name)
            if sdk is not None:
                return sdk
            name = name.rpartition(".")[0]
        return None

    @cached_property
    def sdk_of_plugin(self) -> dict[str, Sdk]:
        """SDKs by the name of their Flutter or React Native package or Gradle plugin."""
        return {plugin: sdk for sdk in self.sdks for plugin in sdk.plugins}

    @cached_property
    def starts_by_method(self) -> dict[str, tuple[tuple[Sdk, Start, str], ...]]:
        """Vendors' calls by method name, with their role: start, safe, consent, off or controller."""
        return grouped(
            (start.call.rpartition(".")[2], (sdk, start, role))
            for sdk in self.sdks for role, field in ROLES for start in getattr(sdk, field)
        )  # fmt: skip

    @cached_property
    def autos(self) -> dict[str, tuple[Sdk, AutoStart]]:
        """What starts by itself, by class name."""
        return {auto.name: (sdk, auto) for sdk in self.sdks for auto in sdk.auto}

    @cached_property
    def switches(self) -> dict[str, tuple[Sdk, Switch]]:
        """Manifest switches, those of a part only too, by the name of the meta-data."""
        return {switch.name: (sdk, switch) for sdk in self.sdks for switch in (*sdk.limits, *sdk.switches)}

    @cached_property
    def infrastructure(self) -> frozenset[str]:
        """Providers and initializers known to collect nothing."""
        return frozenset(self._rows("infrastructure"))

    # Consent platforms

    @cached_property
    def cmps(self) -> tuple[Cmp, ...]:
        return tuple(map(decode.cmp, self._rows("cmps")))

    @cached_property
    def cmp_gates(self) -> dict[str, tuple[tuple[Cmp, Start], ...]]:
        """Calls whose answer is consent, by method name."""
        return grouped((gate.call.rpartition(".")[2], (cmp, gate)) for cmp in self.cmps for gate in cmp.gates)

    # The platform's and libraries' classes

    @cached_property
    def returns(self) -> dict[str, str]:
        """`android.content.Context#getContentResolver` → the type it returns."""
        return dict(self._rows("returns"))

    @cached_property
    def services(self) -> dict[str, str]:
        """What getSystemService is given, a constant's name or value → the type it returns."""
        return dict(self._rows("services"))

    @cached_property
    def hierarchy(self) -> dict[str, str]:
        """Class → superclass."""
        return dict(self._rows("hierarchy"))


def grouped(pairs: Iterable[tuple[str, V]]) -> dict[str, tuple[V, ...]]:
    lists: dict[str, list[V]] = {}
    for key, value in pairs:
        lists.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in lists.items()}


@cache
def load() -> Index:
    """The tables that ship with Askfirst. OSError when `compiled.bin` is missing."""
    return Index((Path(__file__).parent / "compiled.bin").read_bytes())
