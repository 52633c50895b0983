"""What is offered for a finding, with an engine in this process; each way to allow it does quiet it."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lsprotocol.types import Position, Range

from askfirst.edits import apply
from askfirst.findings import Edit
from askfirst.globs import Globs
from askfirst.lsp import actions, allowing, settings_file
from askfirst.lsp.actions import Changed, Offer
from askfirst.lsp.engine import Changes, Engine
from askfirst.lsp.options import Client, Options
from askfirst.lsp.positions import sheet
from askfirst.settings import load_settings
from askfirst.text import Span
from editor import EXAMPLE, STARTUP

EVERYTHING = Range(Position(0, 0), Position(9999, 0))
GRADLE = "plugins { id 'com.android.application' }\nandroid { namespace 'a.b' }\n"
ABLE = Client(versions=True, creates=True, resolves=True, shows_path=True)
MANIFEST = """<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android">
    <uses-permission
        android:name="android.permission.READ_CONTACTS" />
    <uses-permission android:name="android.permission.READ_SMS" /><uses-permission android:name="android.permission.CAMERA"
    /><application
        android:name=".App"
    ><uses-library android:name="x"/></application>
</manifest>
"""


def never() -> bool:
    return False


def engine_of(root: Path, files: dict[str, str | bytes], client: Client = ABLE) -> Engine:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return Engine(root, root.as_uri(), client, Options(), "", "utf-16")


def offers(engine: Engine, path: str, only: tuple[str, ...] = ()) -> list[Offer]:
    return actions.offers(engine, path, EVERYTHING, only, never)


def make(engine: Engine, changes: tuple[Changed, ...]) -> None:
    """Make the changes as an editor's buffers."""
    put: dict[str, bytes | None] = {}
    for change in changes:
        data = b"" if change.create else engine.buffers.get(change.path) or (engine.root / change.path).read_bytes()
        paper = sheet(data, "utf-16")
        put[change.path] = apply(
            data,
            [
                Edit(Span(change.path, paper.offset(e.range.start), paper.offset(e.range.end)), e.new_text)
                for e in change.edits
            ],
        )
    engine.apply(Changes(put, frozenset(), False, None))


def rules(engine: Engine, path: str) -> list[str]:
    return sorted(finding.rule for finding, _ in engine.findings(path, never)[1])


MAIN = """package a.b
import android.app.Activity
import android.os.Bundle
import android.provider.Settings
class Main : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        read()
    }
    fun read() {
\t    val id = Settings.Secure.getString(contentResolver, Settings.Secure.ANDROID_ID)
    }
    fun text() = \"\"\"
        ${Settings.Secure.getString(contentResolver, Settings.Secure.ANDROID_ID)}
    \"\"\"
}
"""
LAUNCHER = """<manifest xmlns:android="http://schemas.android.com/apk/res/android">
    <application><activity android:name="a.b.Main" android:exported="true"><intent-filter>
        <action android:name="android.intent.action.MAIN" /><category android:name="android.intent.category.LAUNCHER" />
    </intent-filter></activity></application>
</manifest>
"""
KOTLIN = "src/main/java/a/b/Main.kt"
XML = "src/main/AndroidManifest.xml"
CATALOG = "gradle/libs.versions.toml"
BUILT = {"build.gradle": GRADLE, "settings.gradle": ""}
USES = BUILT | {"build.gradle": GRADLE + "dependencies {\n    implementation libs.umeng\n}\n"}
UMENG = '[libraries]\numeng = "com.umeng.umsdk:common:9.+"\n'


