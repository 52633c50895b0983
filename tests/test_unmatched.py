"""Gates, reasons and paths of the settings do what they say, and a note tells of one that matches nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from askfirst.findings import Confidence, Report
from askfirst.pool import SerialPool
from askfirst.settings import PerPath, Settings
from askfirst.workspace import Workspace

APP = """package com.demo
import com.umeng.commonsdk.UMConfigure
class App : android.app.Application() {
    override fun onCreate() {
        super.onCreate()
        if (Door.open) UMConfigure.init(this, "k", "c", 1, null)
        if (Door.ajar()) UMConfigure.init(this, "k", "c", 1, null)
    }
}
"""
DOOR = """package com.demo
object Door {
    val open: Boolean get() = Vault.read().x
    fun ajar(): Boolean = Vault.read().y
}
class House { companion object { var lit = false } }
"""
MANIFEST = """<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="com.demo">
    <uses-permission android:name="android.permission.CAMERA"/>
    <application android:name=".App"/>
</manifest>
"""
BEFORE = "consent/sdk-before-consent"


def check(root: Path, settings: Settings) -> Report:
    for path, text in {
        "app/build.gradle": "apply plugin: 'com.android.application'\n",
        "app/src/main/AndroidManifest.xml": MANIFEST,
        "app/src/main/java/com/demo/App.kt": APP,
        "app/src/main/java/com/demo/Door.kt": DOOR,
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return Workspace(root, settings, SerialPool()).check()


def notes(report: Report) -> list[tuple[str, str]]:
    return [(n.path, n.text.en) for n in report.notes]


def starts(report: Report) -> int:
    return sum(finding.rule == BEFORE for finding in report.findings)


def test_a_gate_guards(tmp_path: Path) -> None:
    def found(*gates: str) -> int:
        check(tmp_path, Settings())
        report = Workspace(tmp_path, Settings(gates=gates), SerialPool()).check(minimum=Confidence.LOW)
        assert notes(report) == []
        return starts(report)

    assert found() == 2  # what the door shows is not known: low confidence
    assert found("com.demo.Door.open") == 1
    assert found("com.demo.Door.ajar") == 1
    assert found("com.demo.Door.open", "com.demo.Door.ajar") == 0


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        ("com.demo.Door.opn", "called `com.demo.Door.opn` (did you mean `com.demo.Door.open`?)"),
        ("Door.open", "called `Door.open` (did you mean `com.demo.Door.open`?)"),
        ("com.demo.House.lit", ""),  # of its companion
        ("com.vendor.Cmp.agreed", ""),  # a library's: cannot be looked up
    ],
)
def test_a_gate_that_is_not_there_is_noted(tmp_path: Path, gate: str, said: str) -> None:
    found = notes(check(tmp_path, Settings(gates=(gate,), path="askfirst.toml")))
    assert [path for path, _ in found] == ["askfirst.toml"] * bool(said)
    assert all(said in words for _, words in found)


def test_reasons_and_paths_that_match_nothing_are_noted(tmp_path: Path) -> None:
    settings = Settings(
        reasons=(("android.permission.CAMERA", "scan"), ("android.permission.CAMRA", "scan")),
        per_path=(PerPath("app/**", ("sdk",)), PerPath("ap/**", ("sdk",))),
        path="conf.toml",
    )
    first, second = notes(check(tmp_path, settings))
    assert first[0] == second[0] == "conf.toml"
    assert "no file of this project matches `ap/**`" in first[1]
    assert "declares `android.permission.CAMRA` (did you mean `android.permission.CAMERA`?)" in second[1]
