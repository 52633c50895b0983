"""`$/progress` for the first check of a folder: a bar that the person can cancel."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from lsprotocol.types import WorkDoneProgressBegin, WorkDoneProgressEnd, WorkDoneProgressReport

from askfirst.text import Text

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

EVERY = 0.1  # seconds between reports
TITLE = Text("Askfirst: reading {name}", "先问：正在读取 {name}")
STAGES = {"facts": Text("reading files", "读取文件"), "rules": Text("checking", "检查")}


class Bar:
    """One bar. `begin` shows it when the client agrees; nothing is sent before that or after `end`."""

    def __init__(self, server: LanguageServer, lang: str) -> None:
        self.server, self.lang = server, lang
        self.token = str(uuid.uuid4())
        self._shown = self._ended = False

    async def begin(self, name: str) -> None:
        with suppress(Exception):  # the client does not want it
            await self.server.work_done_progress.create_async(self.token)
            if not self._ended:
                self._shown = True
                title = TITLE.of(self.lang).format(name=name)
                self.server.work_done_progress.begin(
                    self.token, WorkDoneProgressBegin(title, cancellable=True, percentage=0)
                )  # fmt: skip

    def move(self, stage: str, done: int, of: int) -> None:
        """How far it is. Reading counts for the first four fifths."""
        if not self._shown:
            return
        share = done / max(1, of)
        percentage = round(80 * share if stage == "facts" else 80 + 20 * share)
        said = STAGES[stage].of(self.lang) if stage in STAGES else stage
        self.server.work_done_progress.report(
            self.token, WorkDoneProgressReport(message=f"{said} {done}/{of}", percentage=percentage)
        )  # fmt: skip

    def end(self) -> None:
        self._ended = True
        if self._shown:
            self._shown = False
            self.server.work_done_progress.end(self.token, WorkDoneProgressEnd())
