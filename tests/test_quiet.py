"""Allowances quiet what stands on their line, and say so when they do nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from askfirst import quiet
from askfirst.facts.rows import Allowance
from askfirst.findings import Confidence, Finding, Place, Severity, Step
from askfirst.pool import SerialPool
from askfirst.settings import Settings
from askfirst.text import Text
from askfirst.workspace import Workspace

RULES = ("consent/opt-out", "consent/auto-start", "sdk/retired")
TODAY = date(2026, 6, 1)


def lines_of(place: Place) -> tuple[int, ...]:
    """In these tests spots are lines."""
    return (place.spot,)


def finding(line: int, rule: str = "consent/opt-out", path: str = "A.kt") -> Finding:
    return Finding(rule, Place(path, line), (), "x", "A.f", Confidence.LOW, Severity.WARNING)


def allow(line: int, rule: str = "consent/opt-out", reason: str = "agreed on paper", until: str = "") -> Allowance:
    return Allowance(rule, reason, until, line, max(line - 1, 0))


def apply(findings: list[Finding], *rows: Allowance, ran: tuple[str, ...] = RULES) -> quiet.Outcome:
    return quiet.apply(findings, {"A.kt": rows}, lines_of, known=RULES, ran=ran, today=TODAY)


@pytest.mark.parametrize("rule", ["consent/opt-out", "consent"])
def test_a_rule_or_a_theme_is_quieted(rule: str) -> None:
    other = finding(5, "sdk/retired")
    assert apply([finding(5), other], allow(5, rule)) == ((other,), ((finding(5), "agreed on paper"),), ())


@pytest.mark.parametrize("until", ["2026-06-01", "2027-03-01"])
def test_the_last_day_still_counts(until: str) -> None:
    assert apply([finding(5)], allow(5, until=until)).kept == ()


def test_other_lines_and_files_are_kept() -> None:
    findings = [finding(4), finding(5, path="B.kt")]
    outcome = apply(findings, allow(5))
    assert outcome.kept == tuple(findings)
    assert [n.line for n in outcome.notes] == [4]


def test_a_step_is_not_the_place() -> None:
    stepped = finding(9)._replace(steps=(Step(Place("A.kt", 5), "A.f", Text("", "")),))
    assert apply([stepped], allow(5)).kept == (stepped,)


@pytest.mark.parametrize(
    ("row", "en", "zh"),
    [
        (allow(5, reason=""), "no reason", "没有写明理由"),
        (allow(5, until="2026-05-31"), "expired on 2026-05-31", "已于 2026-05-31 到期"),
        (allow(5, until="2026-13-01"), "`2026-13-01` is not a date", "不是形如"),
        (allow(5, "consent/opt-ut"), "no rule or theme `consent/opt-ut`", "没有名为 `consent/opt-ut` 的规则"),
    ],
)
def test_a_faulty_allowance_quiets_nothing_and_is_noted(row: Allowance, en: str, zh: str) -> None:
    outcome = apply([finding(5)], row)
    assert outcome.kept == (finding(5),)
    (note,) = outcome.notes
    assert (note.path, note.line, note.serious) == ("A.kt", 4, False)
    assert en in note.text.en
    assert zh in note.text.zh


def test_an_idle_allowance_is_noted_when_its_rule_ran() -> None:
    (note,) = apply([], allow(5)).notes
    assert "quiets nothing" in note.text.en
    assert apply([], allow(5), ran=("sdk/retired",)).notes == ()
    assert len(apply([], allow(5, "consent"), ran=("consent/auto-start",)).notes) == 1


def test_two_allowances_for_one_finding_are_both_used() -> None:
    outcome = apply([finding(5)], allow(5, reason="first"), allow(5, "consent", reason="second"))
    assert outcome.quieted == ((finding(5), "first"),)
    assert outcome.notes == ()


def test_an_allowance_above_a_tag_speaks_of_its_attributes(tmp_path: Path) -> None:
    screen = tmp_path / "res" / "xml" / "settings.xml"
    screen.parent.mkdir(parents=True)
    screen.write_text(
        '<PreferenceScreen xmlns:android="http://schemas.android.com/apk/res/android">\n'
        "  <!-- askfirst: allow[consent/opt-out] counted without identifiers -->\n"
        "  <SwitchPreference\n"
        '      android:key="usage_statistics"\n'
        '      android:defaultValue="true" />\n'
        "</PreferenceScreen>\n"
    )
    (tmp_path / "AndroidManifest.xml").write_text("<manifest/>")
    report = Workspace(tmp_path, Settings(), SerialPool()).check()
    assert [(f.rule, why) for f, why in report.quieted] == [("consent/opt-out", "counted without identifiers")]
    assert (report.findings, report.notes) == ((), ())
