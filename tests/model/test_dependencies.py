"""Libraries: where they are declared, what they resolve to, and whether they ship."""

from __future__ import annotations

from pathlib import Path

import pytest

from trees import APPLICATION, LIBRARY, grow

CATALOG = """
[versions]
kit = "2.0"
rich = { strictly = "[1.0, 2.0[", prefer = "1.5" }
[libraries]
kit-core = { module = "com.kit:core", version.ref = "kit" }
kit-extra = { group = "com.kit", name = "extra", version = "3.0" }
kit-short = "com.kit:short:4.0"
rich = { module = "com.kit:rich", version.ref = "rich" }
firebase-bom = "com.google.firebase:firebase-bom:33.0.0"
firebase-analytics = { module = "com.google.firebase:firebase-analytics" }
[bundles]
kits = ["kit-core", "kit-extra"]
"""


def script(*lines: str, before: str = "") -> str:
    return "\n".join((APPLICATION, before, "dependencies {", *lines, "}"))


@pytest.mark.parametrize(
    ("line", "coordinates"),
    [
        ("implementation 'a:b:1'", ["a:b:1"]),
        ('implementation("a:b:1@aar")', ["a:b:1"]),
        ("implementation 'a:b:1', 'c:d:2'", ["a:b:1", "c:d:2"]),
        ("implementation(['a:b:1', 'c:d:2'])", ["a:b:1", "c:d:2"]),
        ("implementation group: 'a', name: 'b', version: '1'", ["a:b:1"]),
        ("add('implementation', 'a:b:1')", ["a:b:1"]),
        ("implementation libs.kit.core", ["com.kit:core:2.0"]),
        ("implementation libs.kit.short", ["com.kit:short:4.0"]),
        ("implementation libs.rich", ["com.kit:rich:[1.0, 2.0["]),
        ("implementation libs.bundles.kits", ["com.kit:core:2.0", "com.kit:extra:3.0"]),
        ("implementation libs.findLibrary('kit-core').get()", ["com.kit:core:2.0"]),
        ("implementation kotlin('stdlib')", ["org.jetbrains.kotlin:kotlin-stdlib"]),
        ("implementation project(':x')", []),
        ("implementation 'a:b:' + version_b", ["a:b:7"]),
        ("implementation unknown.thing", []),
        ('implementation "a:b:$nobody_knows"', ["a:b"]),
    ],
)
def test_forms(tmp_path: Path, line: str, coordinates: list[str]) -> None:
    files = {
        "app/build.gradle": script(line, before="def version_b = 7"),
        "gradle/libs.versions.toml": CATALOG,
    }
    dependencies = grow(tmp_path, files).dependencies
    assert [library.coordinates for library in dependencies.libraries] == coordinates


@pytest.mark.parametrize(
    ("line", "source_set", "ships"),
    [
        ("implementation 'a:b:1'", "", True),
        ("api 'a:b:1'", "", True),
        ("compile 'a:b:1'", "", True),
        ("runtimeOnly 'a:b:1'", "", True),
        ("fullImplementation 'a:b:1'", "full", True),
        ('"fullReleaseApi"("a:b:1")', "fullRelease", True),
        ("debugImplementation 'a:b:1'", "debug", False),
        ("fullDebugImplementation 'a:b:1'", "fullDebug", False),
        ("testImplementation 'a:b:1'", "test", False),
        ("androidTestApi 'a:b:1'", "androidTest", False),
        ("compileOnly 'a:b:1'", "", False),
        ("provided 'a:b:1'", "", False),
        ("kapt 'a:b:1'", "", False),
        ("ksp 'a:b:1'", "", False),
        ("annotationProcessor 'a:b:1'", "", False),
        ("lintChecks 'a:b:1'", "", False),
    ],
)
def test_configurations(tmp_path: Path, line: str, source_set: str, ships: bool) -> None:
    tree = grow(tmp_path, {"app/build.gradle": script(line)})
    (library,) = tree.dependencies.libraries
    assert (library.source_set, library.ships) == (source_set, ships)
    assert tree.dependencies.of(tree.modules.of("app")) == tree.dependencies.shipping == ((library,) if ships else ())


