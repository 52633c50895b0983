"""The one thread of a folder. What is asked of it waits in a box: changes are taken in first, then requests are answered,
then the files in view are checked, then the project after a short quiet. The newest revision wins."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from askfirst.lsp.diagnostics import Items
from askfirst.lsp.engine import Changes, Checked, Engine
from askfirst.workspace import Cancelled

QUIET = 0.3  # seconds without a change before the whole project is checked
_NOTHING = Changes({}, frozenset(), settings=False, options=None)
STACK = 64 << 20  # bytes: parsers are recursive, and some systems give threads little


class Job(NamedTuple):
    """A request: what to do with the engine, and who hears the answer."""

    run: Callable[[Engine, Callable[[], bool]], Any]
    answer: Callable[[Any, BaseException | None], None]


class Listener(Protocol):
    """Who hears of results, on the worker's thread. `revision` is the one that a result is of."""

    def started(self, revision: int) -> None: ...
    def moved(self, stage: str, done: int, of: int) -> None: ...
    def own(self, revision: int, items: Items) -> None: ...
    def whole(self, revision: int, checked: Checked) -> None: ...
    def early(self, revision: int, checked: Checked) -> None: ...
    def failed(self, error: BaseException) -> None: ...


class Worker:
    """The box and the thread. All public methods are for other threads and return at once."""

    def __init__(self, make: Callable[[], Engine], listener: Listener, name: str) -> None:
        """`make` makes the engine, on the worker's thread."""
        self._make, self._listener = make, listener
        self._ready = threading.Condition()
        self.revision = 0
        self._changes = _NOTHING
        self._jobs: deque[Job] = deque()
        self._files: dict[str, None] = {}  # to be checked on their own, the last one first
        self._due: float | None = 0.0  # when the project is to be checked
        self._closed = self._stopped = False
        self._owned = -1  # the revision at which a file was last checked on its own
        previous = threading.stack_size(STACK)
        self._thread = threading.Thread(target=self._work, name=f"engine {name}", daemon=True)
        self._thread.start()
        threading.stack_size(previous)

    def change(self, changes: Changes, file: str | None = None, quiet: float = QUIET) -> int:
        """Something happened, in this file when one is named; answers the new revision."""
        with self._ready:
            self.revision += 1
            self._changes = _merged(self._changes, changes)
            if file is not None:
                self._view(file)
            if not self._stopped:
                self._due = time.monotonic() + quiet
            self._ready.notify()
            return self.revision

    def view(self, file: str) -> None:
        """Check this file on its own, soon."""
        with self._ready:
            self._view(file)
            self._ready.notify()

    def project(self) -> None:
        """Check the project now, also when the check had been given up."""
        with self._ready:
            self._stopped = False
            self._due = 0.0
            self._ready.notify()

    def ask(self, job: Job) -> None:
        with self._ready:
            if not self._closed:
                self._jobs.append(job)
                self._ready.notify()
                return
        job.answer(None, Cancelled())

    def stop(self) -> None:
        """Give up the check of the project; changes do not bring it back, `project` does."""
        with self._ready:
            self._stopped, self._due = True, None
            self._files.clear()
            self._ready.notify()

    def close(self, wait: float = 0.0) -> bool:
        """End the thread; says whether it has ended after so many seconds."""
        with self._ready:
            self._closed = True
            self._ready.notify()
        self._thread.join(wait)
        return not self._thread.is_alive()

    def _view(self, file: str) -> None:
        if not self._stopped:
            self._files.pop(file, None)
            self._files[file] = None

    # on the thread

    def _work(self) -> None:
        engine: Engine | None = None
        try:
            engine = self._make()
            while not self._closed:
                self._step(engine)
        except Exception as error:  # the engine could not even be made
            self._listener.failed(error)
        with self._ready:
            self._closed = True
        for job in self._jobs:
            job.answer(None, Cancelled())
        if engine is not None:
            engine.close()

    def _step(self, engine: Engine) -> None:
        """Wait for something to do and do it."""
        with self._ready:
            now = time.monotonic()
            due = self._due is not None and self._due <= now
            if not (self._closed or due or self._jobs or self._files or self._changes != _NOTHING):
                self._ready.wait(None if self._due is None else self._due - now)
                return
            if self._closed:
                return
            changes, self._changes = self._changes, _NOTHING
            revision = self.revision
            job = self._jobs.popleft() if self._jobs else None
            file = None
            # one file at a revision, then the project if it is due: that answers for all others
            if job is None and self._files and not (due and self._owned == revision):
                file, _ = self._files.popitem()
                self._owned = revision
            whole = job is None and file is None and due
            if whole:
                self._due = None

        def stale() -> bool:
            return self.revision != revision or self._closed

        def unwanted() -> bool:
            return stale() or self._stopped

        try:
            if changes != _NOTHING:
                engine.apply(changes)
            if job is not None:
                _answer(job, engine, stale)
            elif file is not None:
                self._listener.own(revision, engine.own(file))
            elif whole:
                self._listener.started(revision)
                if (early := engine.early(self._listener.moved, unwanted)) is not None:
                    self._listener.early(revision, early)
                checked = engine.whole(self._listener.moved, unwanted)
                self._forget_files(revision)
                self._listener.whole(revision, checked)
        except Cancelled:
            self._again(file)
        except BaseException as error:  # the thread must live; the next change tries again
            if job is not None:
                job.answer(None, error)
            self._listener.failed(error)

    def _forget_files(self, revision: int) -> None:
        """The project's check says what is in each of them."""
        with self._ready:
            if self.revision == revision:
                self._files.clear()

    def _again(self, file: str | None) -> None:
        """A check was given up: because of a change, which asks for the project itself, or because somebody said so."""
        with self._ready:
            if file is not None and file not in self._files and not self._stopped:
                self._files = {file: None} | self._files


def _answer(job: Job, engine: Engine, stale: Callable[[], bool]) -> None:
    try:
        result = job.run(engine, stale)
    except BaseException as error:
        job.answer(None, error)
    else:
        job.answer(result, None)


def _merged(old: Changes, new: Changes) -> Changes:
    touched = None if old.touched is None or new.touched is None else old.touched | new.touched
    return Changes(old.put | new.put, touched, old.settings or new.settings, new.options or old.options)
