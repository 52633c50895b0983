"""A client that asks for diagnostics itself is told nothing unasked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types as lsp

from editor import ANALYTICS, EXAMPLE, MANIFEST, PRIVACY, STARTUP, Editor, capabilities, rows

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def puller(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    import shutil

    editor = Editor(tmp_path_factory.mktemp("pull") / "project")
    shutil.copytree(EXAMPLE, editor.root)
    result = await editor.start(able=capabilities(pull=True))
    provider = result.capabilities.diagnostic_provider
    assert isinstance(provider, lsp.DiagnosticOptions)
    assert (provider.inter_file_dependencies, provider.workspace_diagnostics) == (True, True)
    yield editor
    assert not editor.published
    assert await editor.stop() == 0


async def pull(editor: Editor, path: str, known: str | None = None) -> lsp.DocumentDiagnosticReport:
    params = lsp.DocumentDiagnosticParams(editor.identifier(path), previous_result_id=known)
    return await editor.client.text_document_diagnostic_async(params)


async def pull_all(editor: Editor, known: dict[str, str]) -> lsp.WorkspaceDiagnosticReport:
    ids = [lsp.PreviousResultId(uri, value) for uri, value in known.items()]
    return await editor.client.workspace_diagnostic_async(lsp.WorkspaceDiagnosticParams(ids))


async def test_a_file_as_it_is_now(puller: Editor) -> None:
    puller.open(ANALYTICS)
    first = await pull(puller, ANALYTICS)
    assert isinstance(first, lsp.RelatedFullDocumentDiagnosticReport)
    assert [d.code for d in first.items] == ["consent/sdk-before-consent"]
    again = await pull(puller, ANALYTICS, first.result_id)
    assert isinstance(again, lsp.RelatedUnchangedDocumentDiagnosticReport)
    assert again.result_id == first.result_id
    puller.replace(ANALYTICS, "UMConfigure.init(", "println(")
    after = await pull(puller, ANALYTICS, first.result_id)
    assert isinstance(after, lsp.RelatedFullDocumentDiagnosticReport)
    assert list(after.items) == []
    puller.replace(ANALYTICS, "println(", "UMConfigure.init(")
    whole = await pull(puller, ANALYTICS, after.result_id)
    assert isinstance(whole, lsp.RelatedFullDocumentDiagnosticReport)
    assert [d.code for d in whole.items] == ["consent/sdk-before-consent"]
    puller.close(ANALYTICS)


async def test_the_whole_project(puller: Editor) -> None:
    report = await pull_all(puller, {})
    full = [item for item in report.items if isinstance(item, lsp.WorkspaceFullDocumentDiagnosticReport)]
    assert {puller.path(item.uri): rows(item.items) for item in full if item.items} == puller.expected()
    known = {item.uri: item.result_id for item in full if item.result_id}
    again = await pull_all(puller, known)
    assert {type(item) for item in again.items} == {lsp.WorkspaceUnchangedDocumentDiagnosticReport}
    puller.open(PRIVACY)
    puller.replace(PRIVACY, "getBoolean(CRASH_REPORTS, true)", "getBoolean(CRASH_REPORTS, false)")
    after = await pull_all(puller, known)
    changed = [item for item in after.items if isinstance(item, lsp.WorkspaceFullDocumentDiagnosticReport)]
    assert puller.uri(STARTUP) in [item.uri for item in changed]
    puller.close(PRIVACY)


async def test_a_file_that_shows_nothing_any_more_is_told(puller: Editor) -> None:
    report = await pull_all(puller, {puller.uri("gone.kt"): "1"})
    (gone,) = [item for item in report.items if item.uri == puller.uri("gone.kt")]
    assert isinstance(gone, lsp.WorkspaceFullDocumentDiagnosticReport)
    assert list(gone.items) == []


async def test_the_client_is_told_to_ask_again(puller: Editor) -> None:
    await puller.settled()
    before = puller.client.diagnostic_refresh_count
    (puller.root / ANALYTICS).unlink()
    puller.changed(ANALYTICS)
    await puller.settled()
    await puller.settled()  # the request was sent after the first answer
    assert puller.client.diagnostic_refresh_count == before + 1
    assert ANALYTICS not in [puller.path(item.uri) for item in (await pull_all(puller, {})).items]


async def test_a_question_that_is_taken_back(puller: Editor) -> None:
    """Of a file that waits for the project's check, which waits for quiet."""
    puller.open(MANIFEST)
    puller.replace(MANIFEST, "READ_CONTACTS", "CAMERA")
    question = asyncio.ensure_future(pull(puller, MANIFEST))
    await asyncio.sleep(0)
    (number,) = [n for n, f in puller.client.protocol._request_futures.items() if not f.done()]
    puller.client.cancel_request(lsp.CancelParams(number))
    with pytest.raises(Exception, match="cancel"):
        await question
    await puller.settled()
    puller.close(MANIFEST)


async def test_files_that_are_nobodys(puller: Editor, tmp_path: Path) -> None:
    params = lsp.DocumentDiagnosticParams(lsp.TextDocumentIdentifier("untitled:Untitled-1"))
    report = await puller.client.text_document_diagnostic_async(params)
    assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
    assert list(report.items) == []
