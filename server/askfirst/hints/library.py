"""Hovers on the declaration of a library: which SDK it is, what it reads, what it brings, how it is told of consent."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from askfirst import meanings
from askfirst.findings import Place
from askfirst.hints.shapes import About
from askfirst.hints.sheet import code, fill, labelled, listed, sheet
from askfirst.hints.view import View
from askfirst.knowledge.types import Brings, Sdk, short
from askfirst.meanings import Row, cited, read_by, same, source
from askfirst.model.dependencies import Library
from askfirst.model.files import Unit
from askfirst.text import Span, Text

_TITLE = Text("**{library}** belongs to {sdk}", "**{library}** 属于{sdk}")
_PLAIN = Text("**{library}** is no SDK that collects, as far as is known", "**{library}** 据已知资料不是收集信息的 SDK")
_QUIET = Text("collects nothing by itself", "自身不收集信息")
_COLLECTS = Text("collects", "收集信息")
_REQUIRED = Text("{call}, which the vendor requires", "{call}（厂商要求）")
_NOT_HERE = Text("{name}, not in this version", "{name}（此版本没有）")
_RISKY = Text("carries more", "含更多内容")
_REPORTED = Text("reported", "曾被通报")
_RUNS = Text("runs in", "随之发布")
_IS_FOR = Text("is for", "用途所需权限")
_NOT_SHIPPED = Text("does not ship: tests, debug builds or the build itself", "不随应用发布：用于测试、调试或构建本身")
_CALLS = 6  # calls named


def in_build(view: View, unit: Unit, offset: int) -> About | None:
    """What stands at an offset of a build script, a version catalog or a list of packages."""
    for span, library in declarations(view, unit):
        if span.start <= offset < span.end and (said := about_library(view, library)) is not None:
            return About(span, said)
    return None


def declarations(view: View, unit: Unit) -> list[tuple[Span, Library]]:
    """The libraries that a file declares, each once, in the order of the file; in a catalog also those that nothing uses."""
    found: dict[Span, Library] = {}
    for library in view.model.dependencies.libraries:
        for place in (library.place, library.catalog):
            if place is not None and place.path == unit.path:
                found.setdefault(view.span(unit, place.spot), library)
    for entry in unit.facts.entries if unit.language == "catalog" else ():
        fields = dict(entry.fields)
        module = entry.value or fields.get("module") or f"{fields.get('group', '')}:{fields.get('name', '')}"
        group, _, rest = module.partition(":")
        if entry.key.startswith("libraries.") and rest:
            name, _, version = rest.partition(":")
            place = Place(unit.path, entry.spot)
            unused = Library(group, name, version or fields.get("version", ""), "", "", "", True, place, place)
            found.setdefault(view.span(unit, entry.spot), unused)
    return sorted(found.items())


def about_library(view: View, library: Library) -> Text | None:
    """What is known of a library, as Markdown; None when nothing is."""
    sdks = view.model.dependencies.known(library)
    if sdks:
        return sheet(*(part for sdk in sdks for part in _of_sdk(view, sdk, library)))
    artifacts = view.model.dependencies.artifacts(library)
    if not artifacts:
        return None
    rows = [Row(meanings.BRINGS, same(name)) for a in artifacts for name in _brought(library, (*a.brings, *a.implied))]
    rows += [Row(_IS_FOR, same(code(short(name)))) for a in artifacts for name in a.uses]
    rows += [Row(meanings.SOURCE, source(a.source, a.mark)) for a in artifacts]
    return sheet(fill(_PLAIN, library=code(library.coordinates)), labelled(rows))


def _of_sdk(view: View, sdk: Sdk, library: Library) -> Iterator[Text]:
    yield fill(_TITLE, library=code(library.coordinates), sdk=sdk.name)
    if not library.ships:
        yield _NOT_SHIPPED
    yield labelled(_rows(view, sdk, library))


def _rows(view: View, sdk: Sdk, library: Library) -> Iterator[Row]:
    yield Row(meanings.VENDOR, sdk.vendor)
    yield Row(meanings.KIND, same(sdk.kind))
    yield Row(_COLLECTS, meanings.YES if sdk.collects else _QUIET)
    yield Row(meanings.DATA, listed(read_by(sdk, view.model.index)))
    yield Row(meanings.ABROAD, meanings.YES if sdk.abroad else meanings.NO)
    yield Row(meanings.RETIRED, sdk.retired)
    for glob, why in sdk.risky:
        if fnmatchcase(library.module_id, glob):
            yield Row(_RISKY, why)
    for _, notice, said in sdk.reported:
        row = cited(notice, view.model.index)
        yield Row(_REPORTED, Text(f"{said.en} ({notice})", f"{said.zh}（{notice}）"), row.url)
    for start in sdk.starts[:_CALLS]:
        yield Row(meanings.STARTS, same(code(start.call)))
    for start in sdk.safe[:_CALLS]:
        yield Row(meanings.SAFE, same(code(start.call)))
    wanted = sdk.wants_consent(library.module_id, library.version)
    for start in sdk.consents[:_CALLS]:
        yield Row(meanings.CONSENTS, fill(_REQUIRED, call=code(start.call)) if wanted else same(code(start.call)))
    for switch in sdk.switches:
        if switch.read_by(library.module_id):
            yield Row(meanings.SWITCHES, same(code(f'{switch.name}="{switch.off}"')))
    for auto in sdk.auto:
        if auto.comes_with(library.module_id, library.version):
            yield Row(meanings.AUTO, same(code(auto.name)))
    for name in _brought(library, sdk.permissions):
        yield Row(meanings.BRINGS, same(name))
    yield Row(meanings.LINK, same(sdk.url), sdk.url)
    yield Row(meanings.SOURCE, source(sdk.source, sdk.mark))


def _brought(library: Library, rows: tuple[Brings, ...]) -> list[str]:
    """The permissions that this version brings."""
    return list(dict.fromkeys(code(short(row.permission)) for row in rows if row.comes_with(library.version)))
