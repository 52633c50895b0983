"""Hovers: for every kind of thing, in both languages, what is said and where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from askfirst.pool import SerialPool
from askfirst.settings import Settings
from askfirst.workspace import Workspace
from opened import BUILD, CODE, FRAME, MANIFEST, about, opened, said

APP, SPLASH = f"{CODE}/App.kt", f"{CODE}/SplashActivity.kt"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return opened(tmp_path_factory.mktemp("project"))


def words(workspace: Workspace, path: str, where: str) -> str:
    """What a hover is about."""
    found = about(workspace, path, where)
    assert found is not None
    return (workspace.root / path).read_bytes()[found.span.start : found.span.end].decode()


def test_a_read_before_consent(project: Workspace) -> None:
    english = said(project, APP, "phone.im‸ei", "en")
    assert english.startswith(
        f"""**`TelephonyManager.getImei`** reads IMEI or MEID (identifiers)

**Before consent**: can run on the first launch

1. `App.onCreate` [App.kt:11](/{APP}#L11): runs at every start
2. `Device.report` [App.kt:21](/{APP}#L21)

- needs: """
    )
    assert "READ_PHONE_STATE" in english
    assert "- clause: \n  - [191-3.1  collection, or opening a permission" in english
    assert "- source: " in english
    assert words(project, APP, "phone.im‸ei") == "phone.imei"


def test_a_read_before_consent_in_chinese(project: Workspace) -> None:
    chinese = said(project, APP, "phone.im‸ei", "zh")
    assert chinese.startswith("**`TelephonyManager.getImei`** 读取 IMEI/MEID (设备标识)\n\n**同意之前**：首次启动即可能运行\n\n1. ")
    assert "：每次启动都会运行" in chinese
    assert "- 条款：\n  - [191-3.1  征得用户同意前" in chinese


def test_clauses_are_those_of_the_projects_markets(project: Workspace, tmp_path: Path) -> None:
    other = opened(tmp_path, {"askfirst.toml": "[project]\nmarkets = ['eu']\n"})
    assert "191-3.1" in said(project, APP, "phone.im‸ei", "en")
    assert "191-3.1" not in said(other, APP, "phone.im‸ei", "en")


def test_a_start_behind_a_gate(project: Workspace) -> None:
    english = said(project, APP, "UMConfigure.in‸it", "en")
    assert "**`UMConfigure.init`** starts Umeng Analytics" in english
    assert (
        f"- guarded by `Privacy.isAgreed` at [App.kt:13](/{APP}#L13) (speaks of agreement), stored in `agree_policy`, "
        f"written in `Privacy.agree` [App.kt:29](/{APP}#L29), "
        f"called from `SplashActivity.onCreate (lambda)` [SplashActivity.kt:13](/{SPLASH}#L13)"
    ) in english
    assert "- told by: `UMConfigure.submitPolicyGrantResult`" in english
    chinese = said(project, APP, "UMConfigure.in‸it", "zh")
    assert "**`UMConfigure.init`** 启动友盟统计\n\n**仅在同意之后**：\n\n- 由 `Privacy.isAgreed` 控制" in chinese
    assert "，保存于 `agree_policy`，在 `Privacy.agree` [App.kt:29]" in chinese


def test_a_read_after_a_persons_act(project: Workspace) -> None:
    english = said(project, SPLASH, "Secure.get‸String", "en")
    assert "**Only after a person's act, or when the system calls it**: `SplashActivity.onCreate (lambda)`" in english
    assert "**仅在用户操作之后或由系统调用时**：`SplashActivity.onCreate (lambda)`" in said(project, SPLASH, "Secure.get‸String", "zh")


def test_a_read_that_nothing_runs(project: Workspace) -> None:
    assert "**Not reached**: nothing in the project runs `Device.unused`" in said(project, APP, "phone.sub‸scriberId", "en")
    assert "**不会运行**：项目中没有代码调用 `Device.unused`" in said(project, APP, "phone.sub‸scriberId", "zh")


GATES = """package com.demo
import android.app.Application
import android.content.Context
import com.umeng.commonsdk.UMConfigure
class App : Application() {{
    override fun onCreate() {{
        val prefs = getSharedPreferences("p", 0)
        {before}
        if ({gate}) UMConfigure.init(this, "key", "web", 1, null)
    }}
}}
"""


@pytest.mark.parametrize(
    ("before", "gate", "english", "chinese"),
    [
        (
            'prefs.edit().putBoolean("agreed", true).apply()', 'prefs.getBoolean("agreed", false)',
            "**Before consent**: waits for `agreed`, which the app sets itself", "**同意之前**：由 `agreed` 控制，但应用会自行设置它",
        ),
        (
            "", 'prefs.getBoolean("agreed", true)', "**Before consent**: runs until someone switches `agreed` off",
            "**同意之前**：在用户关闭 `agreed` 之前都会运行",
        ),
        (
            "", "Foreign.mayRun(this)", "**Perhaps before consent**: unknown whether `mayRun` is consent; a guess of low confidence",
            "**可能在同意之前**：无法判断 `mayRun` 是否为同意；置信度低的推测",
        ),
        ("", "BuildConfig.DEBUG", "**Never**: the condition cannot be true", "**不会运行**：条件在发布版本中恒为假"),
        (
            "", 'prefs.getBoolean("is_logged_in", false)',
            f"**Only after a person's act**, by what guards it:\n\n- guarded by `prefs.getBoolean` at [App.kt:9](/{APP}#L9) "
            "(speaks of a login), stored in `is_logged_in`",
            "**仅在用户操作之后**，依据以下条件：",
        ),
    ],
)  # fmt: skip
def test_what_a_condition_is_worth(tmp_path: Path, before: str, gate: str, english: str, chinese: str) -> None:
    rules = "package com.demo\nimport com.other.Engine\nobject Foreign { fun mayRun(c: Any): Boolean = Engine.of(c).run { x } }\n"
    workspace = opened(tmp_path, {APP: GATES.format(before=before, gate=gate), f"{CODE}/Foreign.kt": rules, SPLASH: "package com.demo\n"})
    assert english in said(workspace, APP, "UMConfigure.in‸it", "en")
    assert chinese in said(workspace, APP, "UMConfigure.in‸it", "zh")


def test_a_flag_in_memory_that_callers_give(tmp_path: Path) -> None:
    """Of who sets it, those are named who make it true."""
    flag = "package com.demo\nobject Flag {\n    var agreed = false\n    fun set(value: Boolean) { agreed = value }\n}\n"
    splash = """package com.demo
class SplashActivity : android.app.Activity() {
    override fun onCreate(b: android.os.Bundle?) {
        yes.setOnClickListener { Flag.set(true) }
        no.setOnClickListener { Flag.set(false) }
    }
}
"""
    files = {APP: GATES.format(before="", gate="Flag.agreed"), f"{CODE}/Flag.kt": flag, SPLASH: splash}
    english = said(opened(tmp_path, files), APP, "UMConfigure.in‸it", "en")
    assert (
        f"- guarded by `Flag.agreed` at [App.kt:9](/{APP}#L9) (speaks of agreement), "
        f"written in `Flag.set` [Flag.kt:4](/{CODE}/Flag.kt#L4), "
        f"called from `SplashActivity.onCreate (lambda)` [SplashActivity.kt:4](/{SPLASH}#L4)\n"
    ) in english


def test_a_way_behind_consent_and_one_behind_a_login(tmp_path: Path) -> None:
    code = """package com.demo
import android.app.Application
import com.umeng.commonsdk.UMConfigure
class App : Application() {
    override fun onCreate() {
        val prefs = getSharedPreferences("p", 0)
        if (prefs.getBoolean("agreed", false)) start()
        if (prefs.getBoolean("is_logged_in", false)) start()
    }
    fun start() = UMConfigure.init(this, "key", "web", 1, null)
}
"""
    english = said(opened(tmp_path, {APP: code, SPLASH: "package com.demo\n"}), APP, "UMConfigure.in‸it", "en")
    assert "**Only after a person's act**, by what guards it:" in english
    assert "- guarded by `prefs.getBoolean` at [App.kt:7]" in english


def test_of_a_chain_the_innermost_is_meant(tmp_path: Path) -> None:
    code = "package com.demo\nimport android.net.wifi.WifiManager\nfun mac(wifi: WifiManager) = wifi.connectionInfo.macAddress\n"
    workspace = opened(tmp_path, {f"{CODE}/Mac.kt": code})
    assert "`WifiManager.getConnectionInfo`" in said(workspace, f"{CODE}/Mac.kt", "connection‸Info", "en")
    assert "`WifiInfo.getMacAddress`" in said(workspace, f"{CODE}/Mac.kt", "mac‸Address", "en")


def test_an_sdks_own_settings(tmp_path: Path) -> None:
    code = """package com.demo
import android.app.Application
import io.sentry.android.core.SentryAndroid
class App : Application() {
    override fun onCreate() { SentryAndroid.init(this) { it.isEnabled = Privacy.agreed } }
}
object Privacy { var agreed = false }
"""
    workspace = opened(tmp_path, {APP: code, SPLASH: "package com.demo\n"})
    assert "- set to what `Privacy.agreed` answers (speaks of agreement)" in said(workspace, APP, "SentryAndroid.in‸it", "en")
    assert "- 取决于 `Privacy.agreed`（与同意有关）" in said(workspace, APP, "SentryAndroid.in‸it", "zh")


def test_a_start_that_is_switched_off_on_the_way(tmp_path: Path) -> None:
    code = """package com.demo
import android.app.Application
import com.appsflyer.AppsFlyerLib
class App : Application() {
    override fun onCreate() {
        AppsFlyerLib.getInstance().stop(true, this)
        AppsFlyerLib.getInstance().start(this)
    }
}
"""
    workspace = opened(tmp_path, {APP: code, SPLASH: "package com.demo\n"})
    assert "**Not before consent**: it is switched off on the way" in said(workspace, APP, ".st‸art(this", "en")
    assert "**不在同意之前**：途中已将其关闭" in said(workspace, APP, ".st‸art(this", "zh")
    assert "keeps AppsFlyer from collecting" in said(workspace, APP, ".st‸op(", "en")


def test_a_request(project: Workspace) -> None:
    english = said(project, SPLASH, "request‸Permissions", "en")
    assert english.startswith("**`requestPermissions`** asks for `CAMERA`\n\n**Before consent**: can run on the first launch")
    assert "- CAMERA: camera" in english
    assert said(project, SPLASH, "request‸Permissions", "zh").startswith("**`requestPermissions`** 申请 `CAMERA`")


def test_a_permission_in_code(project: Workspace) -> None:
    english = said(project, SPLASH, "Manifest.permission.CAM‸ERA", "en")
    assert english.startswith("**`CAMERA`**: camera\n\n")
    assert f"- asked for in: [SplashActivity.kt:16](/{SPLASH}#L16)" in english
    assert words(project, SPLASH, "Manifest.permission.CAM‸ERA") == "Manifest.permission.CAMERA"


def test_permissions_written_out_and_imported(tmp_path: Path) -> None:
    code = """package com.demo
import android.Manifest.permission.READ_CONTACTS
class Asks(val a: android.app.Activity) {
    fun one() = a.requestPermissions(arrayOf(READ_CONTACTS), 1)
    fun two() = a.checkSelfPermission("android.permission.RECORD_AUDIO")
}
"""
    workspace = opened(tmp_path, {f"{CODE}/Asks.kt": code})
    assert "**`READ_CONTACTS`**: contacts" in said(workspace, f"{CODE}/Asks.kt", "arrayOf(READ‸_CONTACTS", "en")
    assert "**`RECORD_AUDIO`**：麦克风" in said(workspace, f"{CODE}/Asks.kt", "permission.RECORD‸_AUDIO", "zh")


def test_a_permission_in_a_manifest(project: Workspace) -> None:
    english = said(project, MANIFEST, "permission.READ_PHONE‸_STATE", "en")
    assert "- granted: by the user, in a dialog" in english
    assert "- protection: dangerous\n- group: PHONE" in english
    assert f"- declared in: [AndroidManifest.xml:2](/{MANIFEST}#L2)" in english
    assert f"`TelephonyManager.getImei` [App.kt:21](/{APP}#L21)" in english
    assert "nothing that needs it" not in english
    chinese = said(project, MANIFEST, "permission.READ_PHONE‸_STATE", "zh")
    assert "- 保护级别：dangerous\n- 权限组：PHONE" in chinese
    assert "- 声明于：[AndroidManifest.xml:2]" in chinese
    reason = said(project, MANIFEST, "permission.READ_CON‸TACTS", "en")
    assert "- used by: nothing that needs it was found in this project" in reason
    assert "- reason in askfirst.toml: finds friends" in reason
    assert "- narrower: the contact picker" in reason


def test_a_permission_that_a_library_brings(project: Workspace, tmp_path: Path) -> None:
    declared = '    <uses-permission android:name="com.google.android.gms.permission.AD_ID" />\n'
    manifest = FRAME[MANIFEST].replace("    <application", f"{declared}    <application")
    workspace = opened(tmp_path, {MANIFEST: manifest})
    assert f"- brought by: `com.umeng.umsdk:common:9.6.0` ([build.gradle:4](/{BUILD}#L4))" in said(workspace, MANIFEST, "AD‸_ID", "en")
    assert "- 由依赖带入：`com.umeng.umsdk:common:9.6.0`（[build.gradle:4]" in said(workspace, MANIFEST, "AD‸_ID", "zh")


def test_a_permission_of_the_project(tmp_path: Path) -> None:
    manifest = FRAME[MANIFEST].replace("android.permission.CAMERA", "com.demo.permission.OWN")
    workspace = opened(tmp_path, {MANIFEST: manifest})
    english = said(workspace, MANIFEST, "permission.O‸WN", "en")
    assert english.startswith("**`com.demo.permission.OWN`**\n\na permission that Askfirst does not know\n\n- declared in: [Andr")


def test_a_switch(project: Workspace) -> None:
    english = said(project, MANIFEST, "firebase_ana‸lytics", "en")
    assert english.startswith("**`firebase_analytics_collection_enabled`** switches Firebase Analytics\n\n**off** here\n\n")
    assert "- default: on unless the manifest says otherwise" in english
    assert '- off when: android:value="false"\n- changed by: FirebaseAnalytics.setAnalyticsCollectionEnabled' in english
    assert "no library of Firebase Analytics that reads it was found" in english
    chinese = said(project, MANIFEST, "firebase_ana‸lytics", "zh")
    assert "是 Firebase Analytics 的开关\n\n此处**已关闭**\n\n- 默认：清单未设置时默认开启" in chinese


def test_a_switch_that_is_on(tmp_path: Path) -> None:
    workspace = opened(tmp_path, {
        MANIFEST: FRAME[MANIFEST].replace('value="false"', 'value="true"'),
        BUILD: FRAME[BUILD].replace("com.demo:nothing:1.0", "com.google.firebase:firebase-analytics:22.1.2"),
    })  # fmt: skip
    english = said(workspace, MANIFEST, 'value="tr‸ue"', "en")
    assert "**on** here" in english
    assert f"- read by `com.google.firebase:firebase-analytics:22.1.2` ([build.gradle:6](/{BUILD}#L6))" in english


def test_a_component_that_starts_by_itself(tmp_path: Path) -> None:
    provider = '<provider android:name="io.sentry.android.core.SentryInitProvider" tools:node="remove" />\n    </application>'
    tools = '<manifest xmlns:tools="http://schemas.android.com/tools" '
    manifest = FRAME[MANIFEST].replace("</application>", provider).replace("<manifest ", tools)
    workspace = opened(tmp_path, {MANIFEST: manifest})
    english = said(workspace, MANIFEST, "Sentry‸InitProvider", "en")
    assert "starts Sentry by itself, before Application.onCreate\n\ntaken out of the merged manifest here" in english
    assert "会自行启动 Sentry，早于 Application.onCreate" in said(workspace, MANIFEST, "Sentry‸InitProvider", "zh")


def test_a_library(project: Workspace) -> None:
    english = said(project, BUILD, "umsdk:com‸mon", "en")
    assert english.startswith("**`com.umeng.umsdk:common:9.6.0`** belongs to Umeng Analytics\n\n- vendor: Umeng\n- kind: analytics\n")
    assert "- told by: `UMConfigure.submitPolicyGrantResult`" in english
    assert "- brings: `AD_ID`" in english
    assert "属于友盟统计\n\n- 厂商：友盟" in said(project, BUILD, "umsdk:com‸mon", "zh")
    assert said(project, BUILD, "work-run‸time", "en").startswith("**`androidx.work:work-runtime:2.9.0`** is no SDK that collects")
    assert "不是收集信息的 SDK" in said(project, BUILD, "work-run‸time", "zh")
    assert about(project, BUILD, "com.demo:noth‸ing") is None


def test_a_library_in_a_catalog(tmp_path: Path) -> None:
    catalog = '[libraries]\numeng = { module = "com.umeng.umsdk:common", version = "9.6.0" }\n'
    catalog += 'spare = "com.facebook.android:facebook-core:17.0.0"\n'
    workspace = opened(tmp_path, {
        "gradle/libs.versions.toml": catalog, BUILD: FRAME[BUILD].replace("'com.umeng.umsdk:common:9.6.0'", "libs.umeng"),
    })  # fmt: skip
    assert "belongs to Umeng Analytics" in said(workspace, "gradle/libs.versions.toml", "ume‸ng =", "en")
    assert "belongs to Umeng Analytics" in said(workspace, BUILD, "libs.um‸eng", "en")
    assert "属于 Facebook SDK" in said(workspace, "gradle/libs.versions.toml", "sp‸are", "zh")  # nothing uses it


def test_a_rule_in_an_allowance(project: Workspace) -> None:
    english = said(project, SPLASH, "allow[consent/opt‸-out", "en")
    assert english.startswith("**consent/opt-out**\n\n- severity: warning\n- says: ")
    assert words(project, SPLASH, "allow[consent/opt‸-out") == "consent/opt-out"
    assert "- 级别：警告" in said(project, SPLASH, "allow[consent/opt‸-out", "zh")
    assert said(project, SPLASH, "permi‸ssions] shown", "en").startswith("**permissions/**\n\nthe rules of a theme")
    assert about(project, SPLASH, "shown in the con‸tract") is None


def test_a_key_of_the_settings(project: Workspace) -> None:
    assert said(project, "askfirst.toml", "mark‸ets", "en").startswith("**`project.markets`**\n\nThe markets whose clauses apply")
    assert "适用哪些市场的条款" in said(project, "askfirst.toml", "mark‸ets", "zh")
    assert said(project, "askfirst.toml", '"c‸n"', "en") == "**`cn`**\n\nmainland China"
    assert "permission: android.permission.READ_CONTACTS" in said(project, "askfirst.toml", "READ_CON‸TACTS", "en")
    assert "- rule: consent/opt-out" in said(project, "askfirst.toml", "consent/opt‸-out", "en")
    assert about(project, "askfirst.toml", "finds fri‸ends") is None


def test_settings_that_are_not_saved(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    workspace.put("askfirst.toml", b"[paths]\nexclude = []\n")
    found = workspace.about("askfirst.toml", 10)
    assert found is not None
    assert found.text.en == "**`paths.exclude`**\n\nFiles and folders to leave out"


@pytest.mark.parametrize(
    ("path", "where"), [(APP, "super.on‸Create"), (APP, "pack‸age"), (MANIFEST, "<mani‸fest"), (BUILD, "minSdk‸Version"), ("none.kt", "‸")]
)
def test_nothing_is_said_of_other_things(project: Workspace, path: str, where: str) -> None:
    assert (about(project, path, where) if path != "none.kt" else project.about(path, 0)) is None


def test_before_a_check(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, Settings(), SerialPool())
    assert workspace.about(APP, 0) is None
    assert [*workspace.lenses(APP), *workspace.links(APP), *workspace.inlays(APP)] == []
    assert workspace.outline() == ((), ())
