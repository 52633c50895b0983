"""With the cache a check says what it says without, whatever happened between the runs; and reads no more than it must."""

from __future__ import annotations

import ast
import marshal
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pages
from askfirst import cache, facts
from askfirst.cache import GRAMMARS, HOUR, CachedReader, cached, place, what_decides
from askfirst.facts.builder import Builder
from askfirst.findings import Report
from askfirst.loading import Reader
from askfirst.pool import Read, SerialPool, read
from askfirst.project import File, discover, read_file
from askfirst.rules import RULES, page
from askfirst.settings import Settings
from askfirst.source import LANGUAGES, make_source
from askfirst.store import FILE, Store
from askfirst.workspace import Workspace

EXAMPLES = sorted(p for p in (Path(__file__).parent.parent / "examples").iterdir() if p.is_dir())
BIG = 1_000_000_000
SECOND = 1_000_000_000  # ns


class Counting(SerialPool):
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def extract(self, root: Path, files: Sequence[File]) -> Iterator[tuple[File, Read]]:
        self.paths += sorted(file.path for file in files)
        return super().extract(root, files)


class Runs:
    """Runs over a folder, each with a new connection, as if each were a process."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.read: list[str] = []  # by the cache, in the last run
        self.parsed: list[str] = []  # by the reader behind it
        self.later = 10 * SECOND  # what the clock is ahead of the files
        self.version = b"1"
        actual = read_file

        def watched(root: Path, file: File) -> object:
            self.read.append(file.path)
            return actual(root, file)

        monkeypatch.setattr(cache, "read_file", watched)

    def reader(self, behind: Reader | None = None) -> CachedReader:
        return CachedReader(
            Store(self.folder, BIG), behind or Counting(), self.version, lambda: time.time_ns() + self.later
        )

    def extract(self, root: Path, files: Sequence[File] | None = None, behind: Reader | None = None) -> dict[str, Any]:
        """What each file of the project gave: packed, digest, lines, problem."""
        behind = behind or Counting()
        self.read.clear()
        with self.reader(behind) as reader:
            found = list(reader.extract(root, discover(root).files if files is None else files))
        assert reader.store.fault is None
        self.parsed = getattr(behind, "paths", [])
        assert reader.asked - reader.known == len(self.parsed)
        assert len({file.path for file, _ in found}) == len(found)
        return {file.path: (r.packed, r.digest, r.lines, r.problem) for file, r in found}

    def check(self, root: Path) -> Report:
        with self.reader() as reader:
            report = Workspace(root, Settings(), reader).check(fixes=True)
        assert reader.store.fault is None
        return report._replace(timings=())


def bare(root: Path) -> dict[str, Any]:
    """What each file gives without a cache."""
    return {f.path: ((r := read(root, f)).packed, r.digest, r.lines, r.problem) for f in discover(root).files}


@pytest.fixture
def runs(cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(cache_folder, monkeypatch)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES[-1], tmp_path / "app"))


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


# the answer is the same


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.name)
def test_reports_of_examples_are_the_same(example: Path, runs: Runs) -> None:
    fresh = Workspace(example, Settings(), SerialPool()).check(fixes=True)._replace(timings=())
    assert runs.check(example) == fresh
    assert runs.check(example) == fresh


def test_all_cases_of_rules_are_read_the_same(tmp_path: Path, runs: Runs) -> None:
    """One project after the other in one folder: files change, come and go; half of what is asked is known."""
    root, number = tmp_path / "app", 0
    for number, case in enumerate(case for rule in RULES for case in pages.cases(page(rule))):
        shutil.rmtree(root, ignore_errors=True)
        pages.write(case, root)
        fresh = bare(root)
        assert runs.extract(root) == fresh, case.name
        if number % 10 == 0:
            assert runs.extract(root) == fresh, case.name
            assert runs.parsed == []
    assert number > 100


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 5), st.integers(0, 4)),
        st.tuples(st.just("move"), st.integers(0, 5), st.integers(0, 5)),
        st.tuples(st.just("delete"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("old"), st.integers(0, 5), st.integers(0, 3)),
        st.tuples(st.just("run"), st.just(0), st.sampled_from([-5, 0, 1, 5, 4000])),
        st.tuples(st.just("tear"), st.integers(0, 60_000), st.integers(0, 255)),
        st.tuples(st.just("upgrade"), st.integers(0, 2), st.just(0)),
    ),
    max_size=14,
)
NAMES = ["App.kt", "MainActivity.kt", "B.java", "C.kt", "D.kt", "res/values/strings.xml"]
CONTENTS = [  # some of one length, to be taken for each other
    "class App : android.app.Application() {\n    override fun onCreate() { tm.imei }\n}\n",
    "class App : android.app.Application() {\n    override fun onCreate() { tm.meid }\n}\n",
    "class App : android.app.Application() {\n    override fun onCreate() { tm.name }\n}\n",
    "class MainActivity { TelephonyManager tm; void f() { tm.getImei(); } }",
    "<resources><string name='友'>x</string></resources>",
]


@given(STEPS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_between_runs(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        runs = Runs(tmp_path_factory.mktemp("kept"), patch)
        runs.folder.chmod(0o700)
        root = tmp_path_factory.mktemp("app")
        write(root / "app/build.gradle", "plugins { id 'com.android.application' }\n")
        write(root / "app/src/main/AndroidManifest.xml", '<manifest><application android:name=".App"/></manifest>')
        files = [root / "app/src/main" / ("java" if "/" not in name else "") / name for name in NAMES]
        for kind, one, other in (*steps, ("run", 0, 5), ("run", 0, 5)):
            if kind == "write":
                write(files[one], CONTENTS[other])
            elif kind == "move" and files[one].exists() and one != other:
                files[other].parent.mkdir(parents=True, exist_ok=True)
                files[one].replace(files[other])
            elif kind == "delete":
                files[one].unlink(missing_ok=True)
            elif kind == "old" and files[one].exists():
                os.utime(files[one], ns=(other * SECOND, other * SECOND))
            elif kind == "tear" and (runs.folder / FILE).exists():
                with (runs.folder / FILE).open("r+b") as file:
                    file.seek(one)
                    file.write(bytes([other]))
            elif kind == "upgrade":
                runs.version = b"%d" % one
            elif kind == "run":
                runs.later = other * SECOND
                with runs.reader() as reader:
                    said = Workspace(root, Settings(), reader).check(fixes=True)
                fresh = Workspace(root, Settings(), SerialPool()).check(fixes=True)
                assert said._replace(timings=()) == fresh._replace(timings=())


# no more is done than must be


def test_what_did_not_change_is_neither_parsed_nor_read(app: Path, runs: Runs) -> None:
    first = runs.extract(app)
    assert (len(runs.parsed), runs.read) == (len(first), [])  # nothing is known yet, so nothing is read twice
    assert runs.extract(app) == first
    assert (runs.parsed, runs.read) == ([], [])


def test_what_changed_is_parsed(app: Path, runs: Runs) -> None:
    runs.extract(app)
    file = next(app.rglob("*.kt"))
    path = file.relative_to(app).as_posix()
    file.write_text(file.read_text() + "\nclass New")
    assert runs.extract(app) == bare(app)
    assert (runs.parsed, runs.read) == ([path], [path])
    runs.extract(app)
    assert (runs.parsed, runs.read) == ([], [])


def test_what_was_moved_copied_or_is_as_it_was_once_is_not_parsed(app: Path, tmp_path: Path, runs: Runs) -> None:
    runs.extract(app)
    file = next(app.rglob("*.kt"))
    moved = file.rename(file.with_name("Moved.kt"))
    assert runs.extract(app) == bare(app)
    assert (runs.parsed, runs.read) == ([], [moved.relative_to(app).as_posix()])
    other = Path(shutil.copytree(app, tmp_path / "other"))
    assert runs.extract(other) == bare(other)
    assert runs.parsed == []
    text = moved.read_text()
    moved.write_text("class Other")
    runs.extract(app)
    moved.write_text(text)
    assert runs.extract(app) == bare(app)
    assert runs.parsed == []


def test_two_files_of_one_content(tmp_path: Path, runs: Runs) -> None:
    write(tmp_path / "a/A.kt", "class A")
    write(tmp_path / "b/A.kt", "class A")
    for _ in range(2):
        assert runs.extract(tmp_path) == bare(tmp_path)
    assert runs.parsed == []


def test_some_files_of_a_project_do_not_make_the_others_forgotten(app: Path, runs: Runs) -> None:
    files = discover(app).files
    runs.extract(app)
    runs.extract(app, files[:1])
    runs.extract(app)
    assert (runs.parsed, runs.read) == ([], [])
    for file in files[:5]:
        (app / file.path).unlink()
    runs.extract(app)
    assert set(runs.reader()._project(app).seen) == {file.path for file in files[5:]}


def test_another_version_shares_nothing_and_takes_nothing(app: Path, runs: Runs) -> None:
    first = runs.extract(app)
    runs.version = b"2"
    assert runs.extract(app) == first
    assert len(runs.parsed) == len(first)
    for version in (b"1", b"2"):
        runs.version = version
        runs.extract(app)
        assert (runs.parsed, runs.read) == ([], [])


# what looks the same may not be


def test_a_file_that_changed_just_before_the_run_is_read_again(app: Path, runs: Runs) -> None:
    runs.later = SECOND
    first = runs.extract(app)
    runs.extract(app)
    assert (len(runs.read), runs.parsed) == (len(first), [])
    runs.later = 5 * SECOND
    runs.extract(app)
    runs.extract(app)
    assert runs.read == []


def test_a_change_within_a_tick_of_the_clock_is_seen(
    tmp_path: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file system's clock stands still, so that both contents look the same."""
    file = write(tmp_path / "A.kt", "class A { val a = 1 }")
    now = time.time_ns()
    monkeypatch.setattr(cache, "_look", lambda path: (21, now, now, 1))
    runs.later = 0
    runs.extract(tmp_path)
    write(file, "class A { val b = 2 }")
    assert runs.extract(tmp_path) == bare(tmp_path)


