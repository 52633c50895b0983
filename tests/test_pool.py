"""What the pool gives does not depend on how many processes there are, nor on one of them dying."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from askfirst import pool
from askfirst.facts.rows import Facts
from askfirst.pool import Pool, Read, SerialPool, batches
from askfirst.project import File


def file(path: str, size: int, language: str = "java") -> File:
    return File(path, language, "", "main", True, size)


@pytest.fixture
def sources(tmp_path: Path) -> list[File]:
    """Some files of which one is missing."""
    files = []
    for n in range(8):
        text = f"package p; class A{n} {{ void f() {{ g({n}); }} }}\n" * (n + 1)
        (tmp_path / f"A{n}.java").write_text(text)
        files.append(file(f"A{n}.java", len(text)))
    (tmp_path / "gbk.java").write_bytes("class 友 {}".encode("gb18030"))
    return [*files, file("gbk.java", 12), file("gone.java", 9)]


def said(reads: Iterable[tuple[File, Read]]) -> list[object]:
    """What the files gave, in their order. The bytes of equal rows may differ, their digests do not."""
    rows: list[object] = []
    for item, read in reads:
        facts = Facts.unpack(marshal.loads(read.packed)) if read.packed else None
        rows.append((item, read[1:], facts and (facts.shape_digest, facts.body_digest, facts.pack()[0])))
    return rows


def test_a_file_is_read(tmp_path: Path, sources: list[File]) -> None:
    read = dict(SerialPool().extract(tmp_path, sources))
    third, gbk, gone = read[sources[2]], read[sources[8]], read[sources[9]]
    assert (third.lines, third.size, third.problem) == (3, sources[2].size, "")
    assert third.packed
    assert "GB18030" in gbk.problem
    assert gbk.lines == 1
    assert gone == Read(b"", "", 0, 0, gone.problem)
    assert gone.problem.startswith("unreadable: ")


def test_workers_give_what_one_process_gives(
    tmp_path: Path, sources: list[File], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "WORTH", 0)
    monkeypatch.setattr(pool, "BATCH", 200)
    with Pool(2) as workers:
        for some in (sources, sources[:3]):
            assert said(workers.extract(tmp_path, some)) == said(SerialPool().extract(tmp_path, some))
        assert workers.lost == 0


def die(root: Path, files: Sequence[File]) -> list[Read]:
    """Stands in for a worker that the system kills."""
    os._exit(1)


def test_a_dying_worker_loses_nothing(tmp_path: Path, sources: list[File], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = said(SerialPool().extract(tmp_path, sources))
    monkeypatch.setattr(pool, "WORTH", 0)
    monkeypatch.setattr(pool, "read_batch", die)
    with Pool(2) as workers:
        assert said(workers.extract(tmp_path, sources)) == whole
        assert workers.lost == len(sources)


def test_without_processes_it_reads_here(tmp_path: Path, sources: list[File], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(pool, "WORTH", 0)
    monkeypatch.setattr(pool, "ProcessPoolExecutor", refuse)
    with Pool(2) as workers:
        assert said(workers.extract(tmp_path, sources)) == said(SerialPool().extract(tmp_path, sources))


def test_small_projects_start_no_process(tmp_path: Path, sources: list[File], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "ProcessPoolExecutor", None)
    with Pool(4) as workers:
        assert len(list(workers.extract(tmp_path, sources))) == len(sources)


def test_batches_are_balanced() -> None:
    files = [file(f"{n}.kt", size) for n, size in enumerate([10, 900_000, 300_000, 20, 150_000, 399_000])]
    lots = batches(files)
    assert [[f.size for f in lot] for lot in lots] == [[900_000], [399_000], [300_000], [150_000, 20, 10]]
    assert sorted(f for lot in lots for f in lot) == sorted(files)
    assert batches([]) == []


def test_jobs() -> None:
    assert Pool(3).jobs == 3
    assert Pool().jobs >= 1


def test_workers_do_not_outlive_a_parent_that_is_killed() -> None:
    script = (
        "import os, time\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "from askfirst import pool\n"
        "if __name__ == '__main__':\n"
        "    workers = ProcessPoolExecutor(1, mp_context=pool._context(), initializer=pool._start_worker)\n"
        "    print(workers.submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(pool.__file__).parents[1])}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        os.kill(worker, 0)
        parent.kill()
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    pytest.fail("the worker still runs")