@pytest.mark.parametrize("crlf", [False, True], ids=["lf", "crlf"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize(
    ("path", "rule", "files"),
    [
        (KOTLIN, "consent/read-before-consent", BUILT | {XML: LAUNCHER, KOTLIN: MAIN}),
        (XML, "permissions/unused", BUILT | {XML: MANIFEST}),
        (CATALOG, "sdk/moving-version", USES | {CATALOG: UMENG}),
        ("build.gradle", "sdk/moving-version", BUILT | {
            "build.gradle": "dependencies { implementation 'com.umeng.umsdk:common:9.+' }\n" + GRADLE
        }),
    ],
    ids=["kotlin", "xml", "catalog", "gradle"],
)  # fmt: skip
def test_all_can_be_allowed_in_place(
    tmp_path: Path, path: str, rule: str, files: dict[str, str], mark: bytes, crlf: bool
) -> None:
    """One after another, each with the comment that its file understands, in the line ends of the file."""
    end = "\r\n" if crlf else "\n"
    raw: dict[str, str | bytes] = {name: mark + text.replace("\n", end).encode() for name, text in files.items()}
    engine = engine_of(tmp_path, raw)
    count = rules(engine, path).count(rule)
    assert count > 0
    while count:
        offer = next(o for o in offers(engine, path) if o.title == f"Allow `{rule}` here, with a reason")
        make(engine, actions.resolve(engine, offer.how, never))
        left = rules(engine, path).count(rule)
        assert left < count
        count = left
    assert not [note for note in engine.report(None, never).notes if note.path == path]
    text = engine.buffers[path].decode()
    assert text.startswith(mark.decode())
    assert ("\r\n" in text) == crlf
    assert text.count("\n") == text.count(end)


def test_no_comment_is_put_into_a_text_and_none_where_none_can_stand() -> None:
    data = MAIN.encode()
    assert allowing.allow(KOTLIN, data, data.rindex(b"ANDROID_ID"), "a/b", "en") is None
    assert allowing.allow(KOTLIN, data, data.index(b"ANDROID_ID"), "a/b", "en") is not None
    assert allowing.allow("app/google-services.json", b"{}", 0, "a/b", "en") is None


def test_the_comment_is_indented_like_its_line() -> None:
    edit = allowing.allow(KOTLIN, MAIN.encode(), MAIN.index("Settings.Secure.getS"), "a/b", "zh")
    assert edit is not None
    assert edit.text == "\t    // askfirst: allow[a/b] TODO 请写明理由\n"


@pytest.mark.parametrize("path", ["build.gradle", "app/A.kt", "a[1]/b*?.kt", "!odd/x.kt", "a\\b/c.kt"])
def test_a_file_is_left_out_alone(path: str) -> None:
    globs = Globs([settings_file.pattern(path)])
    assert globs.covers(path)
    assert not globs.covers(f"other/{path}")
    assert not globs.covers(path.replace("A", "B").replace("b", "c").replace("x", "y"))


SETTINGS = [
    "",
    "[project]\nlang = \"zh\" # 中文 😀\n",
    "# c\n[per-path.\"app/A.kt\"]\n# why\nignore = [\n  \"consent/opt-out\", # because\n]\n\n[rules]\nignore = []\n",
    "per-path = { \"app/A.kt\" = { ignore = [] } }\n",
    "[permissions.reasons]\n\"android.permission.CAMERA\" = \"x\" # 为什么\n\n# tail\n",
    "[permissions]\nreasons = {}\n",
    "[project]\r\nlang = \"zh\"\r\n",
    "[project]\nlang = 'en'",
]


@pytest.mark.parametrize("text", SETTINGS)
def test_the_settings_keep_what_they_say(tmp_path: Path, text: str) -> None:
    (tmp_path / "askfirst.toml").write_bytes(text.encode())
    before = load_settings(tmp_path, None)
    for edit in (
        settings_file.allow("askfirst.toml", text, "app/A.kt", "sdk/retired"),
        settings_file.give_reason("askfirst.toml", text, "android.permission.READ_CONTACTS", "原因"),
    ):
        assert edit is not None
        new = apply(text.encode(), [edit])
        (tmp_path / "askfirst.toml").write_bytes(new)
        after = load_settings(tmp_path, None)
        assert new.count(b"\r\n") in (0, new.count(b"\n"))
        assert edit.span.start == edit.span.end, "nothing is taken away"
        said = {q.glob: q.ignore for q in after.per_path}
        if edit.text.find("原因") < 0:
            assert said["app/A.kt"][-1] == "sdk/retired"
            assert after._replace(per_path=before.per_path) == before
        else:
            assert dict(after.reasons)["android.permission.READ_CONTACTS"] == "原因"
            assert set(before.reasons) < set(after.reasons)
            assert after._replace(reasons=before.reasons) == before


def test_what_is_there_already_needs_no_edit_and_what_is_broken_gets_none() -> None:
    assert settings_file.allow("x", "a = [\n", "f", "r") is None
    assert settings_file.give_reason("x", "permissions = 3\n", "p", "r") is None
    assert settings_file.give_reason("x", "[permissions.reasons]\np = 'q'\n", "p", "r") is None


def test_kinds_are_given_as_wanted(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, dict(BUILT | {XML: MANIFEST}))
    kinds = {offer.kind for offer in offers(engine, XML)}
    assert kinds == {"quickfix", "source.fixAll.askfirst"}
    assert {o.kind for o in offers(engine, XML, ("quickfix",))} == {"quickfix"}
    for only in ("source", "source.fixAll", "source.fixAll.askfirst"):
        assert {o.kind for o in offers(engine, XML, (only,))} == {"source.fixAll.askfirst"}
    assert offers(engine, XML, ("source.organizeImports",)) == []
    assert offers(engine, XML, ("quick",)) == []


def test_each_finding_has_one_preferred_fix_and_titles_tell_apart(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, dict(BUILT | {XML: MANIFEST}))
    found = offers(engine, XML, ("quickfix",))
    preferred = [offer for offer in found if offer.preferred]
    assert len(preferred) == rules(engine, XML).count("permissions/unused")
    assert len({offer.title for offer in found}) == len(found)


def test_what_is_gone_is_not_mended(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, dict(BUILT | {XML: MANIFEST}))
    lazy = [o for o in offers(engine, XML) if o.changes is None and not o.fingerprint and "fingerprint" in o.how]
    assert lazy
    engine.apply(Changes({XML: b"<manifest/>"}, frozenset(), False, None))
    for offer in lazy:
        assert actions.resolve(engine, offer.how, never) == ()
    assert actions.resolve(engine, {}, never) == ()


def test_without_the_power_to_make_files_no_settings_are_offered(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, dict(BUILT | {XML: MANIFEST}), ABLE._replace(creates=False))
    assert not any("askfirst.toml" in offer.title for offer in offers(engine, XML))
    (tmp_path / "askfirst.toml").write_text("")
    assert any("askfirst.toml" in offer.title for offer in offers(engine, XML))


def test_no_comment_is_put_into_a_tag() -> None:
    """The line begins within the tag before; the comment stands between the two."""
    data = MANIFEST.encode()
    edit = allowing.allow(XML, data, data.index(b'".App"'), "a/b", "en")
    assert edit is not None
    changed = apply(data, [edit]).decode()
    assert "/><!-- askfirst: allow[a/b] TODO say why this is right --> <application" in changed
    ElementTree.fromstring(changed)


def test_all_that_is_safe_stays_in_the_file(tmp_path: Path) -> None:
    """The safe fix of this file's finding changes another one: that is offered for the finding, not with all others."""
    shutil.copytree(EXAMPLE, tmp_path / "p")
    engine = engine_of(tmp_path / "p", {})
    assert any(offer.preferred for offer in offers(engine, STARTUP, ("quickfix",)))
    assert offers(engine, STARTUP, ("source.fixAll",)) == []
