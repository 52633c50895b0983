"""One open folder, as the editor's side sees it: what is shown of it, what waits for an answer, and its state.

Lives on the loop's thread; the engine lives on the worker's. What a worker says of an older revision is dropped here.
"""

from __future__ import annotations

import asyncio
import os
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pygls.exceptions import JsonRpcContentModified

from askfirst import __version__
from askfirst.findings import Severity
from askfirst.lsp.diagnostics import Items
from askfirst.lsp.engine import Changes, Checked, Engine
from askfirst.lsp.options import Options, language
from askfirst.lsp.progress import EVERY, Bar
from askfirst.lsp.shown import Board, Shown, Waiting
from askfirst.lsp.uris import below, to_uri
from askfirst.lsp.worker import QUIET, Job, Worker
from askfirst.settings import FILE_NAME
from askfirst.text import Text
from askfirst.workspace import Cancelled

if TYPE_CHECKING:
    from askfirst.lsp.documents import Document
    from askfirst.lsp.server import Server

T = TypeVar("T")
STATUS = "askfirst/status"
FAILED = Text("the check failed: {why}; the next change tries again", "检查失败：{why}；下次修改后会重试")
GIVEN_UP = Text(
    "cancelled; the project is checked when a file is saved or the command is given", "已取消；保存文件或执行检查命令后会重新检查"
)


