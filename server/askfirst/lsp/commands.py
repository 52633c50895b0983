"""What `workspace/executeCommand` does. Arguments come from outside: what makes no sense is answered with null."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp

from askfirst import knowledge
from askfirst.explain import explain, known_names
from askfirst.lsp.actions import Changed
from askfirst.lsp.replies import workspace_edit
from askfirst.lsp.server import Server
from askfirst.lsp.session import Session
from askfirst.lsp.tree import path_of
from askfirst.rules import RULES, page
from askfirst.settings import FILE_NAME
from askfirst.starter import STARTER
from askfirst.text import Text

EXISTS = Text("`{path}` is there already; it stays as it is", "`{path}` 已存在，未作改动")
CANNOT = Text("this editor cannot make files for a server; run: askfirst init", "此编辑器不支持由服务器新建文件；请运行：askfirst init")


async def check(ls: Server, *arguments: Any) -> None:
    """Check everything anew, in the folder that is named or in all."""
    for session in [named] if (named := _folder(ls, arguments)) is not None and arguments else ls.folders:
        session.check()


async def explained(ls: Server, *arguments: Any) -> dict[str, str] | None:
    """What is known of a rule, an API, a permission, an SDK or a clause, as Markdown."""
    name = arguments[0] if arguments else None
    if not isinstance(name, str):
        return None
    lang = session.lang if (session := ls.folders.at(None)) is not None else ls.lang or "en"
    said = explain(name, lang, knowledge.load())
    prose = page(name).prose.of(lang) if name in RULES else ""
    if not said:
        return None
    rows = said.removesuffix(f"\n{prose}\n") if prose else said
    return {"markdown": f"```text\n{rows.rstrip()}\n```\n\n{prose}".rstrip() + "\n"}


async def path(ls: Server, *arguments: Any) -> dict[str, Any] | None:
    """The way to a finding, by its fingerprint."""
    fingerprint = arguments[0] if arguments else None
    if not isinstance(fingerprint, str):
        return None
    for session in ls.folders:
        found = await session.ask(lambda engine, stale: path_of(engine, fingerprint))
        if found is not None:
            return found
    return None


async def create_settings(ls: Server, *arguments: Any) -> None:
    """Write a commented askfirst.toml, by an edit of the client's."""
    session = _folder(ls, arguments)
    if session is None:
        return
    lang, file = session.lang, Path(session.root) / FILE_NAME
    if file.exists():
        said = EXISTS.of(lang).format(path=FILE_NAME)
    elif not (ls.client.creates and ls.client.versions):
        said = CANNOT.of(lang)
    else:
        nowhere = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
        change = Changed(FILE_NAME, (lsp.TextEdit(nowhere, STARTER.of(lang)),), create=True)
        await ls.workspace_apply_edit_async(lsp.ApplyWorkspaceEditParams(workspace_edit(session, [change])))
        return
    ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, said))


async def names(ls: Server, *arguments: Any) -> list[str]:
    """What can be explained."""
    return sorted(set(known_names(knowledge.load())))


def _folder(ls: Server, arguments: tuple[Any, ...]) -> Session | None:
    named = arguments[0] if arguments and isinstance(arguments[0], str) else None
    return ls.folders.at(named)


COMMANDS: dict[str, Callable[..., Awaitable[Any]]] = {
    "askfirst.server.check": check,
    "askfirst.server.explain": explained,
    "askfirst.server.path": path,
    "askfirst.server.createSettings": create_settings,
    "askfirst.server.names": names,
}
