"""What is shown of a folder, with a worker that does nothing by itself."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcContentModified

from askfirst.findings import Severity
from askfirst.lsp import session as module
from askfirst.lsp.documents import Documents
from askfirst.lsp.engine import Changes, Checked
from askfirst.lsp.options import Client, Options
from askfirst.lsp.session import Session
from askfirst.lsp.worker import Job

pytestmark = pytest.mark.asyncio
URI = "file:///p"


class FakeWorker:
    """Keeps what it is told."""

    def __init__(self, make: object, listener: object, name: str) -> None:
        self.revision = 0
        self.changes: list[Changes] = []
        self.files: list[str | None] = []
        self.said: list[str] = []
        self.jobs: list[Job] = []

    def change(self, changes: Changes, file: str | None = None, quiet: float = 0.3) -> int:
        self.revision += 1
        self.changes.append(changes)
        self.files.append(file)
        return self.revision

    def view(self, file: str) -> None:
        self.said.append(f"view {file}")

    def project(self) -> None:
        self.said.append("project")

    def stop(self) -> None:
        self.said.append("stop")

    def ask(self, job: Job) -> None:
        self.jobs.append(job)

    def close(self, wait: float = 0.0) -> bool:
        return True


class FakeServer:
    """Keeps what it sends."""

    def __init__(self, client: Client) -> None:
        self.client, self.lang, self.documents = client, "", Documents()
        self.sent: list[lsp.PublishDiagnosticsParams] = []
        self.states: list[str] = []
        self.refreshed = 0
        self.session: Session | None = None
        self.protocol = self.folders = self

    def owner(self, path: str) -> Session | None:
        return self.session

    def notify(self, method: str, params: dict[str, Any]) -> None:
        self.states.append(params["state"])

    def text_document_publish_diagnostics(self, params: lsp.PublishDiagnosticsParams) -> None:
        self.sent.append(params)

    def refresh(self) -> None:
        self.refreshed += 1

    def log(self, message: str) -> None: ...

    def later(self, work: Any) -> None:
        work.close()


class Rig:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, client: Client = Client(), options: Options = Options()) -> None:  # noqa: B008
        monkeypatch.setattr(module, "Worker", FakeWorker)
        self.server = FakeServer(client)
        self.session = Session(cast(Any, self.server), "/p", URI, options, loose=False)
        self.server.session = self.session
        self.worker = cast(FakeWorker, self.session.worker)

    def open(self, text: str = "x", version: int = 1) -> None:
        document = self.server.documents.open(f"{URI}/A.kt", text, version)
        assert document is not None
        self.session.put(document, edited=True)

    def whole(self, revision: int, **items: list[lsp.Diagnostic]) -> None:
        found = {f"{name}.kt": list(diagnostics) for name, diagnostics in items.items()}
        self.session._project(revision, Checked(found, Counter([Severity.ERROR]), 3, ()))


def wrong(message: str = "wrong", line: int = 0) -> lsp.Diagnostic:
    return lsp.Diagnostic(lsp.Range(lsp.Position(line, 0), lsp.Position(line, 1)), message, code="a/b")


async def test_what_is_said_of_an_older_revision_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(monkeypatch)
    rig.open()
    rig.session._own(0, {"A.kt": [wrong()]})
    rig.whole(0, A=[wrong()])
    assert rig.server.sent == []
    rig.session._own(1, {"A.kt": [wrong()]})
    rig.whole(1, A=[wrong()], B=[wrong()])
    assert [(p.uri, p.version) for p in rig.server.sent] == [(f"{URI}/A.kt", 1), (f"{URI}/B.kt", None)]


async def test_what_is_the_same_is_not_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(monkeypatch)
    for _ in range(3):
        rig.whole(0, A=[wrong()])
    assert len(rig.server.sent) == 1
    rig.whole(0, A=[wrong("other")])
    rig.whole(0)
    rig.whole(0)
    assert [len(p.diagnostics) for p in rig.server.sent] == [1, 1, 0]


async def test_an_open_file_is_told_its_newest_version(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(monkeypatch)
    rig.open(version=7)
    rig.session._own(1, {"A.kt": []})
    rig.open("y", version=9)
    rig.session._own(2, {"A.kt": []})
    assert [p.version for p in rig.server.sent] == [7, 9]


async def test_a_client_that_pulls_is_told_nothing_but_to_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(monkeypatch, Client(pull=True, refresh=True))
    rig.whole(0, A=[wrong()])
    rig.whole(0, A=[wrong()])
    assert (rig.server.sent, rig.server.refreshed) == ([], 1)
    first = await rig.session.file("A.kt")
    rig.whole(0, A=[wrong("other")])
    second = await rig.session.file("A.kt")
    assert first.result != second.result
    assert (await rig.session.file("A.kt")).result == second.result


async def test_who_pulls_waits_for_the_revision_that_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(monkeypatch, Client(pull=True))
    rig.open()
    question = asyncio.ensure_future(rig.session.file("A.kt"))
    whole = asyncio.ensure_future(rig.session.project())
    await asyncio.sleep(0)
    assert rig.worker.said == ["view A.kt"]
    rig.session._own(0, {"A.kt": [wrong("old")]})
    await asyncio.sleep(0)
    assert not question.done()
    rig.open("y", 2)
    rig.session._own(2, {"A.kt": [wrong("new")]})
    assert [d.message for d in (await question).items] == ["new"]
    assert not whole.done()
    rig.whole(2, A=[wrong("new")])
    assert list(await whole) == ["A.kt"]


@pytest.mark.parametrize("how", ["failed", "cancelled", "closed"])
async def test_nobody_waits_for_a_check_that_does_not_come(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    rig = Rig(monkeypatch, Client(pull=True, progress=True))
    questions = [asyncio.ensure_future(rig.session.file("A.kt")), asyncio.ensure_future(rig.session.project())]
    await asyncio.sleep(0)
    if how == "failed":
        rig.session._fail("no")
    elif how == "closed":
        rig.session.close()
    else:
        assert rig.session._bar is not None
        rig.session.stop("another")
        assert rig.worker.said[-1] != "stop"
        rig.session.stop(rig.session._bar.token)
    await asyncio.wait_for(asyncio.gather(*questions), 30)
    assert (await rig.session.file("A.kt")).items == []


async def test_a_cancelled_check_comes_back_when_a_file_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(monkeypatch, Client(progress=True, watches=True))
    assert rig.session._bar is not None
    rig.session.stop(rig.session._bar.token)
    assert rig.server.states[-1] == "ready"
    rig.whole(0, A=[wrong()])  # it was on its way already
    assert rig.server.sent == []
    rig.open()
    assert "project" not in rig.worker.said
    rig.session.saved("/p/A.kt")
    assert rig.worker.said[-1] == "project"
    rig.whole(rig.worker.revision, A=[wrong()])
    assert len(rig.server.sent) == 1


async def test_a_failed_check_is_tried_again_after_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(monkeypatch, Client(pull=True))
    rig.session._fail("no")
    assert rig.server.states[-1] == "failed"
    rig.open()
    question = asyncio.ensure_future(rig.session.file("A.kt"))
    await asyncio.sleep(0)
    assert not question.done()
    rig.session._own(1, {"A.kt": [wrong()]})
    assert len((await question).items) == 1
    assert rig.server.states[-1] == "failed"
    rig.whole(1, A=[wrong()])
    assert rig.server.states[-1] == "ready"


async def test_a_closed_folder_says_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(monkeypatch)
    rig.whole(0, A=[wrong()])
    rig.session.close()
    assert [len(p.diagnostics) for p in rig.server.sent] == [1, 0]
    rig.whole(0, A=[wrong()])
    rig.session._own(0, {"A.kt": [wrong()]})
    rig.session._fail("no")
    assert len(rig.server.sent) == 2
    assert "failed" not in rig.server.states


async def test_an_answer_that_a_change_overtook_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(monkeypatch)
    for overtaken in (False, True):
        answer = asyncio.ensure_future(rig.session.ask(lambda engine, stale: 7))
        await asyncio.sleep(0)
        job = rig.worker.jobs.pop()
        job.answer(job.run(cast(Any, None), partial(bool, overtaken)), None)
        if overtaken:
            with pytest.raises(JsonRpcContentModified):
                await answer
        else:
            assert await answer == 7


async def test_a_file_that_is_opened_as_it_is_on_disk_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "Worker", FakeWorker)
    server = FakeServer(Client())
    server.session = session = Session(cast(Any, server), str(tmp_path), tmp_path.as_uri(), Options(), loose=False)
    worker = cast(FakeWorker, session.worker)
    (tmp_path / "A.kt").write_bytes(b"x")
    for text, changes in (("x", 0), ("y", 1)):
        document = server.documents.open((tmp_path / "A.kt").as_uri(), text, 1)
        assert document is not None
        session.put(document, edited=False)
        assert len(worker.changes) == changes
    assert worker.said == ["view A.kt"]


async def test_clients_that_do_not_watch_have_the_disk_looked_at_when_they_save(monkeypatch: pytest.MonkeyPatch) -> None:
    for watches in (True, False):
        rig = Rig(monkeypatch, Client(watches=watches))
        rig.session.saved("/p/A.kt")
        assert [changes.touched for changes in rig.worker.changes] == ([] if watches else [None])


async def test_files_that_are_not_open_are_left_out_when_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(monkeypatch, options=Options(project=False))
    rig.open()
    rig.whole(1, A=[wrong()], B=[wrong()])
    assert [p.uri for p in rig.server.sent] == [f"{URI}/A.kt"]
