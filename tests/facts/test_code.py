"""What holds for both code readers: broken bytes, deep nesting, time, and rows that do not move with their lines."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
import test_java
import test_kotlin
from hypothesis import given, settings
from hypothesis import strategies as st
from show import java, kotlin

from askfirst.facts.comments import Allowed, parse_allowance
from askfirst.facts.java import read_java
from askfirst.facts.kotlin import read_kotlin
from askfirst.facts.rows import Facts
from askfirst.source import Source

Read = Callable[[str | bytes], Facts]


def body(test: Callable[..., None]) -> str:
    """All the code that a parametrised test reads, one after another."""
    mark = test.pytestmark[0]  # type: ignore[attr-defined]
    return "\n".join(str(case[0]) for case in mark.args[1])


KOTLIN = test_kotlin.SHOP + test_kotlin.within(body(test_kotlin.test_known))
JAVA = test_java.SHOP + test_java.within(body(test_java.test_known))
BOTH = [(kotlin, KOTLIN), (java, JAVA)]


def sound(facts: Facts, data: bytes) -> None:
    """Every index points into its table, every place into the file."""
    exprs, guards, functions = facts.exprs, facts.guards, len(facts.functions)
    spots: list[int] = []
    for n, e in enumerate(exprs):
        assert all(-1 <= k < n for k in e.kids), e
        assert -1 <= e.guard < len(guards)
        assert -1 <= e.function < functions
        spots.append(e.spot)
    for n, g in enumerate(guards):
        assert 0 <= g.expr < len(exprs)
        assert -1 <= g.outer < n
    for a in facts.assigns:
        assert 0 <= a.target < len(exprs)
        assert 0 <= a.value < len(exprs)
        assert -1 <= a.guard < len(guards)
    for r in facts.returns:
        assert -1 <= r.value < len(exprs)
        assert 0 <= r.function < functions
        assert -1 <= r.guard < len(guards)
    for t in facts.types:
        assert -1 <= t.outer < len(facts.types)
        assert -1 <= t.function < functions
        spots.append(t.spot)
    for f in facts.functions:
        assert -1 <= f.owner < len(facts.types)
        assert -1 <= f.outer < functions
        assert -1 <= f.guard < len(guards)
        assert -1 <= f.body < len(exprs)
        assert all(-1 <= p.default < len(exprs) for p in f.params)
        spots.append(f.spot)
    for v in facts.variables:
        assert -1 <= v.value < len(exprs)
        assert -1 <= v.owner < len(facts.types)
        assert -1 <= v.function < functions
        spots.append(v.spot)
    spots += [p.spot for p in facts.problems] + [a.spot for a in facts.allowances]
    for spot in spots:
        start, end = facts.span(spot)
        assert 0 <= start <= end <= len(data)


@pytest.mark.parametrize(("read", "code"), BOTH, ids=["kotlin", "java"])
def test_whole(read: Read, code: str) -> None:
    facts = read(code)
    assert not facts.problems
    sound(facts, code.encode())


@pytest.mark.parametrize(("read", "code"), BOTH, ids=["kotlin", "java"])
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_broken(read: Read, code: str, seed: int) -> None:
    """Cut, doubled and overwritten anywhere, a file still gives sound rows."""
    chance = random.Random(seed)
    data = bytearray(code.encode())
    start = chance.randrange(len(data))
    data = data[start : start + chance.randrange(4000)]
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                del data[at : at + chance.randrange(40)]
            case 1:
                data[at:at] = data[at : at + chance.randrange(80)]
            case 2:
                data[at:at] = chance.choice([b"{", b"}", b"(", b")", b'"', b"\xff", b"\x00", b"?.", b" -> ", b"\n"])
            case _:
                data[at : at + 1] = bytes([chance.randrange(256)])
    sound(read(bytes(data)), bytes(data))


@pytest.mark.parametrize("read", [kotlin, java], ids=["kotlin", "java"])
@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes(read: Read, data: bytes) -> None:
    sound(read(data), data)


@pytest.mark.parametrize(("read", "code"), BOTH, ids=["kotlin", "java"])
def test_rows_do_not_move_with_lines(read: Read, code: str) -> None:
    """Blank lines and comments change places only."""
    spaced = re.sub(r"(?m)^(?=.*[;{}]\s*$)", "\n\n// said\n   ", code)
    spaced = "// askfirst: allow[a/b] first\n" + spaced.replace("{ y()", "{ /* here */ y()")
    first, second = read(code), read(spaced)
    assert first.shape_digest == second.shape_digest
    assert first.body_digest == second.body_digest
    assert first.span(0) != second.span(0)
    assert len(second.allowances) == 1


@pytest.mark.parametrize(
    ("read", "code"),
    [
        (kotlin, "fun f() { a" + "".join(f"\n.b{n}(c)" for n in range(3000)) + " }\nfun g() { y() }"),
        (kotlin, "fun f() { a(" + "+".join("b" * 3000) + ") }\nfun g() { y() }"),
        (kotlin, "fun f() { if (a) b() " + "else if (c) d() " * 400 + "}\nfun g() { y() }"),
        (java, "class A { void f() { a" + "".join(f".b{n}(c)" for n in range(3000)) + "; } void g() { y(); } }"),
        (java, "class A { String f() { return " + "+".join("b" * 3000) + "; } void g() { y(); } }"),
        (java, "class A { void f() { if (a) b(); " + "else if (c) d(); " * 2000 + "} void g() { y(); } }"),
    ],
)
def test_long_chains_are_read_whole(read: Read, code: str) -> None:
    facts = read(code)
    assert not facts.problems
    assert "y" in facts.sites


@pytest.mark.parametrize(
    ("read", "code"),
    [
        (kotlin, "fun f() { x(); " + "a(" * 2000 + ")" * 2000 + " }\nfun g() { y() }"),
        (java, "class A { void f() { x(); " + "a(" * 2000 + ")" * 2000 + "; } void g() { y(); } }"),
    ],
    ids=["kotlin", "java"],
)
def test_too_deep_is_said(read: Read, code: str) -> None:
    facts = read(code)
    assert [p.what for p in facts.problems] == ["depth"]
    assert {"x", "y"} <= set(facts.sites)
    sound(facts, code.encode())


def test_time_runs_out() -> None:
    for read, language, code in ((read_kotlin, "kotlin", KOTLIN), (read_java, "java", JAVA)):
        facts = read(Source("A", language, code.encode(), ""), limit=0.0)
        assert "timeout" in {p.what for p in facts.problems}
        sound(facts, code.encode())


@pytest.mark.parametrize(
    ("comment", "meant"),
    [
        ("// askfirst: allow[a/b, c] said so until 2027-03-01", Allowed(("a/b", "c"), "said so", "2027-03-01")),
        ("# askfirst: allow[a]", Allowed(("a",), "", "")),
        ("<!-- askfirst:allow [a/b] 已同意 -->", Allowed(("a/b",), "已同意", "")),
        ("/* askfirst: allow[a] until 2027-03-01: why */", Allowed(("a",), "why", "2027-03-01")),
        ("// askfirst: please", None),
        ("// nothing", None),
    ],
)
def test_allowance(comment: str, meant: Allowed | None) -> None:
    assert parse_allowance(comment) == meant
