"""The consent state of one call in words: before consent and by which way, or after it and what makes it wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from askfirst.findings import Confidence, Step
from askfirst.hints.kept import Keeping, Kept, Writer
from askfirst.hints.sheet import NOTHING, code, fill, items, joined, listed, sheet
from askfirst.hints.shelter import Shelter, shelter
from askfirst.hints.view import View
from askfirst.meanings import same
from askfirst.model.collect import Site
from askfirst.model.consent import Exposure
from askfirst.model.reasons import why
from askfirst.model.requests import Request
from askfirst.model.symbols import Fn
from askfirst.model.worth import Worth
from askfirst.text import Text

_BEFORE = {
    Worth.NOTHING: Text("**Before consent**: can run on the first launch", "**同意之前**：首次启动即可能运行"),
    Worth.SET_BY_APP: Text(
        "**Before consent**: waits for `{flag}`, which the app sets itself", "**同意之前**：由 `{flag}` 控制，但应用会自行设置它"
    ),
    Worth.OPT_OUT: Text(
        "**Before consent**: runs until someone switches `{flag}` off", "**同意之前**：在用户关闭 `{flag}` 之前都会运行"
    ),
    Worth.UNKNOWN: Text(
        "**Perhaps before consent**: unknown whether `{flag}` is consent", "**可能在同意之前**：无法判断 `{flag}` 是否为同意"
    ),
}  # fmt: skip
_UNSURE = Text("a guess of low confidence, hidden in reports by default", "置信度低的推测，报告默认不显示")
_ALSO = Text("also from {entries}", "另一入口：{entries}")
_AFTER = Text("**Only after consent**:", "**仅在同意之后**：")
_BEHIND = Text("**Only after a person's act**, by what guards it:", "**仅在用户操作之后**，依据以下条件：")
_AGREES = frozenset({"consent", "collect", "platform", "settings"})  # kinds of guards that ask for an agreement
_ACT = Text("**Only after a person's act, or when the system calls it**: {functions}", "**仅在用户操作之后或由系统调用时**：{functions}")
_ACTS_TOO = Text("also after a person's act, or when the system calls it: {functions}", "此外，在用户操作之后或由系统调用时：{functions}")
_UNUSED = Text("**Not reached**: nothing in the project runs {functions}", "**不会运行**：项目中没有代码调用 {functions}")
_UNREACHED = Text("**Not before consent**: no way leads here from what runs by itself", "**不在同意之前**：自动运行的代码均不会到达此处")
_SWITCHED = Text("**Not before consent**: it is switched off on the way", "**不在同意之前**：途中已将其关闭")
_NEVER = Text("**Never**: the condition cannot be true in a build that ships", "**不会运行**：条件在发布版本中恒为假")
_GUARD = Text("guarded by {name} at {place}", "由 {name} 控制（{place}）")
_SET = Text("set to what {name} answers", "取决于 {name}")
_STORED = Text("stored in {key}", "保存于 {key}")
_WRITTEN = Text("written in {writer}", "在 {writer} 写入")
_CALLED = Text("called from {callers}", "由 {callers} 调用")
_SEMICOLON, _COMMA = Text("; ", "；"), Text(", ", "，")
_NOTED = Text(": {note}", "：{note}")
_SHOWN = 4  # functions named


def state(view: View, site: Site | Request) -> Text:
    """What is known of when a site runs, as Markdown."""
    consent = view.model.consent
    exposure = consent.exposure(site)
    runs = exposure is not None and (site.key in _started(view) or not _is_start(site))
    if exposure is not None and runs:
        return _exposed(view, exposure)
    return _sheltered(view, shelter(consent, site))


def _is_start(site: Site | Request) -> bool:
    return isinstance(site, Site) and site.role == "start" and site.sdk is not None and site.sdk.collects


def _started(view: View) -> set[tuple[int, int]]:
    """Starts that nothing switches off."""
    return {exposure.site.key for exposure in view.model.consent.starts}


def _exposed(view: View, exposure: Exposure) -> Text:
    flag = exposure.verdict.text.split(" ")[0]
    head = fill(_BEFORE[exposure.worth], flag=flag)
    unsure = _UNSURE if exposure.confidence == Confidence.LOW else NOTHING
    others = view.model.consent.reach.other_entries(exposure.site.fn)
    entries = [same(code(label)) for label in dict.fromkeys(entry.label for entry in others)]
    also = fill(_ALSO, entries=listed(entries[:_SHOWN])) if entries else NOTHING
    return sheet(joined([head, unsure], _SEMICOLON), way(view, exposure.steps), also)


def way(view: View, steps: Iterable[Step]) -> Text:
    """The hops of a way, numbered: each with its place, and why it runs or what a guard on it was worth."""
    hops = []
    for step in steps:
        hop = same(f"{code(step.name)} {view.where(step.place)}")
        hops.append(joined([hop, fill(_NOTED, note=step.note) if step.note.en else NOTHING], NOTHING))
    return items(hops, numbered=True)


def _sheltered(view: View, found: Shelter) -> Text:
    waits = _functions(view, found.waits)
    guards = list(_guards(view, found))
    if guards:
        head = _AFTER if all(kind in _AGREES for kind, _ in guards) else _BEHIND
        return sheet(head, items(text for _, text in guards), fill(_ACTS_TOO, functions=waits) if waits.en else NOTHING)
    if found.gates:
        return _NEVER
    if found.off:
        return _SWITCHED
    if waits.en:
        return fill(_ACT, functions=waits)
    return fill(_UNUSED, functions=_functions(view, found.unused)) if found.unused else _UNREACHED


def _guards(view: View, found: Shelter) -> Iterator[tuple[str, Text]]:
    """The kind of each guard, and what it asks, where its answer is kept and who writes it."""
    keeping = Keeping(view.model.flags)
    seen: set[tuple[str, str]] = set()
    for gate, place in found.gates:
        for kept in keeping.of(gate):
            if (kept.name, kept.key) not in seen:
                seen.add((kept.name, kept.key))
                yield kept.verdict.kind, _told(view, kept, fill(_GUARD, name=code(kept.name), place=view.where(place)))
    for f, e, truth in found.conditions:
        for kept in keeping.asked(f, e, truth):
            yield kept.verdict.kind, _told(view, kept, fill(_SET, name=code(kept.name)))


def _told(view: View, kept: Kept, head: Text) -> Text:
    stored = fill(_STORED, key=code(kept.key)) if kept.key else NOTHING
    reason = why(kept.verdict)
    head = Text(f"{head.en} {reason.en}".rstrip(), f"{head.zh}{reason.zh}")
    return joined([head, stored, *(_written(view, writer) for writer in kept.writers)], _COMMA)


def _written(view: View, writer: Writer) -> Text:
    own = fill(_WRITTEN, writer=f"{code(writer.name)} {view.where(writer.place)}")
    callers = [same(f"{code(name)} {view.where(place)}") for name, place in writer.callers]
    return joined([own, fill(_CALLED, callers=listed(callers)) if callers else NOTHING], _COMMA)


def _functions(view: View, fns: tuple[Fn, ...]) -> Text:
    symbols = view.model.symbols
    return listed(same(code(label)) for label in list(dict.fromkeys(symbols.label(fn) for fn in fns))[:_SHOWN])
