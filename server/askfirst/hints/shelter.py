"""What keeps a place from running before consent: the guards on the ways to it, and the acts of a person that it waits for."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from askfirst.findings import Confidence, Place
from askfirst.model.calls import Gate
from askfirst.model.collect import Site
from askfirst.model.consent import Consent
from askfirst.model.requests import Request
from askfirst.model.symbols import Fn
from askfirst.model.worth import Worth

_SEEN = 300  # functions looked at
_NEAR = 2  # calls within which guards are weighed on ways that nothing begins, too


class Shelter(NamedTuple):
    """Where the ways to a place begin or are guarded, the nearest first."""

    gates: tuple[tuple[Gate, Place], ...]  # guards that show consent, with the call or read that they guard
    conditions: tuple[tuple[int, int, bool], ...]  # an SDK's own settings: (file, expression, truth)
    off: bool  # the SDK is told on its way not to collect
    waits: tuple[Fn, ...]  # functions that run after a person's act, or when the system or a library calls them
    unused: tuple[Fn, ...]  # functions that nothing in the project runs


def shelter(consent: Consent, site: Site | Request) -> Shelter:
    """What stands between the start of the app and a site that no way before consent leads to."""
    flags, calls, symbols = consent.flags, consent.requests.calls, consent.symbols
    gates = [(gate, consent.collector.place_of(*site.key)) for gate in site.gates if _agreed(consent, gate)]
    own = consent.configured.switches(site) if isinstance(site, Site) and site.role == "start" else ()
    conditions = [c for c in own if flags.condition(*c).worth >= Worth.CONSENT]
    waits: list[Fn] = []
    unused: list[Fn] = []
    seen, todo = {site.fn}, deque([] if gates or conditions else [(site.fn, 0)])
    while todo and len(seen) < _SEEN:
        fn, hops = todo.popleft()
        edges = [edge for edge in calls.callers(fn) if edge.source[1] >= 0 and edge.confidence > Confidence.LOW]
        if not edges and fn not in consent.reach.entries.all:
            row = symbols.function(fn)
            runs = row.name == "<lambda>" or (row.owner >= 0 and calls.overrides_library(fn))
            (waits if runs else unused).append(fn)
        for edge in edges:
            begun = consent.reach.way(edge.source) is not None  # the check has weighed what follows
            held = [gate for gate in edge.gates if _agreed(consent, gate)] if begun or hops < _NEAR else []
            f, e = edge.source[0], edge.at
            at = consent.collector.place_of(f, e) if e >= 0 else Place(symbols.units[f].path, symbols.function(edge.source).spot)
            gates += [(gate, at) for gate in held]
            if not held and not begun and edge.source not in seen:
                seen.add(edge.source)
                todo.append((edge.source, hops + 1))
    way = consent.reach.way(site.fn)
    kept_off = way is not None and not gates and not conditions
    return Shelter(tuple(dict.fromkeys(gates)), tuple(conditions), kept_off, tuple(waits), tuple(unused))


def _agreed(consent: Consent, gate: Gate) -> bool:
    return consent.flags.worth((gate,)).worth >= Worth.CONSENT
