"""What files say, kept between runs by their content: a file that was read before is not parsed again.

Two things are kept in the user's cache folder (store.py): the facts of a content, whatever file has it; and of each project
which content its files had when they looked as they look now, so that they need not be read to know it.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, TypeAlias

from askfirst.facts.rows import HEAD
from askfirst.loading import Read, Reader
from askfirst.project import File, read_file
from askfirst.store import LOT, Store

RACY = 2_000_000_000  # ns; a file changed so shortly before may change again without looking different
HOUR = 3600  # seconds after which what is used is marked as used again
WRITE = 4_000_000  # bytes that are written at once
GRAMMARS = ("tree_sitter", "tree_sitter_java", "tree_sitter_kotlin")  # what facts/ takes from elsewhere

Look: TypeAlias = tuple[int, int, int, int]  # size, when modified, when changed (Windows: made), number on the disk
Seen: TypeAlias = tuple[Look, str, int, str]  # how a file looked, and its content: digest, lines, problem


class Known(NamedTuple):
    """A `Read` of a file that was not read."""

    packed: bytes
    digest: str
    lines: int
    problem: str


class _Project:
    """What is known of the files of one project."""

    def __init__(self, kept: bytes | None) -> None:
        self.touched: int
        self.seen: dict[str, Seen]
        self.touched, self.seen = marshal.loads(kept) if kept else (0, {})
        self.before = dict(self.seen)
        self.keys: set[bytes] = set()  # of the facts in use

    def note(self, path: str, look: Look, content: tuple[str, int, str], began: int) -> None:
        """A file that looked so had this content. Believed later only if no change since `began` could look the same."""
        if max(look[1:3]) < began - RACY:
            self.seen[path] = (look, *content)

    def forget_all_but(self, files: Sequence[File]) -> None:
        """What is gone is forgotten when a whole project was asked for, not when some files of it were."""
        if 2 * len(files) >= len(self.seen):
            paths = {file.path for file in files}
            self.seen = {path: seen for path, seen in self.seen.items() if path in paths}


class CachedReader:
    """A reader that hands to another one only what is not known. `close` writes down what was seen."""

    def __init__(self, store: Store, reader: Reader, version: bytes, now: Callable[[], int] = time.time_ns) -> None:
        """`version` stands for all that facts depend on besides the file; `now` is the clock that stamps files."""
        self.store, self._reader, self._version, self._now = store, reader, version, now
        self.asked = self.known = 0  # files
        self._spent: defaultdict[str, float] = defaultdict(float)
        self._projects: dict[Path, _Project] = {}

    def __enter__(self) -> CachedReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Keep what was seen of the projects."""
        now = self._now() // 1_000_000_000
        for root, project in self._projects.items():
            late = abs(now - project.touched) >= HOUR
            if late:
                self.store.touch(project.keys)
            if late or project.seen != project.before:
                kept = marshal.dumps((now if late else project.touched, project.seen))
                self.store.put([(self._project_key(root), kept)])
        self._projects.clear()
        self.store.close()

    def recall(self, *words: str) -> bytes | None:
        """What was kept under these words."""
        key = self._digest("kept", *words)
        return self.store.get([key]).get(key)

    def keep(self, value: bytes, *words: str) -> None:
        """Keep something else than facts."""
        self.store.put([(self._digest("kept", *words), value)])

    def timings(self) -> tuple[tuple[str, float], ...]:
        """Seconds spent here. They are part of the stage `facts`."""
        return tuple((f"cache: {stage}", seconds) for stage, seconds in self._spent.items())

    def extract(self, root: Path, files: Sequence[File]) -> Iterator[tuple[File, Read]]:
        """As Reader.extract; the known files come first."""
        began = self._now()
        with self._timed("look"):
            project = self._project(root)
            looks = {file.path: look for file in files if (look := _look(f"{root}/{file.path}")) is not None}
            contents = {} if self.store.empty() else self._contents(root, files, project, looks, began)
        wanted: defaultdict[bytes, list[File]] = defaultdict(list)
        for file in files:
            if file.path in contents:
                wanted[self._key(file, contents[file.path][0])].append(file)
        missing = [file for file in files if file.path not in contents]
        keys = list(wanted)
        for start in range(0, len(keys), LOT):
            lot = keys[start : start + LOT]
            with self._timed("get"):
                found = self.store.get(lot)
            project.keys.update(found)
            for key in lot:
                if key not in found:
                    missing += wanted[key]
                    continue
                for file in wanted[key]:
                    yield file, Known(found[key], *contents[file.path])
        self.asked += len(files)
        self.known += len(files) - len(missing)
        yield from self._read(root, missing, project, looks, began)
        project.forget_all_but(files)

    def _read(
        self, root: Path, files: list[File], project: _Project, looks: Mapping[str, Look], began: int
    ) -> Iterator[tuple[File, Read]]:
        """What the other reader says, which is kept. Its digest is that of what it read, whatever was there before."""
        lot: dict[bytes, bytes] = {}
        size = 0
        for file, read in self._reader.extract(root, files):
            if read.packed and file.path in looks:
                project.note(file.path, looks[file.path], (read.digest, read.lines, read.problem), began)
                if _lasting(read.packed):
                    lot[self._key(file, read.digest)] = read.packed
                    size += len(read.packed)
            yield file, read
            if size > WRITE:
                self._put(lot, project)
                size = 0
        self._put(lot, project)

    def _put(self, lot: dict[bytes, bytes], project: _Project) -> None:
        if lot:
            with self._timed("put"):
                self.store.put(lot.items())
        project.keys.update(lot)
        lot.clear()

    def _contents(
        self, root: Path, files: Sequence[File], project: _Project, looks: Mapping[str, Look], began: int
    ) -> dict[str, tuple[str, int, str]]:
        """Digest, lines and problem of each file that can be read; those that look as before are not read."""
        contents = {}
        for file in files:
            look, seen = looks.get(file.path), project.seen.get(file.path)
            if look is None:
                continue
            if seen is not None and seen[0] == look:
                contents[file.path] = seen[1:]
                continue
            try:
                source = read_file(root, file)
            except OSError:  # the other reader says what is the matter
                continue
            contents[file.path] = content = (source.digest, source.lines, source.problem)
            project.note(file.path, look, content, began)
        return contents

    def _project(self, root: Path) -> _Project:
        if root not in self._projects:
            key = self._project_key(root)
            self._projects[root] = _Project(self.store.get([key]).get(key))
            self._projects[root].keys.add(key)
        return self._projects[root]

    def _project_key(self, root: Path) -> bytes:
        return self._digest("project", str(root))

    def _key(self, file: File, digest: str) -> bytes:
        """What the facts of a content are kept under: of service files, the name says what they are about."""
        return self._digest(digest, file.language, file.path.rpartition("/")[2] if file.language == "services" else "")

    def _digest(self, *words: str) -> bytes:
        data = "\0".join(words).encode("utf-8", "backslashreplace")
        return hashlib.blake2b(data, digest_size=16, key=self._version).digest()

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self._spent[stage] += time.perf_counter() - began


