"""What an editor shows beside the findings: hovers, lenses, links, notes, help in the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lsprotocol import types as lsp

from editor import BUILD, MANIFEST, SETTINGS, STARTUP, Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")
METHODS = {
    lsp.HoverParams: lsp.TEXT_DOCUMENT_HOVER, lsp.CodeLensParams: lsp.TEXT_DOCUMENT_CODE_LENS,
    lsp.DocumentLinkParams: lsp.TEXT_DOCUMENT_DOCUMENT_LINK, lsp.CompletionParams: lsp.TEXT_DOCUMENT_COMPLETION,
}  # fmt: skip
APP = STARTUP.replace("Startup.kt", "App.kt")


async def ask(editor: Editor, make: type[Any], path: str, words: str = "", after: int = 0) -> Any:
    """Send a request about a file, or about the place of some words in it; `make` is the type of its parameters."""
    text = editor.texts[path]
    at = [editor.position(text, text.index(words) + after)] if words else []
    return await editor.request(METHODS[make], make(editor.identifier(path), *at))


async def test_a_hover_says_what_a_call_does_and_who_runs_it(editor: Editor) -> None:
    editor.open(STARTUP)
    found = await ask(editor, lsp.HoverParams, STARTUP, "SentryAndroid.init", 15)
    assert isinstance(found, lsp.Hover)
    assert isinstance(found.contents, lsp.MarkupContent)
    assert "Sentry" in found.contents.value
    assert "App.onCreate" in found.contents.value
    assert found.range is not None
    line = editor.texts[STARTUP].split("\n")[found.range.start.line]
    assert line[found.range.start.character : found.range.end.character] == "SentryAndroid.init"


async def test_a_hover_in_a_buffer_that_has_moved(editor: Editor) -> None:
    editor.open(MANIFEST)
    editor.edit(MANIFEST, 0, 0, "\n\n")
    found = await ask(editor, lsp.HoverParams, MANIFEST, "READ_CONTACTS")
    assert isinstance(found, lsp.Hover)
    assert isinstance(found.contents, lsp.MarkupContent)
    assert "READ_CONTACTS" in found.contents.value
    assert await ask(editor, lsp.HoverParams, MANIFEST, "manifest") is None


async def test_lenses_and_notes_are_there_when_they_are_wanted(alone: Callable[[], Editor]) -> None:
    editor = alone()
    await editor.start(options={"codeLens": True, "inlayHints": True, "lang": "zh"})
    await editor.settled()
    editor.open(APP)
    editor.open(BUILD)
    lenses = await ask(editor, lsp.CodeLensParams, APP)
    assert lenses
    (command,) = [lens.command for lens in lenses]
    assert (command.title, command.command) == ("用户同意前收集 12 类数据", "askfirst.showPath")
    assert await editor.command("askfirst.server.path", *command.arguments) is not None
    everything = lsp.Range(lsp.Position(0, 0), lsp.Position(999, 0))
    notes = await editor.request(lsp.TEXT_DOCUMENT_INLAY_HINT, lsp.InlayHintParams(editor.identifier(BUILD), everything))
    assert any("读取" in note.label for note in notes)


async def test_lenses_and_notes_are_off_by_default(editor: Editor) -> None:
    editor.open(APP)
    assert not await ask(editor, lsp.CodeLensParams, APP)


async def test_links_lead_to_rules_and_vendors(editor: Editor) -> None:
    editor.open(BUILD)
    links = await ask(editor, lsp.DocumentLinkParams, BUILD)
    assert len(links) > 1
    assert all(link.target.startswith(("https://", "file://")) for link in links)


async def test_the_settings_are_completed_and_explained(editor: Editor) -> None:
    (editor.root / SETTINGS).write_text("", encoding="utf-8")
    editor.open(SETTINGS)
    editor.edit(SETTINGS, 0, 0, '# 你好\n[rules]\nignore = ["consent/opt"]\n')
    items = await ask(editor, lsp.CompletionParams, SETTINGS, "opt", 3)
    assert items
    item = next(item for item in items if item.label == "consent/opt-out")
    assert isinstance(item.text_edit, lsp.TextEdit)
    line = editor.texts[SETTINGS].split("\n")[item.text_edit.range.start.line]
    assert "consent/opt" in line[item.text_edit.range.start.character : item.text_edit.range.end.character]
    found = await ask(editor, lsp.HoverParams, SETTINGS, "ignore")
    assert isinstance(found, lsp.Hover)
    editor.open(STARTUP)
    assert not await ask(editor, lsp.CompletionParams, STARTUP, "SentryAndroid")
