"""`--fix`, `--unsafe-fixes` and `--diff`: what is made, what is written, and what is left alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

import samples
from askfirst import mending
from askfirst.cli import main
from askfirst.edits import Sources
from askfirst.findings import Confidence, Edit, Finding, Fix, Mended, Place, Report, Severity
from askfirst.mending import Change, diff, mend, write
from askfirst.pool import SerialPool
from askfirst.rules.rule import rule
from askfirst.settings import Settings
from askfirst.text import Span, Text
from askfirst.workspace import Workspace

MANIFEST = "app/src/main/AndroidManifest.xml"
UNUSED = """<manifest xmlns:android="http://schemas.android.com/apk/res/android">
    <uses-permission android:name="android.permission.INTERNET" />
    <uses-permission android:name="android.permission.READ_CONTACTS" />
    <application android:name=".App" />
</manifest>
"""
FIXED = UNUSED.replace('    <uses-permission android:name="android.permission.READ_CONTACTS" />\n', "")
BUILD = 'plugins { id("com.android.application") }\nandroid { namespace = "com.example.app" }\n'
LIBRARY = 'dependencies { implementation("com.umeng.umsdk:common:9.8.9") }\n'
LAYOUT = "app/src/main/res/layout/main.xml"
TICKED = (
    '<CheckBox xmlns:android="http://schemas.android.com/apk/res/android" android:id="@+id/agree" android:checked="true" />'
)
REMOVED = '<uses-permission android:name="com.google.android.gms.permission.AD_ID" tools:node="remove" />'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    put(tmp_path, "settings.gradle.kts", 'include(":app")\n')
    put(tmp_path, "app/build.gradle.kts", BUILD)
    put(tmp_path, MANIFEST, UNUSED)
    return tmp_path


def put(root: Path, path: str, text: str | bytes) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def check(root: Path, *options: str) -> int:
    return main(["check", str(root), "--no-progress", "--jobs", "1", *options])


def test_safe_fixes_are_made_and_what_remains_is_reported(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(project, "app/build.gradle.kts", BUILD + LIBRARY)
    assert check(project, "--fix") == 1
    out, err = capsys.readouterr()
    assert (project / MANIFEST).read_text() == FIXED
    assert "permissions/unused" not in out
    assert "permissions/from-library" in out
    assert err == "askfirst: fixed 1 (1 more with --unsafe-fixes)\n"


def test_unsafe_fixes_are_made_when_asked_for(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(project, "app/build.gradle.kts", BUILD + LIBRARY)
    assert check(project, "--fix", "--unsafe-fixes") == 0
    assert REMOVED in (project / MANIFEST).read_text()
    assert capsys.readouterr().err == "askfirst: fixed 2\n"


def test_a_second_run_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(project, "--fix")
    os.utime(project / MANIFEST, (1, 1))
    assert check(project, "--fix") == 0
    assert (project / MANIFEST).stat().st_mtime == 1
    assert capsys.readouterr().err == "askfirst: fixed 1\naskfirst: fixed 0\n"


def test_a_diff_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(project, "--diff", "--fix") == 1
    assert (project / MANIFEST).read_text() == UNUSED
    out, err = capsys.readouterr()
    assert out.splitlines()[:2] == [f"--- a/{MANIFEST}", f"+++ b/{MANIFEST}"]
    assert '-    <uses-permission android:name="android.permission.READ_CONTACTS" />\n' in out
    assert err == "askfirst: would fix 1\n"


def test_a_diff_of_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(project, MANIFEST, FIXED)
    assert check(project, "--diff") == 0
    assert capsys.readouterr().out == ""


def test_unsafe_fixes_alone_are_wrong_use(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(project, "--unsafe-fixes", "--lang", "zh") == 2
    assert "--unsafe-fixes 须与 --fix" in capsys.readouterr().err


def test_only_what_is_reported_is_mended(project: Path) -> None:
    other = put(project, LAYOUT, TICKED)
    main(["check", str(other), "--fix", "--no-progress", "--jobs", "1"])
    assert 'checked="false"' in other.read_text()
    assert (project / MANIFEST).read_text() == UNUSED


def test_line_ends_and_a_byte_order_mark_stay(project: Path) -> None:
    put(project, MANIFEST, b"\xef\xbb\xbf" + UNUSED.replace("\n", "\r\n").encode())
    check(project, "--fix")
    assert (project / MANIFEST).read_bytes() == b"\xef\xbb\xbf" + FIXED.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_what_is_not_utf_8_is_left_alone(project: Path, encoding: str) -> None:
    before = UNUSED.replace("<application", "<!-- 权限 --><application").encode(encoding)
    put(project, MANIFEST, before)
    assert check(project, "--fix") == 1
    assert (project / MANIFEST).read_bytes() == before


@pytest.mark.parametrize("above", ["", "\n    "])
def test_a_line_with_an_allowance_is_left_to_a_person(project: Path, above: str) -> None:
    """Without its line, an allowance of another rule would be lost, or speak of the line that follows."""
    element = '<uses-permission android:name="android.permission.READ_CONTACTS" />'
    allowance = "<!-- askfirst: allow[permissions/unknown] why -->"
    text = UNUSED.replace(element, f"{allowance}{above}{element}" if above else f"{element} {allowance}")
    put(project, MANIFEST, text)
    assert check(project, "--fix") == 1
    assert (project / MANIFEST).read_text() == text


def test_what_is_allowed_stays(project: Path) -> None:
    text = UNUSED.replace('CONTACTS" />', 'CONTACTS" /> <!-- askfirst: allow[permissions/unused] why -->')
    put(project, MANIFEST, text)
    assert check(project, "--fix") == 0
    assert (project / MANIFEST).read_text() == text


def permission(name: str) -> str:
    return f'<uses-permission android:name="android.permission.{name}" />'


def needs(coordinates: str) -> str:
    return BUILD + f'dependencies {{ implementation("{coordinates}") }}\n'


PICK = "class A : android.app.Activity() { fun a() = packageManager.queryIntentActivities(android.content.Intent(), 0) }"
TYPED = "class P : android.app.Service() { fun a(n: android.app.Notification) { startForeground(1, n) } }"
OPT_OUT = """class App : android.app.Application() {
    override fun onCreate() {
        if (getSharedPreferences("a", 0).getBoolean("analytics", DEFAULT)) {
            com.umeng.commonsdk.UMConfigure.init(this, "key", "channel", 1, null)
        }
    }
}
const val DEFAULT = true
"""


@pytest.mark.parametrize(
    ("rule_id", "build", "manifest", "code"),
    [
        (
            "consent/auto-start", needs("com.applovin:applovin-sdk:13.1.0"),
            '<application><provider android:name="com.applovin.sdk.AppLovinInitProvider" /></application>', "",
        ),
        (
            "consent/collection-on-by-default", needs("io.sentry:sentry-android:7.14.0"),
            '<application><meta-data android:name="io.sentry.auto-init" android:resource="@bool/x" />'
            '<meta-data android:name="io.sentry.dsn" android:value="https://k@o.ingest.io/1" /></application>', "",
        ),
        ("consent/opt-out", BUILD, '<application android:name=".App" />', OPT_OUT),
        ("permissions/broader-than-used", BUILD, permission("QUERY_ALL_PACKAGES"), PICK),
        (
            "permissions/implied", BUILD + "android { defaultConfig { minSdk = 14; targetSdk = 15 } }\n",
            permission("READ_CONTACTS"), "",
        ),
        (
            "permissions/service-type", BUILD + "android { defaultConfig { targetSdk = 34 } }\n",
            permission("FOREGROUND_SERVICE_LOCATION") + permission("FOREGROUND_SERVICE_CAMERA")
            + '<application><service android:name=".P" /></application>', TYPED,
        ),
        ("permissions/unknown", BUILD, permission("INTERNET") + permission("INTERNETS"), ""),
        ("permissions/unused", BUILD, permission("READ_CONTACTS") + "<application", ""),
    ],
)  # fmt: skip
def test_nothing_is_offered_where_it_is_not_certain(
    project: Path, capsys: pytest.CaptureFixture[str], rule_id: str, build: str, manifest: str, code: str
) -> None:
    put(project, "app/build.gradle.kts", build)
    put(project, MANIFEST, f"{UNUSED.splitlines()[0]}\n{manifest}\n</manifest>\n")
    put(project, "app/src/main/java/com/example/app/A.kt", f"package com.example.app\n{code}")
    check(project, "--select", rule_id)
    assert rule_id in capsys.readouterr().out
    assert check(project, "--select", rule_id, "--diff", "--unsafe-fixes") == 0
    assert capsys.readouterr().out == ""


# writing


def test_the_mode_of_a_file_stays(project: Path) -> None:
    (project / MANIFEST).chmod(0o640)
    check(project, "--fix")
    assert (project / MANIFEST).stat().st_mode & 0o777 == 0o640
    assert [p.name for p in (project / MANIFEST).parent.iterdir()] == ["AndroidManifest.xml"]


def test_a_symbolic_link_stays_one(project: Path) -> None:
    real = put(project, "shared/Manifest.xml", UNUSED)
    (project / MANIFEST).unlink()
    (project / MANIFEST).symlink_to(real)
    assert check(project, "--fix") == 0
    assert (project / MANIFEST).is_symlink()
    assert real.read_text() == FIXED


def test_nothing_outside_of_the_project_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    real, root = put(tmp_path, "else/Manifest.xml", UNUSED), tmp_path / "root"
    put(root, "app/build.gradle.kts", BUILD)
    (root / MANIFEST).parent.mkdir(parents=True)
    (root / MANIFEST).symlink_to(real)
    assert check(root, "--fix") == 3
    assert real.read_text() == UNUSED
    assert "could not be written: it lies outside of the project" in capsys.readouterr().out


def test_a_file_that_cannot_be_written_is_said_and_the_rest_goes_on(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(project, LAYOUT, TICKED)
    replace = os.replace

    def refuse(new: str, file: Path) -> None:
        if file.name == "AndroidManifest.xml":
            raise PermissionError(13, "Permission denied")
        replace(new, file)

    monkeypatch.setattr(os, "replace", refuse)
    assert check(project, "--fix", "--lang", "zh") == 3
    assert 'checked="false"' in (project / LAYOUT).read_text()
    assert (project / MANIFEST).read_text() == UNUSED
    assert [p.name for p in (project / MANIFEST).parent.iterdir() if p.is_file()] == ["AndroidManifest.xml"]
    out, err = capsys.readouterr()
    assert f"{MANIFEST}: 无法写入：Permission denied" in out
    assert "permissions/unused" in out  # it remains
    assert "pre-ticked" not in out
    assert err == "askfirst: 已修复 1 个问题\n"


def test_a_file_that_was_changed_meanwhile_stays(tmp_path: Path) -> None:
    put(tmp_path, "a", "newer")
    said = write(tmp_path, Change("a", b"older", b"fixed"))
    assert said == mending.CHANGED
    assert (tmp_path / "a").read_text() == "newer"


def test_a_file_that_another_path_leads_to_is_written_once(project: Path) -> None:
    put(project, "other/build.gradle.kts", BUILD)
    (project / "settings.gradle.kts").write_text('include(":app", ":other")\n')
    (project / "other/src").symlink_to(project / "app/src")
    assert check(project, "--fix") == 0
    assert (project / MANIFEST).read_text() == FIXED


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    said = write(tmp_path, Change("a", b"", b"fixed"))
    assert said is not None
    assert "No such file" in said.en


# rounds


def made(text: str, start: int, end: int) -> tuple[Mended, ...]:
    fix = Fix(Text("t", "题"), (Edit(Span("a", start, end), text),), safe=True)
    return (Mended(fix, (samples.REGIONS[samples.CAMERA],)),)


class InMemory:
    root = Path()
    data = b"ab"

    def raw(self, path: str) -> bytes:
        return self.data

    def put(self, path: str, content: bytes | None) -> None:
        self.data = content or b""


def rounds(answers: Callable[[bytes], Mapping[Finding, tuple[Mended, ...]]]) -> mending.Outcome:
    files = InMemory()

    def check() -> Report:
        fixes = answers(files.data)
        return samples.CLEAN._replace(findings=tuple(fixes), fixes=fixes)

    return mend(files, check, unsafe=False)


def test_what_collides_waits_for_the_next_round() -> None:
    one, other = samples.DECLARED, samples.STARTS

    def answers(data: bytes) -> dict[Finding, tuple[Mended, ...]]:
        if data == b"ab":
            return {one: made("xy", 0, 2), other: made("z", 1, 2)}
        return {other: made("z", 1, 2)} if data == b"xy" else {}

    outcome = rounds(answers)
    assert outcome.changes == (Change("a", b"ab", b"xz"),)
    assert (outcome.fixed, outcome.settled) == (2, True)


def test_fixes_without_end_are_stopped() -> None:
    outcome = rounds(lambda _: {samples.DECLARED: made("x", 0, 0)})
    assert not outcome.settled
    assert outcome.changes[0].after == b"x" * mending.ROUNDS + b"ab"


def test_that_it_was_stopped_is_said(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mending, "ROUNDS", 0)
    check(project, "--fix")
    assert "stopped here" in capsys.readouterr().err


def test_a_diff_shows_a_missing_last_line_end() -> None:
    lines = list(diff(Change("a", b"x\ry\n\xffold", b"x\ry\n\xffnew\n")))
    assert lines[2:] == ["@@ -1,2 +1,2 @@\n", " x\ry\n", "-\udcffold\n\\ No newline at end of file\n", "+\udcffnew\n"]


# the workspace


def broken(finding: Finding, sources: Sources) -> Iterator[Fix]:
    raise RuntimeError("out of order")


@rule("consent/sample", severity=Severity.NOTE, clauses=(), message=Text("m", "m"), next=Text("", ""), fix=broken)
def sample() -> Iterator[Finding]:
    yield sample.at(Place(MANIFEST, 0), target="x")


def test_a_fix_that_breaks_down_hides_nothing(project: Path) -> None:
    workspace = Workspace(project, Settings(), SerialPool())
    report = workspace.check(rules=[sample], fixes=True)
    assert len(report.findings) == 1
    assert [(n.serious, "out of order" in n.text.en) for n in report.notes] == [(True, True)]
    assert workspace.fixes(report.findings[0]) == ()


def test_fixes_are_made_on_request_from_the_last_check(project: Path) -> None:
    workspace = Workspace(project, Settings(), SerialPool())
    report = workspace.check(minimum=Confidence.HIGH)
    (finding,) = report.findings
    assert report.fixes == {}
    (mended,) = workspace.fixes(finding)
    assert (mended.regions[0].line, mended.regions[0].end_line, mended.fix.safe) == (2, 3, True)


def test_a_file_that_changed_since_it_was_checked_has_no_fix(project: Path) -> None:
    code = "class Net { fun info(manager: android.net.wifi.WifiManager) = manager.connectionInfo }"
    put(project, "app/src/main/java/Net.kt", code)
    put(project, MANIFEST, FIXED)  # no finding in it: nobody has read it yet when the fix asks
    workspace = Workspace(project, Settings(), SerialPool())
    finding = next(f for f in workspace.check().findings if f.rule == "permissions/undeclared")
    put(project, MANIFEST, FIXED.replace("INTERNET", "CAMERA"))
    assert workspace.fixes(finding) == ()


def test_changed_content_stands_before_the_disk(project: Path) -> None:
    workspace = Workspace(project, Settings(), SerialPool())
    assert workspace.check().findings
    workspace.put(MANIFEST, FIXED.encode())
    once = workspace.check()
    assert once.findings == ()
    put(project, MANIFEST, FIXED)
    fresh = Workspace(project, Settings(), SerialPool()).check()
    assert once._replace(timings=()) == fresh._replace(timings=())
