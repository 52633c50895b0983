"""What a store gives is what was put there, or nothing: whatever became of its file, and whoever else uses it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import pytest

from askfirst import store
from askfirst.store import FILE, LOT, Store

BIG = 1_000_000_000
PATHS = {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1] / "server"), str(Path(__file__).parent)])}


def key(n: int) -> bytes:
    return blake2b(str(n).encode(), digest_size=16).digest()


def value(n: int) -> bytes:
    """Some bytes that only this number has; most are longer than a page of the file."""
    return str(n).encode() * (1 + n * 37 % 3000)


def entries(*numbers: int) -> list[tuple[bytes, bytes]]:
    return [(key(n), value(n)) for n in numbers]


def known(kept: Store, numbers: range) -> set[int]:
    """Which of these are kept. Nothing but what was put may come back."""
    found: set[int] = set()
    for start in range(numbers.start, numbers.stop, LOT):
        lot = {key(n): n for n in range(start, min(start + LOT, numbers.stop))}
        for this, said in kept.get(list(lot)).items():
            assert said == value(lot[this])
            found.add(lot[this])
    return found


@pytest.fixture
def folder(cache_folder: Path) -> Path:
    return cache_folder


@pytest.fixture
def full(folder: Path) -> Path:
    """A folder whose store has the numbers below 100."""
    kept = Store(folder, BIG)
    kept.put(entries(*range(100)))
    kept.close()
    assert kept.fault is None
    return folder


def test_what_was_put_is_there_in_the_next_run(folder: Path) -> None:
    kept = Store(folder, BIG)
    assert kept.empty()
    assert kept.get([key(1)]) == {}
    kept.put(entries(1, 2))
    kept.put([(key(2), b"new")])
    kept.close()
    again = Store(folder, BIG)
    assert not again.empty()
    assert again.get([key(1), key(2), key(3)]) == {key(1): value(1), key(2): b"new"}
    size = again.size()
    assert size.entries == 2
    assert size.bytes == (folder / FILE).stat().st_size
    assert kept.fault is again.fault is None


def test_two_keys_that_fall_together_are_not_mixed_up(folder: Path) -> None:
    one, other = b"same 8 b" + b"one     ", b"same 8 b" + b"other   "
    kept = Store(folder, BIG)
    kept.put([(one, b"1")])
    assert kept.get([other]) == {}
    kept.put([(other, b"2")])
    assert (kept.get([one]), kept.get([other])) == ({}, {other: b"2"})


def test_asking_for_the_size_makes_nothing(folder: Path) -> None:
    assert Store(folder, BIG).size() == (0, 0)
    assert not folder.exists()


def test_clearing_leaves_what_is_not_ours(full: Path) -> None:
    kept = Store(full, BIG)
    (full / "mine.txt").write_text("mine")
    kept.clear()
    assert [p.name for p in full.iterdir()] == ["mine.txt"]
    (full / "mine.txt").unlink()
    kept.put(entries(1))
    kept.clear()
    assert not full.exists()
    kept.clear()
    assert kept.fault is None


def test_the_folder_is_the_users_alone(full: Path) -> None:
    assert full.stat().st_mode & 0o777 == 0o700
    assert (full / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


@pytest.mark.parametrize("name", ["", FILE])
@pytest.mark.parametrize("mode", [0o020, 0o002])
def test_what_others_may_write_is_not_used(full: Path, name: str, mode: int) -> None:
    path = full / name
    path.chmod(path.stat().st_mode | mode)
    kept = Store(full, BIG)
    assert kept.get([key(1)]) == {}
    kept.put(entries(200))
    assert kept.fault is not None
    assert str(path) in kept.fault.en
    assert str(path) in kept.fault.zh
    path.chmod(path.stat().st_mode & ~mode)
    assert known(Store(full, BIG), range(250)) == set(range(100))


def test_what_belongs_to_others_is_not_used(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("askfirst.store.os.geteuid", lambda: os.getuid() + 1)
    kept = Store(full, BIG)
    assert kept.get([key(1)]) == {}
    assert kept.fault is not None


# damage


def damaged(path: Path) -> Iterator[bytes]:
    """The file, spoilt in many ways."""
    whole, chance = path.read_bytes(), random.Random(7)
    yield b""
    yield b"garbage " * 4000
    yield from (whole[:cut] for cut in (1, 15, 99, 100, 4000, 4096, 5000, len(whole) // 2, len(whole) - 1))
    yield whole[:4096] + bytes(len(whole) - 4096)
    yield whole + b"more"
    for _ in range(150):
        torn = bytearray(whole)
        for _ in range(chance.choice((1, 10, 300))):
            torn[chance.randrange(chance.choice((100, 4096, len(torn))))] = chance.randrange(256)
        yield bytes(torn)


def test_damage_is_found(full: Path) -> None:
    lost = 0
    for torn in damaged(full / FILE):
        (full / FILE).write_bytes(torn)
        kept = Store(full, BIG)
        lost += known(kept, range(100)) != set(range(100))
        kept.put(entries(*range(100, 110)))
        kept.touch([key(1), key(105)])
        assert known(kept, range(100, 110)) == set(range(100, 110)), kept.fault
        kept.close()
    assert lost > 30


def test_damage_to_a_value_loses_that_value(full: Path) -> None:
    file = full / FILE
    torn = bytearray(file.read_bytes())
    at = torn.find(value(40)[:50])
    torn[at + 20] ^= 1
    file.write_bytes(torn)
    kept = Store(full, BIG)
    assert known(kept, range(100)) == set(range(100)) - {40}
    kept.put(entries(40))
    assert known(kept, range(100)) == set(range(100))


@pytest.mark.parametrize("statements", [
    "CREATE TABLE entry (id INTEGER PRIMARY KEY, other TEXT)", f"PRAGMA user_version = {store.SCHEMA}",
    f"PRAGMA user_version = {store.SCHEMA + 1}; CREATE TABLE entry (x)",
    f"PRAGMA user_version = {store.SCHEMA}; CREATE TABLE entry (id, key, sum); CREATE TABLE used (id, at)",
])  # fmt: skip
def test_tables_of_another_version_are_begun_anew(folder: Path, statements: str) -> None:
    folder.mkdir(mode=0o700)
    other = sqlite3.connect(folder / FILE)
    other.executescript(statements)
    other.close()
    kept = Store(folder, BIG)
    assert known(kept, range(3)) == set()
    kept.put(entries(1))
    assert known(kept, range(3)) == {1}
    assert kept.fault is None


def test_a_folder_in_the_place_of_the_file(folder: Path) -> None:
    (folder / FILE).mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    kept = Store(folder, BIG)
    kept.put(entries(1))
    assert kept.get([key(1)]) == {}
    assert kept.fault is not None


def test_no_folder_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Store(tmp_path / "file" / "cache", BIG)
    assert kept.empty()
    kept.put(entries(1))
    assert kept.get([key(1)]) == {}
    assert kept.fault is not None


# a disk that is full, or only read


def test_a_full_disk_keeps_what_is_there(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def cramped(*args: object, **options: object) -> sqlite3.Connection:
        db = connect(*args, **options)  # type: ignore[call-overload]
        db.execute("PRAGMA max_page_count = 1")  # no more than it has
        return db  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", cramped)
    kept = Store(full, BIG)
    assert known(kept, range(100)) == set(range(100))
    kept.put(entries(*range(100, 400)))
    assert kept.fault is not None
    assert "full" in kept.fault.en
    assert kept.get([key(1)]) == {}
    monkeypatch.undo()
    assert known(Store(full, BIG), range(400)) == set(range(100))


LIMITED = """
import resource, sys, test_store
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
kept = test_store.Store(Path(sys.argv[1]), test_store.BIG)
for n in range(100, 1000, 100):
    kept.put(test_store.entries(*range(n, n + 100)))
