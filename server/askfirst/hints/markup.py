"""Hovers in manifests: permissions, SDKs' switches, and components that start by themselves."""

from __future__ import annotations

from askfirst.facts.rows import Attribute, Element
from askfirst.hints.permission import permission
from askfirst.hints.shapes import About
from askfirst.hints.sheet import NOTHING, code, fill, items, labelled, sheet
from askfirst.hints.view import View
from askfirst.meanings import DATA, LINK, SOURCE, Row, of_switch, read_by, same, source
from askfirst.model.files import Unit
from askfirst.model.manifest import PERMISSIONS
from askfirst.text import Text

_SWITCH = Text("**{name}** switches {sdk}", "**{name}** 是{sdk}的开关")
_DEFAULT = Text("on unless the manifest says otherwise", "清单未设置时默认开启")
_DEFAULT_LABEL = Text("default", "默认")
_IS_OFF = Text("**off** here", "此处**已关闭**")
_IS_ON = Text("**on** here", "此处**未关闭**")
_UNREAD = Text("no library of {sdk} that reads it was found in this project", "未在本项目中发现读取它的{sdk}依赖")
_READ_BY = Text("read by {library} ({place})", "由 {library} 读取（{place}）")
_AUTO = Text("**{name}** starts {sdk} by itself, before Application.onCreate", "**{name}** 会自行启动{sdk}，早于 Application.onCreate")
_INFRASTRUCTURE = Text(
    "**{name}** runs before Application.onCreate and collects nothing", "**{name}** 先于 Application.onCreate 运行，不收集信息"
)
_TAKEN_OUT = Text("taken out of the merged manifest here", "此处已从合并清单中移除")


def in_markup(view: View, unit: Unit, offset: int) -> About | None:
    """What stands at an offset of a manifest (or another XML file)."""
    for element in unit.facts.elements:
        for attribute in element.attributes:
            span = view.span(unit, attribute.spot)
            if span.start <= offset < span.end:
                said = _attribute(view, element, attribute)
                return About(span, said) if said.en else None
    return None


def _attribute(view: View, element: Element, attribute: Attribute) -> Text:
    value, index = attribute.value.strip(), view.model.index
    if element.name in PERMISSIONS or element.name == "permission":
        return permission(view, value) if attribute.name == "android:name" else NOTHING
    own = {row.name: row.value.strip() for row in element.attributes}
    if element.name == "meta-data" and own.get("android:name") in index.switches:
        return _switch(view, own["android:name"], own.get("android:value", "")) if attribute.name in _OF_SWITCH else NOTHING
    if attribute.name == "android:name" and value in index.autos:
        return _auto(view, value, own.get("tools:node", ""))
    if attribute.name == "android:name" and value in index.infrastructure:
        return fill(_INFRASTRUCTURE, name=code(value))
    known = index.permission(value) if ".permission." in value or attribute.name.lower().endswith("permission") else None
    return permission(view, value) if known is not None and known.name == value else NOTHING


_OF_SWITCH = ("android:name", "android:value")


def _switch(view: View, name: str, value: str) -> Text:
    """A manifest switch: what it switches, which library reads it, and how it stands here."""
    index = view.model.index
    sdk, switch = index.switches[name]
    readers = [library for library in view.model.dependencies.shipping
               if sdk in view.model.dependencies.known(library) and switch.read_by(library.module_id)]  # fmt: skip
    told = [fill(_READ_BY, library=code(r.coordinates), place=view.where(r.place)) for r in dict.fromkeys(readers)]
    state = _IS_OFF if value == switch.off else _IS_ON
    return sheet(
        fill(_SWITCH, name=code(name), sdk=sdk.name), state if not value.startswith(("@", "$")) else NOTHING,
        labelled([Row(_DEFAULT_LABEL, _DEFAULT), *of_switch(switch), Row(LINK, same(sdk.url), sdk.url)]),
        items(told) if told else fill(_UNREAD, sdk=sdk.name),
    )  # fmt: skip


def _auto(view: View, name: str, node: str) -> Text:
    """A component through which an SDK starts."""
    sdk, auto = view.model.index.autos[name]
    rows = [Row(DATA, value) for value in read_by(sdk, view.model.index)] if auto.collects else []
    return sheet(
        fill(_AUTO, name=code(name), sdk=sdk.name), _TAKEN_OUT if node == "remove" else NOTHING,
        labelled([*rows, Row(LINK, same(sdk.url), sdk.url), Row(SOURCE, source(auto.source, auto.mark))]),
    )  # fmt: skip
