"""Bytes by key, kept from run to run in a SQLite file of the user's. What goes wrong with it costs time, never an answer.

Every entry is checked when it is read: a file that is cut off, overwritten or of another version gives nothing or is begun
anew, one that cannot be used is left alone for the rest of the run and `fault` says why.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from askfirst.text import Text

T = TypeVar("T")
SCHEMA = 1  # of the tables below; a file with another one is begun anew
FILE = "facts.db"
FILES = (f"{FILE}-journal", FILE)  # a journal without its file must not be left behind
TAG = "CACHEDIR.TAG"  # tells backups to leave the folder out
TAGGED = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of askfirst; it may be deleted.\n"
WAIT = 2.0  # seconds for another process to be done writing
LOT = 256  # entries of one question, deletions of one transaction
KEEP = 0.75  # of the limit, what is left when there was too much
# What says that the file itself is no good, and not the disk, the permissions or another process.
SPOILT = frozenset({
    sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG,
})  # fmt: skip
TABLES = (
    "CREATE TABLE entry (id INTEGER PRIMARY KEY, key BLOB, sum INTEGER, value BLOB)",
    "CREATE TABLE used (id INTEGER PRIMARY KEY, at INTEGER)",  # apart: reading an entry does not write it
    f"PRAGMA user_version = {SCHEMA}",
)
OTHERS = Text("`{path}` is not yours alone to write: chmod 700 it", "`{path}` 并非仅由你可写：请 chmod 700")


class Size(NamedTuple):
    """What a store takes and holds."""

    bytes: int  # on disk
    entries: int


class _Shared(Exception):
    """Others could have put something there."""


class Store:
    """One connection, opened when first needed. Safe beside other processes, each of which has its own."""

    def __init__(self, folder: Path, limit: int) -> None:
        """`folder` is made when there is none, for the user alone; the file in it stays below about `limit` bytes."""
        self.folder, self.limit = folder, limit
        self.fault: Text | None = None  # why nothing is kept
        self._db: sqlite3.Connection | None = None

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What is kept under these, of which there are at most LOT. What is damaged is left out like what is not there."""
        lot = {_id(key): key for key in keys}
        asked = f"SELECT id, key, sum, value FROM entry WHERE id IN ({_listed(lot)})"
        nothing: list[tuple[int, bytes, int, bytes]] = []
        rows = self._do(lambda db: db.execute(asked).fetchall(), nothing)
        return {key: value for id_, key, sum_, value in rows if lot[id_] == key and _sum(key, value) == sum_}

    def put(self, entries: Collection[tuple[bytes, bytes]]) -> None:
        """Keep these, all or none; then make room when there is too much."""
        now = int(time.time())

        def write(db: sqlite3.Connection) -> None:
            with db:
                db.execute("BEGIN IMMEDIATE")
                db.executemany(
                    "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)",
                    ((_id(key), key, _sum(key, value), value) for key, value in entries),
                )
                db.executemany("INSERT OR REPLACE INTO used VALUES (?, ?)", ((_id(key), now) for key, _ in entries))
            self._trim(db)

        self._do(write, None)

    def touch(self, keys: Iterable[bytes]) -> None:
        """These were used now."""
        ids, now = [_id(key) for key in keys], int(time.time())

        def write(db: sqlite3.Connection) -> None:
            with db:
                db.execute("BEGIN IMMEDIATE")
                for start in range(0, len(ids), LOT):
                    db.execute(f"UPDATE used SET at = ? WHERE id IN ({_listed(ids[start : start + LOT])})", (now,))

        if ids:
            self._do(write, None)

    def empty(self) -> bool:
        """Whether nothing is kept, so that it need not be asked."""
        return self._do(lambda db: db.execute("SELECT 1 FROM used LIMIT 1").fetchone() is None, True)

    def size(self) -> Size:
        """What there is. Makes nothing."""
        if not (self.folder / FILE).exists():
            return Size(0, 0)
        entries = self._do(lambda db: int(db.execute("SELECT count(*) FROM used").fetchone()[0]), 0)
        return Size(sum(_length(self.folder / name) for name in FILES), entries)

    def clear(self) -> None:
        """Take everything away. Raises OSError where that is refused."""
        self.close()
        for name in FILES:
            (self.folder / name).unlink(missing_ok=True)
        with suppress(OSError):  # there is no folder, or it holds more than ours
            if (self.folder / TAG).read_bytes() == TAGGED.encode():
                (self.folder / TAG).unlink()
            self.folder.rmdir()

    def close(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None

    def _do(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """`work`, on a new file when the one there is spoilt; `otherwise`, from now on, when that cannot be."""
        for again in (True, False):
            if self.fault is not None:
                break
            try:
                if self._db is None:
                    self._db = self._open()
                return work(self._db)
            except _Shared as error:
                self.fault = Text(*(words.format(path=error) for words in OTHERS))
            except (sqlite3.Error, OSError, ValueError, MemoryError) as error:
                self.close()
                if not (again and self._spoilt(error) and self._begin_anew()):
                    why = getattr(error, "strerror", None) or str(error)
                    self.fault = Text(why, why)
        return otherwise

    def _open(self) -> sqlite3.Connection:
        file = self.folder / FILE
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _only_mine(self.folder)
        if file.exists():
            _only_mine(file)
        elif not (self.folder / TAG).exists():
            (self.folder / TAG).write_bytes(TAGGED.encode())
        db = sqlite3.connect(file, timeout=WAIT, isolation_level=None, check_same_thread=False)
        db.text_factory = bytes  # we keep none, but a damaged file may say so
        try:
            # what the system has not written out when it goes down is found damaged, and is only a cache
            db.execute("PRAGMA synchronous = OFF")
            db.execute("PRAGMA trusted_schema = OFF")
            if _pragma(db, "user_version") != SCHEMA:
                db.execute("PRAGMA auto_vacuum = INCREMENTAL")
                with db:
                    db.execute("BEGIN IMMEDIATE")
                    if _pragma(db, "user_version") != SCHEMA:  # another process may have been quicker
                        for statement in TABLES:  # where there are others of these names, the file is begun anew
                            db.execute(statement)
        except BaseException:
            db.close()
            raise
        return db

    def _spoilt(self, error: Exception) -> bool:
        """Whether the file is to blame. The low byte is the code, the others say more; Python's own complaints have none."""
        if not isinstance(error, sqlite3.Error):
            return not isinstance(error, OSError)  # what makes no text, or would take all memory, is damaged
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        writable = os.access(self.folder, os.W_OK) and os.access(self.folder / FILE, os.W_OK)
        return code in SPOILT or (code == sqlite3.SQLITE_READONLY and writable)  # a header may say so

    def _begin_anew(self) -> bool:
        try:
            for name in FILES:
                (self.folder / name).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def _trim(self, db: sqlite3.Connection) -> None:
        """Take away what was not used for longest, when there is too much."""
        if _held(db) > self.limit:
            old = [id_ for (id_,) in db.execute("SELECT id FROM used ORDER BY at, id")]
            while old and (excess := (held := _held(db)) - int(self.limit * KEEP)) > 0:
                some = max(1, min(LOT, len(old) * excess // held))
                with db:
                    db.execute("BEGIN IMMEDIATE")
                    db.execute(f"DELETE FROM entry WHERE id IN ({_listed(old[:some])})")
                    db.execute(f"DELETE FROM used WHERE id IN ({_listed(old[:some])})")
                del old[:some]
        if _pragma(db, "page_count") * _pragma(db, "page_size") > self.limit:
            db.executescript("PRAGMA incremental_vacuum")  # `execute` would take one step of it


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def _held(db: sqlite3.Connection) -> int:
    """Bytes of the file that hold something."""
    return (_pragma(db, "page_count") - _pragma(db, "freelist_count")) * _pragma(db, "page_size")


def _id(key: bytes) -> int:
    """Where an entry stands: found without an index. Two keys that fall together displace each other."""
    return int.from_bytes(key[:8], "little", signed=True)


def _sum(key: bytes, value: object) -> int:
    return zlib.crc32(value, zlib.crc32(key)) if isinstance(value, bytes) else -1


def _listed(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))


def _length(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _only_mine(path: Path) -> None:
    """Raises _Shared when somebody else may have written there: what is read from a cache must be our own."""
    info = path.stat()
    if hasattr(os, "geteuid") and (info.st_uid != os.geteuid() or info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
        raise _Shared(path)