def test_a_change_that_keeps_time_and_size_is_seen(tmp_path: Path, runs: Runs) -> None:
    file = write(tmp_path / "A.kt", "class A { val a = 1 }")
    os.utime(file, (1000, 1000))
    runs.extract(tmp_path)
    write(file, "class A { val b = 2 }")
    os.utime(file, (1000, 1000))
    assert runs.extract(tmp_path) == bare(tmp_path)
    assert runs.parsed == ["A.kt"]


class Meanwhile(SerialPool):
    """Something changes a file after the cache looked at it."""

    def __init__(self, change: Callable[[], object]) -> None:
        self.change = change

    def extract(self, root: Path, files: Sequence[File]) -> Iterator[tuple[File, Read]]:
        self.change()
        return super().extract(root, files)


def test_a_file_that_changes_meanwhile_is_kept_as_what_was_read(tmp_path: Path, runs: Runs) -> None:
    write(tmp_path / "B.kt", "class B")
    runs.extract(tmp_path)  # so that contents are looked at
    file = write(tmp_path / "A.kt", "class Before")
    with runs.reader(Meanwhile(lambda: write(file, "class Meanwhile"))) as reader:
        list(reader.extract(tmp_path, discover(tmp_path).files))
    for text in ("class Before", "class Meanwhile"):
        write(file, text)
        assert runs.extract(tmp_path) == bare(tmp_path)


