"""Versions of libraries: which move, which lie in a range, and that `sdk/reported` keeps to the range of a notice."""

from __future__ import annotations

import marshal
from pathlib import Path

import pytest

from askfirst import knowledge
from askfirst.findings import Confidence, Severity
from askfirst.knowledge import Index
from askfirst.knowledge.compile import plain
from askfirst.knowledge.types import Sdk
from askfirst.model.dependencies import Dependencies
from askfirst.rules.sdk.reported import reported
from askfirst.text import Text
from askfirst.versions import key, moves, package_moves, within
from trees import APPLICATION, grow


@pytest.mark.parametrize(
    "version",
    ["+", "1.+", "1.2+", "latest.release", "latest.integration", "1.0-SNAPSHOT", "[1.0,2.0)", "]1.0, 2.0[", "[1.0,)"],
)
def test_moves(version: str) -> None:
    assert moves(version)


@pytest.mark.parametrize("version", ["", "1.0", "1.0.0-alpha01", "[1.2.3]", "9.8.9", "2024.10.00", "v1.2+build7"])
def test_does_not_move(version: str) -> None:
    assert not moves(version)


@pytest.mark.parametrize(
    "version",
    ["^1.2", "~1.2.3", ">=1.0 <2.0", "any", "*", "latest", "beta", "1.x", "1.2.x", "1", "1.2", "1.2.3 - 2", "1.2.3 || 2"],
)
def test_a_package_moves(version: str) -> None:
    assert package_moves(version)


@pytest.mark.parametrize(
    "version",
    ["", "1.2.3", "=1.2.3", "v1.2.3", "1.2.3-beta.1", "1.2.3+4", "file:../sdk", "git+https://a.b/c.git", "owner/name"],
)
def test_a_package_does_not_move(version: str) -> None:
    assert not package_moves(version)


def test_order() -> None:
    ordered = ["1.0-alpha1", "1.0-beta2", "1.0-rc1", "1.0", "1.0.1", "1.2", "1.10", "2.0", "10"]
    assert sorted(sorted(ordered), key=key) == ordered
    assert key("1.0") == key("1") == key("1.0.0") == key("1.0.RELEASE")


@pytest.mark.parametrize(
    ("version", "interval", "inside"),
    [
        ("1.5", "[1.0,2.0)", True), ("1.0", "[1.0,2.0)", True), ("2.0", "[1.0,2.0)", False),
        ("1.0", "(1.0,2.0]", False), ("2.0", "(1.0,2.0]", True), ("2.0-rc1", "[1.0,2.0)", True),
        ("6.5", "(,6.5]", True), ("6.5.1", "(,6.5]", False), ("0.1", "(,6.5]", True), ("9", "[3.0,)", True),
        ("1.2.3", "[1.2.3]", True), ("1.2.4", "[1.2.3]", False), ("1.2.3", "1.2.3", True),
        ("1.2.10", "[1.2.9,1.3)", True),
    ],
)  # fmt: skip
def test_within(version: str, interval: str, inside: bool) -> None:
    assert within(version, interval) is inside


@pytest.mark.parametrize(
    ("version", "versions", "expected"),
    [
        ("4.2.0", "(,4.5)", (Severity.ERROR, Confidence.HIGH)),
        ("4.6.0", "(,4.5)", None),
        ("+", "(,4.5)", None),
        ("4.6.0", "", (Severity.WARNING, Confidence.MEDIUM)),
    ],
)
def test_reported_keeps_to_the_range(
    version: str, versions: str, expected: tuple[Severity, Confidence] | None, tmp_path: Path
) -> None:
    build = APPLICATION + f"dependencies {{ implementation 'com.example.track:sdk:{version}' }}"
    tree = grow(tmp_path, {"app/build.gradle": build})
    index = with_sdk(reported_sdk(versions))
    dependencies = Dependencies(tree.modules, tree.units, index)
    found = [(f.severity, f.confidence) for f in reported.check(tree.modules, dependencies, index)]
    assert found == ([expected] if expected else [])


def reported_sdk(versions: str) -> Sdk:
    known = knowledge.load().sdks[0]
    return known._replace(
        id="example", coordinates=("com.example.track:*",), reported=((versions, "MIIT-2025-1", Text("said", "通报")),)
    )


def with_sdk(sdk: Sdk) -> Index:
    """The tables with this SDK alone."""
    return Index(marshal.dumps(plain(knowledge.load().knowledge._replace(sdks=(sdk,))), 2))
