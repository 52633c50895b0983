"""The project as two trees: what runs before consent, and permissions with who brings and who uses each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from askfirst.findings import Finding, Place, Severity
from askfirst.hints.exposed import THEME, Exposed, exposed, kinds
from askfirst.hints.permission import uses
from askfirst.hints.shapes import Branch, Outline
from askfirst.hints.sheet import NOTHING, code, fill, joined, listed, sheet
from askfirst.hints.state import way
from askfirst.hints.view import View
from askfirst.knowledge.types import short
from askfirst.meanings import read_by, same
from askfirst.model.collect import Site
from askfirst.model.modules import Module
from askfirst.text import Text

K = TypeVar("K")
_ASKS = Text("permission dialog", "权限弹窗")
_CLAIM = Text("{sdk} is told of an agreement", "告知{sdk}已同意")
_SELVES = Text("without code of the project", "不经项目代码")
_SELVES_NOTE = Text("libraries, manifests and layouts by themselves", "由依赖、清单和布局自行触发")
_READS = Text("reads {data}", "读取{data}")
_DECLARED = Text("declared", "声明")
_BROUGHT = Text("brought by {library}", "由 {library} 带入")
_IMPLIED = Text("given by the platform", "系统授予")
_IN_MODULE = Text("in {module}", "位于 {module}")
_USES = Text("{n} uses", "{n} 处使用")
_USE = Text("1 use", "1 处使用")
_ARROW, _DOT = Text(" → ", " → "), Text(" · ", " · ")


def outline(view: View, findings: tuple[Finding, ...]) -> Outline:
    """The trees of a report's findings, in a fixed order."""
    ordered = tuple(sorted(findings, key=lambda f: (f.at, f.rule, f.target, f.symbol)))
    return Outline(tuple(_consent(view, ordered)), tuple(_permissions(view, ordered)))


# before consent


def _consent(view: View, findings: tuple[Finding, ...]) -> Iterator[Branch]:
    rows = exposed(view, findings)
    for entry, own in _grouped(rows, lambda row: row.exposure.entry).items():
        at = Place(view.model.symbols.units[entry.fn[0]].path, view.model.symbols.function(entry.fn).spot)
        yield _branch(view, "entry", same(entry.label), entry.why, at, children=_ways(view, own))
    told = {finding for row in rows for finding in row.findings}
    rest = [f for f in findings if f.rule.startswith(THEME) and f not in told]
    if rest:
        leaves = [_finding(view, f) for f in rest]
        yield _branch(view, "library", _SELVES, _SELVES_NOTE, None, children=leaves)


def _ways(view: View, rows: list[Exposed]) -> Iterator[Branch]:
    """What an entry collects itself, then one branch for each further way."""
    for hops, taking in _grouped(rows, lambda row: tuple(step.name for step in row.exposure.steps[1:])).items():
        leaves = [_leaf(view, row) for row in taking]
        if not hops:
            yield from leaves
        else:
            steps = taking[0].exposure.steps
            said = joined((same(hop) for hop in hops), _ARROW)
            yield _branch(view, "way", said, NOTHING, steps[0].place, tooltip=way(view, steps), children=leaves)


def _leaf(view: View, row: Exposed) -> Branch:
    exposure, site = row.exposure, row.exposure.site
    index = view.model.index
    prints = tuple(dict.fromkeys(finding.fingerprint for finding in row.findings))
    severity = max(finding.severity for finding in row.findings)
    tooltip = sheet(*(view.message(finding) for finding in row.findings), way(view, exposure.steps))
    kind, place, named = "sdk", same(view.short(exposure.place)), NOTHING
    if not isinstance(site, Site):
        kind, label, named = "request", listed(same(short(name)) for name in site.permissions), _ASKS
    elif site.sdk is None:
        known = (index.data(id) for id in kinds(exposure))
        kind, label, named = "data", listed(data.name for data in known if data is not None), same(site.name)
    elif site.role == "start":
        reads = listed(read_by(site.sdk, index))
        label, named = site.sdk.name, same(site.name)
        tooltip = sheet(tooltip, fill(_READS, data=reads) if reads.en else NOTHING)
    else:
        label, named = fill(_CLAIM, sdk=site.sdk.name), same(site.name)
    note = joined([named, place], _DOT)
    return _branch(view, kind, label if label.en else named, note, exposure.place, tooltip, severity, prints)