def cached(root: Path, reader: Reader, most: int) -> CachedReader | None:
    """`reader` behind the user's cache, which may take `most` bytes; None where there is to be none."""
    folder, version = place(), what_decides()
    if folder is None or not most or not version:
        return None
    if "ASKFIRST_CACHE_DIR" not in os.environ and folder.resolve().is_relative_to(root.resolve()):
        return None  # nothing is written into a project unasked
    return CachedReader(Store(folder, most), reader, version)


def place(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path | None:
    """The folder of the cache: the one that is asked for, else where the system keeps caches; None when that has none."""
    if own := environ.get("ASKFIRST_CACHE_DIR"):
        return Path(own).absolute()
    if platform == "win32":
        return Path(local, "askfirst", "Cache") if (local := environ.get("LOCALAPPDATA")) else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if platform == "darwin":
        return home / "Library" / "Caches" / "askfirst"
    base = environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else home / ".cache") / "askfirst"


def what_decides() -> bytes:
    """A digest of all that facts depend on besides the file: our sources, the grammars, Python. Empty if that cannot be told."""
    here = Path(__file__).parent
    sources = sorted((*here.glob("facts/*.py"), here / "source.py", here / "text.py"))
    running = (*sys.version_info[:3], sys.implementation.name, sys.byteorder, array("I").itemsize, marshal.version)
    said = hashlib.blake2b(repr(running).encode(), digest_size=16)
    try:
        for source in sources:
            said.update(source.read_bytes())
        for name in GRAMMARS:
            spec = find_spec(name)
            if spec is None or spec.origin is None:
                return b""
            package = Path(spec.origin).parent
            # the version is in the name of the folder beside it: importlib.metadata takes longer than all the rest
            versions = sorted(p.name for p in package.parent.glob(f"{name}-*.*-info"))
            binaries = sorted((p.name, p.stat().st_size) for p in package.iterdir() if p.suffix in (".so", ".pyd"))
            said.update(repr((name, versions, binaries)).encode())
    except OSError:  # packed into an archive
        return b""
    return said.digest()


def _look(path: str) -> Look | None:
    try:
        info = os.stat(path)
    except OSError:
        return None
    return (info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino)


def _lasting(packed: bytes) -> bool:
    """Whether reading the same content again would say the same: not when time or the stack ran out, or we failed."""
    if not any(word in packed for word in (b"timeout", b"depth", b"Error: ")):  # what is spelt out would say so
        return True
    problems = marshal.loads(packed)[0][HEAD.index("problems")]
    return not any(what in ("timeout", "depth") or (what == "syntax" and spot < 0) for what, _, spot in problems)
