"""The channel to the client: messages come by a thread of their own, so that a busy engine never delays more than one of them."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress
from typing import BinaryIO

from pygls.io_ import StdoutWriter, run_async
from pygls.lsp.server import LanguageServer

CHUNK = 1 << 16


def run(server: LanguageServer) -> int:
    """Speak the protocol on standard input and output until the client says exit or is gone; answers the exit status."""
    source, sink = _taken()
    try:
        asyncio.run(_speak(server, source, sink))
    except SystemExit as exit:  # how pygls ends on `exit`: 0 after `shutdown`, else 1
        return exit.code if isinstance(exit.code, int) else 1
    except (BrokenPipeError, KeyboardInterrupt):
        pass
    return 1


def _taken() -> tuple[int, BinaryIO]:
    """Standard input and output, out of reach of everything else: what prints by mistake prints to standard error."""
    source, sink = os.dup(sys.stdin.fileno()), os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return source, sink


async def _speak(server: LanguageServer, source: int, sink: BinaryIO) -> None:
    stream = _Stream()
    pump = threading.Thread(target=_pump, args=(source, stream, asyncio.get_running_loop()), name="input", daemon=True)
    server.protocol.set_writer(StdoutWriter(sink))
    pump.start()
    await run_async(threading.Event(), stream, server.protocol, error_handler=server.report_server_error)


class _Stream(asyncio.StreamReader):
    """A stream that ends quietly in the middle of a message, when the client died while it wrote."""

    async def readexactly(self, n: int) -> bytes:
        try:
            return await super().readexactly(n)
        except asyncio.IncompleteReadError:
            return b""


def _pump(source: int, stream: asyncio.StreamReader, loop: asyncio.AbstractEventLoop) -> None:
    with suppress(RuntimeError):  # the loop has ended
        while data := _read(source):
            loop.call_soon_threadsafe(stream.feed_data, data)
        loop.call_soon_threadsafe(stream.feed_eof)


def _read(source: int) -> bytes:
    try:
        return os.read(source, CHUNK)
    except OSError:
        return b""
