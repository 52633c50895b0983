"""Invariants 3 and 7: resolving only what can reach a collection finds what resolving everything finds, and the same
project gives the same report whatever the order and the number of workers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import pages
from askfirst.findings import Confidence, Report
from askfirst.pool import Pool, Read, SerialPool
from askfirst.project import File
from askfirst.settings import Settings
from askfirst.workspace import Reader, Workspace
from test_spec import SPEC, read

EXAMPLES = sorted(p for p in (Path(__file__).parent.parent / "examples").iterdir() if p.is_dir())


def said(root: Path, reader: Reader | None = None, eager: bool = False) -> tuple[object, ...]:
    """Everything of a report but the timings."""
    report: Report = Workspace(root, Settings(), reader or SerialPool(), eager).check(minimum=Confidence.LOW)
    assert not [n for n in report.notes if n.serious]
    return report._replace(timings=())


@pytest.mark.parametrize("spec", ["edges", "guards"])
def test_lazy_equals_eager_on_the_specs(spec: str, tmp_path: Path) -> None:
    found = 0
    for number, case in enumerate(pages.cases(read(SPEC / f"{spec}.md"))):
        root = tmp_path / str(number)
        pages.write(case, root)
        lazy = said(root)
        assert lazy == said(root, eager=True), case.name
        found += "sdk-before-consent" in str(lazy)
    assert found > 5


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.name)
def test_lazy_equals_eager_on_the_examples(example: Path) -> None:
    assert said(example) == said(example, eager=True)


class Shuffled(SerialPool):
    """Hands files back in any order."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def extract(self, root: Path, files: Sequence[File]) -> Iterator[tuple[File, Read]]:
        found = list(super().extract(root, files))
        random.Random(self.seed).shuffle(found)
        return iter(found)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.name)
def test_the_order_of_reading_does_not_matter(example: Path) -> None:
    first = said(example)
    assert all(said(example, Shuffled(seed)) == first for seed in range(3))


def test_the_number_of_workers_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("askfirst.pool.WORTH", 0)
    example = EXAMPLES[0]
    with Pool(2) as pool:
        assert said(example, pool) == said(example)
