"""`explain` finds a name in every table, says its sources, and offers the nearest name when it knows none."""

from __future__ import annotations

import marshal

import pytest

from askfirst import knowledge
from askfirst.cli import main
from askfirst.explain import as_markdown, explain
from askfirst.knowledge import Index
from askfirst.knowledge.compile import plain
from askfirst.knowledge.types import (
    Api,
    AutoStart,
    Brings,
    Clause,
    Data,
    Knowledge,
    Need,
    Permission,
    Sdk,
    Start,
    Switch,
)
from askfirst.rules import RULES, page
from askfirst.text import Text

START = Start("DemoAgent.init", "", "V", "vendor's guide")
SDK = Sdk(
    id="demo-analytics",
    name=Text("Demo Analytics", "演示统计"),
    vendor=Text("Demo Inc.", "演示公司"),
    kind="analytics",
    abroad=True,
    coordinates=("com.demo:analytics*",),
    packages=("com.demo.analytics",),
    plugins=(),
    starts=(START,),
    safe=(START._replace(call="DemoAgent.preInit", argument="^early$"),),
    consents=(),
    required=False,
    offs=(),
    controllers=(),
    switches=(Switch("demo_enabled", "false", Text("collection", "收集"), (), (), "V", "vendor's guide"),),
    auto=(AutoStart("com.demo.analytics.Start", "provider", (), True, "", "", "V", "vendor's guide", ""),),
    permissions=(Brings("android.permission.INTERNET", "V", "artifact", ""),),
    data=("imei",),
    collects=True,
    retired=Text("", ""),
    risky=(),
    reported=(),
    url="https://example.org/sdk",
    mark="R",
    source="vendor's guide",
)
KNOWN = Knowledge(
    version="1",
    data=(Data("imei", "identifiers", Text("IMEI", "IMEI 号")),),
    apis=(
        Api(
            "method", "android.telephony.TelephonyManager#getImei", "imei",
            (Need("android.permission.READ_PHONE_STATE", 26, 28, False),), "", True, "V", "AOSP",
        ),
        Api("uri", "content://com.android.contacts", "", (), "", True, "V", "AOSP"),
    ),
    sdks=(SDK,),
    permissions=(
        Permission(
            "android.permission.READ_PHONE_STATE", Text("phone state", "电话状态"), 1, 36, "PHONE", (), True, False,
            True, "", Text("none", "无"), (), 0, "V", "AOSP",
        ),
    ),
    artifacts=(),
    habits=(),
    clauses=(
        Clause("191-3.1", Text("Method", "认定方法"), Text("before consent", "同意之前"), ("cn",), "", "V", "S191"),
    ),
    categories=(),
    cmps=(),
    infrastructure=(),
    returns=(),
    services=(),
    hierarchy=(),
)  # fmt: skip
INDEX = Index(marshal.dumps(plain(KNOWN)))


KEY = KNOWN.apis[0].key


@pytest.mark.parametrize("name", ["getImei", "TelephonyManager.getImei", KEY, KEY.replace("#", ".")])
def test_an_api(name: str) -> None:
    assert explain(name, "en", INDEX).splitlines() == [
        "API         android.telephony.TelephonyManager#getImei (method)",
        "reads       IMEI (identifiers)",
        "collection  yes",
        "needs       android.permission.READ_PHONE_STATE, API levels 26–28",
        "source      AOSP (verified)",
    ]


def test_an_api_that_is_an_address() -> None:
    assert explain("content://com.android.contacts", "en", INDEX).startswith(
        "API         content://com.android.contacts"
    )


@pytest.mark.parametrize("name", ["READ_PHONE_STATE", "android.permission.READ_PHONE_STATE"])
def test_a_permission(name: str) -> None:
    said = explain(name, "zh", INDEX)
    assert "含义        电话状态" in said
    assert "由用户在弹窗中授予" in said


@pytest.mark.parametrize(
    "name",
    [
        "demo-analytics", "demo analytics", "演示统计", "com.demo:analytics-core:1.2", "com.demo.analytics.Thing",
        "DemoAgent.init", "com.demo.analytics.DemoAgent.preInit", "demo_enabled",
    ],
)  # fmt: skip
def test_an_sdk(name: str) -> None:
    lines = explain(name, "en", INDEX).splitlines()
    assert lines[0] == "SDK               Demo Analytics (demo-analytics)"
    assert "safe before       DemoAgent.preInit (^early$)" in lines
    assert 'switched off by   demo_enabled="false"' in lines
    assert lines[-1] == "source            vendor's guide (recalled, not verified)"


def test_as_markdown() -> None:
    english, chinese = as_markdown("getImei", INDEX)
    assert english.startswith("**android.telephony.TelephonyManager#getImei (method)**\n\n- reads: IMEI (identifiers)\n")
    assert "- 需要权限：android.permission.READ_PHONE_STATE, API 级别 26–28" in chinese
    rule = as_markdown(min(RULES), INDEX)
    assert page(min(RULES)).prose.en in rule.en
    assert page(min(RULES)).prose.zh in rule.zh
    assert as_markdown("nothing", INDEX) == ("", "")


def test_a_clause() -> None:
    assert "同意之前" in explain("191-3.1", "zh", INDEX)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_rule(lang: str) -> None:
    rule = min(RULES)
    said = explain(rule, lang, INDEX)
    assert page(rule).summary.of(lang) in said
    assert page(rule).prose.of(lang) in said


def test_an_unknown_name(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "load", lambda: INDEX)
    assert explain("getIme", "en", INDEX) == ""
    assert main(["explain", "getIme"]) == 2
    assert capsys.readouterr().err == "askfirst: nothing is known of `getIme`; did you mean `getImei`?\n"
    assert main(["explain", "READ_PHONE_STAT", "--lang", "zh"]) == 2
    assert capsys.readouterr().err.endswith("；是否指 `READ_PHONE_STATE`？\n")
    assert main(["explain", "getImei"]) == 0
    assert capsys.readouterr().out == explain("getImei", "en", INDEX)
