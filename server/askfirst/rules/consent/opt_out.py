"""consent/opt-out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from askfirst.findings import Confidence, Finding, Place, Related, Severity
from askfirst.model.consent import Consent, Exposure
from askfirst.model.resources import Resources
from askfirst.model.wording import sense, shields, switches_collecting
from askfirst.model.worth import Worth
from askfirst.rules.rule import rule
from askfirst.text import Text

_SHOWN = 3  # calls named in one message


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
)
def opt_out(consent: Consent, resources: Resources) -> Iterator[Finding]:
    by_flag: defaultdict[tuple[str, Place], list[Exposure]] = defaultdict(list)
    for exposure in (*consent.starts, *consent.reads, *consent.claims, *consent.dialogs):
        if exposure.worth == Worth.OPT_OUT:
            by_flag[exposure.verdict.text, exposure.verdict.at or exposure.place].append(exposure)
    for (gate, flag), exposures in by_flag.items():
        first = min(exposures, key=lambda e: (-e.confidence, e.place))
        names = list(dict.fromkeys(f"`{consent.name(e)}`" for e in (first, *exposures)))
        related = [Related(flag, Text(f"`{gate}` starts as on here", f"`{gate}` 在此默认为开启"))]
        related += [Related(e.place, Text("so does this", "此处同样受其控制")) for e in exposures]
        yield opt_out.at(
            first.place, target=gate, symbol=first.symbol, confidence=first.confidence,
            severity=max(consent.severity(e) or opt_out.severity for e in exposures), steps=first.steps,
            related=tuple(r for r in dict.fromkeys(related) if r.place != first.place), also=first.also, variants=first.variants,
            gate=gate, what=Text(_listed(names, ", ", " and more"), _listed(names, "、", "等")),
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


def _listed(names: list[str], comma: str, more: str) -> str:
    return comma.join(names[:_SHOWN]) + (more if len(names) > _SHOWN else "")
