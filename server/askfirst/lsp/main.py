"""How the server starts and ends."""

from __future__ import annotations

import logging
import os
import sys
from multiprocessing import active_children

from askfirst.lsp import stdio
from askfirst.lsp.features import register
from askfirst.lsp.server import Server
from askfirst.workspace import RECURSION

PATIENCE = 2.0  # seconds that a worker is given to end


def serve(lang: str) -> int:
    """Run the server on standard input and output; answers the exit status. `lang` is "en", "zh" or ""."""
    logging.disable(logging.CRITICAL)  # pygls logs whole messages
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))  # before threads raise and lower it by turns
    server = Server(lang)
    register(server)
    status = stdio.run(server)
    ended = [session.worker.close(PATIENCE) for session in server.folders.end()]
    if not all(ended):
        for child in active_children():
            child.terminate()
        os._exit(status)
    return status
