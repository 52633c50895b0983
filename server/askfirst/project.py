"""Finds what belongs to a project, by paths alone: files, their language, module, source set, and whether they ship."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from askfirst.globs import Globs
from askfirst.source import Source, make_source


class File(NamedTuple):
    path: str  # relative to the root, forward slashes
    language: str  # one of source.LANGUAGES
    module: str  # folder of the module it belongs to, "" for the root
    source_set: str  # "main", "full", "fullRelease", "commonMain", "test", …; "" outside of source sets (build files)
    ships: bool  # False: tests, debug-only, samples of tests; such files are neither parsed nor judged
    size: int


class Module(NamedTuple):
    path: str  # folder relative to the root, "" for the root
    build_file: str  # path of its build.gradle(.kts), "" when it has none


class Project(NamedTuple):
    root: Path
    files: tuple[File, ...]  # sorted by path
    modules: tuple[Module, ...]  # sorted by path; every file's module is one of them
    notes: tuple[tuple[str, str], ...]  # (path, what): "symlink-loop", "symlink-outside", "unreadable", "too-large"
    archives: tuple[str, ...] = ()  # jars and AARs beside the code, sorted; known by name, never read
    locks: tuple[str, ...] = ()  # lockfiles of Flutter and JavaScript package managers; known by name, never read


SIZE_LIMIT = 20_000_000  # bytes
BUILD_FILES = ("build.gradle.kts", "build.gradle")
PACKAGE_LOCKS = frozenset({
    "pubspec.lock", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb",
})  # fmt: skip
ROOT_MARKS = ("settings.gradle.kts", "settings.gradle", ".git", "askfirst.toml")

# Folders left out wherever they stand outside of source trees, where such a name may be a package.
_OUTPUT = frozenset({"build", "out", "generated", "intermediates", "node_modules", "bower_components", "Pods"})
_ECLIPSE_OUTPUT = frozenset({"bin", "gen"})
# Folders of other people's code: only what is a module of the build counts there.
_VENDORED = frozenset({"third_party", "third-party", "thirdparty", "vendor", "vendored"})
_BUILD_LOGIC = frozenset({"buildSrc", "build-logic", "buildLogic"})
# What a folder `src/<set>` holds.
_SET_CONTENT = frozenset({
    "java", "kotlin", "res", "assets", "resources", "aidl", "jni", "jniLibs", "cpp", "composeResources",
    "AndroidManifest.xml",
})  # fmt: skip
_SOURCES = frozenset({"src", "java", "kotlin", "res", "assets"})
# Texts are read in two languages, layouts for every screen: a box may be ticked on tablets only.
_RESOURCES = re.compile(r"values(?:-zh(?:-rCN)?)?|xml|navigation|layout(?:-.+)?")

_TEST_SET = re.compile(
    r"test|androidTest|androidUnitTest|androidInstrumentedTest|(?:androidTest|testFixtures|screenshotTest|sharedTest"
    r"|benchmark|nonMinified)(?:[A-Z_].*)?|test.*|.*[a-z0-9]Tests?|debug|.*Debug|profile|mock|.*Mock"
)
_FOREIGN_SET = re.compile(
    r"(?!.*[aA]ndroid)(?:jvm|js|wasm|web|desktop|native|apple|linux|windows"
    r"|(?:ios|macos|tvos|watchos|linux|mingw|wasm|androidNative)[A-Za-z0-9]*)Main"
)
_TEST_FOLDER = re.compile(
    r"(?:.+[-_.])?(?:tests?|testing|(?:android|ui|unit|integration|shared)-?tests?|(?:macro|micro)?-?benchmarks?"
    r"|baseline-?profiles?|lint|test-?(?:utils?|fixtures?|data|support|lib|shared|common|app|helpers?)"
    r"|lint-?(?:rules?|checks?)|detekt-?rules?)",
    re.IGNORECASE,
)
_FILE_NAMES = {
    "gradle.properties": "properties", "gradle.lockfile": "lockfile", "pubspec.yaml": "pubspec",
    "package.json": "package-json",
}  # fmt: skip


class _Folder(NamedTuple):
    """Where the walk is, and what the way there has told."""

    path: str
    module: str
    source_set: str
    inside: bool  # below a folder of sources: names are packages from here on
    ships: bool
    vendored: bool  # below a vendored folder, and no module since
    logic: bool  # of the build itself
    linked: bool  # below a symbolic link
    ignores: tuple[tuple[int, Globs], ...]  # (length of the folder's prefix, its patterns), innermost first


def discover(root: Path, exclude: tuple[str, ...] = ()) -> Project:
    """Walk the folder `root` and name what a check reads. `exclude` holds patterns as in .gitignore, seen from `root`.

    Folders and files that cannot be read are noted; never raises.
    """
    return _Walk(root, exclude).run()


def find_root(path: Path) -> Path:
    """The project of `path`: a folder is one itself; of a file, the nearest folder above that looks like one."""
    path = Path(os.path.abspath(path))
    if path.is_dir():
        return path
    for folder in path.parents:
        if any((folder / mark).exists() for mark in ROOT_MARKS):
            return folder
    return path.parent


def project_around(root: Path) -> Path | None:
    """The folder above `root` whose Gradle settings `root` is part of; None for a project of its own."""
    settings = ROOT_MARKS[:2]
    if any((root / mark).exists() for mark in ROOT_MARKS):
        return None
    return next((folder for folder in root.parents if any((folder / mark).exists() for mark in settings)), None)


def read_file(root: Path, file: File) -> Source:
    """The bytes of `file` as they are on disk. Raises OSError."""
    return make_source(file.path, file.language, (root / file.path).read_bytes())


class _Walk:
    def __init__(self, root: Path, exclude: tuple[str, ...]) -> None:
        self.root = root
        self.real_root = os.path.realpath(root)
        self.exclude = Globs(exclude)
        self.files: list[File] = []
        self.modules: dict[str, str] = {}
        self.notes: list[tuple[str, str]] = []
        self.archives: list[str] = []
        self.locks: list[str] = []
        self.pending = [_Folder("", "", "", False, True, False, False, False, ())]

    def run(self) -> Project:
        while self.pending:
            self.folder(self.pending.pop())
        for file in self.files:
            self.modules.setdefault(file.module, "")
        return Project(
            self.root,
            tuple(sorted(self.files)),
            tuple(Module(*module) for module in sorted(self.modules.items())),
            tuple(sorted(self.notes)),
            tuple(sorted(self.archives)),
            tuple(sorted(self.locks)),
        )

    def folder(self, at: _Folder) -> None:
        try:
            with os.scandir(os.path.join(self.root, at.path)) as scan:
                entries = {entry.name: entry for entry in scan}
        except OSError:
            self.notes.append((_printable(at.path), "unreadable"))
            return
        if ".gitignore" in entries:
            at = at._replace(ignores=((len(at.path) + 1 if at.path else 0, self.patterns(at.path)), *at.ignores))
        at, eclipse = self.enter(at, entries)
        for name in sorted(entries):
            self.entry(at, eclipse, entries[name])

    def enter(self, at: _Folder, entries: dict[str, os.DirEntry[str]]) -> tuple[_Folder, bool]:
        """What this folder's own content tells: a module, a source set; and whether it is an Eclipse layout."""
        build_file = next((name for name in BUILD_FILES if name in entries), "")
        parent, _, name = at.path.rpartition("/")
        in_src = parent == "src" or parent.endswith("/src")
        eclipse = "AndroidManifest.xml" in entries and ("src" in entries or "res" in entries)
        if not at.source_set and (build_file or (eclipse and not in_src)):
            self.modules[at.path] = _join(at.path, build_file) if build_file else ""
            return at._replace(module=at.path, inside=False, vendored=False), eclipse
        if in_src and not at.source_set and (name in ("main", "test") or not _SET_CONTENT.isdisjoint(entries)):
            ships = at.ships and not _TEST_SET.fullmatch(name) and not _FOREIGN_SET.fullmatch(name)
            return at._replace(source_set=name, inside=True, ships=ships), False
        return at, False

    def entry(self, at: _Folder, eclipse: bool, entry: os.DirEntry[str]) -> None:
        name = entry.name
        path = f"{at.path}/{name}" if at.path else name
        try:
            if entry.is_dir(follow_symlinks=False):
                self.subfolder(at, eclipse, name, path)
            elif entry.is_symlink() and entry.is_dir():
                self.link(at, eclipse, name, path)
            elif language := _language(at, name):
                self.file(at, entry, path, language)
            elif name in PACKAGE_LOCKS and _encodable(path) and not self.ignored(at, path, name, False):
                self.locks.append(path)
            elif name.endswith((".jar", ".aar")) and _encodable(path) and not self.ignored(at, path, name, False):
                self.archives.append(path)
        except OSError:
            self.notes.append((_printable(path), "unreadable"))

    def subfolder(self, at: _Folder, eclipse: bool, name: str, path: str) -> None:
        if name.startswith("."):
            return
        if not at.inside and (name in _OUTPUT or (eclipse and name in _ECLIPSE_OUTPUT)):
            return
        if at.inside and name == "generated" and at.path.endswith(f"src/{at.source_set}"):
            return
        if self.ignored(at, path, name, True):
            return
        below = at._replace(path=path)
        if not at.inside:
            below = below._replace(
                inside=name in _SOURCES,
                ships=at.ships and not _TEST_FOLDER.fullmatch(name),
                vendored=at.vendored or name in _VENDORED,
                logic=at.logic or name in _BUILD_LOGIC,
            )
        self.pending.append(below)

    def link(self, at: _Folder, eclipse: bool, name: str, path: str) -> None:
        """Follow a symbolic link to a folder of the project, once; never upwards, never out of the project."""
        target = os.path.realpath(os.path.join(self.root, path))
        here = os.path.realpath(os.path.join(self.root, at.path))
        if at.linked or (here + os.sep).startswith(target.rstrip(os.sep) + os.sep):
            self.notes.append((_printable(path), "symlink-loop"))
        elif not target.startswith(self.real_root.rstrip(os.sep) + os.sep):
            self.notes.append((_printable(path), "symlink-outside"))
        else:
            self.subfolder(at._replace(linked=True), eclipse, name, path)

    def file(self, at: _Folder, entry: os.DirEntry[str], path: str, language: str) -> None:
        if at.vendored or self.ignored(at, path, entry.name, False):
            return
        size = entry.stat().st_size
        if not _encodable(path):
            self.notes.append((_printable(path), "unreadable"))
        elif size >= SIZE_LIMIT:
            self.notes.append((path, "too-large"))
        else:
            source_set = (at.source_set or "main") if language in ("java", "kotlin", "xml", "services") else ""
            ships = at.ships and not (at.logic and language in ("java", "kotlin"))
            self.files.append(File(path, language, at.module, source_set, ships, size))

    def ignored(self, at: _Folder, path: str, name: str, folder: bool) -> bool:
        if self.exclude.rules and self.exclude.verdict(path, name, folder):
            return True
        for prefix, patterns in at.ignores:
            verdict = patterns.verdict(path[prefix:], name, folder)
            if verdict is not None:
                return verdict
        return False

    def patterns(self, folder: str) -> Globs:
        path = os.path.join(self.root, folder, ".gitignore")
        try:
            with open(path, encoding="utf-8", errors="replace") as lines:
                return Globs(lines)
        except OSError:
            self.notes.append((_join(folder, ".gitignore"), "unreadable"))
            return Globs(())


def _language(at: _Folder, name: str) -> str:
    """The language of a file, from its name and folder; "" for files no check reads."""
    stem, _, ending = name.rpartition(".")
    if ending == "java":
        return "java"
    if ending == "kt":
        return "kotlin"
    if ending == "xml":
        if name == "AndroidManifest.xml":
            return "xml"
        above, _, folder = at.path.rpartition("/")
        return "xml" if _RESOURCES.fullmatch(folder) and re.search(r"(?:^|/)res[^/]*(?:/|$)", above) else ""
    if ending == "gradle":
        return "groovy"
    if ending == "kts":
        return "kts" if stem.endswith(".gradle") else ""
    if at.path.endswith("META-INF/services"):
        return "services"
    if at.source_set:
        return ""
    if name.endswith(".versions.toml"):
        return "catalog"
    return _FILE_NAMES.get(name, "")


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _encodable(path: str) -> bool:
    return path.isascii() or not any("\ud800" <= char <= "\udfff" for char in path)


def _printable(path: str) -> str:
    return path.encode("utf-8", "replace").decode("utf-8")