def _finding(view: View, finding: Finding) -> Branch:
    note = same(view.short(finding.at))
    return _branch(view, "finding", view.message(finding), note, finding.at, NOTHING, finding.severity, (finding.fingerprint,))


# permissions


def _permissions(view: View, findings: tuple[Finding, ...]) -> Iterator[Branch]:
    roots = [module for module, _ in view.model.manifests.roots()]
    applications = [module for module in roots if module.kind == "application"] or roots
    for module in applications:
        children = tuple(_of_module(view, module, findings))
        if len(applications) == 1:
            yield from children
        elif children:
            yield _branch(view, "application", same(module.name or module.path), NOTHING, None, children=children)


def _of_module(view: View, module: Module, findings: tuple[Finding, ...]) -> Iterator[Branch]:
    """Each permission that some variant of an application asks for or is given."""
    model = view.model
    every = model.manifests.of(module)
    origins: defaultdict[str, list[Branch]] = defaultdict(list)
    near = {part.path for part in model.modules.closure(module)}
    for row in model.manifests.declarations:
        if row.module in near and not row.takes_out and any(row.permission in merged.held for merged in every):
            note = joined([same(view.short(row.place)), fill(_IN_MODULE, module=model.modules.of(row.module).name)], _DOT)
            origins[row.permission].append(_branch(view, "declared", _DECLARED, note, row.place))
    for brought in model.dependencies.brought(module):
        name, library = brought.row.permission, brought.library
        out = all(merged.takes_out("uses-permission", name) for merged in every)
        if brought.row.comes_with(library.version) and not out:
            label, note = fill(_BROUGHT, library=library.coordinates), same(view.short(library.place))
            origins[name].append(_branch(view, "brought", label, note, library.place))
    for implied in (implied for merged in every for implied in merged.implied):
        origins[implied.permission].append(_branch(view, "implied", _IMPLIED, implied.reason, implied.place))
    for name in sorted(origins, key=lambda name: (short(name), name)):
        yield _permission(view, module, name, origins[name], findings)


def _permission(view: View, module: Module, name: str, origins: list[Branch], findings: tuple[Finding, ...]) -> Branch:
    known = view.model.index.permission(name)
    used = [_branch(view, "used", same(e.name), same(view.short(e.place)), e.place) for e in uses(view, name, [module])]
    brought = {branch.region for branch in origins if branch.kind == "brought"}
    used = [branch for branch in used if branch.region not in brought]  # what brings it is named already
    about = [f for f in findings if f.rule.startswith("permissions/") and _names(f, name)]
    found = [_finding(view, f) for f in about]
    count = _USE if len(used) == 1 else fill(_USES, n=str(len(used))) if used else NOTHING
    label = known.label if known is not None and known.name == name else NOTHING
    first = origins[0]
    return _branch(
        view, "permission", same(short(name)), joined([label, count], _DOT), None, same(code(name)),
        max((f.severity for f in about), default=None), tuple(dict.fromkeys(f.fingerprint for f in about)),
        (*dict.fromkeys(origins), *used, *found),
    )._replace(region=first.region)  # fmt: skip


def _grouped(rows: Iterable[Exposed], key: Callable[[Exposed], K]) -> dict[K, list[Exposed]]:
    """The rows by key, in the order in which keys come first."""
    found: dict[K, list[Exposed]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _names(finding: Finding, permission: str) -> bool:
    return permission in (*finding.target.split(" "), dict(finding.args).get("permission"))


def _branch(
    view: View, kind: str, label: Text, note: Text, place: Place | None, tooltip: Text = NOTHING, severity: Severity | None = None,
    prints: tuple[str, ...] = (), children: Iterable[Branch] = (),
) -> Branch:  # fmt: skip
    """A branch that is as bad as the worst below it."""
    below = tuple(children)
    worst = max((s for s in (severity, *(child.severity for child in below)) if s is not None), default=None)
    return Branch(kind, label, note, tooltip, view.places.of(place) if place is not None else None, worst, prints, below)
