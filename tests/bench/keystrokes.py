"""Types into one file of a real project through a real language server, and says how long findings take and what it costs.

    python tests/bench/keystrokes.py PROJECT [--file PATH] [--keys 200] [--lang en]

Each key is one `didChange`. `own` is the time to the next diagnostics of that file, `project` that from the end of the server's
quiet time to the end of the check of the project. Nothing is written into the project. Figures of one run are to be compared with
each other, not with those of other machines.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.client import BaseLanguageClient  # type: ignore[attr-defined]

from askfirst.lsp.worker import QUIET
from askfirst.project import discover

TYPED = {
    ".kt": '\n    val typed = listOf("a", "b").map { it.trim() }.firstOrNull() ?: "none"\n    check(typed.isNotEmpty())\n',
    ".java": '\n    String typed = String.valueOf(1).trim();\n    if (typed.isEmpty()) { throw new IllegalStateException("none"); }\n',
}


class Client(BaseLanguageClient):
    """Counts what comes back."""

    def __init__(self) -> None:
        super().__init__("keystrokes", "1")
        self.versions: dict[str, int] = {}
        self.state = ""
        self.came = asyncio.Condition()
        for name, handler in (
            (lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, self.published), ("askfirst/status", self.status),
            (lsp.WINDOW_LOG_MESSAGE, self.logged),
        ):  # fmt: skip
            self.feature(name)(partial(handler))  # a method takes no attributes

    async def published(self, params: lsp.PublishDiagnosticsParams) -> None:
        async with self.came:
            self.versions[params.uri] = params.version or 0
            self.came.notify_all()

    async def status(self, params: Any) -> None:
        async with self.came:
            self.state = params.state
            if self.state == "failed":
                sys.exit(params.message)
            self.came.notify_all()

    def logged(self, params: lsp.LogMessageParams) -> None:
        print(params.message, file=sys.stderr)

    @property
    def pid(self) -> int:
        """Of the server's process."""
        server: asyncio.subprocess.Process | None = self._server
        assert server is not None
        return server.pid

    async def until(self, test: Callable[[], bool]) -> float:
        async with self.came:
            await asyncio.wait_for(self.came.wait_for(test), 60)
        return time.perf_counter()


def memory(pid: int) -> tuple[int, int]:
    """Resident memory of a process now and at most, in MB."""
    rows = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(rows["VmRSS"].split()[0]) // 1024, int(rows["VmHWM"].split()[0]) // 1024


def quantile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] * 1000


def body(text: str) -> int:
    """The line after the first function's opening brace in the second half of a file, so that much of it moves."""
    lines = text.split("\n")
    opens = [n for n, line in enumerate(lines) if line.rstrip().endswith("{") and ("fun " in line or ") {" in line)]
    return (opens[len(opens) // 2] if opens else 0) + 1


async def run(root: Path, path: Path, keys: int) -> None:
    client = Client()
    began = time.perf_counter()
    await client.start_io(sys.executable, "-m", "askfirst", "server")
    await client.initialize_async(lsp.InitializeParams(
        capabilities=lsp.ClientCapabilities(), process_id=None, root_uri=root.as_uri(),
        workspace_folders=[lsp.WorkspaceFolder(root.as_uri(), root.name)],
    ))  # fmt: skip
    client.initialized(lsp.InitializedParams())
    text, uri = path.read_text(encoding="utf-8"), path.as_uri()
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "kotlin", 0, text)))
    shown = await client.until(lambda: bool(client.versions))
    ready = await client.until(lambda: client.state == "ready")
    print(f"{root.name}, {path.name} ({text.count(chr(10))} lines)")
    print(f"  start    first findings {shown - began:.1f} s, index ready {ready - began:.1f} s, {memory(client.pid)[0]} MB")
    line, column = body(text), 0
    own, project = list[float](), list[float]()
    typed = (TYPED[path.suffix] * (keys // 40 + 1))[:keys]
    for version, key in enumerate(typed, 1):
        at = lsp.Position(line, column)
        change = lsp.TextDocumentContentChangePartial(lsp.Range(at, at), key)
        line, column = (line + 1, 0) if key == "\n" else (line, column + 1)
        sent = time.perf_counter()
        client.state = ""
        client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(lsp.VersionedTextDocumentIdentifier(version, uri), [change])
        )
        own.append(await client.until(lambda: client.versions.get(uri) == version) - sent)  # noqa: B023 - asked before the next one
        project.append(await client.until(lambda: client.state == "ready") - sent - QUIET)
    for name, values in (("own", own), ("project", project)):
        print(f"  {name:8} p50 {quantile(values, 0.5):5.0f} ms   p95 {quantile(values, 0.95):5.0f} ms   "
              f"max {max(values) * 1000:5.0f} ms   mean {statistics.fmean(values) * 1000:5.0f} ms")  # fmt: skip
    now, most = memory(client.pid)
    print(f"  memory   {now} MB now, {most} MB at most, of the server's process")
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("--file", action="append", type=Path, default=[], help="a Kotlin or Java file of the project")
    parser.add_argument("--keys", type=int, default=200)
    arguments = parser.parse_args()
    root = arguments.project.resolve()
    files = [root / file for file in arguments.file] or [_usual(root)]
    for file in files:
        asyncio.run(run(root, file, arguments.keys))


def _usual(root: Path) -> Path:
    """The file of median size among those that ship and have 100 lines and more."""
    code = [root / file.path for file in discover(root).files if file.ships and Path(file.path).suffix in TYPED]
    sizes = sorted((p.stat().st_size, p) for p in code if p.read_bytes().count(b"\n") >= 100)
    return sizes[len(sizes) // 2][1]


if __name__ == "__main__":
    main()
