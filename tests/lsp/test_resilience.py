"""What must not end the server, and what must: bad requests, cancelled and failing checks, clients that die."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from editor import MAIN, SERVER, TIMEOUT, Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")
Make = Callable[[], Editor]


async def refused(editor: Editor, method: str, params: object) -> dict[str, object]:
    """Send a request as it is, past the client library's own checks; answers the error."""
    number = f"raw-{method}"
    future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    editor.client.protocol._request_futures[number] = future  # type: ignore[assignment]
    _send(editor, {"jsonrpc": "2.0", "id": number, "method": method, "params": params})
    with pytest.raises(Exception) as caught:  # noqa: PT011
        await asyncio.wait_for(future, TIMEOUT)
    return {"code": getattr(caught.value, "code", None), "message": str(caught.value)}


def _send(editor: Editor, message: object) -> None:
    body = json.dumps(message).encode() if not isinstance(message, bytes) else message
    stdin = editor.process.stdin
    assert stdin is not None
    stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))


async def test_bad_requests_are_refused_and_the_next_is_answered(editor: Editor) -> None:
    for method, params in (
        ("textDocument/codeAction", {"textDocument": 3}),
        ("textDocument/codeAction", None),
        ("textDocument/codeAction", [1, 2]),
        ("workspace/executeCommand", {"command": 5, "arguments": "x"}),
        ("workspace/executeCommand", {"command": "askfirst.no.such.command"}),
        ("textDocument/rename", {}),
        ("no/such/method", {"x": 1}),
    ):
        error = await refused(editor, method, params)
        assert error["code"] in (-32600, -32601, -32602, -32603), (method, error)
    await editor.settled()
    assert editor.shown() == editor.expected()


async def test_bad_notifications_and_garbage_are_passed_over(editor: Editor) -> None:
    for message in (
        {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"textDocument": {"uri": 7}}},
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {}},
        {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "nobody"}},
        {"jsonrpc": "2.0", "method": "window/workDoneProgress/cancel", "params": {"token": "nobody"}},
        {"jsonrpc": "2.0", "id": "nobody", "result": None},
        b"{ this is no JSON",
        b"[]",
        b"null",
    ):
        _send(editor, message)
    unknown = lsp.VersionedTextDocumentIdentifier(9, editor.uri("never/opened.kt"))
    editor.client.text_document_did_change(lsp.DidChangeTextDocumentParams(unknown, []))
    editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(editor.identifier("never/opened.kt")))
    editor.open(MAIN)
    far = lsp.Range(lsp.Position(10_000, 10_000), lsp.Position(20_000, 0))
    editor.texts[MAIN] += "// end\n"
    editor.send(MAIN, [lsp.TextDocumentContentChangePartial(far, "// end\n")])
    await editor.settled()
    assert editor.shown() == editor.expected()
    assert not editor.client.messages  # no message box for any of it
    assert editor.client.log_messages


async def test_a_folder_that_is_deleted(alone: Make) -> None:
    editor = alone()
    await editor.start()
    await editor.settled()
    shutil.rmtree(editor.root)
    editor.changed("app", "tracking", "gradle")
    await editor.settled()
    assert editor.shown() == {}
    assert await editor.stop() == 0


async def test_a_folder_that_is_not_there(alone: Make) -> None:
    editor = alone()
    await editor.start([editor.root / "nowhere"])
    await editor.settled()
    assert editor.shown() == {}
    assert await editor.stop() == 0


async def test_exit_without_shutdown_is_an_error(alone: Make) -> None:
    editor = alone()
    await editor.start()
    editor.client.exit(None)
    assert await editor.ended() == 1


async def test_a_client_that_closes_the_channel(alone: Make) -> None:
    editor = alone()
    await editor.start()
    stdin = editor.process.stdin
    assert stdin is not None
    stdin.write(b"Content-Length: 1000\r\n\r\n{")
    stdin.close()
    assert await editor.ended() == 1


async def test_a_parent_that_dies_while_somebody_holds_the_channel_open(alone: Make) -> None:
    parent = subprocess.Popen(["sleep", "1000"])
    editor = alone()
    await editor.start(pid=parent.pid)
    await editor.settled()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert await editor.ended() == 1


async def test_a_parent_elsewhere_is_not_watched(alone: Make) -> None:
    """Its number means nothing here, as when the client is on another machine or the server in a container."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    editor = alone()
    await editor.start(pid=gone.pid)
    await editor.settled()
    assert await editor.stop() == 0


async def test_nothing_but_the_protocol_goes_to_standard_output(tmp_path: Path) -> None:
    """Somebody prints: it must not reach the client's stream."""
    script = (
        "import os; from askfirst.lsp import stdio; _, sink = stdio._taken(); print('noise'); os.write(1, b'more'); "
        "sink.write(b'message'); sink.flush()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], stdin=subprocess.DEVNULL, capture_output=True, env=os.environ | {"PYTHONPATH": str(SERVER)}
    )
    assert ran.stdout == b"message"
    assert b"noise" in ran.stderr


async def test_without_its_packages_the_server_says_how_to_get_them(tmp_path: Path) -> None:
    for name in ("pygls", "tomlkit"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"raise ModuleNotFoundError('none', name='{name}')\n")
        ran = subprocess.run(
            [sys.executable, "-m", "askfirst", "server"], stdin=subprocess.DEVNULL, capture_output=True,
            env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{SERVER}"},
        )  # fmt: skip
        assert ran.returncode == 2
        assert ran.stderr.decode().startswith("askfirst: the language server needs packages that are not installed")
        shutil.rmtree(tmp_path / name)


async def test_the_first_check_shows_its_progress(alone: Make) -> None:
    editor = alone()
    await editor.start()
    await editor.settled()
    (reports,) = editor.client.progress_reports.values()
    kinds = [report.kind for report in reports]  # type: ignore[attr-defined]
    assert kinds[0] == "begin"
    assert kinds[-1] == "end"
    assert await editor.stop() == 0
