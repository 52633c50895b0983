"""The project as trees: goldens of the examples in both languages, and what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from askfirst.hints.shapes import Branch, Outline
from askfirst.workspace import Workspace
from opened import CODE, MANIFEST, checked, opened

EXAMPLES = Path(__file__).parents[2] / "examples"
WORK = ["ACCESS_NETWORK_STATE", "FOREGROUND_SERVICE", "RECEIVE_BOOT_COMPLETED", "WAKE_LOCK"]  # what androidx.work brings
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir())


@cache
def example(name: str) -> Workspace:
    return checked(EXAMPLES / name)


def lines(branches: tuple[Branch, ...], lang: str, depth: int = 0) -> Iterator[str]:
    for branch in branches:
        where = f" @{branch.region.path}:{branch.region.line + 1}:{branch.region.column + 1}" if branch.region else ""
        severity = f" [{branch.severity.word}]" if branch.severity else ""
        note = f" ({branch.note.of(lang)})" if branch.note.en else ""
        prints = f" {len(branch.fingerprints)} finding(s)" if branch.fingerprints else ""
        yield f"{'  ' * depth}{branch.kind}: {branch.label.of(lang)}{note}{severity}{prints}{where}\n"
        yield from lines(branch.children, lang, depth + 1)


def every(branches: tuple[Branch, ...]) -> Iterator[Branch]:
    for branch in branches:
        yield branch
        yield from every(branch.children)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_the_examples(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    outline = example(name).outline()
    golden(f"outline/{name}.{lang}.txt", "".join([*lines(outline.consent, lang), "\n", *lines(outline.permissions, lang)]))


@pytest.mark.parametrize("name", NAMES)
def test_every_consent_finding_is_in_the_tree(name: str) -> None:
    workspace = example(name)
    report = workspace.check()
    outline = workspace.outline(report)
    shown = {print_ for branch in every(outline.consent) for print_ in branch.fingerprints}
    assert shown == {f.fingerprint for f in report.findings if f.rule.startswith("consent/")}
    permissions = {print_ for branch in every(outline.permissions) for print_ in branch.fingerprints}
    assert permissions <= {f.fingerprint for f in report.findings}
    assert outline == workspace.outline() == checked(EXAMPLES / name).outline()


def test_a_report_of_one_file(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    outline = workspace.outline(workspace.check(only=frozenset({f"{CODE}/SplashActivity.kt"})))
    assert [branch.label.en for branch in outline.consent] == ["SplashActivity.onCreate"]


def test_tooltips_show_the_way(tmp_path: Path) -> None:
    outline = opened(tmp_path).outline()
    app = outline.consent[0]
    (way,) = app.children
    (leaf,) = way.children
    assert (way.kind, way.label.en, leaf.kind, leaf.label) == ("way", "Device.report", "data", ("IMEI or MEID", "IMEI/MEID"))
    assert "reads IMEI or MEID on the first launch" in leaf.tooltip.en
    assert "1. `App.onCreate` [App.kt:11](file:///" in leaf.tooltip.en
    assert "首次启动、用户同意之前" in leaf.tooltip.zh


def test_all_that_one_flag_lets_through(tmp_path: Path) -> None:
    """A finding of a flag stands at the first start behind it; the tree has every one."""
    code = """package com.demo
import android.app.Application
import com.umeng.commonsdk.UMConfigure
import com.tencent.bugly.crashreport.CrashReport
class App : Application() {
    override fun onCreate() {
        if (getSharedPreferences("p", 0).getBoolean("stats_agreed", true)) {
            UMConfigure.init(this, "key", "web", 1, null)
            CrashReport.initCrashReport(this)
        }
    }
}
"""
    files = {f"{CODE}/App.kt": code, f"{CODE}/SplashActivity.kt": "package com.demo\n", "askfirst.toml": ""}
    outline = opened(tmp_path, files).outline()
    (entry,) = outline.consent
    assert [leaf.label.en for leaf in entry.children] == ["Umeng Analytics", "Tencent Bugly"]
    assert len({leaf.fingerprints for leaf in entry.children}) == 1


def test_several_applications(tmp_path: Path) -> None:
    manifest = '<manifest xmlns:android="http://schemas.android.com/apk/res/android">'
    manifest += '<uses-permission android:name="android.permission.VIBRATE" />'
    manifest += '<uses-permission android:name="android.permission.CAMERA" /></manifest>'
    outline = opened(tmp_path, {
        "settings.gradle": "include ':app', ':tv'\n", "tv/build.gradle": "apply plugin: 'com.android.application'\n",
        "tv/src/main/AndroidManifest.xml": manifest,
    }).outline()  # fmt: skip
    found = {branch.label.en: [child.label.en for child in branch.children] for branch in outline.permissions}
    assert found == {":app": [*sorted([*WORK, "AD_ID", "CAMERA", "READ_CONTACTS", "READ_PHONE_STATE"])], ":tv": ["CAMERA", "VIBRATE"]}
    assert {branch.kind for branch in outline.permissions} == {"application"}
    cameras = [child for branch in outline.permissions for child in branch.children if child.label.en == "CAMERA"]
    declared = [[leaf.region.path for leaf in each.children if leaf.region and leaf.kind == "declared"] for each in cameras]
    assert declared == [[MANIFEST], ["tv/src/main/AndroidManifest.xml"]]


def test_a_permission_that_is_taken_out(tmp_path: Path) -> None:
    taken = '<uses-permission android:name="com.google.android.gms.permission.AD_ID" tools:node="remove" />\n    <application'
    manifest = (tmp_path / MANIFEST, opened(tmp_path).outline())[1]
    assert "AD_ID" in [branch.label.en for branch in manifest.permissions]
    text = (tmp_path / MANIFEST).read_text().replace("<application", taken, 1)
    text = text.replace("<manifest ", '<manifest xmlns:tools="http://schemas.android.com/tools" ')
    outline: Outline = opened(tmp_path, {MANIFEST: text}).outline()
    assert "AD_ID" not in [branch.label.en for branch in outline.permissions]
