"""What modules are, how they are built and which belong together."""

from __future__ import annotations

from pathlib import Path

import pytest

from trees import APPLICATION, LAUNCHER, LIBRARY, grow, manifest

CATALOG = """
[versions]
sdk = "34"
[plugins]
android-application = { id = "com.android.application", version = "8.5.0" }
acme-app = { id = "acme.app" }
"""


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("apply plugin: 'com.android.application'", "application"),
        ("plugins { id 'com.android.library' }", "library"),
        ("plugins { id 'com.android.application' apply false }", "unknown"),
        ("plugins { alias(libs.plugins.android.application) }", "application"),
        ("plugins { id(libs.plugins.android.application.get().pluginId) }", "application"),
        ("plugins { id 'com.android.dynamic-feature' }", "feature"),
        ("plugins { id 'com.android.library'\n id 'org.jetbrains.kotlin.multiplatform' }", "kmp"),
        ("plugins { id 'java-library' }", "java"),
        ("plugins { id 'acme.android.application' }", "application"),
        ("plugins { id 'acme.android.library.compose' }", "library"),
        ("if (x) apply plugin: 'com.android.application'\nelse apply plugin: 'com.android.library'", "application"),
        ("", "unknown"),
    ],
)  # fmt: skip
def test_kind_by_plugin(tmp_path: Path, script: str, kind: str) -> None:
    tree = grow(tmp_path, {"app/build.gradle": script, "gradle/libs.versions.toml": CATALOG})
    assert tree.modules.of("app").kind == kind


def test_kotlin_script(tmp_path: Path) -> None:
    script = """
        plugins { `android-library`; kotlin("android") }
        android { namespace = "com.demo"; compileSdk = 35
            defaultConfig { minSdk = 21; targetSdk = libs.versions.sdk.get().toInt() } }
    """
    tree = grow(tmp_path, {"lib/build.gradle.kts": script, "gradle/libs.versions.toml": CATALOG})
    module = tree.modules.of("lib/src/main/java/A.kt")
    assert (module.kind, module.namespace) == ("library", "com.demo")
    assert (module.min_sdk, module.sdks["targetSdk"][0]) == (21, 34)
    assert [plugin.id for plugin in module.applied] == ["android-library", "org.jetbrains.kotlin.android"]


@pytest.mark.parametrize(
    "fields",
    [
        'id = "acme.app"; implementationClass = "com.acme.App"',
        'implementationClass = "com.acme.App"; id = "acme.app"',
    ],
)
def test_a_convention_plugin_is_opened(tmp_path: Path, fields: str) -> None:
    files = {
        "settings.gradle.kts": 'pluginManagement { includeBuild("build-logic") }\ninclude(":app", ":core")',
        "build-logic/convention/build.gradle.kts": f"""
            gradlePlugin {{ plugins {{ register("app") {{ {fields} }} }} }}
        """,
        "build-logic/convention/src/main/kotlin/com/acme/App.kt": """
            package com.acme
            class App : Plugin<Project> {
                override fun apply(target: Project) {
                    with(target) {
                        pluginManager.apply("com.android.application")
                        extensions.configure<ApplicationExtension> { defaultConfig.targetSdk = 33 }
                        dependencies {
                            add("implementation", project(":core"))
                            add("implementation", libs.findLibrary("push").get())
                        }
                    }
                }
            }
        """,
        "gradle/libs.versions.toml": CATALOG + '[libraries]\npush = "com.acme:push:1.2"\n',
        "app/build.gradle.kts": "plugins { alias(libs.plugins.acme.app) }",
        "core/build.gradle": LIBRARY,
    }
    tree = grow(tmp_path, files)
    app = tree.modules.of("app")
    assert (app.kind, app.sdks["targetSdk"][0]) == ("application", 33)
    assert [part.name for part in tree.modules.closure(app)] == [":app", ":core"]
    assert [library.coordinates for library in tree.dependencies.of(app)] == ["com.acme:push:1.2"]


