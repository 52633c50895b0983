"""Plain tuples, as marshal gives them back → the row types."""

from __future__ import annotations

from typing import Any

from askfirst.knowledge.types import (
    Api,
    Artifact,
    AutoStart,
    Brings,
    Category,
    Clause,
    Cmp,
    Data,
    Need,
    Permission,
    Sdk,
    Start,
    Switch,
)  # fmt: skip
from askfirst.text import Text

Plain = tuple[Any, ...]


def data(row: Plain) -> Data:
    return Data(row[0], row[1], Text(*row[2]))


def api(row: Plain) -> Api:
    kind, key, kind_of_data, needs, *rest = row
    return Api(kind, key, kind_of_data, tuple([Need(*need) for need in needs]), *rest)


def starts(rows: Plain) -> tuple[Start, ...]:
    return tuple([Start(*row) for row in rows])


def switch(row: Plain) -> Switch:
    return Switch(row[0], row[1], Text(*row[2]), *row[3:])


def sdk(row: Plain) -> Sdk:
    made = Sdk(*row)
    return made._replace(
        name=Text(*made.name), vendor=Text(*made.vendor),
        starts=starts(made.starts), safe=starts(made.safe), consents=starts(made.consents),
        offs=starts(made.offs), controllers=starts(made.controllers),
        switches=tuple(map(switch, made.switches)), limits=tuple(map(switch, made.limits)),
        auto=tuple([AutoStart(*auto) for auto in made.auto]), permissions=tuple([Brings(*row) for row in made.permissions]),
        retired=Text(*made.retired), risky=tuple([(glob, Text(*why)) for glob, why in made.risky]),
        reported=tuple([(versions, notice, Text(*said)) for versions, notice, said in made.reported]),
    )  # fmt: skip


def artifact(row: Plain) -> Artifact:
    made = Artifact(*row)
    return made._replace(
        brings=tuple([Brings(*row) for row in made.brings]), implied=tuple([Brings(*row) for row in made.implied])
    )


def permission(row: Plain) -> Permission:
    made = Permission(*row)
    return made._replace(label=Text(*made.label), narrower=Text(*made.narrower))


def clause(row: Plain) -> Clause:
    return Clause(row[0], Text(*row[1]), Text(*row[2]), *row[3:])


def category(row: Plain) -> Category:
    return Category(row[0], row[1], Text(*row[2]), Text(*row[3]), *row[4:])


def cmp(row: Plain) -> Cmp:
    return Cmp(row[0], row[1], row[2], starts(row[3]), *row[4:])
