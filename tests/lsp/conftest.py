"""A server that tests share, with a copy of the leaking example as its folder."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from editor import EXAMPLE, Editor


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    editor = Editor(tmp_path_factory.mktemp("project") / "leaking kotlin 漏")
    shutil.copytree(EXAMPLE, editor.root)
    await editor.start()
    await editor.settled()
    yield editor
    assert await editor.stop() == 0


@pytest_asyncio.fixture(loop_scope="session")
async def editor(shared: Editor) -> AsyncIterator[Editor]:
    """The shared editor; what a test does to the project is undone."""
    yield shared
    for path in list(shared.texts):
        shared.close(path)
    shutil.rmtree(shared.root)
    shutil.copytree(EXAMPLE, shared.root)
    shared.hooks.clear()
    await shared.command("askfirst.server.check")
    await shared.settled()
    shared.published.clear()
    shared.client.log_messages.clear()


@pytest_asyncio.fixture(loop_scope="session")
async def alone(tmp_path: Path) -> AsyncIterator[Callable[[], Editor]]:
    """Makes editors that are not shared; none of their servers is left behind."""
    made: list[Editor] = []

    def make() -> Editor:
        root = tmp_path / f"project{len(made)}"
        shutil.copytree(EXAMPLE, root)
        made.append(Editor(root))
        return made[-1]

    yield make
    for editor in made:
        if editor.client._server is not None and editor.process.returncode is None:
            editor.process.kill()
            await editor.process.wait()
