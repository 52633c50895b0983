"""What belongs to a project, by paths alone."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from askfirst.globs import Globs, translate
from askfirst.project import File, Project, discover, find_root, read_file


def lay(root: Path, *paths: str, **contents: str) -> None:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(contents.get(path, "x"), encoding="utf-8")


def by_path(project: Project) -> dict[str, File]:
    return {file.path: file for file in project.files}


def shipping(project: Project) -> set[str]:
    return {file.path for file in project.files if file.ships}


GRADLE = (
    "settings.gradle",
    "build.gradle",
    "gradle.properties",
    "gradle/libs.versions.toml",
    "app/build.gradle.kts",
    "app/gradle.lockfile",
    "app/src/main/AndroidManifest.xml",
    "app/src/main/java/com/a/A.java",
    "app/src/main/kotlin/com/a/B.kt",
    "app/src/main/res/values/strings.xml",
    "app/src/main/res/values-zh-rCN/strings.xml",
    "app/src/main/res/xml/p.xml",
    "app/src/main/res/layout/main.xml",
    "app/src/main/res/navigation/nav.xml",
    "app/src/main/resources/META-INF/services/com.a.Api",
    "app/src/full/java/C.kt",
)


def test_a_gradle_project(tmp_path: Path) -> None:
    lay(tmp_path, *GRADLE)
    project = discover(tmp_path)
    files = by_path(project)
    assert set(files) == shipping(project) == set(GRADLE)
    assert [file.path for file in project.files] == sorted(GRADLE)
    assert [tuple(m) for m in project.modules] == [("", "build.gradle"), ("app", "app/build.gradle.kts")]
    assert {(f.language, f.module, f.source_set) for f in files.values() if f.path.startswith("app/src/main")} == {
        (language, "app", "main") for language in ("xml", "java", "kotlin", "services")
    }
    assert files["app/src/full/java/C.kt"].source_set == "full"
    assert [(files[p].language, files[p].source_set) for p in GRADLE[:6]] == [
        ("groovy", ""), ("groovy", ""), ("properties", ""), ("catalog", ""), ("kts", ""), ("lockfile", ""),
    ]  # fmt: skip
    assert files["gradle.properties"].module == ""
    assert not project.notes


def test_layouts_are_read_for_every_screen(tmp_path: Path) -> None:
    files = ("app/build.gradle", "app/src/main/res/layout-land/a.xml", "app/src/full/res/layout-sw600dp-v21/a.xml")
    lay(tmp_path, *files)
    assert set(by_path(discover(tmp_path))) == set(files)


def test_resources_that_tell_nothing_are_left_out(tmp_path: Path) -> None:
    lay(
        tmp_path,
        "app/build.gradle",
        *(
            f"app/src/main/res/{folder}/a.xml"
            for folder in (
                "values-fr",
                "values-night",
                "drawable",
                "menu",
                "anim",
            )
        ),
        "app/src/main/assets/values/a.xml",
        "app/src/main/other.xml",
    )
    assert set(by_path(discover(tmp_path))) == {"app/build.gradle"}


@pytest.mark.parametrize(
    ("source_set", "ships"),
    [
        ("main", True),
        ("release", True),
        ("full", True),
        ("fullRelease", True),
        ("contest", True),
        ("latest", True),
        ("commonMain", True),
        ("androidMain", True),
        ("test", False),
        ("testFull", False),
        ("androidTest", False),
        ("androidTestDebug", False),
        ("testFixtures", False),
        ("sharedTest", False),
        ("screenshotTestDebug", False),
        ("benchmark", False),
        ("debug", False),
        ("fullDebug", False),
        ("mock", False),
        ("commonTest", False),
        ("androidUnitTest", False),
        ("iosMain", False),
        ("iosArm64Main", False),
        ("jvmMain", False),
        ("jsMain", False),
        ("desktopMain", False),
        ("wasmJsMain", False),
        ("profile", False),
    ],
)
def test_which_source_sets_ship(tmp_path: Path, source_set: str, ships: bool) -> None:
    path = f"app/src/{source_set}/kotlin/com/test/debug/A.kt"
    lay(tmp_path, "app/build.gradle", path)
    file = by_path(discover(tmp_path))[path]
    assert (file.source_set, file.ships) == (source_set, ships)


@pytest.mark.parametrize(
    ("module", "ships"),
    [
        ("core/testing", False),
        ("core-testing", False),
        ("test", False),
        ("tests", False),
        ("lint", False),
        ("lint-rules", False),
        ("my-lint", False),
        ("app-test", False),
        ("test-utils", False),
        ("testutils", False),
        ("benchmark", False),
        ("macrobenchmark", False),
        ("baselineprofile", False),
        ("ui-tests/app", False),
        ("contest", True),
        ("latest", True),
        ("splint", True),
        ("feature/test-drive", True),
        ("attestation", True),
    ],
)
def test_which_modules_ship(tmp_path: Path, module: str, ships: bool) -> None:
    path = f"{module}/src/main/java/A.java"
    lay(tmp_path, f"{module}/build.gradle", path)
    assert by_path(discover(tmp_path))[path].ships is ships


def test_code_of_the_build_does_not_ship_but_its_scripts_are_read(tmp_path: Path) -> None:
    lay(
        tmp_path,
        "buildSrc/build.gradle.kts",
        "buildSrc/src/main/java/Deps.kt",
        "buildSrc/src/main/groovy/app.gradle",
        "build-logic/convention/src/main/kotlin/app.gradle.kts",
        "build-logic/convention/src/main/kotlin/P.kt",
    )
    assert shipping(discover(tmp_path)) == {
        "buildSrc/build.gradle.kts",
        "buildSrc/src/main/groovy/app.gradle",
        "build-logic/convention/src/main/kotlin/app.gradle.kts",
    }


def test_eclipse_layouts(tmp_path: Path) -> None:
    lay(
        tmp_path,
        "app/AndroidManifest.xml",
        "app/src/com/a/A.java",
        "app/src/com/a/test/B.java",
        "app/res/values/a.xml",
        "app/bin/C.java",
        "app/gen/R.java",
        "app/tests/AndroidManifest.xml",
        "app/tests/src/T.java",
    )
    project = discover(tmp_path)
    assert shipping(project) == {
        "app/AndroidManifest.xml",
        "app/src/com/a/A.java",
        "app/src/com/a/test/B.java",
        "app/res/values/a.xml",
    }
    assert {f.source_set for f in project.files if f.ships} == {"main"}
    assert [m.path for m in project.modules] == ["app", "app/tests"]


def test_an_eclipse_layout_with_a_build_file(tmp_path: Path) -> None:
    lay(tmp_path, "build.gradle", "AndroidManifest.xml", "src/com/a/A.java", "res/layout/a.xml", "java/b/B.java")
    assert {(f.path, f.module, f.source_set) for f in discover(tmp_path).files} == {
        ("build.gradle", "", ""),
        ("AndroidManifest.xml", "", "main"),
        ("src/com/a/A.java", "", "main"),
        ("res/layout/a.xml", "", "main"),
        ("java/b/B.java", "", "main"),
    }


def test_no_build_at_all_is_one_module_at_the_root(tmp_path: Path) -> None:
    lay(
        tmp_path,
        "a/b/A.java",
        "app/src/main/AndroidManifest.xml",
        "app/src/main/res/values/a.xml",
        "app/src/test/java/T.java",
    )
    project = discover(tmp_path)
    assert [tuple(m) for m in project.modules] == [("", "")]
    assert shipping(project) == {"a/b/A.java", "app/src/main/AndroidManifest.xml", "app/src/main/res/values/a.xml"}


def test_flutter_and_react_native(tmp_path: Path) -> None:
    lay(
        tmp_path,
        "pubspec.yaml",
        "package.json",
        "android/build.gradle",
        "android/app/build.gradle",
        "node_modules/x/A.java",
        "android/app/src/main/AndroidManifest.xml",
        "android/app/src/main/assets/package.json",
        "ios/Pods/A.java",
    )
    project = discover(tmp_path)
    assert {(f.path, f.language, f.module) for f in project.files if not f.path.startswith("android")} == {
        ("pubspec.yaml", "pubspec", ""),
        ("package.json", "package-json", ""),
    }
    assert [m.path for m in project.modules] == ["", "android", "android/app"]
    assert len(project.files) == 5


def test_what_is_left_out(tmp_path: Path) -> None:
    lay(
        tmp_path,
        "app/build.gradle",
        "app/build/generated/A.java",
        "build/A.java",
        ".gradle/A.java",
        ".hidden/A.java",
        "out/A.java",
        "app/src/main/generated/A.java",
        "third_party/x/A.java",
        "third_party/lib/build.gradle",
        "third_party/lib/src/main/java/A.java",
        "app/src/main/java/com/out/build/vendor/A.java",
    )
    assert set(by_path(discover(tmp_path))) == {
        "app/build.gradle",
        "third_party/lib/build.gradle",
        "third_party/lib/src/main/java/A.java",
        "app/src/main/java/com/out/build/vendor/A.java",
    }


def test_gitignore_files_hold_and_inner_ones_win(tmp_path: Path) -> None:
    lay(
        tmp_path,
        ".gitignore",
        "a/.gitignore",
        "A.java",
        "a/Keep.java",
        "a/Drop.java",
        "a/b/Keep.java",
        "gone/A.java",
        "sub/gone/A.java",
        "anchored/A.java",
        "sub/anchored/A.java",
        **{".gitignore": "# note\n*.java\n!A.java\ngone/\n/anchored\n", "a/.gitignore": "!Keep.java\n"},
    )
    assert set(by_path(discover(tmp_path))) == {"A.java", "a/Keep.java", "a/b/Keep.java", "sub/anchored/A.java"}


def test_exclude(tmp_path: Path) -> None:
    lay(tmp_path, "demo/A.java", "a/demo/A.java", "a/B.java", "a/x/C.java")
    assert set(by_path(discover(tmp_path, ("demo/**", "C.java")))) == {"a/demo/A.java", "a/B.java"}


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights there")
def test_links_are_followed_inside_the_project_only(tmp_path: Path) -> None:
    root = tmp_path / "root"
    lay(root, "app/build.gradle", "app/src/main/java/A.java", "shared/B.java")
    lay(tmp_path, "outside/C.java")
    os.symlink(root / "shared", root / "app/src/main/java/shared")
    os.symlink(root, root / "app/up")
    os.symlink(tmp_path / "outside", root / "outside")
    os.symlink(root / "nowhere", root / "Broken.java")
    project = discover(root)
    assert {f.path for f in project.files} == {
        "app/build.gradle",
        "app/src/main/java/A.java",
        "app/src/main/java/shared/B.java",
        "shared/B.java",
    }
    assert project.notes == (("Broken.java", "unreadable"), ("app/up", "symlink-loop"), ("outside", "symlink-outside"))


def test_large_files_are_noted(tmp_path: Path) -> None:
    lay(tmp_path, "A.java", "B.java")
    with (tmp_path / "A.java").open("wb") as file:
        file.truncate(20_000_000)
    project = discover(tmp_path)
    assert [f.path for f in project.files] == ["B.java"]
    assert project.notes == (("A.java", "too-large"),)


def test_a_folder_that_is_not_there_is_noted(tmp_path: Path) -> None:
    assert discover(tmp_path / "none").notes == (("", "unreadable"),)


def test_find_root(tmp_path: Path) -> None:
    lay(tmp_path, "repo/settings.gradle", "repo/app/src/A.java", "bare/A.java")
    assert find_root(tmp_path / "repo/app/src/A.java") == tmp_path / "repo"
    assert find_root(tmp_path / "repo/app") == tmp_path / "repo/app"
    assert find_root(tmp_path / "repo/app/src/Deleted.java") == tmp_path / "repo"
    (tmp_path / "bare/askfirst.toml").touch()
    assert find_root(tmp_path / "bare/A.java") == tmp_path / "bare"


def test_read_file(tmp_path: Path) -> None:
    lay(tmp_path, "A.java")
    file = discover(tmp_path).files[0]
    assert read_file(tmp_path, file).data == b"x"
    (tmp_path / "A.java").unlink()
    with pytest.raises(OSError, match=r"A\.java"):
        read_file(tmp_path, file)


def test_ten_thousand_files_are_walked_quickly(tmp_path: Path) -> None:
    for folder in range(100):
        package = tmp_path / f"m{folder // 10}/src/main/java/p{folder}"
        package.mkdir(parents=True)
        for number in range(100):
            (package / f"A{number}.java").touch()
    (tmp_path / ".gitignore").write_text("\n".join(f"*.x{n}\n/y{n}/**/z" for n in range(20)))
    began = time.process_time()
    assert len(discover(tmp_path).files) == 10_000
    assert time.process_time() - began < 1  # a third of it on an idle machine


@pytest.mark.parametrize(
    ("pattern", "path", "named"),
    [
        ("*.java", "a/b/A.java", True),
        ("/A.java", "a/A.java", False),
        ("a/**", "a/b/c", True),
        ("a/**", "b/a/c", False),
        ("**/c", "a/b/c", True),
        ("a/**/c", "a/c", True),
        ("a/*/c", "a/b/b/c", False),
        ("b/", "a/b/c", True),
        ("[!a]?", "bc", True),
        ("[!a]?", "ab", False),
        ("*a*b*", "xaxbx", True),
        ("\\!a", "!a", True),
        ("a/b", "a/b/c", True),
    ],
)
def test_globs(pattern: str, path: str, named: bool) -> None:
    assert Globs((pattern,)).covers(path) is named


@pytest.mark.parametrize("pattern", ["[a", "a\\", "a//b"])
def test_bad_globs(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        translate(pattern)


def test_many_stars_are_matched_in_time() -> None:
    began = time.process_time()
    assert not Globs(("*a" * 60 + "b",)).covers("a" * 2_000)
    assert time.process_time() - began < 1
