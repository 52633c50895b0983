"""What clients say of themselves, right and wrong."""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp

from askfirst.findings import Confidence
from askfirst.lsp.options import Client, Options, client, language, options

USUAL = Options()


@pytest.mark.parametrize("given", [None, 3, "x", [], {}, {"lang": 3, "confidence": "sure", "codeLens": "yes", "config": None}])
def test_what_makes_no_sense_leaves_the_usual(given: object) -> None:
    assert options(given, USUAL) == USUAL


def test_what_is_said_counts_over_what_was_said_before() -> None:
    first = options({"lang": "zh", "confidence": "high", "codeLens": True, "projectDiagnostics": False}, USUAL)
    assert first == Options("zh", Confidence.HIGH, code_lens=True, project=False)
    assert options({"lang": "auto", "config": "x.toml"}, first) == first._replace(lang="", config="x.toml")


@pytest.mark.parametrize(
    ("wanted", "command_line", "locale", "settings", "lang"),
    [
        ("", "", "", "", "en"),
        ("", "", "zh-cn", "en", "zh"),
        ("", "", "ZH", "", "zh"),
        ("", "", "en-US", "zh", "zh"),
        ("", "en", "zh", "zh", "en"),
        ("zh", "en", "en", "en", "zh"),
    ],
)
def test_the_language(wanted: str, command_line: str, locale: str, settings: str, lang: str) -> None:
    assert language(Options(lang=wanted), Client(locale=locale), settings, command_line) == lang


@pytest.mark.parametrize(
    ("name", "given", "shows"),
    [
        ("Visual Studio Code", {}, True),
        ("code-server", None, True),
        ("Neovim", {}, False),
        ("Neovim", {"commands": ["askfirst.showPath"]}, True),
        ("Visual Studio Code", {"commands": []}, False),
    ],
)
def test_who_can_show_a_path(name: str, given: object, shows: bool) -> None:
    params = lsp.InitializeParams(
        capabilities=lsp.ClientCapabilities(), client_info=lsp.ClientInfo(name), initialization_options=given
    )  # fmt: skip
    assert client(params) == Client(shows_path=shows)
