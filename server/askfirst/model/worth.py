"""What a condition can be worth, and the verdict that says so."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import NamedTuple

from askfirst.findings import Place


class Worth(enum.IntEnum):
    """What protects best comes last. See docs/architecture.md, §4, "Guards"."""

    NOTHING = 0  # build flag, process, network state, null check: as if it were not there
    SET_BY_APP = 1  # speaks of agreement, but the app itself sets it on its own way
    OPT_OUT = 2  # true until someone switches it off
    UNKNOWN = 3  # evidence in neither direction
    CONSENT = 4  # true only after a person's act
    NEVER = 5  # constant false: the code does not run


class Verdict(NamedTuple):
    """The worth of one condition, and the words and places that say so."""

    worth: Worth
    text: str  # the flag as the source names it: "isAgreePrivacy", "user_agreed"
    kind: str  # consent collect login first platform settings permission build constant written "" (why)
    at: Place | None  # where the default stands or the flag is written


NOTHING = Verdict(Worth.NOTHING, "", "", None)
UNKNOWN = Verdict(Worth.UNKNOWN, "", "", None)


def most(verdicts: Iterable[Verdict], otherwise: Verdict = UNKNOWN) -> Verdict:
    """The one that protects best, the first of equals: what holds of conditions that are all true."""
    return max(verdicts, default=otherwise, key=lambda v: v.worth)


def least(verdicts: Iterable[Verdict], otherwise: Verdict = UNKNOWN) -> Verdict:
    """The one that protects least, the first of equals: what holds of alternatives."""
    return min(verdicts, default=otherwise, key=lambda v: v.worth)
