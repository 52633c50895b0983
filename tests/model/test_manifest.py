"""Merged manifests: order, marks, placeholders, names, origins."""

from __future__ import annotations

from pathlib import Path

import pytest

from askfirst.model.manifest import Merged
from trees import APPLICATION, LAUNCHER, LIBRARY, Tree, grow, manifest

P = "android.permission."
CAMERA = f'<uses-permission android:name="{P}CAMERA"/>'
SETTINGS = "include ':app', ':core'"
APP = APPLICATION + "android { namespace 'com.demo' }\ndependencies { implementation project(':core') }"
CORE = LIBRARY + "android { namespace 'com.core' }"


def two(tmp_path: Path, app: str, core: str, script: str = APP) -> Merged:
    """The merged manifest of an application with one library."""
    tree = grow(
        tmp_path,
        {
            "settings.gradle": SETTINGS,
            "app/build.gradle": script,
            "core/build.gradle": CORE,
            "app/src/main/AndroidManifest.xml": app,
            "core/src/main/AndroidManifest.xml": core,
        },
    )
    return tree.manifests.of(tree.modules.of("app"))[0]


def names(merged: Merged) -> list[str]:
    return [node.key.removeprefix(P) for node in merged.permissions]


def test_a_library_adds(tmp_path: Path) -> None:
    core = manifest(CAMERA, '<activity android:name=".Core"/><meta-data android:name="key" android:value="core"/>')
    merged = two(tmp_path, manifest(application='<activity android:name=".Main"/>'), core)
    assert names(merged) == ["CAMERA"]
    assert [node.key for node in merged.components("activity")] == ["com.demo.Main", "com.core.Core"]
    permission = merged.permissions[0]
    assert (permission.origin.module, permission.origin.source_set) == ("core", "main")
    assert permission.origin.place.path == "core/src/main/AndroidManifest.xml"
    meta = merged.meta("key")
    assert meta is not None
    assert meta.get("value") == "core"


def test_the_application_wins_and_attributes_merge(tmp_path: Path) -> None:
    app = manifest(application='<meta-data android:name="key" android:value="app"/><service android:name=".S"/>')
    core = manifest(
        application='<meta-data android:name="key" android:value="core"/>'
        '<service android:name="com.demo.S" android:exported="true" android:process=":p"/>',
        attributes='android:allowBackup="false"',
    )
    merged = two(tmp_path, app, core)
    meta, (service,) = merged.meta("key"), merged.components("service")
    assert meta is not None
    assert meta.get("value") == "app"
    assert service.flag("exported") is True
    assert service.places["android:exported"].path.startswith("core/")
    assert merged.application is not None
    assert merged.application.flag("allowBackup") is False


@pytest.mark.parametrize(
    ("mark", "kept"),
    [
        (f'<uses-permission android:name="{P}CAMERA" tools:node="remove"/>', []),
        ('<uses-permission tools:node="removeAll"/>', []),
        (f'<uses-permission android:name="{P}CAMERA" tools:node="remove" tools:selector="com.core"/>', []),
        (f'<uses-permission android:name="{P}NFC" tools:node="remove"/>', ["CAMERA"]),
    ],
)
def test_removal(tmp_path: Path, mark: str, kept: list[str]) -> None:
    assert names(two(tmp_path, manifest(mark), manifest(CAMERA))) == kept


def test_removal_from_another_library_only(tmp_path: Path) -> None:
    mark = f'<uses-permission android:name="{P}CAMERA" tools:node="remove" tools:selector="com.other"/>'
    merged = two(tmp_path, manifest(mark), manifest(CAMERA))
    assert merged.removed == {}


def test_what_is_removed_is_told(tmp_path: Path) -> None:
    app = manifest(
        f'<uses-permission android:name="{P}CAMERA" tools:node="remove"/>',
        '<provider android:name="com.sdk.Start" tools:node="remove"/>',
    )
    merged = two(tmp_path, app, manifest())
    assert set(merged.removed) == {("uses-permission", P + "CAMERA"), ("provider", "com.sdk.Start")}