print(kept.fault.en)
"""


def test_a_disk_that_takes_no_more(full: Path) -> None:
    room = (full / FILE).stat().st_size + 300_000
    done = subprocess.run([sys.executable, "-c", LIMITED, str(full), str(room)], env=PATHS, capture_output=True, text=True,
                          check=True)  # fmt: skip
    assert "disk" in done.stdout
    found = known(Store(full, BIG), range(1000))
    assert set(range(100)) <= found != set(range(1000))


@pytest.fixture
def unprivileged(full: Path) -> Iterator[Path]:
    """A full folder of a user for whom permissions count; below no folder that he may not enter."""
    home = Path("/tmp") / f"askfirst-test-{os.getpid()}"
    home.mkdir(mode=0o755)
    folder = shutil.move(full, home / "cache")
    if os.geteuid() == 0:
        for path in (folder, *Path(folder).iterdir()):
            os.chown(path, 65534, 65534)
        os.seteuid(65534)
    try:
        yield Path(folder)
    finally:
        os.seteuid(os.getuid())
        Path(folder).chmod(0o700)
        shutil.rmtree(home)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_folder_that_is_only_read(unprivileged: Path) -> None:
    (unprivileged / FILE).chmod(0o400)
    unprivileged.chmod(0o500)
    kept = Store(unprivileged, BIG)
    assert known(kept, range(100)) == set(range(100))
    kept.put(entries(200))
    assert kept.fault is not None
    assert known(Store(unprivileged, BIG), range(250)) == set(range(100))
    unprivileged.chmod(0o700)
    (unprivileged / FILE).unlink()
    unprivileged.chmod(0o500)
    empty = Store(unprivileged, BIG)
    empty.put(entries(1))
    assert empty.get([key(1)]) == {}
    assert empty.fault is not None


# others at the same time

BUSY = """
import random, sys, test_store
from pathlib import Path
chance = random.Random(int(sys.argv[2]))
kept = test_store.Store(Path(sys.argv[1]), int(sys.argv[4]))
test_store.store.WAIT = 60.0
for _ in range(int(sys.argv[3])):
    numbers = chance.sample(range(500), 20)
    kept.put(test_store.entries(*numbers))
    assert set(numbers) <= test_store.known(kept, range(500)) or int(sys.argv[4]) < test_store.BIG
    kept.touch(map(test_store.key, numbers))
    print(numbers, flush=True)
    assert kept.fault is None, kept.fault