def test_a_file_that_cannot_be_read_is_the_readers_to_explain(tmp_path: Path, runs: Runs) -> None:
    file = write(tmp_path / "A.kt", "class A")
    files = discover(tmp_path).files
    for _ in range(2):
        file.unlink(missing_ok=True)
        packed, *_, problem = runs.extract(tmp_path, files)["A.kt"]
        assert packed == b""
        assert problem.startswith("unreadable: ")
        write(file, "class A")
        assert runs.extract(tmp_path) == bare(tmp_path)


def test_a_file_that_only_the_reader_can_read(tmp_path: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "A.kt", "class A")
    runs.extract(tmp_path)
    write(tmp_path / "B.kt", "class B")

    def refused(root: Path, file: File) -> object:
        raise PermissionError(13, "refused")

    monkeypatch.setattr(cache, "read_file", refused)
    assert runs.extract(tmp_path) == bare(tmp_path)
    assert runs.parsed == ["B.kt"]


def test_one_content_says_different_things_in_different_languages(tmp_path: Path, runs: Runs) -> None:
    for name in ("A.kt", "A.java", "build.gradle", "settings.gradle.kts", "gradle.properties"):
        write(tmp_path / name, "class A { }\n")
    for _ in range(2):
        assert runs.extract(tmp_path) == bare(tmp_path)
    assert runs.parsed == []


def test_how_a_file_had_to_be_read_is_said_again(tmp_path: Path, runs: Runs) -> None:
    (tmp_path / "A.kt").write_bytes("class 友".encode("gb18030"))
    (tmp_path / "B.kt").write_text("class 友", encoding="utf-8")
    (tmp_path / "C.kt").write_text("class 友", encoding="utf-8-sig")
    for _ in range(3):
        found = runs.extract(tmp_path)
        assert found == bare(tmp_path)
        assert "GB18030" in found["A.kt"][-1]
        assert found["B.kt"][-1] == ""
    assert runs.parsed == []


@pytest.mark.parametrize(("problem", "lasts"), [
    (("timeout", "", -1), False), (("depth", "", 0), False), (("syntax", "MemoryError: ", -1), False),
    (("syntax", "timeout Error: depth", 0), True), (("too-large", "depth", -1), True),
])  # fmt: skip
def test_what_another_try_may_change_is_not_kept(
    problem: tuple[str, str, int], lasts: bool, tmp_path: Path, runs: Runs
) -> None:
    builder = Builder()
    builder.spot(0, 1)
    builder.problems.append(problem)
    packed = marshal.dumps(cast(Any, builder.finish().pack()))

    class Hasty(Counting):
        def extract(self, root: Path, files: Sequence[File]) -> Iterator[tuple[File, Read]]:
            return ((file, read._replace(packed=packed)) for file, read in super().extract(root, files))

    write(tmp_path / "A.kt", "class A")
    runs.extract(tmp_path, behind=Hasty())
    runs.extract(tmp_path, behind=Hasty())
    assert (runs.parsed == []) is lasts