def test_removal_inside_a_component(tmp_path: Path) -> None:
    startup = '<provider android:name="androidx.startup.InitializationProvider" tools:node="merge">{}</provider>'
    app = manifest(application=startup.format('<meta-data android:name="com.sdk.Init" tools:node="remove"/>'))
    core = manifest(application=startup.format('<meta-data android:name="com.sdk.Init"/><meta-data android:name="b"/>'))
    (provider,) = two(tmp_path, app, core).components("provider")
    assert [child.key for child in provider.children] == ["b"]


def test_replace_and_merge_only_attributes_and_remove_attribute(tmp_path: Path) -> None:
    app = manifest(
        application='<activity android:name="a.A" tools:node="replace"/>'
        '<activity android:name="a.B" tools:node="merge-only-attributes"/>'
        '<activity android:name="a.C" tools:remove="android:exported"/>'
    )
    inner = '<activity android:name="{}" android:exported="true"><meta-data android:name="m"/></activity>'
    core = manifest(application="".join(inner.format(name) for name in ("a.A", "a.B", "a.C")))
    a, b, c = two(tmp_path, app, core).components("activity")
    assert (a.flag("exported"), len(a.children)) == (None, 0)
    assert (b.flag("exported"), len(b.children)) == (True, 0)
    assert (c.flag("exported"), len(c.children)) == (None, 1)


def flavoured(tmp_path: Path) -> Tree:
    return grow(
        tmp_path,
        {
            "app/build.gradle": APPLICATION
            + """android { namespace 'com.demo'
                flavorDimensions 'store'
                productFlavors { play { applicationIdSuffix '.play' }
                    oss { } }
                defaultConfig { applicationId 'com.demo.id'; manifestPlaceholders = [KEY: 'secret'] }
            }""",
            "app/src/main/AndroidManifest.xml": manifest(
                CAMERA, '<meta-data android:name="key" android:value="${KEY}"/><provider android:name=".P" '
                'android:authorities="${applicationId}.files"/>'
            ),
            "app/src/play/AndroidManifest.xml": manifest(
                f'<uses-permission android:name="{P}NFC" android:maxSdkVersion="28"/>',
                '<meta-data android:name="key" android:value="play"/>',
            ),
            "app/src/oss/AndroidManifest.xml": manifest(
                f'<uses-permission android:name="{P}CAMERA" tools:node="remove"/>'
            ),
        },
    )  # fmt: skip


def test_flavours_and_placeholders(tmp_path: Path) -> None:
    tree = flavoured(tmp_path)
    play, oss = tree.manifests.of(tree.modules.of("app"))
    assert (play.variant.name, oss.variant.name) == ("playRelease", "ossRelease")
    assert (sorted(names(play)), names(oss)) == (["CAMERA", "NFC"], [])
    assert [merged.meta("key").get("value") for merged in (play, oss) if merged.meta("key")] == ["play", "secret"]  # type: ignore[union-attr]
    assert [merged.components("provider")[0].get("authorities") for merged in (play, oss)] == [
        "com.demo.id.play.files",
        "com.demo.id.files",
    ]
    assert oss.components("provider")[0].raw["android:authorities"] == "${applicationId}.files"
    assert len(tree.manifests.applications) == 2


def test_roots_hold_every_manifest_once(tmp_path: Path) -> None:
    files = {
        "settings.gradle": "include ':app', ':base', ':core', ':kit'",
        "app/build.gradle": APP,
        "base/build.gradle": LIBRARY,
        "core/build.gradle": CORE + "\ndependencies { implementation project(':base') }",
        "kit/build.gradle": LIBRARY + "dependencies { implementation project(':base') }",
        "base/src/main/AndroidManifest.xml": manifest(),
        "core/src/main/AndroidManifest.xml": manifest(),
        "kit/src/main/AndroidManifest.xml": manifest(),
    }
    roots = grow(tmp_path, files).manifests.roots()
    assert [(module.path, len(merged)) for module, merged in roots] == [("app", 1), ("kit", 1), ("", 1)]