def test_source_sets_of_a_multiplatform_module(tmp_path: Path) -> None:
    text = """
        plugins { kotlin("multiplatform"); id("com.android.library") }
        kotlin { sourceSets {
            commonMain.dependencies { implementation("a:common:1") }
            val androidMain by getting { dependencies { implementation("a:android:1") } }
            iosMain.dependencies { implementation("a:ios:1") }
            commonTest { dependencies { implementation("a:test:1") } }
        } }
    """
    dependencies = grow(tmp_path, {"shared/build.gradle.kts": text}).dependencies
    assert [library.name for library in dependencies.shipping] == ["common", "android"]
    assert {library.name for library in dependencies.libraries} == {"common", "android", "ios", "test"}


def test_variables(tmp_path: Path) -> None:
    files = {
        "build.gradle": """
            buildscript { ext.first = '1' ; dependencies { classpath "com.tool:plugin:$first" } }
            ext { second = "2"; versions = [third: '3', deep: [er: '4']] }
            ext.libs6 = [kit: "com.kit:core:${second}"]
            apply from: 'gradle/more.gradle'
        """,
        "gradle/more.gradle": "ext.deps = [:]\ndef kits = [:]\nkits.core = 'com.kit:core:5'\ndeps.kits = kits",
        "gradle.properties": "sixth=6\n",
        "app/build.gradle": script(
            'implementation "a:one:$first"',
            'implementation "a:two:${rootProject.ext.second}"',
            'implementation "a:three:$versions.third"',
            'implementation "a:four:${versions.deep.er}"',
            "implementation deps.kits.core",
            'implementation "a:six:$sixth"',
            'implementation "a:seven:${project.property("sixth")}"',
            "implementation libs6.kit",
            'implementation "a:nine:$second"',
            before="def second = rootProject.ext.second",
        ),
    }
    dependencies = grow(tmp_path, files).dependencies
    assert [library.version for library in dependencies.shipping] == ["1", "2", "3", "4", "5", "6", "6", "2", "2"]
    assert [library.coordinates for library in dependencies.libraries if library.configuration == "classpath"] == [
        "com.tool:plugin:1"
    ]


def test_variables_in_kotlin(tmp_path: Path) -> None:
    files = {
        "build.gradle.kts": 'val first by extra("1")\nextra["second"] = "2"',
        "app/build.gradle.kts": """
            plugins { id("com.android.application") }
            val third = "3"
            dependencies {
                implementation("a:one:${rootProject.extra["first"]}")
                implementation("a:two:" + property("second"))
                implementation("a:three:$third")
                implementation("a:four:$third.4")
                "implementation"("a:five:5")
            }
        """,
    }
    dependencies = grow(tmp_path, files).dependencies
    assert [library.version for library in dependencies.shipping] == ["1", "2", "3", "3.4", "5"]


def test_constants_of_the_build(tmp_path: Path) -> None:
    files = {
        "buildSrc/build.gradle.kts": "plugins { `kotlin-dsl` }",
        "buildSrc/src/main/kotlin/Deps.kt": """
            private object Versions { const val kit = "2.1" }
            object Deps {
                const val kit = "com.kit:core:${Versions.kit}"
                object Map { private const val version = "9"; const val amap = "com.amap.api:location:" + version }
            }
        """,
        "buildSrc/src/main/java/Old.java": 'class Old { static final String X = "com.old:x:1"; }',
        "app/build.gradle": script("implementation Deps.kit", "implementation Deps.Map.amap", "implementation Old.X"),
    }
    dependencies = grow(tmp_path, files).dependencies
    assert [row.coordinates for row in dependencies.shipping] == [
        "com.kit:core:2.1", "com.amap.api:location:9", "com.old:x:1",
    ]  # fmt: skip


def test_a_platform_ships_nothing(tmp_path: Path) -> None:
    lines = (
        "implementation platform(libs.firebase.bom)",
        "implementation libs.firebase.analytics",
        "implementation 'a:b:1'",
    )
    tree = grow(tmp_path, {"app/build.gradle": script(*lines), "gradle/libs.versions.toml": CATALOG})
    assert [row.coordinates for row in tree.dependencies.shipping] == ["com.google.firebase:firebase-analytics", "a:b:1"]


def test_places(tmp_path: Path) -> None:
    lines = ("implementation 'a:b:1'", "implementation libs.kit.core")
    tree = grow(tmp_path, {"app/build.gradle": script(*lines), "gradle/libs.versions.toml": CATALOG})
    literal, alias = tree.dependencies.shipping
    assert tree.words(literal.place) == "a:b:1"
    assert literal.catalog is None
    assert tree.words(alias.place) == "libs.kit.core"
    assert alias.catalog is not None
    assert alias.catalog.path == "gradle/libs.versions.toml"
    assert "kit-core" in tree.words(alias.catalog)


