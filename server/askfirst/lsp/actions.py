"""Code actions: fixes, and the ways to say that something is right as it is. Runs on the worker's thread.

What is offered is a value without versions; `requests.py` makes the client's code action of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lsprotocol.types import Diagnostic, Position, Range, TextEdit

from askfirst.edits import together
from askfirst.findings import Edit, Finding, Fix
from askfirst.lsp import allowing, settings_file
from askfirst.lsp.diagnostics import diagnostic
from askfirst.lsp.engine import Engine
from askfirst.text import Text

QUICK_FIX = "quickfix"
FIX_ALL = "source.fixAll.askfirst"
REASONED = frozenset({"permissions/unused", "permissions/outlives-use", "permissions/needs-declaration"})  # a named reason mends them

REVIEW = Text("{title} (review what it changes)", "{title}（需检查）")
ALL_OF_RULE = Text("fix all `{rule}` in this file ({n})", "修复本文件中全部 `{rule}`（{n} 个）")
ALL = Text("make all safe fixes of Askfirst in this file ({n})", "应用本文件中先问的全部安全修复（{n} 个）")
ALLOW = Text("allow `{rule}` here, with a reason", "在此豁免 `{rule}`，并写明理由")
ALLOW_FILE = Text("leave `{rule}` out in this file, in {settings}", "在 {settings} 中对本文件停用 `{rule}`")
NAME_REASON = Text("name what `{permission}` is for, in {settings}", "在 {settings} 中写明 `{permission}` 的用途")
SHOW = Text("show the path", "查看调用路径")


class Changed(NamedTuple):
    """What is to become of one file."""

    path: str
    edits: tuple[TextEdit, ...]
    create: bool = False


class Offer(NamedTuple):
    """One code action. Without `changes` they are asked for later by `how`."""

    title: str
    kind: str
    how: dict[str, Any]
    diagnostics: tuple[Diagnostic, ...] = ()
    changes: tuple[Changed, ...] | None = None
    preferred: bool = False
    fingerprint: str = ""  # of the finding whose path is shown: a command, not an edit


Stale = Callable[[], bool]
_Found = list[tuple[Finding, int]]


def offers(engine: Engine, path: str, at: Range, only: Sequence[str], stale: Stale) -> list[Offer]:
    """What can be done about what is found at `at`; `only` are the kinds that are wanted, all when none is named."""
    report, found = engine.findings(path, stale)
    words = engine.words()
    here = [(f, n) for f, n in found if _overlap(words.ranges.of(report.regions[f.at]), at)]
    made: list[Offer] = []
    if _wanted(QUICK_FIX, only):
        for finding, n in here:
            shown = (diagnostic(finding, n, report, words),)
            made += (offer._replace(diagnostics=shown) for offer in _of(engine, finding, n, found))
        made = _told_apart(made)
    if _wanted(FIX_ALL, only) and (fixes := _safe(engine, path, found)):
        made.append(Offer(_title(ALL.of(engine.lang).format(n=len(fixes))), FIX_ALL, {"do": "all", "path": path}))
    return made


def resolve(engine: Engine, how: dict[str, Any], stale: Stale) -> tuple[Changed, ...]:
    """The changes of an offer that came without; none when what it mends is gone."""
    path, rule = str(how.get("path")), str(how.get("rule"))
    report, found = engine.findings(path, stale)
    if how.get("do") == "all":
        return _changed(engine, together(_safe(engine, path, found))[0])
    if how.get("do") == "rule":
        return _changed(engine, together(_of_rule(engine, path, rule, found))[0])
    chosen = next((f for f, n in found if (f.fingerprint, n) == (how.get("fingerprint"), how.get("n"))), None)
    if chosen is None:
        return ()
    if how.get("do") == "allow":
        edit = allowing.allow(path, engine.sheet(path).data, report.regions[chosen.at].start, chosen.rule, engine.lang)
        return _changed(engine, [edit] if edit is not None else [])
    if how.get("do") == "allow-file":
        return _settings(engine, lambda name, text: settings_file.allow(name, text, path, chosen.rule))
    reason = allowing.REASON.of(engine.lang)
    return _settings(engine, lambda name, text: settings_file.give_reason(name, text, chosen.target, reason))


def _of(engine: Engine, finding: Finding, n: int, found: _Found) -> Iterator[Offer]:
    """What can be done about one finding."""
    lang, path, rule = engine.lang, finding.at.path, finding.rule
    ways = [mended.fix for mended in engine.fixes(finding)]
    first = next((fix for fix in ways if fix.safe), None)
    for fix in ways:
        said = fix.title.of(lang) if fix.safe else REVIEW.of(lang).format(title=fix.title.of(lang))
        how, changes = {"target": finding.target}, _changed(engine, fix.edits)
        yield Offer(_title(said), QUICK_FIX, how, changes=changes, preferred=fix is first)
    same = _of_rule(engine, path, rule, found) if ways else []
    title = _title(ALL_OF_RULE.of(lang).format(rule=rule, n=len(same)))
    if len(same) > 1:
        yield Offer(title, QUICK_FIX, {"do": "rule", "path": path, "rule": rule})
    this = {"path": path, "fingerprint": finding.fingerprint, "n": n}
    title = _title(ALLOW.of(lang).format(rule=rule))
    if path.endswith(tuple(allowing.COMMENTS)):
        yield Offer(title, QUICK_FIX, {"do": "allow", **this})
    settings = engine.config.name
    title = _title(ALLOW_FILE.of(lang).format(rule=rule, settings=settings))
    if engine.may_edit_settings:
        yield Offer(title, QUICK_FIX, {"do": "allow-file", **this})
    if rule in REASONED and engine.may_edit_settings:
        name = finding.target.rpartition(".")[2]
        title = _title(NAME_REASON.of(lang).format(permission=name, settings=settings))
        yield Offer(title, QUICK_FIX, {"do": "reason", **this})
    if finding.steps and engine.client.shows_path:
        yield Offer(_title(SHOW.of(lang)), QUICK_FIX, {"target": finding.target}, fingerprint=finding.fingerprint)


def _told_apart(offers: list[Offer]) -> list[Offer]:
    """Of several findings at one place: the same thing once, different things by different names."""
    kept: list[Offer] = []
    for offer in offers:
        this = (offer.title, offer.changes, offer.fingerprint)
        if all(this != (old.title, old.changes, old.fingerprint) for old in kept):
            kept.append(offer)
    titles = Counter(offer.title for offer in kept)
    return [
        offer._replace(title=f"{offer.title} [{offer.how['target']}]") if titles[offer.title] > 1 else offer
        for offer in kept
    ]


def _safe(engine: Engine, path: str, found: _Found) -> list[Fix]:
    """The safe fixes of a file's findings that change this file only."""
    ways = (next((m.fix for m in engine.fixes(finding) if m.fix.safe), None) for finding, _ in found)
    return [fix for fix in ways if fix is not None and all(edit.span.path == path for edit in fix.edits)]


