"""Statements and arguments, found again by the place of a call."""

from __future__ import annotations

import pytest

from askfirst.facts.statements import arguments, statement

KOTLIN = "class A {{ fun f() {{\n    {}\n    g()\n}} }}"
JAVA = "class A {{ void f() {{\n    {}\n    g();\n}} }}"


def found(language: str, line: str, call: str) -> str | None:
    data = (KOTLIN if language == "kotlin" else JAVA).format(line).encode()
    start = data.index(call.encode())
    span = statement(language, data, start, start + len(call.encode()))
    return data[span[0] : span[1]].decode() if span else None


@pytest.mark.parametrize(
    ("language", "line", "call", "said"),
    [
        ("kotlin", "U.init(this, 1)", "U.init", "U.init(this, 1)"),
        ("kotlin", 'u.of("友")\n    .init(1)', "init", 'u.of("友")\n    .init(1)'),
        ("kotlin", "U.get().start(1)", "U.get", "U.get().start(1)"),
        ("kotlin", "if (a) { U.init(1) }", "U.init", "U.init(1)"),
        ("kotlin", "when (a) { 1 -> { U.init(1) } }", "U.init", "U.init(1)"),
        ("kotlin", "try { U.init(1) } catch (e: E) { }", "U.init", "U.init(1)"),
        ("kotlin", "val x = if (a) { U.init(1) } else { 2 }", "U.init", None),
        ("kotlin", "if (a) U.init(1)", "U.init", None),
        ("kotlin", "val x = U.init(1)", "U.init", None),
        ("kotlin", "log(U.init(1))", "U.init", None),
        ("kotlin", "log(U.id)", "U.id", None),
        ("kotlin", "run { U.init(1) }", "U.init", None),
        ("kotlin", "return U.init(1)", "U.init", None),
        ("kotlin", "U.init(1", "U.init", None),
        ("kotlin", "U.init(1, @)", "U.init", None),
        ("java", "U.init(this, 1);", "U.init", "U.init(this, 1);"),
        ("java", "U.get().start(1);", "U.get().start", "U.get().start(1);"),
        ("java", "if (a) { U.init(1); }", "U.init", "U.init(1);"),
        ("java", "run(() -> { U.init(1); });", "U.init", "U.init(1);"),
        ("java", "if (a) U.init(1);", "U.init", None),
        ("java", "run(() -> U.init(1));", "U.init", None),
        ("java", "int x = U.init(1);", "U.init", None),
        ("java", "log(U.id);", "U.id", None),
        ("java", "U.init(1, @);", "U.init", None),
    ],
)
def test_a_statement_is_a_call_of_its_own_in_a_block(language: str, line: str, call: str, said: str | None) -> None:
    assert found(language, line, call) == said


def test_an_expression_body_is_no_statement() -> None:
    data = b"class A { fun f() = U.init(1) }"
    at = data.index(b"U")
    assert statement("kotlin", data, at, at + 6) is None


@pytest.mark.parametrize("language", ["kotlin", "java"])
def test_arguments(language: str) -> None:
    data = b'class A { void f() { U.init(this, "k", a(1, 2)); } }'
    if language == "kotlin":
        data = data.replace(b"void", b" fun")
    at = data.index(b"U")
    given = arguments(language, data, at, at + 6)
    assert [data[s:e] for s, e in given] == [b"this", b'"k"', b"a(1, 2)"]
    assert arguments(language, data, 0, 5) == []
