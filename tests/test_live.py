"""A workspace that is watched: after any change it says what a fresh one says, and asks no more than it must."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askfirst.findings import Confidence, Report, Severity
from askfirst.model.memo import Live
from askfirst.pool import SerialPool
from askfirst.settings import Settings
from askfirst.workspace import LOCAL, Cancelled, Workspace

EXAMPLES = sorted(p for p in (Path(__file__).parent.parent / "examples").iterdir() if p.is_dir())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLES[-1], tmp_path / "app")
    return tmp_path / "app"


def made(root: Path, live: bool = True) -> Workspace:
    return Workspace(root, Settings(), SerialPool(), live=live)


def said(workspace: Workspace) -> Report:
    return workspace.check(minimum=Confidence.LOW, fixes=True)._replace(timings=())


def asked(workspace: Workspace) -> int:
    memory = workspace.model().memory
    assert isinstance(memory, Live)
    return memory.asked


def code(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.suffix in (".kt", ".java"))


def mangled(lines: list[str], rnd: random.Random, other: list[str]) -> list[str]:
    """The lines with one of the things done to them that people and their tools do."""
    i = rnd.randrange(len(lines)) if lines else 0
    j, k = i + rnd.randrange(1, 5), rnd.randrange(len(other))
    return rnd.choice([
        lines[:i] + lines[j:],
        lines[:i] + lines[i:j] + lines[i:],
        [*lines[:i], "", "", *lines[i:]],
        lines[:i] + ["    " + line for line in lines[i:j]] + lines[j:],
        lines[:i] + [line[: len(line) // 2] for line in lines[i:j]] + lines[j:],
        lines[:i] + other[k : k + 4] + lines[i:],
        other,
    ])  # fmt: skip


def edits(root: Path, rnd: random.Random) -> Iterator[tuple[str, bytes | None]]:
    """Paths with what an editor puts there next; None: it is saved as it was and closed."""
    paths = [p.relative_to(root).as_posix() for p in sorted(root.rglob("*")) if p.is_file()]
    now = {path: (root / path).read_text(encoding="utf-8") for path in paths}
    while True:
        path = rnd.choice(paths)
        like = [p for p in paths if p.rpartition(".")[2] == path.rpartition(".")[2]]
        now[path] = "\n".join(mangled(now[path].split("\n"), rnd, now[rnd.choice(like)].split("\n")))
        yield path, now[path].encode() if rnd.random() < 0.8 else None


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.name)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), steps=st.lists(st.integers(1, 3), min_size=1, max_size=5))
@hypothesis.example(seed=3659, steps=[2, 3, 3])  # a fix in a file whose lines have moved
def test_after_any_edits_it_says_what_a_fresh_one_says(example: Path, seed: int, steps: list[int]) -> None:
    live, fresh = made(example), made(example, live=False)
    assert said(live) == said(fresh)
    todo = edits(example, random.Random(seed))
    for some in steps:
        for path, content in (next(todo) for _ in range(some)):
            live.put(path, content)
            fresh.put(path, content)
        assert said(live) == said(fresh)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
@hypothesis.example(seed=0)  # a copy that comes before its original
def test_files_that_come_move_and_go(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    rnd, root = random.Random(seed), tmp_path_factory.mktemp("moving") / "app"
    shutil.copytree(EXAMPLES[rnd.randrange(len(EXAMPLES))], root)
    live = made(root)
    said(live)
    for _ in range(4):
        path = root / rnd.choice([p.relative_to(root).as_posix() for p in sorted(root.rglob("*")) if p.is_file()])
        target = path.with_name(rnd.choice("ABZ") + path.name)
        act = rnd.randrange(4)
        if act == 0:
            path.unlink()
        elif act == 1:
            path.rename(target)
        elif act == 2:
            shutil.copy(path, target)
        else:
            folder = path.parent
            moved = folder.with_name(folder.name + "2")
            if folder != root and not moved.exists():
                folder.rename(moved)
                path, target = folder, moved
        live.touch([p.relative_to(root).as_posix() for p in (path, target)])
        assert said(live) == said(made(root, live=False))


def test_a_branch_switch_is_one_touch(root: Path) -> None:
    live = made(root)
    said(live)
    for path in code(root):
        (root / path).write_text((root / path).read_text().replace("start", "begin"))
    (root / "app/src/main/AndroidManifest.xml").unlink()
    live.touch()
    assert said(live) == said(made(root, live=False))


def test_white_space_asks_nothing_and_moves_places(root: Path) -> None:
    live = made(root)
    before = said(live)
    path = next(f.at.path for f in before.findings if f.at.path.endswith(".kt"))
    count = asked(live)
    live.put(path, b"\n\n" + (root / path).read_bytes())
    after = said(live)
    assert asked(live) == count
    moved = [(a.rule, after.regions[a.at].line - before.regions[b.at].line)
             for a, b in zip(after.findings, before.findings, strict=True) if a.at.path == path]  # fmt: skip
    assert moved
    assert {lines for _, lines in moved} == {2}
    assert after == said_fresh(root, path, b"\n\n" + (root / path).read_bytes())


def test_own_findings_that_come_back(root: Path) -> None:
    live = made(root)
    whole = said(live)
    for path in sorted({f.at.path for f in whole.findings if f.at.path.endswith(".kt")}):
        text = (root / path).read_text()
        live.put(path, text.split("{", 1)[0].encode())
        said(live)
        live.put(path, text.encode())
        own = live.own(path, Confidence.LOW)
        assert own is not None
        wanted = [f for f in whole.findings if f.at.path == path and f.rule in LOCAL and f.severity > Severity.NOTE]
        assert list(own.findings) == wanted
        assert said(live) == whole


def said_fresh(root: Path, path: str, content: bytes) -> Report:
    fresh = made(root, live=False)
    fresh.put(path, content)
    return said(fresh)


def test_a_word_in_a_body_asks_little(root: Path) -> None:
    live = made(root)
    said(live)
    first = asked(live)
    path = code(root)[0]
    text = (root / path).read_text()
    assert "fun " in text
    live.put(path, (text + "\nprivate fun unrelated() { val word = 1 }\n").encode())
    said(live)
    count = asked(live)
    live.put(path, (text + "\nprivate fun unrelated() { val word = 12 }\n").encode())
    said(live)
    assert asked(live) - count < first / 5


def test_own_findings_are_those_of_the_whole_check(root: Path) -> None:
    live = made(root)
    assert live.own(code(root)[0]) is None  # nothing has been checked yet
    whole = said(live)
    paths = {f.at.path for f in whole.findings}
    assert {p.endswith(".kt") for p in paths} == {True, False}
    for path in paths:
        own = live.own(path, Confidence.LOW)
        if not path.endswith(".kt"):
            assert own is None
            continue
        assert own is not None
        wanted = [f for f in whole.findings if f.at.path == path and f.rule in LOCAL and f.severity > Severity.NOTE]
        assert list(own.findings) == wanted
        assert own.regions.items() <= whole.regions.items()
    assert any(f.rule in LOCAL for f in whole.findings)
    assert said(live) == whole


def test_own_findings_follow_an_edit_before_the_whole_check_does(root: Path) -> None:
    live = made(root)
    whole = said(live)
    finding = next(f for f in whole.findings if f.rule in LOCAL and f.severity > Severity.NOTE)
    lines = (root / finding.at.path).read_text().split("\n")
    del lines[whole.regions[finding.at].line]
    live.put(finding.at.path, "\n".join(lines).encode())
    own = live.own(finding.at.path, Confidence.LOW)
    assert own is not None
    assert finding.fingerprint not in {f.fingerprint for f in own.findings}
    assert said(live) == said_fresh(root, finding.at.path, "\n".join(lines).encode())


def test_a_check_can_be_given_up_at_any_point(root: Path) -> None:
    live = made(root)
    left = 0

    def cancelled() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    for path in code(root)[:2]:
        for limit in (0, 1, 3, 10, 40, 200):
            left = limit
            live.put(path, (root / path).read_bytes() + b"\n// %d\nval x%d = 1\n" % (limit, limit))
            try:
                live.check(cancelled=cancelled)
            except Cancelled:
                continue
        assert said(live) == said_fresh_all(root, live)


def said_fresh_all(root: Path, live: Workspace) -> Report:
    fresh = made(root, live=False)
    for path in code(root):
        fresh.put(path, live.raw(path))
    return said(fresh)


def test_half_a_file_and_no_folder(root: Path) -> None:
    live = made(root)
    said(live)
    path = root / code(root)[0]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    live.touch([path.relative_to(root).as_posix()])
    assert said(live) == said(made(root, live=False))
    shutil.rmtree(root)
    live.touch()
    assert said(live).findings == ()