def test_a_script_plugin_and_an_applied_script_are_opened(tmp_path: Path) -> None:
    files = {
        "buildSrc/src/main/groovy/acme.app.gradle": "plugins { id 'com.android.application' }\n"
        "android { compileSdk 34 }",
        "gradle/levels.gradle": "android { defaultConfig { minSdkVersion rootProject.ext.low } }",
        "build.gradle": "ext { low = 19 }\nsubprojects { android { defaultConfig { targetSdkVersion 30 } } }",
        "app/build.gradle": 'plugins { id "acme.app" }\napply from: "$rootDir/gradle/levels.gradle"',
    }
    app = grow(tmp_path, files).modules.of("app")
    assert (app.kind, app.min_sdk, app.sdks["targetSdk"][0]) == ("application", 19, 30)


@pytest.mark.parametrize(
    ("body", "levels"),
    [
        ("(this as CommonExtension).defaultConfig.minSdk = 21", [21, 34]),
        ("extensions.configure<CommonExtension> { defaultConfig { minSdk = 21 } }", [21, 34]),
        ("configure<CommonExtension> { minSdk = 21 }", [21, 34]),
        ("val target = extensions.getByType<X>(); target.apply { minSdk = 21 }", [21, 34]),
        ('android { productFlavors { create("old") { minSdk = 19; targetSdk = 22 } } }', [24, 34]),
        ("android { buildTypes { release { targetSdk = 22 } } }", [24, 34]),
        ('flavors.create("old") { minSdk = 19 }', [24, 34]),
        ("android { testOptions { targetSdk = 22 } }", [24, 34]),
    ],
)
def test_levels_set_in_functions(tmp_path: Path, body: str, levels: list[int]) -> None:
    files = {
        "buildSrc/src/main/kotlin/Levels.kt": f"import org.gradle.api.Project\nfun Project.levels() {{ {body} }}",
        "app/build.gradle.kts": 'plugins { id("com.android.application") }\n'
        "android { defaultConfig { minSdk = 24; targetSdk = 34 } }\nlevels()",
    }
    app = grow(tmp_path, files).modules.of("app")
    assert [app.sdks[name][0] for name in ("minSdk", "targetSdk")] == levels


def test_variants_are_crossed_and_debug_is_left_out(tmp_path: Path) -> None:
    script = """
        apply plugin: 'com.android.application'
        android {
            flavorDimensions "store", "tier"
            buildTypes {
                debug { }
                release { }
                beta { initWith release }
                local { debuggable true }
                qa { initWith debug }
            }
            productFlavors {
                play { dimension "store"; applicationIdSuffix ".play"; manifestPlaceholders = [CHANNEL: "play"] }
                fdroid { dimension "store" }
                full { dimension "tier" }
            }
            defaultConfig { applicationId "com.demo"; manifestPlaceholders += [CHANNEL: "none", KEY: "k"] }
        }
    """
    app = grow(tmp_path, {"app/build.gradle": script}).modules.of("app")
    assert [variant.name for variant in app.variants] == [
        "playFullRelease", "fdroidFullRelease", "playFullBeta", "fdroidFullBeta",
    ]  # fmt: skip
    first = app.variants[0]
    assert first.source_sets == ("main", "full", "play", "playFull", "release", "playFullRelease")
    assert app.placeholders == {"CHANNEL": "none", "KEY": "k"}
    assert app.placeholders_of(first)["CHANNEL"] == "play"
    assert app.application_id(first) == "com.demo.play"
    assert [first.takes(name) for name in ("", "play", "fdroid")] == [True, True, False]


def test_variants_in_kotlin(tmp_path: Path) -> None:
    script = """
        plugins { id("com.android.application") }
        android {
            buildTypes { getByName("release") { applicationIdSuffix = ".r" }; create("benchmark") { } }
            flavorDimensions += listOf("store")
            productFlavors {
                create("play") { dimension = "store"; manifestPlaceholders["KEY"] = "a" }
                register("oss") { }
            }
            defaultConfig { applicationId = "com.demo"; manifestPlaceholders += mapOf("KEY" to "b") }
        }
    """
    app = grow(tmp_path, {"app/build.gradle.kts": script}).modules.of("app")
    assert [variant.name for variant in app.variants] == ["playRelease", "ossRelease"]
    assert [app.placeholders_of(variant)["KEY"] for variant in app.variants] == ["a", "b"]
    assert app.application_id(app.variants[0]) == "com.demo.r"