def _of_rule(engine: Engine, path: str, rule: str, found: _Found) -> list[Fix]:
    """The first fix of each finding of one rule."""
    ways = (engine.fixes(finding) for finding, _ in found if finding.rule == rule)
    return [way[0].fix for way in ways if way]


def _changed(engine: Engine, edits: Iterable[Edit]) -> tuple[Changed, ...]:
    """Edits by file, in order of place; what is put in stands before what is replaced at the same place."""
    files: dict[str, list[Edit]] = {}
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end > e.span.start)):
        files.setdefault(edit.span.path, []).append(edit)
    return tuple(
        Changed(path, tuple(TextEdit(engine.sheet(path).range(e.span.start, e.span.end), e.text) for e in group))
        for path, group in files.items()
    )


def _settings(engine: Engine, edit: Callable[[str, str], Edit | None]) -> tuple[Changed, ...]:
    """An edit of the settings file, which is made when it is not there."""
    path, sheet = engine.settings_sheet()
    if sheet is None:
        made = edit(path, "")
        nowhere = Range(Position(0, 0), Position(0, 0))
        return (Changed(path, (TextEdit(nowhere, made.text),), create=True),) if made is not None else ()
    first = sheet.starts[0]
    made = edit(path, sheet.data[first:].decode("utf-8", "replace"))
    if made is None:
        return ()
    return (Changed(path, (TextEdit(sheet.range(made.span.start + first, made.span.end + first), made.text),)),)


def _wanted(kind: str, only: Sequence[str]) -> bool:
    return not only or any(kind == wanted or kind.startswith(f"{wanted}.") for wanted in only)


def _overlap(a: Range, b: Range) -> bool:
    """Whether two ranges share a place; touching counts, as for a cursor."""
    return _key(a.start) <= _key(b.end) and _key(b.start) <= _key(a.end)


def _key(position: Position) -> tuple[int, int]:
    return position.line, position.character


def _title(said: str) -> str:
    return said[:1].upper() + said[1:]