def test_declarations(tmp_path: Path) -> None:
    tree = flavoured(tmp_path)
    rows = [
        (row.permission.removeprefix(P), row.max_sdk, row.source_set, row.node) for row in tree.manifests.declarations
    ]
    assert rows == [("CAMERA", 0, "main", ""), ("CAMERA", 0, "oss", "remove"), ("NFC", 28, "play", "")]
    first = tree.manifests.declarations[0]
    assert tree.words(first.place) == P + "CAMERA"
    assert tree.words(first.whole) == CAMERA


def test_library_variants_follow_the_application(tmp_path: Path) -> None:
    flavors = "android { productFlavors { oss { dimension 's' }\n play { dimension 's' } }\n flavorDimensions 's' }"
    tree = grow(
        tmp_path,
        {
            "settings.gradle": SETTINGS,
            "app/build.gradle": APP + f"\n{flavors}",
            "core/build.gradle": CORE + f"\n{flavors}",
            "app/src/main/AndroidManifest.xml": manifest(),
            "core/src/play/AndroidManifest.xml": manifest(CAMERA),
        },
    )
    assert [names(merged) for merged in tree.manifests.of(tree.modules.of("app"))] == [[], ["CAMERA"]]


def test_launchers(tmp_path: Path) -> None:
    app = manifest(
        application=f'<activity android:name="Main"/><activity android:name=".tv.Tv">{LAUNCHER}</activity>'
        f'<activity-alias android:name=".Alias" android:targetActivity=".Main">{LAUNCHER}</activity-alias>'
        f'<activity android:name=".Off" android:enabled="false">{LAUNCHER}</activity>'
        '<activity android:name=".Half"><intent-filter><action android:name="android.intent.action.MAIN"/>'
        "</intent-filter></activity>",
        attributes='android:name=".App"',
    )
    merged = two(tmp_path, app, manifest())
    assert [node.key for node in merged.launchers()] == ["com.demo.tv.Tv", "com.demo.Main"]
    assert merged.application_class == "com.demo.App"
    assert merged.module.namespace == merged.module.application_id(merged.variant) == "com.demo"


def test_intent_filters_add_up_and_equal_ones_are_one(tmp_path: Path) -> None:
    view = '<intent-filter><action android:name="android.intent.action.VIEW"/></intent-filter>'
    app = manifest(application=f'<activity android:name="a.A">{LAUNCHER}</activity>')
    core = manifest(application=f'<activity android:name="a.A">{LAUNCHER}{view}</activity>')
    (activity,) = two(tmp_path, app, core).components("activity")
    assert len(activity.children) == 2


def test_resources_are_filled_in(tmp_path: Path) -> None:
    tree = grow(
        tmp_path,
        {
            "app/build.gradle": APPLICATION,
            "app/src/main/AndroidManifest.xml": manifest(
                application='<meta-data android:name="off" android:value="@bool/off"/>',
                attributes='android:label="@string/l"',
            ),
            "app/src/main/res/values/v.xml": '<resources><bool name="off">false</bool>'
            '<string name="l">L</string></resources>',
        },
    )
    merged = tree.manifests.of(tree.modules.of("app"))[0]
    meta = merged.meta("off")
    assert meta is not None
    assert (meta.flag("value"), meta.raw["android:value"]) == (False, "@bool/off")
    assert merged.application is not None
    assert merged.application.get("label") == "L"


