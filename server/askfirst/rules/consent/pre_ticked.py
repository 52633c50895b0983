"""consent/pre-ticked."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.edits import Sources
from askfirst.findings import Confidence, Finding, Fix, Place, Severity
from askfirst.model.calls import Calls
from askfirst.model.execution import LIFECYCLE
from askfirst.model.layouts import Layouts
from askfirst.model.values import Values
from askfirst.model.wording import speaks_of_agreement
from askfirst.rules.markup import replace
from askfirst.rules.rule import rule
from askfirst.text import Text

_BOXES = ("CheckBox", "CheckedTextView", "Switch", "SwitchCompat", "SwitchMaterial", "RadioButton", "ToggleButton")


def _untick(finding: Finding, sources: Sources, calls: Calls) -> Iterator[Fix]:
    """The `true` of the layout or of the code becomes `false`."""
    title, in_layout = Text("leave the box unticked", "默认不勾选"), finding.at.path.endswith(".xml")
    place = finding.at if in_layout else _ticking(finding.at, calls)
    if place is not None:
        yield Fix(title, replace(sources, place, "true", "false"), safe=in_layout)


def _ticking(at: Place, calls: Calls) -> Place | None:
    """The value that ticks the box where code does so at `at`."""
    for f, unit in enumerate(calls.symbols.units):
        if unit.path == at.path:
            exprs = unit.facts.exprs
            values = [a.value for a in unit.facts.assigns if exprs[a.target].spot == at.spot]
            named = unit.facts.sites.get("setChecked", ())
            values += [arg for e in named if exprs[e].spot == at.spot for arg in calls.resolver.scope(f).arguments(e)]
            return next((Place(at.path, exprs[value].spot) for value in values), None)
    return None


@rule(
    "consent/pre-ticked",
    severity=Severity.ERROR,
    clauses=("191-3.4", "164-1#8"),
    message=Text(
        en="the agreement box `{box}` is ticked by default",
        zh="同意选项 `{box}` 默认已勾选",
    ),
    next=Text(en="leave it unticked; the user ticks it", zh="默认不勾选，由用户自行勾选"),
    fix=_untick,
)
def pre_ticked(layouts: Layouts, calls: Calls, values: Values) -> Iterator[Finding]:
    for view in layouts.views:
        if view.kind.endswith(_BOXES) and view.get("checked") == "true":
            if speaks_of_agreement(view.id) or speaks_of_agreement(view.get("text")):
                yield pre_ticked.at(view.place("checked"), target=view.id, symbol=view.id, box=view.id or view.get("text"))
    yield from _in_code(calls, values)


def _in_code(calls: Calls, values: Values) -> Iterator[Finding]:
    """`agreeBox.isChecked = true` or `setChecked(true)` while the screen is being built."""
    symbols, resolver = calls.symbols, calls.resolver
    for f in calls.files_naming("isChecked"):
        facts = symbols.facts(f)
        for a in resolver.scope(f).assigns.get("isChecked", ()):
            row = facts.assigns[a]
            target = facts.exprs[row.target]
            if values.boolean(f, row.value) and target.kind == "field":
                yield from _ticked(calls, f, target.kids[0], row.target, row.function, row.guard)
    for f, e in calls.sites("setChecked"):
        expr = resolver.expr(f, e)
        args = resolver.scope(f).arguments(e)
        if expr.kind == "call" and expr.kids[0] >= 0 and len(args) == 1 and values.boolean(f, args[0]):
            yield from _ticked(calls, f, expr.kids[0], e, expr.function, expr.guard)


def _ticked(calls: Calls, f: int, receiver: int, at: int, n: int, guard: int) -> Iterator[Finding]:
    symbols, resolver = calls.symbols, calls.resolver
    words = resolver.scope(f).dotted(receiver)
    if guard < 0 and speaks_of_agreement(words) and n >= 0 and symbols.facts(f).functions[n].name in LIFECYCLE:
        place = Place(symbols.units[f].path, resolver.expr(f, at).spot)
        yield pre_ticked.at(
            place,
            target=words,
            symbol=symbols.qualified((f, n)),
            confidence=Confidence.MEDIUM,
            box=words.rpartition(".")[2],
        )
