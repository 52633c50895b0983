"""The knowledge tables: compiled and current, sourced, whole in both languages, and right where it matters most."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from askfirst import knowledge, rules
from askfirst.knowledge import Index
from askfirst.knowledge.compile import FOLDER, compile_knowledge, read
from askfirst.knowledge.types import Brings, Knowledge
from askfirst.rules.permissions.broader_than_used import NARROW
from askfirst.text import Text

# The clauses on which the rules rest, those still to be written too.
CLAUSES = """
191-1.2, 191-2.1, 191-2.2, 191-2.3, 191-3.1, 191-3.2, 191-3.4, 191-3.5, 191-3.7, 191-3.8, 191-4.1, 191-4.2, 191-4.4,
191-4.6, 191-5.1, 191-5.3, 164-1, 164-1#2, 164-1#5, 164-1#7, 164-1#8, 164-2, 164-3, 164-5, 164-6, 164-7, 337-5,
PIPL-13, PIPL-14, PIPL-15, PIPL-16, PIPL-23, PIPL-29, PIPL-38, PIPL-51, GDPR-6, GDPR-7, ePrivacy-5.3,
Play, Play-sms, Play-background-location, Play-package-visibility, Play-all-files, Play-photos, Play-install-packages,
Play-fgs, Play-ad-id, Play-permissions, Play-user-data,
14号文, 26号文, 077.6, 078.7, TC260-PG-20204A, TC260-PG-20205A, GB/T 41391, GB/T 35273
"""


@pytest.fixture(scope="module")
def index() -> Index:
    return knowledge.load()


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return read(FOLDER)


def walk(value: Any) -> Iterator[Any]:
    """`value` and every tuple inside it."""
    if isinstance(value, tuple):
        yield value
        for inner in value:
            yield from walk(inner)


def test_compiled_file_is_current(index: Index, known: Knowledge) -> None:
    assert (FOLDER / "compiled.bin").read_bytes() == compile_knowledge(FOLDER)
    assert index.knowledge == known
    assert index.version == known.version


def test_every_row_has_source_and_mark(known: Knowledge) -> None:
    rows = [row for row in walk(known) if hasattr(row, "source") and hasattr(row, "mark")]
    assert len(rows) > 3000
    assert not [row for row in rows if not row.source or row.mark not in ("V", "R")]


def test_both_languages_are_there(known: Knowledge) -> None:
    texts = [row for row in walk(known) if isinstance(row, Text)]
    assert not [text for text in texts if bool(text.en) != bool(text.zh)]
    names = [row.name for row in known.sdks] + [row.name for row in known.data] + [row.name for row in known.categories]
    assert all(name.en and name.zh for name in names)
    assert all(row.label.en and row.label.zh for row in known.permissions)
    assert all(row.document.en and row.title.zh for row in known.clauses)


@pytest.mark.parametrize("key", [key.strip() for key in CLAUSES.split(",")])
def test_clauses_of_the_rules_exist(index: Index, key: str) -> None:
    clause = index.clause(key)
    assert clause is not None
    assert set(clause.markets) <= {"cn", "play", "eu"}


def test_clauses_of_the_written_rules_exist(index: Index) -> None:
    assert not [(rule.id, key) for rule in rules.RULES.values() for key in rule.clauses if index.clause(key) is None]


def test_the_31_behaviours_and_39_categories_are_complete(known: Knowledge) -> None:
    behaviours = [clause.key for clause in known.clauses if clause.key.startswith("191-")]
    assert len(behaviours) == 31
    assert sorted(category.number for category in known.categories) == list(range(1, 40))


def needs(index: Index, member: str, owner: str, level: int) -> set[str]:
    """Short names of what `owner#member` needs on one API level, sometimes needed ones left out."""
    rows = [api for api in index.apis_by_member[member] if api.key == f"{owner}#{member}"]
    assert rows
    return {
        need.permission.rpartition(".")[2]
        for api in rows for need in api.needs
        if need.first <= level <= (need.last or level) and not need.conditional
    }  # fmt: skip


@pytest.mark.parametrize(
    ("owner", "member", "level", "expected"),
    [
        ("android.telephony.TelephonyManager", "getImei", 28, {"READ_PHONE_STATE"}),
        ("android.telephony.TelephonyManager", "getImei", 29, {"READ_PRIVILEGED_PHONE_STATE"}),
        ("android.telephony.TelephonyManager", "getDeviceId", 23, {"READ_PHONE_STATE"}),
        ("android.os.Build", "getSerial", 28, {"READ_PHONE_STATE"}),
        ("android.os.Build", "getSerial", 25, set()),
        ("android.telephony.TelephonyManager", "getLine1Number", 33, {"READ_PHONE_NUMBERS", "READ_SMS"}),
        ("android.location.LocationManager", "addNmeaListener", 34, {"ACCESS_FINE_LOCATION"}),
        ("android.bluetooth.BluetoothAdapter", "getBondedDevices", 30, {"BLUETOOTH"}),
        ("android.bluetooth.BluetoothAdapter", "getBondedDevices", 31, {"BLUETOOTH_CONNECT"}),
        ("android.telephony.TelephonyManager", "getCellLocation", 30, {"ACCESS_FINE_LOCATION"}),
        ("android.hardware.camera2.CameraManager", "openCamera", 34, {"CAMERA"}),
        ("android.telephony.SmsManager", "sendTextMessage", 30, {"SEND_SMS"}),
        ("android.os.Vibrator", "vibrate", 30, {"VIBRATE"}),
        ("android.accounts.AccountManager", "getAccounts", 30, set()),
        ("android.content.pm.PackageManager", "getInstalledPackages", 34, set()),
    ],
)  # fmt: skip
def test_permissions_by_level(index: Index, owner: str, member: str, level: int, expected: set[str]) -> None:
    assert needs(index, member, owner, level) == expected


def test_wifi_location_is_conditional(index: Index) -> None:
    manager = "android.net.wifi.WifiManager"
    rows = [api for api in index.apis_by_member["getConnectionInfo"] if api.key.startswith(manager)]
    assert needs(index, "getConnectionInfo", manager, 33) == {"ACCESS_WIFI_STATE"}
    conditional = {need.permission for api in rows for need in api.needs if need.conditional}
    assert "android.permission.ACCESS_FINE_LOCATION" in conditional


@pytest.mark.parametrize(
    "member", ["setPrimaryClip", "getPackageInfo", "getExternalStorageDirectory", "getActiveNetworkInfo"]
)
def test_these_are_no_collection(index: Index, member: str) -> None:
    assert not [api for api in index.apis_by_member[member] if api.collects]


def test_tiers(index: Index) -> None:
    tiers = {
        "imei": "identifiers", "contacts": "lists", "location": "location", "clipboard": "content", "camera": "senses",
        "operator": "traits", "sensors": "traits", "network-type": "traits",
    }  # fmt: skip
    for kind, tier in tiers.items():
        row = index.data(kind)
        assert row is not None
        assert row.tier == tier


def test_apis_by_kind(index: Index) -> None:
    for kind in ("uri", "shell", "file", "property", "reflect", "action", "string"):
        assert index.apis_of_kind(kind)
    assert index.apis_of_kind("nothing") == ()
    assert any(api.data == "android-id" and api.argument for api in index.apis_by_member["getString"])


def test_permissions(index: Index) -> None:
    camera, notifications = index.permission("CAMERA"), index.permission("android.permission.POST_NOTIFICATIONS")
    assert camera is not None
    assert camera.dangerous
    assert camera.personal
    assert camera.group == "CAMERA"
    assert notifications is not None
    assert notifications.dangerous
    assert not notifications.personal
    for name in ("INTERNET", "VIBRATE", "WAKE_LOCK", "RECEIVE_BOOT_COMPLETED", "com.android.vending.BILLING"):
        row = index.permission(name)
        assert row is not None
        assert not row.personal
    for name in ("QUERY_ALL_PACKAGES", "GET_TASKS", "com.google.android.gms.permission.AD_ID", "READ_PROFILE"):
        row = index.permission(name)
        assert row is not None
        assert row.personal
    for name in ("SYSTEM_ALERT_WINDOW", "MANAGE_EXTERNAL_STORAGE", "PACKAGE_USAGE_STATS", "REQUEST_INSTALL_PACKAGES"):
        row = index.permission(name)
        assert row is not None
        assert row.special
    assert index.permission("NO_SUCH_PERMISSION") is None


@pytest.mark.parametrize(
    ("group", "artifact", "expected"),
    [
        ("com.umeng.umsdk", "common", ["umeng"]),
        ("com.umeng.umsdk", "push", ["umeng-push"]),
        ("com.umeng.umsdk", "share-core", ["umeng-share"]),
        ("com.google.firebase", "firebase-core", ["firebase-analytics"]),
        ("com.google.android.gms", "play-services-measurement", ["firebase-analytics"]),
        ("com.google.firebase", "firebase-crashlytics-ktx", ["firebase-crashlytics"]),
        ("com.google.firebase", "firebase-inappmessaging-display", ["firebase-inappmessaging"]),
        ("com.google.firebase", "firebase-auth", ["firebase"]),
        ("com.crashlytics.sdk.android", "crashlytics", ["fabric-crashlytics"]),
        ("com.tencent.bugly", "crashreport_upgrade", ["bugly-upgrade"]),
        ("com.tencent.map.geolocation", "TencentLocationSdk-openplatform", ["tencent-location"]),
        ("com.example", "nothing", []),
    ],
)
def test_libraries_to_sdks(index: Index, group: str, artifact: str, expected: list[str]) -> None:
    assert [sdk.id for sdk in index.sdks_for(group, artifact)] == expected


def test_packages_to_sdks(index: Index) -> None:
    def of(name: str) -> str | None:
        sdk = index.sdk_of_package(name)
        return sdk.id if sdk else None

    assert of("com.umeng.message.PushAgent") == "umeng-push"
    assert of("com.umeng.commonsdk.UMConfigure") == "umeng"
    assert of("com.google.firebase.analytics.FirebaseAnalytics") == "firebase-analytics"
    assert of("com.example.App") is None
    assert index.sdk_of_plugin["umeng_common_sdk"].id == "umeng"


def test_vendors_calls(index: Index) -> None:
    assert ("umeng", "safe") in {(sdk.id, role) for sdk, _, role in index.starts_by_method["preInit"]}
    assert ("jpush", "start") in {(sdk.id, role) for sdk, _, role in index.starts_by_method["init"]}
    agreeing = {sdk.id for sdk, _, role in index.starts_by_method["setAgreePrivacy"] if role == "consent"}
    assert agreeing == {"baidu-map", "tencent-map"}
    required = {sdk.id for sdk in index.sdks if sdk.required}
    assert required == {"amap", "baidu-map", "tencent-map", "tencent-location"}
    assert all(sdk.consents for sdk in index.sdks if sdk.required)


def test_automatic_starts_and_switches(index: Index) -> None:
    sdk, auto = index.autos["com.applovin.sdk.AppLovinInitProvider"]
    assert (sdk.id, auto.collects, auto.evidence) == ("applovin", True, "artifact")
    assert not index.infrastructure & index.autos.keys()
    assert "androidx.startup.InitializationProvider" in index.infrastructure
    owner, switch = index.switches["firebase_analytics_collection_enabled"]
    assert (owner.id, switch.off) == ("firebase-analytics", "false")
    assert index.switches["google_analytics_adid_collection_enabled"][1] not in owner.switches


def test_only_verified_reports_ship(index: Index) -> None:
    assert {sdk.id for sdk in index.sdks if sdk.reported} == {"analysys-ark", "geetest"}


def test_retired_and_risky(index: Index) -> None:
    retired = {sdk.id for sdk in index.sdks if sdk.retired.en}
    assert {"appcenter", "hockeyapp", "mopub", "tencent-mta", "fabric-crashlytics"} <= retired
    wechat = index.sdk("wechat")
    assert wechat is not None
    assert not wechat.collects
    assert wechat.risky[0][0] == "com.tencent.mm.opensdk:wechat-sdk-android-with-mta"


def test_framework(index: Index) -> None:
    assert index.services["TELEPHONY_SERVICE"] == index.services["phone"] == "android.telephony.TelephonyManager"
    assert index.returns["android.net.wifi.WifiManager#getConnectionInfo"] == "android.net.wifi.WifiInfo"
    chain, name = [], "androidx.appcompat.app.AppCompatActivity"
    while name in index.hierarchy:
        name = index.hierarchy[name]
        chain.append(name)
    assert "android.app.Activity" in chain
    assert chain[-1] == "android.content.Context"
    assert all(index.hierarchy[name] != name for name in index.hierarchy)


def test_consent_platforms(index: Index) -> None:
    assert [cmp.name for cmp, _ in index.cmp_gates["canRequestAds"]] == ["Google UMP"]


def test_loading_is_quick() -> None:
    compiled = (FOLDER / "compiled.bin").read_bytes()
    best = min(seconds(compiled) for _ in range(5))
    assert best < 0.05  # 5 ms on an idle machine; room for a loaded one


def seconds(compiled: bytes) -> float:
    start = time.perf_counter()
    index = Index(compiled)
    assert index.apis_by_member
    assert index.starts_by_method
    return time.perf_counter() - start


@pytest.mark.parametrize(
    ("until", "version", "brings"),
    [
        ("", "9.9", True),
        ("1.1", "1.1", True),
        ("1.1", "1.1.2", True),
        ("1.1.1", "1.1.2", False),
        ("0.55", "~0.55.2", True),
        ("0.55", "^0.72.0", False),
        ("0.55", "+", False),
        ("0.55", "latest", False),
        ("0.55", "", False),
    ],
)
def test_versions_that_bring_a_permission(until: str, version: str, brings: bool) -> None:
    assert Brings("a.permission.B", "V", "s", "", until).comes_with(version) is brings


@pytest.mark.parametrize(("version", "brings"), [("1.0", False), ("1.1", True), ("1.1.1", True), ("1.2", False)])
def test_versions_from_the_first_that_brings_it_on(version: str, brings: bool) -> None:
    assert Brings("a.permission.B", "V", "s", "1.1", "1.1.1").comes_with(version) is brings


DATA = "data.toml"
API = "apis/a.toml"
SDK = "sdks/s.toml"
LIBRARY = "libraries.toml"
HEAD = 'source = "s"\nmark = "V"\n'


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        (DATA, 'data = [{ id = "x", tier = "none", name = "X", mark = "V" }]', "data.toml: data[0]: x: `source`"),
        (DATA, 'source = "s"\ndata = [{ id = "x", tier = "none", name = "X", mark = "S" }]', "`mark`"),
        (DATA, HEAD + 'data = [{ id = "x", tier = "odd", name = "X" }]', "odd"),
        (DATA, HEAD + 'data = [{ id = "x", tier = "none", name = "X", nam = "Y" }]', "`nam`"),
        (DATA, HEAD + 'data = [{ id = "x", tier = "none", name = { en = "X" } }]', "`en` and `zh`"),
        (DATA, "data = [", "data.toml"),
        (API, HEAD + 'api = [{ methods = ["a.B#c"], data = "nothing" }]', "nothing"),
        (API, HEAD + 'api = [{ methods = ["a.B#c"], needs = ["NOTHING"] }]', "NOTHING"),
        (API, HEAD + 'api = [{ methods = ["a.B#c", "a.B#c"] }]', "twice"),
        (SDK, HEAD + 'sdk = [{ id = "a", name = "A", kind = "ads", coordinates = ["a"] }]', "group:artifact"),
        (LIBRARY, HEAD + 'library = [{ names = ["a:b"], implied = ["NOTHING"] }]', "NOTHING"),
        (LIBRARY, HEAD + 'library = [{ names = ["a:b"] }, { names = ["a:b"] }]', "twice"),
    ],
)
def test_wrong_tables_are_refused(tmp_path: Path, file: str, text: str, message: str) -> None:
    target = tmp_path / file
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)):
        read(tmp_path)


def test_what_would_do_instead_is_known_where_a_rule_says_so(index: Index) -> None:
    known = [index.permission(name) for name in NARROW]
    assert all(permission is not None and permission.narrower.en for permission in known)


@pytest.mark.parametrize(
    ("permission", "policy"),
    [
        ("android.permission.SEND_SMS", "Play-sms"),
        ("android.permission.READ_CALL_LOG", "Play-sms"),
        ("android.permission.health.READ_STEPS", "Play-health"),
        ("com.google.android.gms.permission.AD_ID", "Play-ad-id"),
        ("android.permission.CAMERA", ""),
    ],
)
def test_policies_of_google_play(index: Index, permission: str, policy: str) -> None:
    assert index.policy(permission) == policy