def test_queries_and_features(tmp_path: Path) -> None:
    app = manifest(
        '<queries><package android:name="com.a"/></queries><uses-feature android:name="f"/>'
        '<uses-feature android:glEsVersion="0x00020000"/>'
    )
    core = manifest('<queries><package android:name="com.b"/><package android:name="com.a"/></queries>')
    merged = two(tmp_path, app, core)
    assert merged.root is not None
    queries, *features = merged.root.children
    assert [node.key for node in queries.children] == ["com.a", "com.b"]
    assert [node.key for node in features] == ["f", "0x00020000"]


@pytest.mark.parametrize(
    ("levels", "permissions", "implied"),
    [
        ("minSdkVersion 3", [], ["WRITE_EXTERNAL_STORAGE", "READ_PHONE_STATE"]),
        ("minSdkVersion 3; targetSdkVersion 4", [], []),
        ("minSdkVersion 9; targetSdkVersion 15", ["READ_CONTACTS"], ["READ_CALL_LOG"]),
        ("minSdkVersion 9; targetSdkVersion 16", ["READ_CONTACTS"], []),
        ("minSdkVersion 15", ["WRITE_CONTACTS"], ["WRITE_CALL_LOG"]),
        ("minSdkVersion 21", ["WRITE_EXTERNAL_STORAGE"], ["READ_EXTERNAL_STORAGE"]),
        ("minSdkVersion 21", ["WRITE_EXTERNAL_STORAGE", "READ_EXTERNAL_STORAGE"], []),
        ("", ["READ_CONTACTS"], []),
    ],
)
def test_implied_permissions(tmp_path: Path, levels: str, permissions: list[str], implied: list[str]) -> None:
    app = manifest("".join(f'<uses-permission android:name="{P}{name}"/>' for name in permissions))
    script = APP + f"\nandroid {{ defaultConfig {{ {levels} }} }}"
    merged = two(tmp_path, app, manifest(), script)
    assert [row.permission.removeprefix(P) for row in merged.implied] == implied
    assert all(row.reason.en and row.reason.zh for row in merged.implied)


def test_implied_by_an_old_library(tmp_path: Path) -> None:
    tree = grow(
        tmp_path,
        {
            "settings.gradle": SETTINGS,
            "app/build.gradle": APP + "\nandroid { defaultConfig { targetSdkVersion 30 } }",
            "core/build.gradle": CORE + "\nandroid { defaultConfig { targetSdkVersion 14 } }",
            "app/src/main/AndroidManifest.xml": manifest(),
            "core/src/main/AndroidManifest.xml": manifest(f'<uses-permission android:name="{P}READ_CONTACTS"/>'),
        },
    )
    (implied,) = tree.manifests.of(tree.modules.of("app"))[0].implied
    assert implied.permission == P + "READ_CALL_LOG"
    assert implied.place.path == "core/build.gradle"


def test_a_manifest_somewhere_else(tmp_path: Path) -> None:
    script = (
        APPLICATION
        + "android { namespace 'com.demo'\n sourceSets { main { manifest.srcFile 'AndroidManifest.xml' } } }"
    )
    tree = grow(tmp_path, {"app/build.gradle": script, "app/AndroidManifest.xml": manifest(CAMERA)})
    assert names(tree.manifests.of(tree.modules.of("app"))[0]) == ["CAMERA"]


def test_no_manifest(tmp_path: Path) -> None:
    tree = grow(tmp_path, {"app/build.gradle": APPLICATION})
    merged = tree.manifests.of(tree.modules.of("app"))[0]
    assert merged.application is None
    assert (merged.permissions, merged.launchers(), merged.implied, merged.application_class) == ((), (), (), "")


def test_broken_manifest(tmp_path: Path) -> None:
    text = f'<manifest xmlns:android="http://schemas.android.com/apk/res/android">{CAMERA}<application <activity'
    tree = grow(tmp_path, {"app/build.gradle": APPLICATION, "app/src/main/AndroidManifest.xml": text})
    assert names(tree.manifests.of(tree.modules.of("app"))[0]) == ["CAMERA"]