def test_one_variant_without_declarations_and_flavours_from_folders(tmp_path: Path) -> None:
    files = {
        "a/build.gradle": APPLICATION,
        "b/build.gradle": APPLICATION,
        "b/src/gms/AndroidManifest.xml": manifest(),
        "b/src/foss/AndroidManifest.xml": manifest(),
        "b/src/debug/AndroidManifest.xml": manifest(),
    }
    modules = grow(tmp_path, files).modules
    assert [variant.name for variant in modules.of("a").variants] == ["release"]
    assert [variant.name for variant in modules.of("b").variants] == ["fossRelease", "gmsRelease"]


@pytest.mark.parametrize("inner", ["debuggable true", "initWith debug"])
def test_release_ships_whatever_it_says(tmp_path: Path, inner: str) -> None:
    script = f"{APPLICATION} android {{ buildTypes {{ release {{ {inner} }}; local {{ debuggable true }} }} }}"
    app = grow(tmp_path, {"app/build.gradle": script}).modules.of("app")
    assert [variant.name for variant in app.variants] == ["release"]


def test_at_most_twelve_variants(tmp_path: Path) -> None:
    flavors = "; ".join(f"f{number} {{ }}" for number in range(40))
    script = f"{APPLICATION} android {{ productFlavors {{ {flavors} }} }}"
    assert len(grow(tmp_path, {"app/build.gradle": script}).modules.of("app").variants) == 12


def test_closure(tmp_path: Path) -> None:
    files = {
        "settings.gradle": "include ':app', ':feature:home', ':core', ':map', ':moved'\n"
        "project(':moved').projectDir = file('x/y')",
        "app/build.gradle": APPLICATION
        + "android { dynamicFeatures = [':map'] }\ndependencies { implementation project(':feature:home')\n"
        "testImplementation project(':core') }",
        "feature/home/build.gradle.kts": 'plugins { id("com.android.library") }\ndependencies { api(projects.moved) }',
        "core/build.gradle": LIBRARY,
        "map/build.gradle": "apply plugin: 'com.android.dynamic-feature'",
        "x/y/build.gradle": LIBRARY
        + "dependencies { implementation project(path: ':gone', configuration: 'default') }",
    }
    modules = grow(tmp_path, files).modules
    app = modules.of("app")
    assert [part.name for part in modules.closure(app)] == [":app", ":feature:home", ":map", ":moved"]
    assert modules.known(app)
    assert modules.of("x/y/src").name == ":moved"
    assert [module.name for module in modules.applications] == [":app"]


def test_two_builds_keep_their_names_apart(tmp_path: Path) -> None:
    build = {"settings.gradle": "include ':app', ':core'", "core/build.gradle": LIBRARY}
    build["app/build.gradle"] = APPLICATION + "dependencies { implementation project(':core') }"
    files = {f"{name}/{path}": text for name in ("one", "two") for path, text in build.items()}
    modules = grow(tmp_path, files).modules
    assert [part.path for part in modules.closure(modules.of("two/app"))] == ["two/app", "two/core"]


def test_a_graph_that_cannot_be_read(tmp_path: Path) -> None:
    files = {
        "app/build.gradle": APPLICATION + "dependencies { implementation project(':somewhere') }",
        "core/build.gradle": LIBRARY,
    }
    modules = grow(tmp_path, files).modules
    app = modules.of("app")
    assert not modules.known(app)
    assert [part.path for part in modules.closure(app)] == ["app", "core"]
    assert modules.known(modules.of("core"))


def test_eclipse_folder(tmp_path: Path) -> None:
    files = {
        "AndroidManifest.xml": '<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="com.old">'
        '<uses-sdk android:minSdkVersion="8"/>'
        f'<application><activity android:name=".A">{LAUNCHER}</activity></application></manifest>',
        "src/com/old/A.java": "package com.old; class A {}",
    }
    modules = grow(tmp_path, files).modules
    (module,) = modules.all
    assert (module.kind, module.namespace, module.min_sdk) == ("application", "com.old", 8)
    assert modules.known(module)


def test_no_launcher_is_no_application(tmp_path: Path) -> None:
    files = {"AndroidManifest.xml": manifest(application="<activity android:name='.A'/>"), "src/A.java": "class A {}"}
    assert [module.kind for module in grow(tmp_path, files).modules.all] == ["unknown"]