"""


def busy(folder: Path, seed: int, rounds: int, limit: int = BIG) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", BUSY, str(folder), str(seed), str(rounds), str(limit)]
    return subprocess.Popen(command, env=PATHS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("limit", [BIG, 200_000])
def test_several_processes_at_once(folder: Path, limit: int) -> None:
    at_work = [busy(folder, seed, 25, limit) for seed in range(3)]
    said = [process.communicate() for process in at_work]
    assert [process.returncode for process in at_work] == [0, 0, 0], said
    assert known(Store(folder, BIG), range(500))


def test_two_that_begin_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    actual, others = store._pragma, [Store(folder, BIG)]

    def slow(db: sqlite3.Connection, name: str) -> int:
        said = actual(db, name)
        while others:  # another process makes the tables just after this one saw that there are none
            others.pop().put(entries(1))
        return said

    monkeypatch.setattr(store, "_pragma", slow)
    kept = Store(folder, BIG)
    kept.put(entries(2))
    assert known(kept, range(5)) == {1, 2}


def test_a_killed_process_leaves_a_whole_file(folder: Path) -> None:
    for seed in range(4):
        process = busy(folder, seed, 1_000_000)
        assert process.stdout is not None
        done: set[int] = set()
        for _ in range(3):
            done |= set(map(int, process.stdout.readline().strip("[]\n").split(", ")))
        time.sleep(seed * 0.007)  # at different moments of its work
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kept = Store(folder, BIG)
        assert done <= known(kept, range(500))
        kept.put(entries(1000 + seed))
        assert key(1000 + seed) in kept.get([key(1000 + seed)])
        kept.close()


def test_another_process_that_will_not_let_go(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "WAIT", 0.01)
    other = sqlite3.connect(full / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    kept = Store(full, BIG)
    assert known(kept, range(100)) == set(range(100))  # writing takes nothing from readers
    kept.put(entries(200))
    assert kept.fault is not None
    other.rollback()
    other.close()
    assert known(Store(full, BIG), range(250)) == set(range(100))


def test_a_file_that_is_cleared_meanwhile(full: Path) -> None:
    kept = Store(full, BIG)
    assert known(kept, range(100)) == set(range(100))
    Store(full, BIG).clear()
    kept.put(entries(200))
    kept.close()
    assert known(Store(full, BIG), range(250)) <= {*range(100), 200}


# size


def test_what_was_not_used_for_longest_goes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 400_000
    now = [1000.0]
    monkeypatch.setattr("askfirst.store.time.time", lambda: now[0])
    kept = Store(folder, limit)
    for n in range(300):
        now[0] += 1
        kept.put(entries(n))
        kept.touch([key(5)])
        assert (folder / FILE).stat().st_size <= limit + 100_000
    found = known(kept, range(300))
    gone = set(range(300)) - found
    assert len(gone) > 100
    assert 5 in found
    assert gone - {5} == set(range(max(gone) + 1)) - {5}  # the oldest, and no other
    assert kept.fault is None


def test_a_smaller_limit_gives_the_disk_back(full: Path) -> None:
    before = (full / FILE).stat().st_size
    kept = Store(full, before // 4)
    kept.put(entries(200))
    assert (full / FILE).stat().st_size < before // 3
    assert 0 < len(known(kept, range(250))) < 50
    assert kept.fault is None
