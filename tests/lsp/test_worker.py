"""The worker and the session around it, with an engine that does what the test says and no process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, cast

import pytest

from askfirst.lsp.diagnostics import Items
from askfirst.lsp.engine import Changes, Checked, Engine
from askfirst.lsp.worker import Job, Worker
from askfirst.workspace import Cancelled

WAIT = 30.0


class FakeEngine:
    """Checks wait for `go` and look at their cancel flag meanwhile."""

    def __init__(self) -> None:
        self.applied: list[Changes] = []
        self.log: list[str] = []
        self.go = threading.Event()
        self.go.set()
        self.running = threading.Event()
        self.broken: Exception | None = None
        self.closed = threading.Event()

    def apply(self, changes: Changes) -> None:
        if self.broken is not None:
            raise self.broken
        self.applied.append(changes)

    def own(self, path: str) -> Items:
        self._run(f"own {path}", lambda: False)
        return {path: []}

    def early(self, progress: object, cancelled: Callable[[], bool]) -> Checked | None:
        return None

    def whole(self, progress: object, cancelled: Callable[[], bool]) -> Checked:
        self._run("whole", cancelled)
        return Checked({}, cast(Any, {}), 0, ())

    def _run(self, name: str, cancelled: Callable[[], bool]) -> None:
        self.running.set()
        while not self.go.wait(0.001):
            if cancelled():
                self.log.append(f"{name} cancelled")
                self.running.clear()
                raise Cancelled
        self.running.clear()
        if self.broken is not None:
            raise self.broken
        self.log.append(name)

    def close(self) -> None:
        self.closed.set()


class Heard:
    """What the worker said."""

    def __init__(self) -> None:
        self.said: list[tuple[Any, ...]] = []

    def started(self, revision: int) -> None:
        self.said.append(("started", revision))

    def moved(self, stage: str, done: int, of: int) -> None: ...

    def own(self, revision: int, items: Items) -> None:
        self.said.append(("own", revision, *items))

    def early(self, revision: int, checked: Checked) -> None:
        self.said.append(("early", revision))

    def whole(self, revision: int, checked: Checked) -> None:
        self.said.append(("whole", revision))

    def failed(self, error: BaseException) -> None:
        self.said.append(("failed", str(error)))


def until(true: Callable[[], object]) -> None:
    ends = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.002)


def edited(path: str) -> Changes:
    return Changes({path: b""}, frozenset(), False, None)


class Rig:
    def __init__(self) -> None:
        self.engine, self.heard = FakeEngine(), Heard()
        self.worker = Worker(lambda: cast(Engine, self.engine), self.heard, "test")

    def idle(self) -> None:
        until(lambda: ("whole", self.worker.revision) in self.heard.said)


@pytest.fixture
def rig() -> Any:
    rig = Rig()
    rig.idle()
    rig.heard.said.clear()
    rig.engine.log.clear()
    yield rig
    rig.engine.go.set()
    assert rig.worker.close(WAIT)


def test_the_edited_file_comes_first_and_the_project_after_quiet(rig: Rig) -> None:
    revision = rig.worker.change(edited("a"), "a", quiet=0.05)
    rig.idle()
    assert rig.heard.said == [("own", revision, "a"), ("started", revision), ("whole", revision)]
    assert rig.engine.applied[-1].put == {"a": b""}


def test_edits_are_taken_in_together(rig: Rig) -> None:
    rig.engine.go.clear()
    rig.worker.change(edited("a"), "a")
    until(rig.engine.running.is_set)
    applied = len(rig.engine.applied)
    for n in range(1000):
        rig.worker.change(Changes({"a": b"%d" % n, f"b{n}": None}, frozenset({str(n)}), n == 5, None), "a", quiet=0.05)
    rig.engine.go.set()
    rig.idle()
    (taken,) = rig.engine.applied[applied:]
    assert len(taken.put) == 1001
    assert (taken.put["a"], taken.touched, taken.settings) == (b"999", frozenset(map(str, range(1000))), True)
    assert rig.engine.log == ["own a", "own a", "whole"]


def test_a_newer_revision_cancels_the_check_that_runs(rig: Rig) -> None:
    rig.engine.go.clear()
    rig.worker.project()
    until(rig.engine.running.is_set)
    revision = rig.worker.change(edited("a"), "a", quiet=0.0)
    until(lambda: "whole cancelled" in rig.engine.log)
    rig.engine.go.set()
    rig.idle()
    assert [said for said in rig.heard.said if said[0] in ("own", "whole")] == [("own", revision, "a"), ("whole", revision)]


def test_the_file_that_was_edited_last_comes_first(rig: Rig) -> None:
    rig.engine.go.clear()
    rig.worker.change(edited("a"), "a", quiet=60)
    until(rig.engine.running.is_set)
    rig.worker.change(edited("b"), "b", quiet=60)
    rig.worker.change(edited("c"), "c", quiet=60)
    rig.engine.go.set()
    until(lambda: len(rig.heard.said) == 3)
    assert [said[2] for said in rig.heard.said] == ["a", "c", "b"]
    rig.worker.project()


def test_the_project_answers_for_all_files_in_view(rig: Rig) -> None:
    rig.engine.go.clear()
    rig.worker.project()
    until(rig.engine.running.is_set)
    for n in range(20):
        rig.worker.view(f"f{n}")
    rig.engine.go.set()
    rig.idle()
    assert rig.engine.log == ["whole"]


def test_a_failing_check_is_told_and_the_next_change_tries_again(rig: Rig) -> None:
    rig.engine.broken = ValueError("no")
    rig.worker.change(edited("a"), "a", quiet=0.0)
    until(lambda: ("failed", "no") in rig.heard.said)
    rig.engine.broken = None
    rig.worker.change(edited("a"), "a", quiet=0.0)
    rig.idle()
    assert rig.engine.log[-1] == "whole"


def test_requests_are_answered_whatever_happens(rig: Rig) -> None:
    answers: list[tuple[Any, BaseException | None]] = []

    def fail(engine: Engine, stale: Callable[[], bool]) -> None:
        raise KeyError("x")

    def ask(run: Callable[[Engine, Callable[[], bool]], Any]) -> None:
        rig.worker.ask(Job(run, lambda result, error: answers.append((result, error))))
        until(lambda: len(answers) == asked)

    asked = 1
    ask(lambda engine, stale: 7)
    asked = 2
    ask(fail)
    rig.engine.broken = ValueError("no")
    rig.worker.change(edited("a"), quiet=60)
    asked = 3
    ask(lambda engine, stale: 7)
    rig.engine.broken = None
    asked = 4
    ask(lambda engine, stale: 8)
    assert rig.worker.close(WAIT)
    asked = 5
    ask(lambda engine, stale: 9)
    kinds = [result if error is None else type(error).__name__ for result, error in answers]
    assert kinds == [7, "KeyError", kinds[2], 8, "Cancelled"]
    assert kinds[2] in (7, "ValueError")  # the change may have been taken in before


def test_a_check_that_was_given_up_comes_back_only_when_asked_for(rig: Rig) -> None:
    rig.engine.go.clear()
    rig.worker.project()
    until(rig.engine.running.is_set)
    rig.worker.stop()
    until(lambda: "whole cancelled" in rig.engine.log)
    rig.engine.go.set()
    rig.worker.change(edited("a"), "a", quiet=0.0)
    done = threading.Event()
    rig.worker.ask(Job(lambda engine, stale: None, lambda result, error: done.set()))
    assert done.wait(WAIT)
    assert rig.engine.log == ["whole cancelled"]
    rig.worker.project()
    until(lambda: "whole" in rig.engine.log)


def test_an_engine_that_cannot_be_made_is_told() -> None:
    heard = Heard()

    def fail() -> Engine:
        raise OSError("no knowledge")

    worker = Worker(fail, heard, "test")
    until(lambda: heard.said == [("failed", "no knowledge")])
    assert worker.close(WAIT)


def test_closing_ends_a_running_check_and_the_engine(rig: Rig) -> None:
    rig.engine.go.clear()
    rig.worker.project()
    until(rig.engine.running.is_set)
    assert rig.worker.close(WAIT)
    assert rig.engine.closed.is_set()
