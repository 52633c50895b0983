"""What tests share: goldens, and a cache of their own."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

GOLDENS = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--goldens", action="store_true", help="write the goldens anew instead of comparing with them")


NUMBERS = count()


@pytest.fixture(autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder for each test, not made yet: no test sees the user's."""
    folder = tmp_path_factory.getbasetemp() / f"cache-{next(NUMBERS)}"
    monkeypatch.setenv("ASKFIRST_CACHE_DIR", str(folder))
    monkeypatch.delenv("ASKFIRST_CACHE_SIZE", raising=False)
    return folder


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with the golden of a name, or writes it."""

    def compare(name: str, text: str) -> None:
        file = GOLDENS / name
        if request.config.getoption("--goldens"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        assert text == file.read_text(encoding="utf-8")

    return compare
