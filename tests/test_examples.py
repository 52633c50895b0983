"""The example apps give just the reports that are kept as goldens.

`pytest tests/test_examples.py --goldens` writes them anew: when a rule, its words, a table or an example has changed.
Read the difference before it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from askfirst.catalogue import rule_texts
from askfirst.findings import Report, Severity
from askfirst.pool import SerialPool
from askfirst.report import json, text
from askfirst.rules import RULES, themes
from askfirst.settings import load_settings
from askfirst.workspace import Workspace

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir())
# What the leaking apps are there to show.
SHOWN = {
    "leaking-java": {
        "consent/agreed-for-user", "consent/auto-start", "consent/permission-before-consent", "consent/pre-ticked",
        "consent/read-before-consent", "consent/sdk-before-consent", "permissions/asked-all-at-once",
        "permissions/exit-on-refusal", "sdk/consent-call-missing", "sdk/moving-version", "sdk/reported", "sdk/retired",
        "sdk/risky-variant", "sdk/unverifiable",
    },
    "leaking-kotlin": {
        "consent/auto-start", "consent/collection-on-by-default", "consent/gate-set-by-app", "consent/opt-out",
        "consent/permission-before-consent", "consent/read-before-consent", "consent/sdk-before-consent",
        "permissions/from-library", "permissions/unused", "sdk/moving-version", "sdk/retired",
    },
}  # fmt: skip


@cache
def report(name: str) -> Report:
    root = EXAMPLES / name
    # the version of the tables is no part of what an example shows
    checked = Workspace(root, load_settings(root, None, tuple(RULES), themes()), SerialPool()).check()
    return checked._replace(knowledge="")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_text(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    golden(f"examples/{name}.{lang}.txt", text.render(report(name), rule_texts(), lang))


@pytest.mark.parametrize("name", NAMES)
def test_json(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"examples/{name}.json", json.render(report(name), rule_texts(), "en"))


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("clean-")])
def test_a_clean_app_is_clean(name: str) -> None:
    assert [f for f in report(name).findings if f.severity >= Severity.WARNING] == []


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_a_leaking_app_shows_what_it_is_for(name: str) -> None:
    assert SHOWN[name] - {f.rule for f in report(name).findings} == set()


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_read_in_full(name: str) -> None:
    assert report(name).notes == ()


@pytest.mark.parametrize("name", NAMES)
def test_fingerprints_tell_findings_apart(name: str) -> None:
    prints = [f.fingerprint for f in report(name).findings]
    assert len(prints) == len(set(prints))
