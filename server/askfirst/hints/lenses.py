"""Lines above entry points: what they collect before consent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from askfirst.hints.exposed import Exposed, exposed, kinds
from askfirst.hints.shapes import Lens
from askfirst.hints.sheet import fill, listed
from askfirst.hints.view import View
from askfirst.model.collect import Site
from askfirst.model.files import Unit
from askfirst.model.requests import Request
from askfirst.model.symbols import Fn
from askfirst.text import Text

_COLLECTS = Text("collects {n} kinds of data before consent", "用户同意前收集 {n} 类数据")
_COLLECTS_ONE = Text("collects 1 kind of data before consent", "用户同意前收集 1 类数据")
_STARTS = Text("starts {n} SDKs before consent", "用户同意前启动 {n} 个 SDK")
_STARTS_ONE = Text("starts 1 SDK before consent", "用户同意前启动 1 个 SDK")
_ASKS = Text("asks for permissions before consent", "用户同意前申请权限")
_CLAIMS = Text("tells SDKs of an agreement before consent", "用户同意前告知 SDK 已同意")


def lenses(view: View, unit: Unit) -> tuple[Lens, ...]:
    """One for each entry point of a file from which something collects before consent, in the order of the file."""
    entries = view.model.entries
    units = view.model.symbols.units
    here = {entry.fn for entry in entries.every if units[entry.fn[0]].path == unit.path}
    found: defaultdict[Fn, list[Exposed]] = defaultdict(list)
    for each in exposed(view, view.findings) if here else ():
        for fn in here.intersection(_entries(view, each)):
            found[fn].append(each)
    return tuple(sorted(_lens(view, unit, fn, rows) for fn, rows in found.items()))


def _entries(view: View, each: Exposed) -> Iterator[Fn]:
    yield each.exposure.entry.fn
    yield from (entry.fn for entry in view.model.consent.reach.other_entries(each.exposure.site.fn))


def _lens(view: View, unit: Unit, fn: Fn, rows: list[Exposed]) -> Lens:
    sites = [row.exposure.site for row in rows]
    data = {kind for row in rows for kind in kinds(row.exposure)}
    mute = {s.sdk.id for s in sites if isinstance(s, Site) and s.role == "start" and s.sdk is not None and not s.sdk.data}
    parts = [_counted(len(data), _COLLECTS_ONE, _COLLECTS)] if data else []
    parts += [_counted(len(mute), _STARTS_ONE, _STARTS)] if mute else []
    parts += [_ASKS] if any(isinstance(site, Request) for site in sites) else []
    parts += [_CLAIMS] if not parts else []
    prints = dict.fromkeys(finding.fingerprint for row in rows for finding in row.findings)
    return Lens(view.span(unit, view.model.symbols.function(fn).spot), listed(parts), tuple(prints))


def _counted(n: int, one: Text, many: Text) -> Text:
    return one if n == 1 else fill(many, n=str(n))
