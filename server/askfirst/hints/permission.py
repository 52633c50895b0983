"""A permission in this project: what it is, who declares or brings it, who uses it, and what the settings say of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from askfirst.findings import Place
from askfirst.hints.sheet import NOTHING, code, fill, joined, labelled, listed, sheet
from askfirst.hints.view import View
from askfirst.knowledge.types import Permission, short
from askfirst.meanings import LABEL, PERMISSION, SOURCE, Row, of_permission, same, source
from askfirst.model.dependencies import Library
from askfirst.model.modules import Module
from askfirst.model.uses import Evidence
from askfirst.text import Text

_GROUP = Text("group", "权限组")
_PROTECTION = Text("protection", "保护级别")
_LEVEL = Text("{protection} (from API {api})", "{protection}（自 API {api}）")
_DECLARED = Text("declared in", "声明于")
_REMOVED = Text("kept out in", "移除于")
_BROUGHT = Text("brought by", "由依赖带入")
_USED = Text("used by", "使用者")
_REQUESTED = Text("asked for in", "申请于")
_REASON = Text("reason in askfirst.toml", "askfirst.toml 中的理由")
_NOBODY = Text("nothing that needs it was found in this project", "未在本项目中发现需要它的代码")
_ABSENT = Text("not declared by this project", "本项目未声明")
_UNKNOWN = Text("a permission that Askfirst does not know", "Askfirst 不了解的权限")
_LIBRARY = Text("{library} ({place})", "{library}（{place}）")
_SINCE = Text("{library} from version {since} ({place})", "{library} 自 {since} 版起（{place}）")
_MORE = Text("and {n} more", "另有 {n} 处")
_SHOWN = 8  # places of one kind


def permission(view: View, name: str) -> Text:
    """All of a permission, as Markdown; empty when it is neither known nor anywhere in the project."""
    known = view.model.index.permission(name)
    here = list(in_project(view, name))
    if known is None or known.name != name:
        if not any(row.value.en and row.value != _ABSENT for row in here):
            return NOTHING
        return sheet(same(f"**{code(name)}**"), _UNKNOWN, labelled(here, marked=True))
    title = joined([same(f"**{code(short(name))}**"), known.label], Text(": ", "："))
    facts = [row for row in of_permission(known) if row.label not in (PERMISSION, LABEL, SOURCE)]
    facts += [Row(_PROTECTION, _protection(known)), Row(_GROUP, same(known.group))]
    origin = [Row(SOURCE, source(known.source, known.mark))]
    return sheet(title, labelled(facts), labelled(here, marked=True), labelled(origin))


def _protection(known: Permission) -> Text:
    """The protection levels: each where what it begins with changes, and the newest in full."""
    changes = {level.partition("|")[0]: (api, level) for api, level in reversed(known.protection)}
    said = [(api, level.replace("|", " | ")) for api, level in reversed(changes.values())]
    return listed(same(level) if len(said) == 1 else fill(_LEVEL, protection=level, api=str(api)) for api, level in said)


def in_project(view: View, name: str) -> Iterator[Row]:
    """Who declares, brings, asks for and uses a permission in this project."""
    model = view.model
    rows = [row for row in model.manifests.declarations if row.permission == name]
    yield from _rows(_DECLARED, (same(view.where(row.place)) for row in rows if not row.takes_out))
    yield from _rows(_REMOVED, (same(view.where(row.place)) for row in rows if row.takes_out))
    brought = list(brings(view, name))
    yield from _rows(_BROUGHT, (from_library(view, library, since) for library, since in brought))
    if not brought and not any(not row.takes_out for row in rows):
        yield Row(_DECLARED, _ABSENT)
    asked = [r for r in model.requests.all if name in r.permissions]
    yield from _rows(_REQUESTED, (same(view.where(model.collector.place_of(*r.key))) for r in asked))
    used = uses(view, name)
    yield from _rows(_USED, (user(view, evidence) for evidence in used))
    known = model.index.permission(name)
    if not used and known is not None and (known.personal or known.withheld):
        yield Row(_USED, _NOBODY)
    yield Row(_REASON, same(dict(model.settings.reasons).get(name, "")))


def brings(view: View, name: str) -> Iterator[tuple[Library, str]]:
    """The libraries that merge a permission into an application, with the version that did so first ("" unknown)."""
    seen: dict[tuple[str, Place], tuple[Library, str]] = {}
    for module in view.model.modules.applications:
        for brought in view.model.dependencies.brought(module):
            if brought.row.permission == name and brought.row.comes_with(brought.library.version):
                seen.setdefault((brought.library.module_id, brought.library.place), (brought.library, brought.row.since))
    yield from sorted(seen.values(), key=lambda row: (row[0].coordinates, row[0].place))


def uses(view: View, name: str, modules: Iterable[Module] = ()) -> list[Evidence]:
    """What needs a permission or something it stands in for in these modules (none: in the project): one for each name and
    place."""
    among = tuple(modules) or view.model.modules.applications or view.model.modules.all
    found = [e for module in among for e in view.model.uses.needing(name, module)]
    by_place: defaultdict[Place, dict[str, Evidence]] = defaultdict(dict)
    for evidence in sorted(found, key=lambda e: -len(e.name)):  # of a library's names the longest
        by_place[evidence.place].setdefault(evidence.name if evidence.kind != "library" else "", evidence)
    return [evidence for _, names in sorted(by_place.items()) for _, evidence in sorted(names.items())]


def user(view: View, evidence: Evidence) -> Text:
    """One use: its name and place."""
    return same(f"{code(evidence.name)} {view.where(evidence.place)}")


def from_library(view: View, library: Library, since: str) -> Text:
    place = view.where(library.place)
    return fill(_SINCE if since else _LIBRARY, library=code(library.coordinates), since=since, place=place)


def _rows(label: Text, values: Iterable[Text]) -> Iterator[Row]:
    """Rows of Markdown, the first few of many."""
    every = list(values)
    for value in every[:_SHOWN]:
        yield Row(label, value)
    if len(every) > _SHOWN:
        yield Row(label, fill(_MORE, n=str(len(every) - _SHOWN)))
