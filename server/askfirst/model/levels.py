"""API levels in conditions: comparisons of `SDK_INT`, and helpers whose name says a level."""

from __future__ import annotations

import re

from askfirst.model.resolve import Resolver

_NAMES = "M N N_MR1 O O_MR1 P Q R S S_V2 TIRAMISU UPSIDE_DOWN_CAKE VANILLA_ICE_CREAM BAKLAVA".split()
_LEVELS = dict(zip(_NAMES, range(23, 37), strict=True)) | {"LOLLIPOP": 21, "LOLLIPOP_MR1": 22, "T": 33, "U": 34, "V": 35}
_AT_LEAST = re.compile(r"(?:AtLeast|OrLater|OrAbove|OrHigher)(?:Android)?_?(?:Api)?_?(\d{2}|[A-Z](?:_?MR1|v2|_V2)?)?$")
_BEFORE = re.compile(r"(?:Api|Android|Sdk)_?(\d{2})(?:OrLater|OrAbove|OrHigher|Plus)")
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_NEGATED = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "==": "!=", "!=": "=="}
LAST = 99  # above every level


def compared(resolver: Resolver, f: int, op: str, kids: tuple[int, ...], polarity: bool) -> tuple[int, int] | None:
    """The levels, first and last, on which a comparison of SDK_INT is `polarity`; None when it is something else."""
    for kid, other, flipped in ((kids[0], kids[1], False), (kids[1], kids[0], True)):
        if resolver.expr(f, kid).value in ("SDK_INT", "API_LEVEL"):
            row = resolver.expr(f, other)
            level = int(row.value) if row.kind == "int" and row.value.isdigit() else _LEVELS.get(row.value)
            if level is None:
                return None
            sign = _FLIPPED.get(op, op) if flipped else op
            sign = sign if polarity else _NEGATED.get(sign, sign)
            found = {"<": (0, level - 1), ">": (level + 1, LAST), "<=": (0, level), ">=": (level, LAST), "==": (level, level)}
            return found.get(sign, (0, LAST))
    return None


def named(name: str) -> int | None:
    """The level from which on a helper is true: `isAtLeastS()`, `isApi31OrHigher()`."""
    found = _AT_LEAST.search(name)
    text = found[1] if found else None
    if text is None:
        found = _BEFORE.search(name)
        text = found[1] if found else None
    if text is None:
        return None
    return int(text) if text.isdigit() else _LEVELS.get(text.upper().replace("SV2", "S_V2"))
