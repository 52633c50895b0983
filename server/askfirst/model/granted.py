"""What names say of a permission: asked, granted, refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

from askfirst.model.resolve import Param, Resolver

SPEAKS = re.compile(r"permi(?:ssion|tted)|granted|canDrawOverlays", re.I)
RATIONALE = re.compile(r"rationale", re.I)
REFUSED = re.compile(
    r"denied|refus|reject|missing|without|lack|revoked|(?:not|un|non|no)_?(?:yet)?_?(?:granted|permi)|blocked|(?:is|are|has)Not", re.I
)
GRANTED = re.compile(r"grant(?:ed|s)?(?![a-z])|allowed|accepted", re.I)
_ASKS = re.compile(r"request|need|ask|require|should|check(?!Self|Calling)|missing|ensure|verify|show|handle|maybe|open", re.I)


def said(name: str, polarity: bool) -> bool:
    """Whether a name that speaks of permissions shows a grant by being `polarity`."""
    if RATIONALE.search(name):
        return False
    if REFUSED.search(name):
        return not polarity
    return polarity or bool(_ASKS.search(name) and not GRANTED.search(name))


def names(name: str) -> bool:
    """Whether a name says that something is granted: `onGranted`, not `onNotGranted`."""
    return bool(GRANTED.search(name)) and not REFUSED.search(name)


def speaks(resolver: Resolver, f: int, e: int, polarity: bool) -> bool:
    """Whether a word in an expression shows a grant where the expression is `polarity`."""
    return any(said(word, polarity) for word in words(resolver, f, e) if SPEAKS.search(word))


def follows(resolver: Resolver, f: int, e: int) -> bool:
    """Whether an expression, or the value of the variable it names, speaks of permissions."""
    if speaks(resolver, f, e, True) or speaks(resolver, f, e, False):
        return True
    found = resolver.variable_of(f, e) if e >= 0 and resolver.expr(f, e).kind in ("name", "field") else None
    if found is None or isinstance(found, Param):
        return False
    value = resolver.symbols.variable(found).value
    return value >= 0 and (speaks(resolver, found[0], value, True) or speaks(resolver, found[0], value, False))


def words(resolver: Resolver, f: int, e: int) -> Iterator[str]:
    """All names in an expression, without those in lambdas and objects."""
    if e < 0:
        return
    row = resolver.expr(f, e)
    if row.kind not in ("lambda", "object"):
        yield row.value
    for kid in row.kids:
        yield from words(resolver, f, kid)
