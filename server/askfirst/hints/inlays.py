"""Short notes behind dependencies and permissions: what is read, who uses it."""

from __future__ import annotations

from collections.abc import Iterator

from askfirst.hints.library import about_library, declarations
from askfirst.hints.permission import permission, uses
from askfirst.hints.shapes import Inlay
from askfirst.hints.sheet import NOTHING, fill, listed
from askfirst.hints.view import View
from askfirst.meanings import read_by
from askfirst.model.files import Unit
from askfirst.text import Span, Text

_READS = Text("reads {data}", "读取{data}")
_READS_MORE = Text("reads {data} and {n} more", "读取{data}等 {n} 类信息")
_RETIRED = Text("retired", "已停用")
_USED = Text("used in {n} places", "{n} 处使用")
_USED_ONCE = Text("used in 1 place", "1 处使用")
_UNUSED = Text("not used", "未使用")
_REASON = Text("has a reason", "已说明理由")
_SHOWN = 3  # kinds of data named


def inlays(view: View, unit: Unit) -> tuple[Inlay, ...]:
    """The notes of a file, in its order."""
    return tuple(sorted(_of_permissions(view, unit) if unit.language == "xml" else _of_libraries(view, unit)))


def _of_libraries(view: View, unit: Unit) -> Iterator[Inlay]:
    """What an SDK reads, behind its dependency line."""
    for span, library in declarations(view, unit):
        sdks = view.model.dependencies.known(library) if library.ships else ()
        data = [name for sdk in sdks if sdk.collects for name in dict.fromkeys(read_by(sdk, view.model.index))]
        notes = [_RETIRED] if any(sdk.retired.en for sdk in sdks) else []
        if data:
            rest, shown = len(data) - _SHOWN, listed(data[:_SHOWN])
            # Chinese counts all of them
            more = Text(str(rest), str(len(data)))
            notes.insert(0, fill(_READS_MORE, data=shown, n=more) if rest > 0 else fill(_READS, data=shown))
        if notes:
            tooltip, end = about_library(view, library), _line_end(view, span)
            yield Inlay(Span(unit.path, end, end), listed(notes), tooltip if tooltip is not None else NOTHING)


def _line_end(view: View, span: Span) -> int:
    """Where the line on which a declaration ends has its last words."""
    data = view.places.data(span.path)
    end = data.find(b"\n", span.end)
    return max(span.end, len(data[: end if end >= 0 else len(data)].rstrip()))


def _of_permissions(view: View, unit: Unit) -> Iterator[Inlay]:
    """Who uses a permission, behind its declaration. Where nothing is known of uses, nothing is said."""
    reasons = dict(view.model.settings.reasons)
    for row in view.model.manifests.declarations:
        if row.place.path != unit.path or row.takes_out:
            continue
        known = view.model.index.permission(row.permission)
        places = {evidence.place for evidence in uses(view, row.permission)}
        label = NOTHING
        if places:
            label = _USED_ONCE if len(places) == 1 else fill(_USED, n=str(len(places)))
        elif known is not None and known.name == row.permission and (known.personal or known.withheld):
            label = _REASON if row.permission in reasons else _UNUSED
        if label.en:
            end = view.places.span(row.tag).end
            yield Inlay(Span(unit.path, end, end), label, permission(view, row.permission))
