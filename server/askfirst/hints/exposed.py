"""What runs before consent, with the findings that say so: what lenses and the tree of ways are made from."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from askfirst.findings import Finding, Place
from askfirst.hints.view import View
from askfirst.model.collect import Site
from askfirst.model.consent import Exposure

THEME = "consent/"


class Exposed(NamedTuple):
    exposure: Exposure
    findings: tuple[Finding, ...]  # at least one


def exposed(view: View, findings: tuple[Finding, ...]) -> list[Exposed]:
    """Each collection, start, claim and request before consent that one of `findings` speaks of, by place."""
    by_place: defaultdict[Place, dict[Finding, None]] = defaultdict(dict)
    for finding in findings:
        if finding.rule.startswith(THEME):
            for place in (finding.at, *(related.place for related in finding.related)):
                by_place[place][finding] = None
    consent = view.model.consent if by_place else None
    every = (*consent.reads, *consent.starts, *consent.claims, *consent.dialogs) if consent is not None else ()
    found = [Exposed(e, tuple(by_place[e.place])) for e in every if e.place in by_place]
    return sorted(found, key=lambda each: _order(each.exposure))


def _order(exposure: Exposure) -> tuple[object, ...]:
    """What runs first comes first, by the places on the way."""
    return exposure.entry.rank, exposure.entry.fn, exposure.steps, exposure.place, exposure.site.at


def kinds(exposure: Exposure) -> tuple[str, ...]:
    """The kinds of data that it collects, by their ids."""
    site = exposure.site
    if not isinstance(site, Site) or site.role not in ("read", "start"):
        return ()
    return (site.api.data,) if site.api is not None else site.sdk.data if site.sdk is not None else ()
