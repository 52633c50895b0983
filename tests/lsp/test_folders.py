"""Several folders, folders in folders, files without a folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from editor import ANALYTICS, EXAMPLE, MAIN, PRIVACY, STARTUP, Editor, capabilities

pytestmark = pytest.mark.asyncio(loop_scope="session")
Make = Callable[[], Editor]


def folders(added: list[Path], removed: list[Path]) -> lsp.DidChangeWorkspaceFoldersParams:
    event = lsp.WorkspaceFoldersChangeEvent(
        added=[lsp.WorkspaceFolder(f.as_uri(), f.name) for f in added],
        removed=[lsp.WorkspaceFolder(f.as_uri(), f.name) for f in removed],
    )
    return lsp.DidChangeWorkspaceFoldersParams(event)


async def test_folders_come_and_go(alone: Make) -> None:
    editor = alone()
    other = editor.root.parent / "other"
    shutil.copytree(EXAMPLE.parent / "leaking-java", other)
    await editor.start()
    await editor.settled()
    editor.client.workspace_did_change_workspace_folders(folders([other], []))
    await editor.settled()
    inside = [uri for uri, found in editor.client.diagnostics.items() if uri.startswith(other.as_uri()) and found]
    assert inside
    assert editor.shown() == editor.expected()
    editor.client.workspace_did_change_workspace_folders(folders([], [other]))
    await editor.settled()
    assert not any(editor.client.diagnostics[uri] for uri in inside)
    assert editor.shown() == editor.expected()
    assert await editor.stop() == 0


async def test_the_innermost_folder_speaks(alone: Make) -> None:
    """The app knows the module, but what is in the module is said once, by the module's own folder."""
    editor = alone()
    inner = editor.root / "tracking"
    await editor.start([editor.root, inner])
    await editor.settled()
    # on its own the module has no application: its public code is the entry, and its words are its own
    assert editor.codes(ANALYTICS) == ["consent/sdk-before-consent"]
    (found,) = editor.client.diagnostics[editor.uri(ANALYTICS)]
    assert "App.onCreate" not in str(found.related_information)
    assert editor.codes(STARTUP) != []
    editor.client.workspace_did_change_workspace_folders(folders([], [inner]))
    await editor.settled()
    (found,) = editor.client.diagnostics[editor.uri(ANALYTICS)]
    assert "App.onCreate" in str(found.related_information)
    assert editor.shown() == editor.expected()


async def test_what_is_edited_in_the_inner_folder_counts_in_the_outer(alone: Make) -> None:
    editor = alone()
    inner = editor.root / "app"
    await editor.start([inner, editor.root])
    editor.open(PRIVACY)
    editor.replace(PRIVACY, "getBoolean(CRASH_REPORTS, true)", "getBoolean(CRASH_REPORTS, false)")
    await editor.settled()
    assert "consent/opt-out" not in editor.codes(STARTUP)


async def test_a_file_without_a_folder(alone: Make) -> None:
    editor = alone()
    await editor.start([])
    editor.open(MAIN)
    await editor.settled()
    assert editor.codes(MAIN) == ["consent/permission-before-consent"]
    editor.close(MAIN)
    await editor.settled()
    assert editor.shown() == {}
    assert await editor.stop() == 0


async def test_a_folder_that_is_opened_after_its_file_stays_when_the_file_goes(alone: Make) -> None:
    editor = alone()
    await editor.start([])
    editor.open(MAIN)
    await editor.settled()
    editor.client.workspace_did_change_workspace_folders(folders([editor.root], []))
    editor.close(MAIN)
    await editor.settled()
    assert editor.shown() == editor.expected()
    assert await editor.stop() == 0


async def test_a_single_file_that_is_in_no_project(alone: Make, tmp_path: Path) -> None:
    """Its folder may hold anything: here a whole project."""
    editor = alone()
    editor.root = tmp_path
    await editor.start([])
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    editor.open("notes.txt")
    editor.open("buffer.kt", "fun x() {}\n")
    await editor.settled()
    assert editor.shown() == {}


async def test_open_files_only(alone: Make) -> None:
    editor = alone()
    await editor.start(options={"projectDiagnostics": False})
    editor.open(MAIN)
    await editor.settled()
    assert set(editor.shown()) == {MAIN}
    editor.close(MAIN)
    await editor.settled()
    assert editor.shown() == {}


async def test_it_speaks_the_language_of_the_command_line(alone: Make) -> None:
    editor = alone()
    await editor.start(locale="en", options={"lang": "auto"}, arguments=("--lang", "zh"))
    await editor.settled()
    assert editor.shown() == editor.expected("zh")
    assert await editor.stop() == 0


@pytest.mark.parametrize("encodings", [["utf-8", "utf-16"], ["utf-32"], []])
async def test_encodings(alone: Make, encodings: list[str]) -> None:
    """Characters outside of the basic plane and Chinese, before and in what is found."""
    editor = alone()
    able = capabilities(encodings=encodings)
    if not encodings:
        able.general = None
    result = await editor.start(able=able)
    assert result.capabilities.position_encoding == (encodings[0] if encodings else "utf-16")
    editor.open(MAIN)
    editor.replace(MAIN, "askForLocation.launch(", 'val s = "词😀𠮷é"; askForLocation.launch(')
    editor.replace(MAIN, "class MainActivity", "/* 😀 */ class MainActivity")
    editor.edit(MAIN, 0, 0, "// \u2028 \x0c \x85 lines that LSP does not know\r\n")
    await editor.settled()
    (found,) = [d for d in editor.client.diagnostics[editor.uri(MAIN)] if d.code]
    text = editor.texts[MAIN]
    start, end = editor.offset(text, found.range.start), editor.offset(text, found.range.end)
    assert text[start:end] == "askForLocation.launch"
    unopened = editor.client.diagnostics[editor.uri(ANALYTICS)][0]
    assert unopened.range.start.character == 8
    assert await editor.stop() == 0


async def test_what_an_earlier_run_found_is_shown_before_the_index(alone: Callable[[], Editor]) -> None:
    first, second = alone(), alone()
    second.root = first.root
    await first.start()
    await first.settled()
    shown = first.shown()
    assert await first.stop() == 0
    await second.start()
    await second.settled()
    states = [(status.state, status.errors) for status in second.status]
    assert states.index(("indexing", 5)) < states.index(("ready", 5))
    assert second.shown() == shown
    assert await second.stop() == 0