class Session:
    """A folder with its worker."""

    def __init__(self, server: Server, root: str, uri: str, options: Options, loose: bool) -> None:
        """`loose`: nobody opened the folder, only a file in it."""
        self.server, self.root, self.uri, self.options, self.loose = server, root, uri, options, loose
        self.loop = asyncio.get_running_loop()
        self.board = Board(self)
        self._put: set[str] = set()  # what the engine has from the editor
        self._fresh: dict[str, int] = {}  # the revision of what a file shows
        self._whole = -1  # the revision of what the project shows
        self._waiting = Waiting()
        self._counts: Counter[Severity] = Counter()
        self._files = 0
        self._stopped = self._broke = self._gone = False  # the person cancelled; the last check failed; the folder was closed
        self._bar: Bar | None = None
        self._first = True
        self._next_move = 0.0
        self._begin_bar()
        client, lang, encoding = server.client, server.lang, server.documents.encoding
        self.worker = Worker(
            lambda: Engine(Path(root), uri, client, options, lang, encoding), self, Path(root).name
        )  # fmt: skip

    @property
    def lang(self) -> str:
        """What is spoken where no settings are at hand."""
        return language(self.options, self.server.client, "", self.server.lang)

    def relative(self, path: str) -> str | None:
        """An absolute path as the project names it; None for one outside."""
        with suppress(ValueError):
            if os.path.commonpath((self.root, path)) == self.root:
                return Path(os.path.relpath(path, self.root)).as_posix()
        return None

    def absolute(self, path: str) -> str:
        return os.path.join(self.root, path)

    def address(self, path: str) -> str:
        """The address of a file, as the client spells it where it has the file open."""
        document = self.server.documents.at(self.absolute(path))
        if document is not None:
            return document.uri
        return to_uri(path) if os.path.isabs(path) else below(self.uri, path)

    # what happens

    def put(self, document: Document, edited: bool) -> None:
        """A file was opened or edited. One that was opened as it is on disk changes nothing."""
        path = self.relative(document.path)
        if path is None:
            return
        mine = self.server.folders.owner(document.path) is self
        if edited or not _is_on_disk(document):
            self._put.add(path)
            seen = mine and not self.server.client.pull
            self._changed(Changes({path: document.data}, frozenset(), False, None), path if seen else None)
        elif mine and not self.server.client.pull:
            self.worker.view(path)

    def closed(self, document: Document) -> None:
        """A file was closed: the disk counts again."""
        path = self.relative(document.path)
        if path is not None:
            if path in self._put:
                self._put.remove(path)
                self._changed(Changes({path: None}, frozenset(), False, None))
            self.board.again(path)

    def saved(self, path: str) -> None:
        """A file was saved. Clients that do not watch files tell of changes on disk only by this."""
        path = self.relative(path) or ""
        if self._is_settings(path):
            self._changed(Changes({}, frozenset({path}), True, None), quiet=0.0)
        elif not self.server.client.watches:
            self._changed(Changes({}, None, True, None))
        elif self._stopped:
            self.check()

    def touched(self, paths: Iterable[str]) -> None:
        """Files or folders were made, changed or taken away on disk."""
        touched = frozenset(paths)
        if touched:
            self._changed(Changes({}, touched, any(map(self._is_settings, touched)), None))

    def configure(self, options: Options) -> None:
        if options != self.options:
            self.options = options
            self._changed(Changes({}, frozenset(), False, options), quiet=0.0)

    def check(self) -> None:
        """Check everything anew."""
        self._stopped = False
        self._changed(Changes({}, None, True, None), quiet=0.0)
        self.worker.project()

    def stop(self, token: object) -> None:
        """The person cancelled a bar."""
        if self._bar is not None and self._bar.token == token:
            self._stopped = True
            self.worker.stop()
            self._over(GIVEN_UP.of(self.lang), "ready")

    def close(self) -> None:
        """Take back what is shown and end the worker, which may take a moment."""
        self._gone = True
        self.worker.close()
        self.board.clear()
        self._waiting.answer_all()
        self._end_bar()

    # what is asked

    async def file(self, path: str) -> Shown:
        """What a file shows at the newest revision."""
        while self._fresh.get(path) != self.worker.revision != self._whole and self._checks:
            self.worker.view(path)
            await self._waiting.wait(path)
        return self.board.files.get(path) or Shown([], "", self.address(path), None)

    async def project(self) -> dict[str, Shown]:
        """What all files show at the newest revision."""
        while self._whole != self.worker.revision and self._checks:
            await self._waiting.wait(None)
        return self.board.files

    async def ask(self, run: Callable[[Engine, Callable[[], bool]], T]) -> T:
        """Run something on the engine. Raises JsonRpcContentModified when a change overtakes it."""
        future: asyncio.Future[tuple[T, Callable[[], bool]]] = self.loop.create_future()

        def settle(result: tuple[T, Callable[[], bool]], error: BaseException | None) -> None:
            if future.done():
                return
            if isinstance(error, Cancelled):
                future.set_exception(JsonRpcContentModified())
            elif error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)

        def guarded(engine: Engine, stale: Callable[[], bool]) -> tuple[T, Callable[[], bool]]:
            if future.cancelled():
                raise Cancelled
            return run(engine, stale), stale

        self.worker.ask(Job(guarded, lambda result, error: self._post(settle, result, error)))
        result, stale = await future
        if stale():  # since, while the answer was on its way to this thread
            raise JsonRpcContentModified
        return result

    # what the worker says, on its thread

    def started(self, revision: int) -> None:
        self._post(self._start)

    def moved(self, stage: str, done: int, of: int) -> None:
        now = time.monotonic()
        if self._bar is not None and now >= self._next_move:
            self._next_move = now + EVERY
            self._post(self._move, stage, done, of)

    def own(self, revision: int, items: Items) -> None:
        self._post(self._own, revision, items)

    def early(self, revision: int, checked: Checked) -> None:
        self._post(self._known, revision, checked)

    def whole(self, revision: int, checked: Checked) -> None:
        self._post(self._project, revision, checked)

    def failed(self, error: BaseException) -> None:
        why = f"{type(error).__name__}: {error}"
        self._post(self.server.log, "".join(traceback.format_exception(error)))
        self._post(self._fail, FAILED.of(self.lang).format(why=why))

    # on the loop

    def _post(self, call: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(call, *arguments)

    def _start(self) -> None:
        if not self._stopped and not self._gone:
            self._say("indexing" if self._first else "checking")

    def _own(self, revision: int, items: Items) -> None:
        if revision == self.worker.revision and not self._gone:
            for path, found in items.items():
                self.board.show(path, found)
                self._fresh[path] = revision
                self._waiting.answer(path)

    def _known(self, revision: int, checked: Checked) -> None:
        """What an earlier run found, where nothing has changed since; the model is still to be made."""
        if revision == self.worker.revision and not self._stopped and not self._gone:
            self._take(revision, checked)
            self._say("indexing")

    def _project(self, revision: int, checked: Checked) -> None:
        if revision != self.worker.revision or self._stopped or self._gone:
            return
        self._first = False
        self._take(revision, checked)
        self._end_bar()
        for problem in checked.problems:
            self.server.log(problem)
        self._say("ready", " ".join(checked.problems))

    def _take(self, revision: int, checked: Checked) -> None:
        opened = [path for document in self.server.documents if (path := self.relative(document.path)) is not None]
        paths = dict.fromkeys([*checked.items, *self.board.files, *opened])
        changed = [self.board.show(path, checked.items.get(path, [])) for path in paths]
        self._whole, self._counts, self._files = revision, checked.counts, checked.files
        self._waiting.answer_all()
        if any(changed):
            self.server.refresh()

    def _fail(self, message: str) -> None:
        self._broke = True
        self._over(message, "failed")

    def _over(self, message: str, state: str) -> None:
        """A check came to nothing."""
        self._end_bar()
        if not self._gone:
            self._say(state, message)
        self._waiting.answer_all()

    def _changed(self, changes: Changes, file: str | None = None, quiet: float = QUIET) -> None:
        self._broke = False
        self.worker.change(changes, file, quiet)

    @property
    def _checks(self) -> bool:
        """Whether a check is to be expected."""
        return not (self._broke or self._stopped or self._gone)

    def _is_settings(self, path: str) -> bool:
        return path == (self.options.config or FILE_NAME)

    def _begin_bar(self) -> None:
        if self.server.client.progress:
            self._bar = Bar(self.server, self.lang)
            self.server.later(self._bar.begin(Path(self.root).name))

    def _move(self, stage: str, done: int, of: int) -> None:
        if self._bar is not None:
            self._bar.move(stage, done, of)

    def _end_bar(self) -> None:
        if self._bar is not None:
            self._bar.end()
            self._bar = None

    def _say(self, state: str, message: str = "") -> None:
        """Tell the client how it stands."""
        counts = {name: self._counts[severity] for name, severity in _COUNTED.items()}
        self.server.protocol.notify(
            STATUS,
            {"folder": self.uri, "state": state, **counts, "files": self._files, "message": message, "version": __version__},
        )  # fmt: skip


_COUNTED = {"errors": Severity.ERROR, "warnings": Severity.WARNING, "notes": Severity.NOTE}


def _is_on_disk(document: Document) -> bool:
    try:
        return Path(document.path).read_bytes() == document.data
    except OSError:
        return False
