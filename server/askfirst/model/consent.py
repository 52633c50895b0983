"""Before or after consent: the part of the model that the consent rules read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from askfirst.findings import Confidence, Place, Related, Severity, Step
from askfirst.model.calls import Calls
from askfirst.model.collect import Collector, Site
from askfirst.model.configured import Configured
from askfirst.model.entries import Entries, Entry
from askfirst.model.flags import Flags
from askfirst.model.memo import Memory, kept
from askfirst.model.reach import AsIfAgreed, Reach, Way
from askfirst.model.reasons import GUESSES, HOW, NO_NOTE, guarded, joined
from askfirst.model.requests import Request, Requests
from askfirst.model.symbols import Fn
from askfirst.model.worth import Verdict, Worth
from askfirst.text import Text

_SHOWN = 3  # calls named in one message
_NEAR = 4  # calls between a way and what configures an SDK for it
_QUIET = "android.permission.POST_NOTIFICATIONS"  # opens nothing personal


class Exposure(NamedTuple):
    """A collection, SDK start or permission request that can run on the first launch, by its canonical way."""

    site: Site | Request
    place: Place
    symbol: str  # qualified name of the function it stands in
    worth: Worth  # NOTHING: nothing protects it; SET_BY_APP, OPT_OUT; UNKNOWN: only with low confidence
    verdict: Verdict  # the strongest condition on the way
    entry: Entry
    confidence: Confidence
    steps: tuple[Step, ...]
    also: tuple[Related, ...]
    variants: tuple[str, ...]  # that the code on the way goes into; empty: all


class Consent:
    """Everything that can run before the user has agreed, and what guards the rest."""

    def __init__(
        self,
        collector: Collector,
        requests: Requests,
        calls: Calls,
        entries: Callable[[], Entries],
        flags: Flags,
        variants: Callable[[set[int]], tuple[str, ...]],
        configured: Configured,
        memory: Memory,
        eager: bool = False,
    ) -> None:
        """`variants`: the variants that files (by index) all go into.

        `eager`: resolve every function of the project, not only what can reach a collection (a test compares both).
        """
        self.collector, self.requests, self.flags = collector, requests, flags
        self.symbols, self.resolver, self._entries = calls.symbols, calls.resolver, entries
        self.configured, self.memory = configured, memory
        self._calls, self._variants, self._eager = calls, variants, eager

    @kept
    def reach(self) -> Reach:
        """Ways to everything of interest."""
        reach = Reach(self._calls, self._entries(), self.flags)
        interesting = {s.fn for role in ("read", "start", "consent") for s in self.collector.of(role)}
        interesting |= {r.fn for r in self.requests.all}
        reach.explore(self.symbols.all_functions() if self._eager else interesting)
        return reach

    # what rules ask

    @kept
    def reads(self) -> tuple[Exposure, ...]:
        """Reads of personal data that can run before consent, one for each place."""
        return self._exposures(self.collector.of("read"))

    def by_flag(self, worth: Worth) -> list[tuple[str, Place, list[Exposure]]]:
        """What runs behind flags of this worth: (the flag's name, where it starts or is set, all that it lets through, the surest
        first)."""
        found: defaultdict[tuple[str, Place], list[Exposure]] = defaultdict(list)
        claims = self.claims if worth == Worth.OPT_OUT else ()  # those of flags that the app sets are consent/agreed-for-user
        for exposure in (*self.starts, *self.reads, *claims, *self.dialogs):
            if exposure.worth == worth:
                found[exposure.verdict.text, exposure.verdict.at or exposure.place].append(exposure)
        return [(gate, at, sorted(all, key=lambda e: (-e.confidence, e.place))) for (gate, at), all in found.items()]

    def worst(self, exposures: list[Exposure]) -> Severity | None:
        """The severity of the gravest; None: as bad as the rule says."""
        return None if any(self.severity(e) is None for e in exposures) else Severity.NOTE

    def listed(self, exposures: list[Exposure]) -> Text:
        """The first few names of what runs."""
        names = list(dict.fromkeys(f"`{self.name(e)}`" for e in exposures))
        more = ("", "") if len(names) <= _SHOWN else (" and more", "等")
        return Text(", ".join(names[:_SHOWN]) + more[0], "、".join(names[:_SHOWN]) + more[1])

    def name(self, exposure: Exposure) -> str:
        """What runs, as code calls it."""
        return exposure.site.name if isinstance(exposure.site, Site) else "requestPermissions"

    def severity(self, exposure: Exposure) -> Severity | None:
        """A note for reads of mere traits of the device; None: as bad as the rule says."""
        api = exposure.site.api if isinstance(exposure.site, Site) else None
        data = self.collector.index.data(api.data) if api is not None else None
        return Severity.NOTE if data is not None and data.tier == "traits" else None

    @kept
    def starts(self) -> tuple[Exposure, ...]:
        """Starts of SDKs that collect which can run before consent. Starts switched off by their own configuration are left out."""
        starts = (s for s in self.collector.of("start") if s.sdk is not None and s.sdk.collects)
        return tuple(e for e in self._exposures(starts) if not self._kept_off(e.site))

    @kept
    def claims(self) -> tuple[Exposure, ...]:
        """Vendors' consent calls that can run before consent."""
        return self._exposures(self.collector.of("consent"))

    @kept
    def dialogs(self) -> tuple[Exposure, ...]:
        """Requests for permissions that open personal data which can come before consent."""
        return self._exposures(r for r in self.requests.all if self.personal(r))

    def personal(self, request: Request) -> tuple[str, ...]:
        """The short names of the permissions in a request that open personal data, sorted."""
        known = (self.collector.index.permission(name) for name in request.permissions)
        return tuple(
            sorted({p.name.rpartition(".")[2] for p in known if p is not None and p.dangerous and p.name != _QUIET})
        )

    def at_start(self, request: Request) -> tuple[Way, tuple[Step, ...]] | None:
        """The way on which a request opens by itself after a start, whatever has been agreed; None when it takes a person."""
        way = self._agreed.way(request.fn)
        if way is None or way.cost.hidden:
            return None
        return way, self._steps(request, self._agreed)

    @kept
    def _agreed(self) -> Reach:
        """Ways to permission requests as if the person had agreed."""
        reach = Reach(self.requests.calls, self._entries(), AsIfAgreed(self.flags))
        reach.explore({request.fn for request in self.requests.all})
        return reach

    def exposure(self, site: Site | Request) -> Exposure | None:
        """The way to a site, None when nothing runs it before consent."""
        way = self.reach.way(site.fn)
        if way is None:
            return None
        further = self.reach.extend(way, site.gates, site.confidence)
        if further is None:
            return None
        cost, verdict = further
        if isinstance(site, Site) and site.role == "start":
            for f, e, truth in self.configured.switches(site):
                own = self.flags.condition(f, e, truth)
                if own.worth >= Worth.CONSENT:
                    return None
                if own.worth > cost.worth:
                    hidden = cost.hidden or own.worth == Worth.UNKNOWN
                    cost, verdict = cost._replace(hidden=hidden, worth=own.worth), own
        confidence = Confidence.LOW if cost.hidden else Confidence(3 - cost.doubt)
        return Exposure(
            site, self.collector.place_of(*site.key), self.symbols.qualified(site.fn), cost.worth, verdict, way.entry,
            min(confidence, site.confidence), self._steps(site, unsure=confidence == Confidence.LOW), self._also(site.fn),
            self._variants({fn[0] for fn, _ in self.reach.hops(site.fn)}),
        )  # fmt: skip

    # helpers

    def _exposures(self, sites: Iterable[Site | Request]) -> tuple[Exposure, ...]:
        found = (self.exposure(site) for site in sites)
        return tuple(e for e in found if e is not None)

    def _kept_off(self, start: Site | Request) -> bool:
        """Whether the SDK is told on the way to its start, or by what is called on that way, not to collect."""
        offs = self._offs.get(start.sdk.id, ()) if isinstance(start, Site) and start.sdk is not None else ()
        if not offs:
            return False
        on_way = {fn for fn, _ in self.reach.hops(start.fn)}
        return any(self.flags.worth(off.gates).worth == Worth.NOTHING and self._run_by(off.fn, on_way) for off in offs)

    def _run_by(self, fn: Fn, those: set[Fn]) -> bool:
        """Whether a few calls lead from one of `those` to `fn`."""
        seen = {fn}
        for _ in range(_NEAR):
            if seen & those:
                return True
            seen |= {edge.source for each in seen for edge in self._calls.callers(each)}
        return bool(seen & those)

    @kept
    def _offs(self) -> dict[str, list[Site]]:
        found: defaultdict[str, list[Site]] = defaultdict(list)
        for off in self.collector.of("off"):
            if off.sdk is not None:
                found[off.sdk.id].append(off)
        return found

    def _steps(self, site: Site | Request, reach: Reach | None = None, unsure: bool = False) -> tuple[Step, ...]:
        """The way to a site. `unsure`: say which hops are guesses."""
        hops = (reach or self.reach).hops(site.fn)
        steps = []
        for i, (fn, way) in enumerate(hops):
            onward = hops[i + 1][1].edge if i + 1 < len(hops) else None
            at = onward.at if onward is not None else site.at
            gates = onward.gates if onward is not None else site.gates
            note = way.entry.why if way.edge is None else HOW.get(way.edge.how, NO_NOTE)
            if unsure and way.edge is not None:
                note = joined(note, GUESSES.get(way.edge.confidence, NO_NOTE))
            label = way.entry.label if way.edge is None else self.symbols.label(fn)
            guards = [v for gate in gates for v in self.flags.guard(gate)]
            steps.append(Step(self._place(fn, at), label, joined(note, guarded(guards))))
        return tuple(steps)

    def _place(self, fn: Fn, at: int) -> Place:
        if at >= 0 and self.resolver.expr(fn[0], at).function == fn[1]:
            return self.collector.place_of(fn[0], at)
        return Place(self.symbols.units[fn[0]].path, self.symbols.function(fn).spot)

    def _also(self, fn: Fn) -> tuple[Related, ...]:
        found = []
        for entry in self.reach.other_entries(fn):
            place = Place(self.symbols.units[entry.fn[0]].path, self.symbols.function(entry.fn).spot)
            found.append(Related(place, Text(f"{entry.label}: {entry.why.en}", f"{entry.label}：{entry.why.zh}")))
        return tuple(dict.fromkeys(found))
