"""consent/opt-out."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.edits import Sources
from askfirst.facts.rows import Expr
from askfirst.findings import Confidence, Edit, Finding, Fix, Place, Related, Severity
from askfirst.model.calls import Calls
from askfirst.model.consent import Consent
from askfirst.model.files import Unit
from askfirst.model.resources import Resources
from askfirst.model.values import Values
from askfirst.model.wording import sense, shields, switches_collecting
from askfirst.model.worth import Worth
from askfirst.rules.markup import replace
from askfirst.rules.rule import rule
from askfirst.text import Text

_NOT_STORED = frozenset({"Bundle", "PersistableBundle", "JSONObject", "TypedArray", "Resources", "ManagedConfiguration"})
_TURNED = {"true": "false", "false": "true"}


def _off(finding: Finding, sources: Sources, calls: Calls, values: Values, resources: Resources) -> Iterator[Fix]:
    """The literal that stands for "on" is turned round, wherever the same key is read with it: else a screen shows otherwise."""
    turned: dict[Place, str] = {}
    keys = {p.key for p in resources.preferences if p.place == finding.at}
    for f, unit in enumerate(calls.symbols.units):
        for place in (related.place for related in finding.related[:1]):  # where the flag starts as on
            if unit.path == place.path:
                turned |= {Place(place.path, e.spot): e.value for e in _literals(calls, f, place)}
                keys |= {key for e in _at(unit, place) if (key := _key(values, calls, f, e))}
    for f, e in calls.sites("getBoolean"):
        owner = calls.resolver.callee(f, e)[0].rpartition(".")[2]
        if _key(values, calls, f, e) in keys and owner not in _NOT_STORED:
            path = calls.symbols.units[f].path
            turned |= {Place(path, row.spot): row.value for row in _literals(calls, f, Place(path, calls.resolver.expr(f, e).spot))}
    turned |= {p.place: p.value for p in resources.preferences if p.key in keys and p.value in _TURNED}
    edits: tuple[Edit, ...] = ()
    for place, value in turned.items():
        edits += replace(sources, place, value, _TURNED[value])
    if len(set(turned.values())) == 1 and len(edits) == len(turned):
        yield Fix(Text("let it be off by default", "改为默认关闭"), edits, safe=True)


def _literals(calls: Calls, f: int, place: Place) -> Iterator[Expr]:
    """`true` or `false` as it stands in the call, or after the variable, at a place."""
    unit = calls.symbols.units[f]
    exprs = unit.facts.exprs
    found = [arg for e in _at(unit, place) for arg in calls.resolver.scope(f).arguments(e)]
    found += [var.value for var in unit.facts.variables if var.spot == place.spot and var.value >= 0]
    return (exprs[e] for e in found if exprs[e].kind == "bool")


def _at(unit: Unit, place: Place) -> list[int]:
    return [e for e, row in enumerate(unit.facts.exprs) if row.kind == "call" and row.spot == place.spot]


def _key(values: Values, calls: Calls, f: int, e: int) -> str:
    return next((t for arg in calls.resolver.scope(f).arguments(e)[:1] if (t := values.string(f, arg))), "")


@rule(
    "consent/opt-out",
    severity=Severity.WARNING,
    clauses=("191-3.4", "PIPL-14"),
    message=Text(
        en="`{gate}` is on until someone switches it off; before that runs {what}",
        zh="`{gate}` 默认开启、需用户主动关闭，在此之前已运行{what}",
    ),
    next=Text(
        en="let it be off until the user switches it on, or agrees",
        zh="默认关闭，待用户开启或同意后再运行",
    ),
    fix=_off,
)
def opt_out(consent: Consent, resources: Resources) -> Iterator[Finding]:
    for gate, flag, exposures in consent.by_flag(Worth.OPT_OUT):
        first = exposures[0]
        related = [Related(flag, Text(f"`{gate}` starts as on here", f"`{gate}` 在此默认为开启"))]
        related += [Related(e.place, Text("so does this", "此处同样受其控制")) for e in exposures]
        yield opt_out.at(
            first.place, target=gate, symbol=first.symbol, confidence=first.confidence, severity=consent.worst(exposures),
            steps=first.steps, related=tuple(r for r in dict.fromkeys(related) if r.place != first.place), also=first.also,
            variants=first.variants, gate=gate, what=consent.listed(exposures),
        )  # fmt: skip
    for preference in resources.preferences:
        title = preference.title or preference.key  # what the user reads says more than a key
        said = sense(title) if preference.value == "true" and not shields(preference.key) else None
        if said is not None and said.kind in ("collect", "consent") and said.positive:
            plain = switches_collecting(title, preference.summary)
            yield opt_out.at(
                preference.place, target=preference.key, symbol=preference.key,
                confidence=Confidence.MEDIUM if plain else Confidence.LOW,
                gate=preference.key, what=Text("what it switches", "其控制的收集"),
            )  # fmt: skip
