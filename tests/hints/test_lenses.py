"""Lenses, inlays and links: what is shown in a file without being asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from askfirst.findings import Confidence
from askfirst.rules import RULES
from askfirst.text import Span
from askfirst.workspace import Workspace
from opened import BUILD, CODE, FRAME, MANIFEST, opened

APP, SPLASH = f"{CODE}/App.kt", f"{CODE}/SplashActivity.kt"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return opened(tmp_path_factory.mktemp("project"))


def words(workspace: Workspace, span: Span) -> str:
    return (workspace.root / span.path).read_bytes()[span.start : span.end].decode()


def test_entry_points(project: Workspace) -> None:
    (lens,) = project.lenses(APP)
    assert lens.title == ("collects 1 kind of data before consent", "用户同意前收集 1 类数据")
    assert words(project, lens.span) == "onCreate"
    (read,) = (f for f in project.check().findings if f.rule == "consent/read-before-consent")
    assert lens.fingerprints == (read.fingerprint,)


def test_a_request(project: Workspace) -> None:
    (lens,) = project.lenses(SPLASH)
    assert lens.title == ("asks for permissions before consent", "用户同意前申请权限")


def test_kinds_are_counted_once(tmp_path: Path) -> None:
    code = FRAME[APP].replace("send(phone.imei)", "send(phone.imei + phone.getImei(1) + phone.simSerialNumber + android.os.Build.SERIAL)")
    (lens,) = opened(tmp_path, {APP: code}).lenses(APP)
    assert lens.title.en == "collects 3 kinds of data before consent"
    assert lens.title.zh == "用户同意前收集 3 类数据"
    assert len(lens.fingerprints) == 3  # two calls of one name in a function are one offence


def test_sdks_of_which_no_data_is_known(tmp_path: Path) -> None:
    code = FRAME[APP].replace("Device.report(this)", "WindMillAd.sharedAds().startWithAppId(this, 1)")
    code = code.replace("import com.umeng", "import com.windmill.sdk.WindMillAd\nimport com.umeng")
    (lens,) = opened(tmp_path, {APP: code}).lenses(APP)
    assert lens.title == ("starts 1 SDK before consent", "用户同意前启动 1 个 SDK")


def test_nothing_where_nothing_is_collected(project: Workspace, tmp_path: Path) -> None:
    assert project.lenses(MANIFEST) == project.lenses("none.kt") == ()
    allowed = "send(phone.imei) // askfirst: allow[consent/read-before-consent] needed to pay"
    quiet = FRAME[APP].replace("send(phone.imei)", allowed)
    assert opened(tmp_path, {APP: quiet}).lenses(APP) == ()


def test_other_entries_that_lead_there(tmp_path: Path) -> None:
    splash = "package com.demo\nclass SplashActivity : android.app.Activity() {\n"
    splash += "    override fun onCreate(b: android.os.Bundle?) { Device.report(this) }\n}\n"
    workspace = opened(tmp_path, {SPLASH: splash})
    assert [lens.fingerprints for lens in workspace.lenses(SPLASH)] == [lens.fingerprints for lens in workspace.lenses(APP)] != []


def test_a_check_of_one_file_hides_no_lens(project: Workspace) -> None:
    whole = project.lenses(APP)
    project.check(only=frozenset({SPLASH}), minimum=Confidence.MEDIUM)
    assert project.lenses(APP) == whole


def test_inlays(project: Workspace) -> None:
    (dependency,) = project.inlays(BUILD)
    assert dependency.label.en == "reads IMEI or MEID, IMSI, MAC address and 3 more"
    assert dependency.label.zh == "读取 IMEI/MEID、IMSI、MAC 地址等 6 类信息"
    data = FRAME[BUILD].encode()
    assert data[: dependency.span.start].endswith(b"'com.umeng.umsdk:common:9.6.0'")
    assert dependency.span.start == dependency.span.end
    assert "belongs to Umeng Analytics" in dependency.tooltip.en
    manifest = [(inlay.label.en, inlay.label.zh) for inlay in project.inlays(MANIFEST)]
    assert manifest == [("used in 3 places", "3 处使用"), ("not used", "未使用"), ("has a reason", "已说明理由")]
    ends = [FRAME[MANIFEST].encode()[: inlay.span.start].rpartition(b"\n")[2].strip() for inlay in project.inlays(MANIFEST)]
    assert all(end.startswith(b"<uses-permission") and end.endswith(b"/>") for end in ends)


def test_links(project: Workspace) -> None:
    (link,) = project.links(SPLASH)
    assert (words(project, link.span), link.target) == ("consent/opt-out", "consent/opt-out")
    assert link.target in RULES
    (guide,) = project.links(BUILD)
    assert guide.target.startswith("https://developer.umeng.com/")
    assert guide.tooltip == ("Umeng Analytics: the vendor's document on privacy", "友盟统计：厂商的隐私合规文档")
    assert [(words(project, row.span), row.target) for row in project.links("askfirst.toml")] == [("consent/opt-out", "consent/opt-out")]


def test_regions(project: Workspace) -> None:
    (lens,) = project.lenses(APP)
    region = project.region(lens.span)
    assert (region.path, region.line, region.column, region.end_column) == (APP, 8, 17, 25)
