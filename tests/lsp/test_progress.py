"""The bar of the first check: nothing before the client agrees, nothing after the end."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from askfirst.lsp.progress import Bar

pytestmark = pytest.mark.asyncio


class Client:
    """Agrees, or does not, when it is told to."""

    def __init__(self) -> None:
        self.agreed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard: list[str] = []
        self.work_done_progress = SimpleNamespace(
            create_async=self.create,
            begin=lambda token, value: self.heard.append("begin"),
            report=lambda token, value: self.heard.append(f"{value.message} {value.percentage}%"),
            end=lambda token, value: self.heard.append("end"),
        )

    async def create(self, token: str) -> None:
        await self.agreed


async def test_a_check_of_which_is_told() -> None:
    client = Client()
    bar = Bar(cast(Any, client), "en")
    shown = asyncio.ensure_future(bar.begin("p"))
    await asyncio.sleep(0)
    bar.move("facts", 1, 2)
    assert client.heard == []
    client.agreed.set_result(None)
    await shown
    bar.move("facts", 1, 2)
    bar.move("rules", 1, 2)
    bar.end()
    bar.end()
    bar.move("rules", 2, 2)
    assert client.heard == ["begin", "reading files 1/2 40%", "checking 1/2 90%", "end"]


@pytest.mark.parametrize("agrees", [True, False])
async def test_a_check_that_is_over_before_the_client_answers(agrees: bool) -> None:
    client = Client()
    bar = Bar(cast(Any, client), "zh")
    shown = asyncio.ensure_future(bar.begin("p"))
    await asyncio.sleep(0)
    bar.end()
    if agrees:
        client.agreed.set_result(None)
    else:
        client.agreed.set_exception(ValueError("no"))
    await shown
    bar.move("facts", 1, 2)
    assert client.heard == []
