"""Settings that match nothing in the project: a misspelt gate would otherwise be trusted and guard nothing."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

from askfirst.findings import Note
from askfirst.globs import Globs
from askfirst.model.flags import as_gate
from askfirst.model.model import Model
from askfirst.model.symbols import Symbols
from askfirst.settings import Settings
from askfirst.text import Text

_GATE = Text(
    "`consent.gates`: no function or property of this project is called `{name}`{near}; it guards nothing",
    "`consent.gates`：项目中没有名为 `{name}` 的函数或属性{near}；该项不起作用",
)
_REASON = Text(
    "`permissions.reasons`: no manifest of this project declares `{name}`{near}; the reason is for nothing",
    "`permissions.reasons`：项目的清单没有声明 `{name}`{near}；该理由不起作用",
)
_PATH = Text(
    "`per-path`: no file of this project matches `{name}`{near}; it quiets nothing",
    "`per-path`：项目中没有与 `{name}` 匹配的文件{near}；该项不起作用",
)
_NEAR = Text(" (did you mean `{near}`?)", "（是否指 `{near}`？）")


def unmatched(settings: Settings, model: Model) -> Iterator[Note]:
    """A note for each gate, reason and path of the settings that the project has nothing for."""
    if settings.gates:
        yield from _gates(settings, model.symbols)
    if settings.reasons:
        declared = {row.permission for row in model.manifests.declarations}
        for permission, _ in settings.reasons:
            if permission not in declared:
                yield _note(settings, _REASON, permission, declared)
    for quiet in settings.per_path:
        globs = Globs([quiet.glob])
        if not any(globs.covers(file.path) for file in model.project.files):
            yield _note(settings, _PATH, quiet.glob, ())


def _gates(settings: Settings, symbols: Symbols) -> Iterator[Note]:
    """A gate in a package that the project does not have is a library's, which cannot be looked up: it is left alone."""
    names = {as_gate(symbols.qualified(fn)) for fn in symbols.all_functions()}
    for f, unit in enumerate(symbols.units):
        held = (v for v, row in enumerate(unit.facts.variables) if row.kind in ("field", "top"))
        names.update(as_gate(symbols.qualified_variable((f, v))) for v in held)
    packages = tuple(f"{unit.facts.package}." for unit in symbols.units)
    for gate in settings.gates:
        short = gate.count(".") < 2  # "Door.open": the package was forgotten
        if gate not in names and (short or gate.startswith(packages)):
            yield _note(settings, _GATE, gate, names)


def _note(settings: Settings, text: Text, name: str, known: Collection[str]) -> Note:
    near = difflib.get_close_matches(name, sorted(k for k in known if "<" not in k), 1)
    words = (
        sentence.format(name=name, near=hint.format(near=near[0]) if near else "")
        for sentence, hint in zip(text, _NEAR, strict=True)
    )
    return Note(settings.path, -1, Text(*words), serious=False)