def test_excludes(tmp_path: Path) -> None:
    text = script(
        "implementation('a:b:1') { exclude group: 'x', module: 'y' }",
        'implementation("c:d:1")',
        "implementation 'com.ads:ads:1'",
        before="configurations.all { exclude group: 'com.ads' }",
    )
    dependencies = grow(tmp_path, {"app/build.gradle": text}).dependencies
    assert [row.name for row in dependencies.shipping] == ["b", "d"]


def test_files(tmp_path: Path) -> None:
    lines = (
        "implementation files('libs/umeng-9.jar')",
        "implementation fileTree(dir: 'libs', include: ['*.jar'])",
        "implementation(name: 'sdk', ext: 'aar')",
    )
    dependencies = grow(tmp_path, {"app/build.gradle": script(*lines)}).dependencies
    assert [(row.file, row.name) for row in dependencies.shipping] == [
        ("app/libs/umeng-9.jar", "umeng-9"), ("app/libs", "libs"), ("libs/sdk.aar", "sdk"),
    ]  # fmt: skip


def test_a_lockfile_has_the_last_word(tmp_path: Path) -> None:
    files = {
        "app/build.gradle": script("implementation 'a:b:1.+'"),
        "app/gradle.lockfile": "a:b:1.7=releaseRuntimeClasspath\nempty=\n",
    }
    assert [row.version for row in grow(tmp_path, files).dependencies.shipping] == ["1.7"]


def test_packages_of_flutter_and_react_native(tmp_path: Path) -> None:
    files = {
        "flutter/pubspec.yaml": "dependencies:\n  umeng_common_sdk: ^1.2.7\ndev_dependencies:\n  lints: 2.0.0\n",
        "flutter/android/app/build.gradle": APPLICATION,
        "native/package.json": '{"dependencies": {"jpush-react-native": "^3.0.0"}, "devDependencies": {"jest": "1"}}',
        "native/android/app/build.gradle": APPLICATION,
    }
    tree = grow(tmp_path, files)
    rows = [(row.group, row.name, row.version, row.module) for row in tree.dependencies.shipping]
    assert rows == [
        ("pub", "umeng_common_sdk", "^1.2.7", "flutter/android/app"),
        ("npm", "jpush-react-native", "^3.0.0", "native/android/app"),
    ]


def test_the_closure_ships_and_names_its_sdks(tmp_path: Path) -> None:
    files = {
        "settings.gradle": "include ':app', ':core'",
        "app/build.gradle": script("implementation project(':core')"),
        "core/build.gradle": LIBRARY + "dependencies { implementation 'com.umeng.umsdk:common:9.6.8' }",
    }
    tree = grow(tmp_path, files)
    app = tree.modules.of("app")
    assert [row.module for row in tree.dependencies.of(app)] == ["core"]
    found = tree.dependencies.sdks(app)
    assert {library.name for _, library in found} == {"common"}
    assert all(sdk.id for sdk, _ in found)


def test_plugins(tmp_path: Path) -> None:
    text = "plugins { id 'com.android.application' version '8.1.0' }\napply plugin: 'com.google.gms.google-services'"
    plugins = grow(tmp_path, {"app/build.gradle": text}).modules.of("app").applied
    assert [(plugin.id, plugin.version) for plugin in plugins] == [
        ("com.android.application", "8.1.0"), ("com.google.gms.google-services", ""),
    ]  # fmt: skip


def test_a_catalog_written_in_the_settings(tmp_path: Path) -> None:
    files = {
        "settings.gradle.kts": """
            include(":app")
            dependencyResolutionManagement { versionCatalogs {
                create("deps") { library("kit-core", "com.kit:core:1") }
                create("tools") { from(files("gradle/tools.versions.toml")) }
            } }
        """,
        "gradle/tools.versions.toml": '[libraries]\nlog = "com.log:log:2"\n',
        "app/build.gradle": script("implementation deps.kit.core", "implementation tools.log"),
    }
    assert [row.coordinates for row in grow(tmp_path, files).dependencies.shipping] == [
        "com.kit:core:1",
        "com.log:log:2",
    ]


def test_names_that_stand_for_each_other_end(tmp_path: Path) -> None:
    text = script('implementation "a:b:$x"', before="def x = y\ndef y = x")
    assert [row.version for row in grow(tmp_path, {"app/build.gradle": text}).dependencies.shipping] == [""]
