"""A client that is told what is wrong: open, edit, save, close, what happens on disk, settings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from editor import ANALYTICS, BUILD, EXAMPLE, MAIN, MANIFEST, PRIVACY, SETTINGS, STARTUP, Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_whole_project_is_shown(editor: Editor) -> None:
    assert editor.shown() == editor.expected()
    assert "consent/permission-before-consent" in editor.codes(MAIN)
    last = editor.status[-1]
    assert (last.state, last.errors, last.warnings, last.notes) == ("ready", 5, 10, 3)
    assert last.folder == editor.root.as_uri()


async def test_the_way_there_is_told_hop_by_hop(editor: Editor) -> None:
    found = next(d for d in editor.client.diagnostics[editor.uri(STARTUP)] if d.code == "consent/opt-out")
    said = [related.message for related in found.related_information or ()]
    assert said[0] == "1. App.onCreate: runs at every start"
    assert said[1].startswith("2. Startup.run: guarded by `sendsCrashReports`")
    assert said[2] == "`sendsCrashReports` starts as on here"
    assert found.related_information is not None
    assert found.related_information[2].location.uri == editor.uri(PRIVACY)
    assert found.severity == lsp.DiagnosticSeverity.Warning
    assert found.source == "askfirst"


async def test_an_unsaved_edit_counts_and_its_version_is_told(editor: Editor) -> None:
    editor.open(MAIN)
    editor.replace(MAIN, "askForLocation.launch(", "println(")
    await editor.settled()
    assert editor.codes(MAIN) == []
    editor.replace(MAIN, "println(", "val s = \"你好 😀\"; askForLocation.launch(")
    await editor.settled()
    assert editor.shown() == editor.expected()
    assert editor.codes(MAIN) == ["consent/permission-before-consent"]
    told = [p for p in editor.published if p.uri == editor.uri(MAIN)]
    assert told[-1].version == 3
    assert all(p.version is None for p in editor.published if p.uri != editor.uri(MAIN))


async def test_what_is_elsewhere_is_shown_as_well(editor: Editor) -> None:
    """The gate stands in another file than the finding."""
    editor.open(PRIVACY)
    editor.replace(PRIVACY, "getBoolean(CRASH_REPORTS, true)", "getBoolean(CRASH_REPORTS, false)")
    await editor.settled()
    assert editor.codes(STARTUP) == ["consent/gate-set-by-app"]
    assert editor.shown() == editor.expected()


async def test_the_own_file_is_shown_before_the_project_is_checked(editor: Editor) -> None:
    editor.open(ANALYTICS)
    await editor.settled()
    before = len(editor.status)
    checks_begun: list[int] = []
    editor.hooks.append(lambda params: checks_begun.append(len(editor.status) - before))
    editor.replace(ANALYTICS, "UMConfigure.init(", "println(")
    await editor.settled()
    assert editor.codes(ANALYTICS) == []
    assert checks_begun[0] == 0


async def test_what_was_closed_without_saving_is_forgotten(editor: Editor) -> None:
    editor.open(MAIN)
    editor.replace(MAIN, "askForLocation.launch(", "println(")
    await editor.settled()
    editor.close(MAIN)
    await editor.settled()
    assert editor.codes(MAIN) == ["consent/permission-before-consent"]


async def test_a_thousand_quick_edits_end_in_what_a_fresh_check_finds(editor: Editor) -> None:
    versions: list[int] = []
    editor.hooks.append(lambda p: versions.append(p.version) if p.uri == editor.uri(MAIN) and p.version else None)
    editor.open(MAIN)
    at = editor.texts[MAIN].index("askForLocation.launch(")
    for n in range(500):
        editor.edit(MAIN, at, at, "\n")
        editor.edit(MAIN, 0, 0, f"// 第 {n} 😀\n")
        at += len(f"// 第 {n} 😀\n") + 1
    await editor.settled()
    assert editor.shown() == editor.expected()
    assert versions == sorted(versions)
    assert versions[-1] == 1001
    assert editor.client.diagnostics[editor.uri(MAIN)][0].range.start.line == 24 + 1000


async def test_a_branch_switch(editor: Editor) -> None:
    """Many files change at once, some are new, some are gone."""
    other = EXAMPLE.parent / "clean-kotlin"
    before = {p.relative_to(editor.root).as_posix() for p in editor.root.rglob("*") if p.is_file()}
    shutil.rmtree(editor.root)
    shutil.copytree(other, editor.root)
    after = {p.relative_to(editor.root).as_posix() for p in editor.root.rglob("*") if p.is_file()}
    editor.changed(*sorted(before | after))
    await editor.settled()
    assert editor.shown() == editor.expected() == {}
    assert editor.status[-1].errors == 0


async def test_files_that_go_take_their_diagnostics_along(editor: Editor) -> None:
    shutil.rmtree(editor.root / "tracking/src")
    editor.changed("tracking/src")
    await editor.settled()
    assert editor.codes(ANALYTICS) == []
    assert editor.shown() == editor.expected()


async def test_a_renamed_file(editor: Editor) -> None:
    new = ANALYTICS.replace("Analytics", "Counting")
    (editor.root / ANALYTICS).rename(editor.root / new)
    files = [lsp.FileRename(editor.uri(ANALYTICS), editor.uri(new))]
    editor.client.workspace_did_rename_files(lsp.RenameFilesParams(files))
    await editor.settled()
    assert editor.codes(ANALYTICS) == []
    assert editor.codes(new) == ["consent/sdk-before-consent"]


async def test_files_made_and_deleted_in_the_editor(editor: Editor) -> None:
    copy = ANALYTICS.replace("Analytics", "More")
    text = (editor.root / ANALYTICS).read_text(encoding="utf-8").replace("object Analytics", "object More")
    (editor.root / copy).write_text(text, encoding="utf-8")
    editor.client.workspace_did_create_files(lsp.CreateFilesParams([lsp.FileCreate(editor.uri(copy))]))
    (editor.root / ANALYTICS).unlink()
    editor.client.workspace_did_delete_files(lsp.DeleteFilesParams([lsp.FileDelete(editor.uri(ANALYTICS))]))
    await editor.settled()
    assert editor.codes(ANALYTICS) == []
    assert editor.shown() == editor.expected()


async def test_what_is_built_is_not_looked_at(editor: Editor) -> None:
    states = len(editor.status)
    editor.changed("app/build/generated/A.java", ".gradle/x.lock")
    await editor.settled()
    assert len(editor.status) == states


async def test_a_half_written_file_keeps_the_server_going(editor: Editor) -> None:
    editor.open(MAIN)
    whole = editor.texts[MAIN]
    editor.send(MAIN, [lsp.TextDocumentContentChangeWholeDocument(whole[: len(whole) // 2])])
    editor.texts[MAIN] = whole[: len(whole) // 2]
    await editor.settled()
    assert editor.shown() == editor.expected()
    editor.texts[MAIN] = whole
    editor.send(MAIN, [lsp.TextDocumentContentChangeWholeDocument(whole)])
    await editor.settled()
    assert editor.codes(MAIN) == ["consent/permission-before-consent"]


async def test_settings_count_when_they_are_saved(editor: Editor) -> None:
    editor.open(SETTINGS, "")
    editor.edit(SETTINGS, 0, 0, '[rules]\nignore = ["consent"]\n')
    await editor.settled()
    assert editor.codes(MAIN) == ["consent/permission-before-consent"]
    editor.save(SETTINGS)
    await editor.settled()
    assert editor.codes(MAIN) == []
    assert editor.shown() == editor.expected()


async def test_broken_settings_are_shown_and_the_last_good_ones_stay(editor: Editor) -> None:
    editor.open(SETTINGS, '[rules]\nignore = ["consent"]\n')
    editor.save(SETTINGS)
    await editor.settled()
    editor.replace(SETTINGS, '["consent"]', '["consent", "no/rule"]')
    editor.save(SETTINGS)
    await editor.settled()
    (shown,) = editor.client.diagnostics[editor.uri(SETTINGS)]
    assert "no/rule" in shown.message
    assert (shown.range.start.line, shown.severity) == (1, lsp.DiagnosticSeverity.Error)
    assert editor.codes(MAIN) == []
    editor.replace(SETTINGS, '["consent", "no/rule"]', "[]")
    editor.save(SETTINGS)
    await editor.settled()
    assert list(editor.client.diagnostics[editor.uri(SETTINGS)]) == []
    assert editor.codes(MAIN) == ["consent/permission-before-consent"]


async def test_settings_changed_outside_of_the_editor(editor: Editor) -> None:
    (editor.root / SETTINGS).write_text('[paths]\nexclude = ["tracking"]\n', encoding="utf-8")
    editor.changed(SETTINGS)
    await editor.settled()
    assert editor.codes(ANALYTICS) == []
    assert editor.shown() == editor.expected()


async def test_notes_of_the_check_are_shown_where_they_belong(editor: Editor) -> None:
    editor.open(MAIN)
    editor.replace(MAIN, "    @SuppressLint", "    // askfirst: allow[consent/opt-out] nothing is here\n    @SuppressLint")
    await editor.settled()
    note = next(d for d in editor.client.diagnostics[editor.uri(MAIN)] if d.severity == lsp.DiagnosticSeverity.Information)
    assert "quiets nothing" in note.message
    assert editor.shown() == editor.expected()


async def test_a_fix_makes_what_it_mends_vanish(editor: Editor) -> None:
    editor.open(MANIFEST)
    actions = await editor.actions(MANIFEST, "READ_CONTACTS")
    chosen = next(action for action in actions if action.is_preferred)
    assert (chosen.title, chosen.kind) == ("Delete the declaration", lsp.CodeActionKind.QuickFix)
    assert [d.code for d in chosen.diagnostics or ()] == ["permissions/unused"]
    await editor.take(chosen)
    await editor.settled()
    assert "permissions/unused" not in editor.codes(MANIFEST)
    assert "READ_CONTACTS" not in editor.texts[MANIFEST]
    assert editor.shown() == editor.expected()


async def test_what_is_allowed_with_a_reason_vanishes(editor: Editor) -> None:
    for path, words, rule in (
        (MAIN, "askForLocation.launch", "consent/permission-before-consent"),
        (MANIFEST, "READ_CONTACTS", "permissions/unused"),
        (BUILD, "libs.facebook.core", "consent/auto-start"),
    ):
        editor.open(path)
        assert rule in editor.codes(path)
        await editor.take(next(a for a in await editor.actions(path, words) if a.title == f"Allow `{rule}` here, with a reason"))
        await editor.settled()
        assert rule not in editor.codes(path)
    assert editor.shown() == editor.expected()


async def test_what_is_left_out_in_the_settings_vanishes_when_they_are_saved(editor: Editor) -> None:
    editor.open(MAIN)
    actions = await editor.actions(MAIN, "askForLocation.launch")
    await editor.take(next(a for a in actions if a.title.startswith("Leave `consent/permission-before-consent` out")))
    assert editor.texts[SETTINGS] == f'[per-path."{MAIN}"]\nignore = ["consent/permission-before-consent"]\n'
    editor.save(SETTINGS)
    await editor.settled()
    assert editor.codes(MAIN) == []
    assert editor.shown() == editor.expected()


async def test_settings_that_are_open_are_edited_as_they_stand_there(editor: Editor) -> None:
    (editor.root / SETTINGS).write_text("[rules]\n", encoding="utf-8")
    editor.open(MAIN)
    editor.open(SETTINGS)
    editor.edit(SETTINGS, 0, 0, "# 没保存\n# not saved\n")
    actions = await editor.actions(MAIN, "askForLocation.launch")
    await editor.take(next(a for a in actions if a.title.startswith("Leave `consent/permission-before-consent` out")))
    wanted = f'[per-path."{MAIN}"]\nignore = ["consent/permission-before-consent"]\n'
    assert editor.texts[SETTINGS] == f"# 没保存\n# not saved\n[rules]\n\n{wanted}"


async def test_a_reason_for_a_permission(editor: Editor) -> None:
    editor.open(MANIFEST)
    actions = await editor.actions(MANIFEST, "READ_CONTACTS")
    await editor.take(next(a for a in actions if a.title == "Name what `READ_CONTACTS` is for, in askfirst.toml"))
    editor.save(SETTINGS)
    await editor.settled()
    assert "permissions/unused" not in editor.codes(MANIFEST)


async def test_all_of_a_rule_and_all_that_is_safe(editor: Editor) -> None:
    editor.open(BUILD)
    editor.open(MANIFEST)
    actions = await editor.actions(BUILD, "libs.facebook.core")
    await editor.take(next(a for a in actions if a.title.startswith("Fix all `permissions/from-library`")))
    await editor.settled()
    assert "permissions/from-library" not in editor.codes(BUILD)
    (everything,) = await editor.actions(MANIFEST, only=["source.fixAll"])
    assert everything.kind == "source.fixAll.askfirst"
    await editor.take(everything)
    await editor.settled()
    assert editor.codes(MANIFEST) == []
    assert editor.shown() == editor.expected()


async def test_an_edit_that_a_change_overtook_is_refused(editor: Editor) -> None:
    """Whatever comes back fits the text as it is now."""
    editor.open(MANIFEST)
    chosen = next(a for a in await editor.actions(MANIFEST, "READ_CONTACTS") if "here, with a reason" in a.title)
    editor.edit(MANIFEST, 0, 0, "<!-- 😀 -->\n".replace("😀", "x"))
    editor.replace(MANIFEST, "<!-- x -->\n", "")
    editor.replace(MANIFEST, "    <uses-permission", "\n\n    <uses-permission")
    await editor.take(chosen)
    await editor.settled()
    assert "permissions/unused" not in editor.codes(MANIFEST)


async def test_the_trees(editor: Editor) -> None:
    tree = await editor.request("askfirst/tree", {"folder": editor.root.as_uri()})
    assert {node.label for node in tree.consent} == {"App.onCreate", "MainActivity.onCreate"}
    assert "READ_CONTACTS" in [node.label for node in tree.permissions]
    assert tree.consent[0].children[0].children[0].severity in ("error", "warning", "note")
    nothing = await editor.request("askfirst/tree", {"folder": "file:///nowhere"})
    assert (nothing.consent, nothing.permissions) == ([], [])


async def test_commands(editor: Editor) -> None:
    found = editor.client.diagnostics[editor.uri(STARTUP)][0]
    assert isinstance(found.data, dict)
    way = await editor.command("askfirst.server.path", found.data["fingerprint"])
    assert [hop["label"] for hop in way["hops"]][:2] == ["App.onCreate", "Startup.run"]
    assert way["hops"][0]["range"]["start"]["line"] == 8
    assert await editor.command("askfirst.server.path", "nothing") is None
    said = await editor.command("askfirst.server.explain", "consent/opt-out")
    assert "consent/opt-out" in said["markdown"]
    assert await editor.command("askfirst.server.explain", "nothing at all") is None
    assert {"consent/opt-out", "READ_CONTACTS"} <= set(await editor.command("askfirst.server.names"))
    await editor.command("askfirst.server.createSettings", editor.root.as_uri())
    assert "[consent]" in editor.texts[SETTINGS]
    for nonsense in (3, None, True, "x"):
        assert await editor.command("askfirst.server.path", nonsense) is None
        assert await editor.command("askfirst.server.explain", nonsense) is None
    assert await editor.command("askfirst.server.path") is None


async def test_nothing_is_written_into_the_project(editor: Editor) -> None:
    def files() -> dict[Path, bytes]:
        return {p: p.read_bytes() for p in editor.root.rglob("*") if p.is_file()}

    before = files()
    editor.open(MANIFEST)
    await editor.actions(MANIFEST)
    editor.replace(MANIFEST, "READ_CONTACTS", "CAMERA")
    await editor.command("askfirst.server.check")
    await editor.settled()
    assert files() == before
