"""Hovers in code: calls and reads that the knowledge names, and requests for permissions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from askfirst import meanings
from askfirst.hints.permission import permission
from askfirst.hints.shapes import About
from askfirst.hints.sheet import NOTHING, code, fill, joined, labelled, listed, sheet
from askfirst.hints.state import state
from askfirst.hints.view import View
from askfirst.knowledge.types import Api, Sdk, short
from askfirst.meanings import Row, beside, levels, read_by, same, source
from askfirst.model.collect import Site
from askfirst.model.files import Unit
from askfirst.model.requests import Request
from askfirst.rules import RULES
from askfirst.text import Span, Text

# What is said first where one call is several things.
ROLES = ("read", "start", "consent", "safe", "off", "controller", "use")
# The rule whose clauses speak of a call of this role.
_RULES = {"read": "consent/read-before-consent", "start": "consent/sdk-before-consent", "consent": "consent/agreed-for-user"}
_REQUEST = "consent/permission-before-consent"
_TITLES = {
    "read": Text("**{call}** reads {what}", "**{call}** 读取{what}"),
    "use": Text("**{call}** needs a permission", "**{call}** 需要权限"),
    "start": Text("**{call}** starts {what}", "**{call}** 启动{what}"),
    "consent": Text("**{call}** tells {what} that the user has agreed", "**{call}** 告知{what}用户已同意"),
    "safe": Text("**{call}** of {what} is documented as allowed before consent", "**{call}** 属于{what}，文档说明可在同意之前调用"),
    "off": Text("**{call}** keeps {what} from collecting", "**{call}** 使{what}不收集信息"),
    "controller": Text("**{call}** decides what {what} may read", "**{call}** 决定{what}可读取的信息"),
}  # fmt: skip
_ASKS = Text("**{call}** asks for {what}", "**{call}** 申请{what}")
_SOME = Text("permissions that cannot be read here", "此处无法判断的权限")
_OR = Text(" or ", "或")
_SPAN = Text("{permission}, API levels {levels}", "{permission}，API 级别 {levels}")
_SOMETIMES = Text("{permission} in some cases", "部分情形下需要 {permission}")
_WRITTEN = re.compile(rb"[\w.]*\bpermission\.[A-Z][A-Z0-9_]+")


class _Found(NamedTuple):
    width: int
    rank: int
    span: Span
    thing: Site | Request


def in_code(view: View, unit: Unit, offset: int) -> About | None:
    """What stands at an offset of a Java or Kotlin file."""
    found = min(_sites(view, unit, offset), default=None, key=lambda found: found[:2])
    named = _permission_at(view, unit, offset)
    if named is not None and (found is None or named.span.end - named.span.start <= found.width):
        return named
    if found is None:
        return None
    thing = found.thing
    return About(found.span, _request(view, thing) if isinstance(thing, Request) else _site(view, thing))


def _sites(view: View, unit: Unit, offset: int) -> Iterator[_Found]:
    """All that the model found there; of what lies inside other things the innermost is meant."""
    units, model = view.model.symbols.units, view.model
    things: list[tuple[int, Site | Request]] = [(len(ROLES), request) for request in model.requests.all]
    things += [(rank, site) for rank, role in enumerate(ROLES) for site in model.collector.of(role)]
    for rank, thing in things:
        if units[thing.fn[0]].path == unit.path:
            span = view.places.span(model.collector.place_of(*thing.key))
            if span.start <= offset < span.end:
                yield _Found(span.end - span.start, rank, span, thing)


def _site(view: View, site: Site) -> Text:
    api, sdk, index = site.api, site.sdk, view.model.index
    data = index.data(api.data) if api is not None else None
    what = beside(data.name, meanings.TIERS[data.tier]) if data is not None else sdk.name if sdk is not None else NOTHING
    title = fill(_TITLES[site.role], call=code(site.name), what=what)
    when = state(view, site) if site.role in _RULES else NOTHING
    rows = [*(_of_api(api) if api is not None else ()), *(_of_sdk(view, sdk, site) if sdk is not None else ())]
    if site.role in _RULES:
        rows += view.clauses(RULES[_RULES[site.role]].clauses)
    if site.start is not None:
        rows.append(Row(meanings.SOURCE, source(site.start.source, site.start.mark)))
    elif api is not None:
        rows.append(Row(meanings.SOURCE, source(api.source, api.mark)))
    return sheet(title, when, labelled(rows))


def _of_api(api: Api) -> Iterator[Row]:
    """The permissions that a call needs, with their API levels; of those of which one is enough, one row."""
    groups: defaultdict[tuple[int, int, bool, str], list[str]] = defaultdict(list)
    for need in api.needs:
        own = "" if need.any_of else need.permission
        groups[need.first, need.last, need.conditional, own].append(code(short(need.permission)))
    for (first, last, conditional, _), names in groups.items():
        said = joined(map(same, names), _OR)
        said = fill(_SPAN, permission=said, levels=levels(first, last)) if first or last else said
        yield Row(meanings.NEEDS, fill(_SOMETIMES, permission=said) if conditional else said)


def _of_sdk(view: View, sdk: Sdk, site: Site) -> Iterator[Row]:
    yield Row(meanings.VENDOR, sdk.vendor)
    yield Row(meanings.RETIRED, sdk.retired)
    if site.role == "start":
        yield Row(meanings.DATA, listed(read_by(sdk, view.model.index)))
        yield Row(meanings.SAFE, listed(same(code(start.call)) for start in sdk.safe))
        yield Row(meanings.CONSENTS, listed(same(code(start.call)) for start in sdk.consents))
    yield Row(meanings.LINK, same(sdk.url), sdk.url)


def _request(view: View, request: Request) -> Text:
    names = listed(same(code(short(name))) for name in request.permissions)
    call = view.model.symbols.facts(request.fn[0]).exprs[request.at].value
    title = fill(_ASKS, call=code(call), what=names if names.en else _SOME)
    known = (view.model.index.permission(name) for name in request.permissions)
    rows = [Row(same(short(p.name)), p.label) for p in known if p is not None]
    return sheet(title, state(view, request), labelled([*rows, *view.clauses(RULES[_REQUEST].clauses)]))


def _permission_at(view: View, unit: Unit, offset: int) -> About | None:
    """A permission written out, `Manifest.permission.X` or in full, or an imported constant."""
    data = view.places.data(unit.path)
    start, end = data.rfind(b"\n", 0, offset) + 1, data.find(b"\n", offset)
    for found in _WRITTEN.finditer(data, start, end if end >= 0 else len(data)):
        if found.start() <= offset < found.end():
            words = found[0].decode()
            full = words if words[:1].islower() else f"android.permission.{words.rpartition('.')[2]}"
            said = permission(view, full.replace("android.Manifest.", "android."))
            return About(Span(unit.path, *found.span()), said) if said.en else None
    return _imported(view, unit, offset)


def _imported(view: View, unit: Unit, offset: int) -> About | None:
    f = next((n for n, other in enumerate(view.model.symbols.units) if other.path == unit.path), -1)
    facts = unit.facts
    for name, exprs in facts.sites.items() if f >= 0 else ():
        for e in exprs if name.isupper() else ():
            span = view.span(unit, facts.exprs[e].spot)
            if span.start <= offset < span.end and facts.exprs[e].kind == "name":
                full = next(view.model.requests.permissions(f, e), "")
                return About(span, permission(view, full)) if full else None
    return None
