"""Whatever is edited, renamed, deleted, swapped, saved or thrown away: what is shown in the end is what a fresh check finds."""

from __future__ import annotations

import random
import shutil

import pytest

from editor import ANALYTICS, BUILD, EXAMPLE, MAIN, MANIFEST, PRIVACY, SETTINGS, STARTUP, Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")
FILES = [MAIN, STARTUP, PRIVACY, MANIFEST, BUILD, ANALYTICS, "gradle/libs.versions.toml", "app/src/main/res/xml/preferences.xml"]
PIECES = ["\n", "// 你😀\n", "}", "{", '"', "true", "false", "<", "/>", "Privacy.isAgreed(app)", " ", "\r\n", "import a.b\n"]
SWITCHED = ["", '[rules]\nignore = ["permissions"]\n', '[paths]\nexclude = ["tracking"]\n', "broken = [\n"]


class Person:
    """Does things at random."""

    def __init__(self, editor: Editor, seed: int) -> None:
        self.editor, self.dice = editor, random.Random(seed)
        self.acts = [self.type, self.type, self.type, self.undo, self.save, self.discard, self.delete, self.rename, self.swap, self.settle]

    async def act(self) -> None:
        await self.dice.choice(self.acts)()

    def file(self) -> str:
        path = self.dice.choice(FILES)
        if path not in self.editor.texts:
            there = (self.editor.root / path).is_file()
            self.editor.open(path, None if there else "")
        return path

    async def type(self) -> None:
        path = self.file()
        text = self.editor.texts[path]
        start = self.dice.randrange(len(text) + 1)
        end = min(len(text), start + self.dice.choice([0, 0, 1, 5, 40]))
        if "\r\n" in (text[start - 1 : start + 1], text[end - 1 : end + 1]):
            return
        self.editor.edit(path, start, end, self.dice.choice(PIECES))

    async def undo(self) -> None:
        path = self.file()
        original = EXAMPLE / path
        self.editor.edit(path, 0, len(self.editor.texts[path]), original.read_text(encoding="utf-8"))

    async def save(self) -> None:
        if self.editor.texts:
            path = self.dice.choice(sorted(self.editor.texts))
            (self.editor.root / path).parent.mkdir(parents=True, exist_ok=True)
            self.editor.save(path)
            self.editor.changed(path)

    async def discard(self) -> None:
        if self.editor.texts:
            self.editor.close(self.dice.choice(sorted(self.editor.texts)))

    async def delete(self) -> None:
        closed = [path for path in FILES if path not in self.editor.texts and (self.editor.root / path).exists()]
        if closed:
            path = self.dice.choice(closed)
            (self.editor.root / path).unlink()
            self.editor.changed(path)

    async def rename(self) -> None:
        """A file moves and comes back, or its folder does."""
        old, new = self.editor.root / "tracking", self.editor.root / "tracking2"
        if any(path.startswith("tracking") for path in self.editor.texts):
            return
        if new.exists():
            old, new = new, old
        if old.exists() and not new.exists():
            old.rename(new)
            self.editor.changed(old.name, new.name)

    async def swap(self) -> None:
        """A branch is switched: files come back, settings change."""
        for path in [path for path in FILES if path not in self.editor.texts]:
            (self.editor.root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(EXAMPLE / path, self.editor.root / path)
        (self.editor.root / SETTINGS).write_text(self.dice.choice(SWITCHED), encoding="utf-8")
        self.editor.changed(SETTINGS, *FILES)

    async def settle(self) -> None:
        await self.editor.settled()


@pytest.mark.parametrize("seed", range(4))
async def test_the_end_is_what_a_fresh_check_finds(editor: Editor, seed: int) -> None:
    person = Person(editor, seed)
    for _ in range(60):
        await person.act()
    (editor.root / SETTINGS).write_text(person.dice.choice(SWITCHED[:-1]), encoding="utf-8")
    editor.changed(SETTINGS)
    await editor.settled()
    assert editor.shown() == editor.expected()