def test_service_files_of_one_content_speak_of_different_things(tmp_path: Path, runs: Runs) -> None:
    for name in ("a.One", "a.Two"):
        write(tmp_path / "app/src/main/resources/META-INF/services" / name, "a.Impl\n")
    assert len(discover(tmp_path).files) == 2
    runs.extract(tmp_path)
    assert runs.extract(tmp_path) == bare(tmp_path)
    assert runs.parsed == []


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"services"}))
def test_facts_depend_on_no_path(language: str) -> None:
    """What the key of the cache leaves out."""
    data = b'package a; class A { } // x\nval b = "1"\n'
    one, other = (facts.extract(make_source(path, language, data)) for path in ("a/One.x", "b/c/Other.y"))
    assert one.pack() == other.pack()


# use, and where it is kept


def test_what_is_used_is_marked_once_an_hour(app: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    touched: list[int] = []
    monkeypatch.setattr(Store, "touch", lambda self, keys: touched.append(len(keys)))
    for later, times in ((0, 1), (10, 1), (HOUR - 1, 1), (HOUR + 1, 2), (HOUR + 20, 2), (-5, 3)):
        runs.later = later * SECOND
        runs.extract(app)
        assert len(touched) == times
    contents = {(digest, Path(path).suffix) for path, (_, digest, *_) in bare(app).items()}
    assert set(touched) == {len(contents) + 1}  # and the project itself


def test_what_a_run_uses_outlives_what_it_does_not(app: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.extract(app)
    other = app.parent / "other"
    for number in range(100):
        write(other / f"A{number}.kt", f"class A{number} {{ {'fun f() { g() }; ' * 50} }}")
    runs.extract(other)
    runs.later = 2 * HOUR * SECOND
    monkeypatch.setattr("askfirst.store.time.time", lambda: 1e10)
    runs.extract(app)
    Store(runs.folder, (runs.folder / FILE).stat().st_size - 1).put([])
    runs.extract(app)
    assert runs.parsed == []
    runs.extract(other)
    assert 10 < len(runs.parsed) < 100


def test_what_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Path(cache.__file__).parent
    assert what_decides() == what_decides() != b""
    copy = Path(shutil.copytree(here, tmp_path / "askfirst"))
    monkeypatch.setattr(cache, "__file__", str(copy / "cache.py"))
    said = {what_decides()}
    for number, name in enumerate(("facts/kotlin.py", "facts/rows.py", "source.py", "text.py"), 2):
        with (copy / name).open("a") as file:
            file.write("# changed\n")
        said.add(what_decides())
        assert len(said) == number
    (copy / "rules" / "rule.py").write_text("")
    assert what_decides() in said
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    assert what_decides() not in said
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "archive.zip" / "cache.py"))
    assert what_decides() == b""


def test_what_facts_take_from_elsewhere_is_named() -> None:
    taken = set()
    for file in (Path(cache.__file__).parent / "facts").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            taken |= {name.partition(".")[0] for name in names}
    assert taken - sys.stdlib_module_names - {"askfirst"} == set(GRAMMARS)


@pytest.mark.parametrize(("platform", "environ", "folder"), [
    ("linux", {}, "/home/me/.cache/askfirst"), ("linux", {"XDG_CACHE_HOME": "/var/mine"}, "/var/mine/askfirst"),
    ("linux", {"XDG_CACHE_HOME": "not/absolute"}, "/home/me/.cache/askfirst"),
    ("darwin", {"XDG_CACHE_HOME": "/var/mine"}, "/home/me/Library/Caches/askfirst"),
    ("win32", {"LOCALAPPDATA": "/local"}, "/local/askfirst/Cache"),
    ("linux", {"ASKFIRST_CACHE_DIR": "/own"}, "/own"), ("win32", {"ASKFIRST_CACHE_DIR": "/own"}, "/own"),
])  # fmt: skip
def test_places(platform: str, environ: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))
    assert place(environ, platform) == Path(folder)


def test_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    assert place({}, "linux") is None
    assert place({}, "win32") is None


def test_nothing_is_written_into_a_project_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKFIRST_CACHE_DIR", str(tmp_path / "cache"))
    assert cached(tmp_path, SerialPool(), BIG) is not None
    monkeypatch.delenv("ASKFIRST_CACHE_DIR")
    monkeypatch.setattr(cache, "place", lambda: tmp_path / ".cache" / "askfirst")
    assert cached(tmp_path, SerialPool(), BIG) is None
    assert cached(tmp_path / "app", SerialPool(), BIG) is not None
    assert cached(tmp_path / "app", SerialPool(), 0) is None
