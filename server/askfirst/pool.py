"""Reads and extracts files, in worker processes where that pays. What comes out never depends on how many there are."""

from __future__ import annotations

import gc
import marshal
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, NamedTuple, cast

from askfirst.facts import extract
from askfirst.project import File, read_file

CODE = frozenset({"java", "kotlin"})
WORTH = 1_500_000  # bytes of code below which starting processes costs more than it saves
BATCH = 400_000  # bytes of a batch: some dozens for a big project, so that no worker idles at the end


class Read(NamedTuple):
    """What one file gave."""

    packed: bytes  # marshal of Facts.pack(); b"" when it could not be read
    digest: str
    size: int  # bytes of UTF-8
    lines: int
    problem: str  # "", how the text had to be read, or "unreadable: …"


def read(root: Path, file: File) -> Read:
    """Read and extract one file. Never raises: a file that cannot be read is a Read with a problem."""
    try:
        source = read_file(root, file)
    except OSError as error:
        return Read(b"", "", 0, 0, f"unreadable: {error.strerror or type(error).__name__}")
    packed = marshal.dumps(cast(Any, extract(source).pack()))
    return Read(packed, source.digest, len(source.data), source.lines, source.problem)


def read_batch(root: Path, files: Sequence[File]) -> list[Read]:
    """`read` for many; runs in a worker."""
    return [read(root, file) for file in files]


class SerialPool:
    """Everything in this process."""

    def extract(self, root: Path, files: Sequence[File]) -> Iterator[tuple[File, Read]]:
        """Each file with what it gave, in the order of `batches`."""
        for batch in batches(files):
            for file in batch:
                yield file, read(root, file)


class Pool:
    """Worker processes, started when the first big lot of files comes and kept until `close`."""

    def __init__(self, jobs: int = 0) -> None:
        """`jobs` worker processes; 0 means one for each processor this process may use."""
        self.jobs = jobs if jobs > 0 else processors()
        self.lost = 0  # files that had to be read again because their worker died
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the workers; work not yet begun is dropped."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def extract(self, root: Path, files: Sequence[File]) -> Iterator[tuple[File, Read]]:
        """Each file with what it gave, in the order of `batches`. What a dying worker took along is read again here."""
        if self.jobs == 1 or sum(f.size for f in files if f.language in CODE) < WORTH:
            yield from SerialPool().extract(root, files)
            return
        try:
            pending = self._submit(root, files)
        except OSError:  # the system gives no more processes or semaphores
            yield from SerialPool().extract(root, files)
            return
        broken = False
        while pending:
            batch, future = pending.popleft()
            try:
                reads = future.result()
            except BrokenProcessPool:
                broken = True
                self.lost += len(batch)
                reads = [read(root, file) for file in batch]
            yield from zip(batch, reads, strict=True)
        if broken:  # a broken executor takes no more work; the next call starts a new one
            self.close()

    def _submit(self, root: Path, files: Sequence[File]) -> deque[tuple[list[File], Future[list[Read]]]]:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(self.jobs, mp_context=_context(), initializer=_start_worker)
        pending: deque[tuple[list[File], Future[list[Read]]]] = deque()
        for batch in batches(files):
            try:
                future = self._executor.submit(read_batch, root, batch)
            except BrokenProcessPool as error:
                future = Future()
                future.set_exception(error)
            pending.append((batch, future))
        return pending


def batches(files: Sequence[File]) -> list[list[File]]:
    """The files in lots of about BATCH bytes, largest files first, so that the last lots to run are the small ones."""
    lots: list[list[File]] = []
    room = 0
    for file in sorted(files, key=lambda f: (-f.size, f.path)):
        if room < file.size or not lots:
            lots.append([])
            room = BATCH
        lots[-1].append(file)
        room -= file.size
    return lots


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start_worker() -> None:
    gc.disable()  # rows are many and hold no cycles
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent answers an interrupt and stops its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that is killed cannot stop its workers: they would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _context() -> multiprocessing.context.BaseContext:
    """Fork is quickest but not safe once a thread runs (a language server has some); forkserver is, at 60 ms."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["askfirst.pool"])
    return context
