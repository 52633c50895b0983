"""TOML tables → checked rows → the bytes of `compiled.bin`. Runs when the tables change, never when Askfirst checks."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from askfirst.knowledge import tables
from askfirst.knowledge.book import rows
from askfirst.knowledge.types import Data, Knowledge, Permission, Sdk

FOLDER = Path(__file__).parent
FORMAT = 2  # of marshal: without references, so that equal tables give equal bytes


def compile_knowledge(folder: Path = FOLDER) -> bytes:
    """The bytes of `compiled.bin` for the tables in `folder`. ValueError names the file and row that is wrong."""
    return marshal.dumps(plain(read(folder)), FORMAT)


def read(folder: Path = FOLDER) -> Knowledge:
    """All tables of `folder`, checked. ValueError names the file and row that is wrong."""
    permissions = read_permissions(folder)
    known = Knowledge(
        version="",
        data=tuple(map(tables.data, rows(folder, "data.toml", "data"))),
        apis=tuple(api for row in rows(folder, "apis/*.toml", "api") for api in tables.apis(row)),
        sdks=tuple(map(tables.sdk, rows(folder, "sdks/*.toml", "sdk"))),
        permissions=permissions,
        artifacts=tuple(map(tables.artifact, rows(folder, "libraries.toml", "library"))),
        habits=tuple(map(tables.habit, rows(folder, "habits.toml", "habit"))),
        clauses=tuple(clause for row in rows(folder, "clauses/*.toml", "document") for clause in tables.clauses(row)),
        categories=tuple(map(tables.category, rows(folder, "categories.toml", "category"))),
        cmps=tuple(map(tables.cmp, rows(folder, "cmps.toml", "cmp"))),
        infrastructure=tuple(
            name for row in rows(folder, "infrastructure.toml", "class") for name in tables.names(row)
        ),
        returns=pairs(folder, "returns"),
        services=pairs(folder, "services"),
        hierarchy=pairs(folder, "hierarchy"),
    )
    check(known)
    digest = hashlib.sha256(marshal.dumps(plain(known), FORMAT)).hexdigest()
    return known._replace(version=digest[:12])


def read_permissions(folder: Path) -> tuple[Permission, ...]:
    """The platform's own table, then what `permissions/personal.toml` and `vendors.toml` add to it."""
    made: dict[str, Permission] = {}
    for file in ("platform.toml", "personal.toml", "vendors.toml"):
        added: set[str] = set()
        for row in rows(folder, f"permissions/{file}", "permission"):
            name = tables.full(row.string("name", None))
            if name in added:
                raise row.fail("is there twice")
            added.add(name)
            made[name] = tables.permission(row, made.get(name))
    return tuple(made.values())


def pairs(folder: Path, table: str) -> tuple[tuple[str, str], ...]:
    return tuple(pair for row in rows(folder, "framework.toml", table) for pair in tables.pairs(row))


def check(known: Knowledge) -> None:
    """Raises ValueError for a name that is there twice, or refers to nothing."""
    once("data", (row.id for row in known.data))
    once("apis", (f"{row.kind} {row.key} {row.argument}".rstrip() for row in known.apis))
    once("sdks", (row.id for row in known.sdks))
    once("libraries", (name for row in known.artifacts for name in row.names))
    once("clauses", (row.key for row in known.clauses))
    once("categories", (row.id for row in known.categories))
    once("cmps", (row.name for row in known.cmps))
    for table in ("returns", "services", "hierarchy"):
        once(f"framework.toml {table}", (key for key, _ in getattr(known, table)))
    once("automatic starts", (auto.name for sdk in known.sdks for auto in sdk.auto))
    data = {row.id for row in known.data}
    permissions = {row.name for row in known.permissions}
    for api in known.apis:
        refers(f"apis: {api.key}", [api.data] if api.data else [], data)
        refers(f"apis: {api.key}", (need.permission for need in api.needs), permissions)
        if api.collects and not api.data:
            raise ValueError(f"apis: {api.key}: collects, but not said what")
    for permission in known.permissions:
        refers(f"permissions: {permission.name}", permission.implies, permissions)
    for row in known.artifacts:
        refers(f"libraries: {row.names}", (*row.uses, *(b.permission for b in (*row.brings, *row.implied))), permissions)
    for habit in known.habits:
        refers(f"habits: {habit.kinds or habit.words}", habit.permissions, permissions)
    for sdk in known.sdks:
        check_sdk(sdk, known.data, permissions, {clause.key for clause in known.clauses})


def check_sdk(sdk: Sdk, data: tuple[Data, ...], permissions: set[str], clauses: set[str]) -> None:
    where = f"sdks: {sdk.id}"
    refers(where, sdk.data, {row.id for row in data})
    refers(where, (row.permission for row in sdk.permissions), permissions)
    switches = {switch.name for switch in (*sdk.switches, *sdk.limits)}
    refers(where, (auto.switch for auto in sdk.auto if auto.switch), switches)
    refers(where, (notice for _, notice, _ in sdk.reported), clauses)
    for coordinate in (*sdk.coordinates, *(glob for glob, _ in sdk.risky)):
        if coordinate.count(":") != 1:
            raise ValueError(f"{where}: `{coordinate}` is not group:artifact")


def once(where: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{where}: {name} is there twice")
        seen.add(name)


def refers(where: str, names: Iterable[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"{where}: nothing is called `{name}`")


def plain(value: Any) -> Any:
    """`value` with every NamedTuple made a plain tuple, which is all that marshal takes."""
    return tuple(map(plain, value)) if isinstance(value, tuple) else value


def write(folder: Path = FOLDER) -> bool:
    """Writes `compiled.bin`; whether that changed it."""
    target, made = folder / "compiled.bin", compile_knowledge(folder)
    if target.exists() and target.read_bytes() == made:
        return False
    target.write_bytes(made)
    return True
