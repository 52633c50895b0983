"""Before or after consent: the part of the model that the consent rules read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from askfirst.findings import Confidence, Place, Related, Step
from askfirst.model.calls import Calls, Gate
from askfirst.model.collect import Collector, Site
from askfirst.model.entries import Entries, Entry
from askfirst.model.flags import Flags
from askfirst.model.reach import AsIfAgreed, Cost, Reach, Way
from askfirst.model.requests import Request, Requests
from askfirst.model.symbols import Fn
from askfirst.model.worth import Verdict, Worth
from askfirst.text import Text

_NO_NOTE = Text("", "")
_HOW = {
    "starts": Text("opened from the step before", "由上一步打开"),
    "hands-over": Text("run by what it is handed to", "由接收方运行"),
    "callback": Text("called back by the system or a library", "由系统或库回调"),
    "injected": Text("created by dependency injection", "由依赖注入创建"),
    "initialises": Text("initialised on first use", "首次使用时初始化"),
}


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
        entries: Entries,
        flags: Flags,
        variants: Callable[[set[int]], tuple[str, ...]],
        eager: bool = False,
    ) -> None:
        """`variants`: the variants that files (by index) all go into.

        `eager`: resolve every function of the project, not only what can reach a collection (a test compares both).
        """
        self.collector, self.requests, self.flags = collector, requests, flags
        self.symbols, self.resolver, self.entries = calls.symbols, calls.resolver, entries
        self._variants, self._eager = variants, eager
        self.reach = Reach(calls, entries, flags)

    @cached_property
    def _explored(self) -> bool:
        roles = ("read", "start", "consent", "off", "controller")
        interesting = {s.fn for role in roles for s in self.collector.of(role)} | {r.fn for r in self.requests.all}
        self.reach.explore(self.symbols.all_functions() if self._eager else interesting)
        return True

    # what rules ask

    @cached_property
    def reads(self) -> tuple[Exposure, ...]:
        """Reads of personal data that can run before consent, one for each place."""
        return self._exposures(self.collector.of("read"))

    @cached_property
    def starts(self) -> tuple[Exposure, ...]:
        """SDK starts that can run before consent. Starts switched off by their own configuration are left out."""
        return self._exposures(s for s in self.collector.of("start") if not self._kept_off(s))

    @cached_property
    def claims(self) -> tuple[Exposure, ...]:
        """Vendors' consent calls that can run before consent."""
        return self._exposures(self.collector.of("consent"))

    @cached_property
    def dialogs(self) -> tuple[Exposure, ...]:
        """Permission requests that can open before consent."""
        return self._exposures(self.requests.all)

    def at_start(self, request: Request) -> tuple[Way, tuple[Step, ...]] | None:
        """The way on which a request opens by itself after a start, whatever has been agreed; None when it takes a person."""
        way = self._agreed.way(request.fn)
        if way is None or way.cost.hidden:
            return None
        return way, self._steps(request, self._agreed)

    @cached_property
    def _agreed(self) -> Reach:
        """Ways to permission requests as if the person had agreed."""
        reach = Reach(self.requests.calls, self.entries, AsIfAgreed(self.flags))
        reach.explore({request.fn for request in self.requests.all})
        return reach

    def exposure(self, site: Site | Request) -> Exposure | None:
        """The way to a site, None when nothing runs it before consent."""
        _ = self._explored
        way = self.reach.way(site.fn)
        if way is None:
            return None
        further = self.reach.extend(way, site.gates, site.confidence)
        if further is None:
            return None
        cost, verdict = further
        if isinstance(site, Site) and site.role == "start":
            for e, truth in self.collector.arguments_decide(site):
                own = self.flags.condition(site.fn[0], e, truth)
                if own.worth >= Worth.CONSENT:
                    return None
                if own.worth > cost.worth:
                    cost, verdict = (
                        Cost(cost.hidden or own.worth == Worth.UNKNOWN, own.worth, cost.doubt, cost.hops),
                        own,
                    )
        confidence = Confidence.LOW if cost.hidden else Confidence(3 - cost.doubt)
        return Exposure(
            site, self.collector.place_of(*site.key), self.symbols.qualified(site.fn), cost.worth, verdict, way.entry,
            min(confidence, site.confidence), self._steps(site), self._also(site.fn),
            self._variants({fn[0] for fn, _ in self.reach.hops(site.fn)}),
        )  # fmt: skip

    # helpers

    def _exposures(self, sites: object) -> tuple[Exposure, ...]:
        found = (self.exposure(site) for site in sites)  # type: ignore[attr-defined]
        return tuple(e for e in found if e is not None)

    def _kept_off(self, site: Site) -> bool:
        """Whether the SDK's own configuration, in the same file, keeps this start from collecting."""
        return any(
            off.sdk == site.sdk and off.fn[0] == site.fn[0]
            for off in self._offs.get(site.sdk.id if site.sdk else "", ())
        )

    @cached_property
    def _offs(self) -> dict[str, list[Site]]:
        found: defaultdict[str, list[Site]] = defaultdict(list)
        for off in self.collector.of("off"):
            if off.sdk is not None:
                found[off.sdk.id].append(off)
        return found

    def _steps(self, site: Site | Request, reach: Reach | None = None) -> tuple[Step, ...]:
        hops = (reach or self.reach).hops(site.fn)
        steps = []
        for i, (fn, way) in enumerate(hops):
            onward = hops[i + 1][1].edge if i + 1 < len(hops) else None
            at = onward.at if onward is not None else site.at
            gates = onward.gates if onward is not None else site.gates
            note = way.entry.why if way.edge is None else _HOW.get(way.edge.how, _NO_NOTE)
            label = way.entry.label if way.edge is None else self.symbols.label(fn)
            steps.append(Step(self._place(fn, at), label, _joined(note, self._guarded(gates))))
        return tuple(steps)

    def _place(self, fn: Fn, at: int) -> Place:
        if at >= 0 and self.resolver.expr(fn[0], at).function == fn[1]:
            return self.collector.place_of(fn[0], at)
        return Place(self.symbols.units[fn[0]].path, self.symbols.function(fn).spot)

    def _guarded(self, gates: tuple[Gate, ...]) -> Text:
        verdicts = [v for gate in gates for v in self.flags.guard(gate) if v.text]
        if not verdicts:
            return _NO_NOTE
        v = max(verdicts, key=lambda v: v.worth)
        en, zh = WORTH_WORDS[v.worth]
        return Text(f"guarded by `{v.text}`: {en}", f"受 `{v.text}` 控制：{zh}")

    def _also(self, fn: Fn) -> tuple[Related, ...]:
        found = []
        for entry in self.reach.other_entries(fn):
            place = Place(self.symbols.units[entry.fn[0]].path, self.symbols.function(entry.fn).spot)
            found.append(Related(place, Text(f"{entry.label}: {entry.why.en}", f"{entry.label}：{entry.why.zh}")))
        return tuple(dict.fromkeys(found))


WORTH_WORDS = {
    Worth.NOTHING: ("not consent", "不是同意"),
    Worth.SET_BY_APP: ("the app sets it itself", "由应用自行设置"),
    Worth.OPT_OUT: ("true until someone switches it off", "默认开启，需用户关闭"),
    Worth.UNKNOWN: ("unknown whether it is consent", "无法判断是否为同意"),
    Worth.CONSENT: ("consent", "同意"),
    Worth.NEVER: ("never true", "恒为假"),
}


def _joined(a: Text, b: Text) -> Text:
    if not a.en or not b.en:
        return a if a.en else b
    return Text(f"{a.en}; {b.en}", f"{a.zh}；{b.zh}")
