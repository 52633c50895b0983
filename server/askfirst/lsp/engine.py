"""One folder's engine: a workspace with its settings, as the editor sees it. Only the folder's worker thread may use it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import attrs
from lsprotocol.types import Diagnostic, DiagnosticSeverity

from askfirst import knowledge
from askfirst.arguments import UsageError
from askfirst.caching import behind_cache
from askfirst.catalogue import rule_texts
from askfirst.findings import Finding, Mended, Report, Severity
from askfirst.lsp.diagnostics import Items, Words, broken, diagnostics, numbered
from askfirst.lsp.differences import difference, moved
from askfirst.lsp.options import Client, Options, language
from askfirst.lsp.positions import Ranges, Sheet, sheet
from askfirst.lsp.uris import below, to_uri
from askfirst.pool import Pool
from askfirst.recall import recalled, remember
from askfirst.report.words import Rules
from askfirst.rules import RULES, themes
from askfirst.settings import FILE_NAME, Settings, SettingsError, load_settings
from askfirst.workspace import LOCAL, Progress, Workspace

if TYPE_CHECKING:
    from askfirst.cache import CachedReader

ENOUGH = 500  # paths: when more have changed, everything is looked at

Cancelled = Callable[[], bool]


class Changes(NamedTuple):
    """What happened since the engine was last asked."""

    put: dict[str, bytes | None]  # what the editor has in a file; None: the disk counts again
    touched: frozenset[str] | None  # what changed on disk; None: anything
    settings: bool  # the settings are to be read again
    options: Options | None  # what the client wants, when it changed


class Checked(NamedTuple):
    """What a check of the project came to."""

    items: Items
    counts: Counter[Severity]
    files: int
    problems: tuple[str, ...]  # what is wrong with the check itself and belongs to no file


class Engine:
    """Owns the workspace. What is given a `cancelled` may raise workspace.Cancelled."""

    def __init__(self, root: Path, uri: str, client: Client, options: Options, lang: str, encoding: str) -> None:
        self.root, self.uri, self.client, self.options, self._lang = root, uri, client, options, lang
        self.encoding = encoding
        self.settings = Settings()
        self.problem: SettingsError | None = None  # with the settings as they are now; the last good ones stay in force
        self.buffers: dict[str, bytes] = {}
        self.pool = Pool()
        self.cache = _cache(root, self.pool)
        self._read_settings()
        self.workspace = self._opened()
        self._report: Report | None = None  # of the project, as it stands now
        self._last: Report | None = None  # of the project, as it was last checked
        self._items: Items = {}  # of that report
        self._then: dict[str, bytes] = {}  # files as they were then, where they were edited since

    @property
    def lang(self) -> str:
        return language(self.options, self.client, self.settings.lang, self._lang)

    @property
    def config(self) -> Path:
        """The settings file, whether it is there or not."""
        return self.root / (self.options.config or FILE_NAME)

    def address(self, path: str) -> str:
        """The address of a path as reports name it."""
        return to_uri(path) if os.path.isabs(path) else below(self.uri, path)

    def apply(self, changes: Changes) -> None:
        """Take in what happened."""
        self._report = None
        if changes.options is not None:
            self.options = changes.options
        if changes.settings or changes.options is not None:
            self._configure()
        for path, data in changes.put.items():
            self.workspace.put(path, data)
            if data is None:
                self.buffers.pop(path, None)
            else:
                self.buffers[path] = data
        if changes.touched is None or len(changes.touched) > ENOUGH:
            self.workspace.touch(None)
        elif changes.touched:
            self.workspace.touch(sorted(changes.touched))

    def own(self, path: str) -> Items:
        """What one file is to show, at once: what can be told of it alone is new, the rest as it was. Nothing when nothing can."""
        if self._report is not None:
            return {path: self._items.get(path, [])}
        if self._last is None:
            return {}
        if path not in self._then:
            self._then[path] = self.workspace.raw(path)
        report = self.workspace.own(path, self.options.confidence)
        if report is None:
            return {}
        found = [item for item in diagnostics(report, self.words()).get(path, []) if item.code]
        return {path: found + self._kept(path)}

    def whole(self, progress: Progress | None, cancelled: Cancelled) -> Checked:
        """What every file is to show."""
        report = self.report(progress, cancelled)
        items = self._items
        if self.problem is not None:
            items = items | {self.problem.path: [*items.get(self.problem.path, ()), broken(self.problem, self.lang)]}
        if self.cache is not None and not self.buffers:
            remember(self.workspace, self.cache, report, self.options.confidence)
            self.cache.close()
        return self._checked(report, items)

    def _checked(self, report: Report, items: Items) -> Checked:
        problems = tuple(note.text.of(self.lang) for note in report.notes if not note.path)
        return Checked(items, Counter(f.severity for f in report.findings), report.files, problems)

    def early(self, progress: Progress | None, cancelled: Cancelled) -> Checked | None:
        """What every file is to show, before the first check: where nothing has changed since an earlier one."""
        if self._last is not None or self.cache is None or self.buffers or self.problem is not None:
            return None
        report = recalled(self.workspace, self.cache, self.options.confidence, progress=progress, cancelled=cancelled)
        return self._checked(report, diagnostics(report, self.words())) if report is not None else None

    def report(self, progress: Progress | None, cancelled: Cancelled) -> Report:
        """The report of the project as it stands."""
        if self._report is None:
            minimum = self.options.confidence
            self._report = self._last = self.workspace.check(minimum=minimum, progress=progress, cancelled=cancelled)
            self._items, self._then = diagnostics(self._report, self.words()), {}
            self._rest()
        return self._report

    def findings(self, path: str, cancelled: Cancelled) -> tuple[Report, list[tuple[Finding, int]]]:
        """The findings of one file, numbered as its diagnostics are."""
        report = self.report(None, cancelled)
        return report, [(finding, n) for finding, n in numbered(report) if finding.at.path == path]

    def find(self, fingerprint: str) -> tuple[Report, Finding] | None:
        """A finding of the last report by its fingerprint."""
        found = (finding for finding in self._last.findings if finding.fingerprint == fingerprint) if self._last else iter(())
        finding = next(found, None)
        return (self._last, finding) if self._last is not None and finding is not None else None

    @property
    def last(self) -> Report | None:
        """The last report of the project."""
        return self._last

    def fixes(self, finding: Finding) -> tuple[Mended, ...]:
        return self.workspace.fixes(finding)

    def rules(self) -> Rules:
        """The rules in words."""
        return _texts(self.settings.markets)

    def words(self) -> Words:
        ranges = Ranges(self.encoding, self.workspace.raw, self.buffers)
        return Words(self.rules(), self.lang, ranges, self.address, self.client)

    def sheet(self, path: str) -> Sheet:
        """A file as it was last checked."""
        return sheet(self.workspace.raw(path), self.encoding)

    @property
    def may_edit_settings(self) -> bool:
        """Whether there is a settings file in the project, or the client can make one."""
        return not os.path.isabs(self.options.config) and (self.client.creates or self.config.is_file())

    def settings_sheet(self) -> tuple[str, Sheet | None]:
        """The settings file as the editor has it, else as it is on disk; None when there is none."""
        path = self.options.config or FILE_NAME
        try:
            return path, sheet(self.buffers[path] if path in self.buffers else self.config.read_bytes(), self.encoding)
        except OSError:
            return path, None

    def is_settings(self, path: str) -> bool:
        return path == (self.options.config or FILE_NAME)

    def close(self) -> None:
        self._rest()

    def _kept(self, path: str) -> list[Diagnostic]:
        """What the last check of the project found in a file and `Workspace.own` does not speak of, where it stands now."""
        old, new = sheet(self._then[path], self.encoding), self.sheet(path)
        change = difference(old.data, new.data)
        kept = [i for i in self._items.get(path, ()) if i.code not in LOCAL or i.severity == DiagnosticSeverity.Information]
        return [attrs.evolve(item, range=moved(item.range, old, new, change)) for item in kept]

    def _opened(self) -> Workspace:
        return Workspace(self.root, self.settings, self.cache or self.pool, live=True)

    def _rest(self) -> None:
        """Until the next big lot of files, which may never come: no worker waits for it, and what was read is kept for next time."""
        self.pool.close()
        if self.cache is not None:
            self.cache.close()

    def _configure(self) -> None:
        """Read the settings; those that cannot be used leave the last ones in force."""
        before = self.settings
        self._read_settings()
        if self.settings != before:
            self.workspace = self._opened()
            for path, data in self.buffers.items():
                self.workspace.put(path, data)

    def _read_settings(self) -> None:
        config = self.config if self.options.config else None
        try:
            self.settings = load_settings(self.root, config, tuple(RULES), themes(), knowledge.load().categories)
            self.problem = None
        except SettingsError as error:
            self.problem = error


def _cache(root: Path, pool: Pool) -> CachedReader | None:
    """The pool behind the user's cache, if there is to be one."""
    try:
        return behind_cache(root, pool)
    except UsageError:  # a size that is none: the command line says so
        return None


@cache
def _texts(markets: tuple[str, ...]) -> Rules:
    return rule_texts(markets)
