"""Reports against goldens (`pytest --goldens` writes them anew), and SARIF and JSON against their schemas."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import samples
from askfirst.findings import Mended, Report, Severity
from askfirst.report import FORMATS, sarif, text
from askfirst.report import json as json_report
from askfirst.report.text import FIX

HERE = Path(__file__).parent
ENDINGS = {"text": "txt", "json": "json", "sarif": "sarif"}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_golden(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    golden(f"report.{lang}.{ENDINGS[name]}", FORMATS[name](samples.REPORT, samples.RULES, lang))


def test_golden_with_colour(golden: Callable[[str, str], None]) -> None:
    golden("report.colour.txt", text.render(samples.REPORT, samples.RULES, "en", colour=True))


def test_without_colour_there_is_no_escape() -> None:
    assert "\x1b" not in text.render(samples.REPORT, samples.RULES, "en")


def test_carets_stand_under_what_they_mean() -> None:
    """Tabs and wide characters before the place move the carets; wide characters count two columns."""
    rendered = text.render(samples.REPORT, samples.RULES, "en").splitlines()
    marked = [(line, below) for line, below in pairwise(rendered) if "UMConfigure.init(" in line and "^" in below]
    assert len(marked) == 2
    for line, carets in marked:
        assert text.width(line[: line.index("UMConfigure")]) == carets.index("^")
        assert carets.count("^") == len("UMConfigure.init")


@pytest.mark.parametrize(("said", "columns"), [("abc", 3), ("友盟", 4), ("e\u0301", 1), ("😀", 2)])
def test_width(said: str, columns: int) -> None:
    assert text.width(said) == columns


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "x" * 5000 + "HERE" + "y" * 5000
    region = samples.REGIONS[samples.INIT]._replace(line=0, column=5000, end_line=0, end_column=5004, first=0)
    region = region._replace(excerpt=(line,))
    report = samples.REPORT._replace(findings=(samples.STARTS,), regions=samples.REGIONS | {samples.INIT: region})
    rows = text.render(report, samples.RULES, "en").splitlines()
    (shown,) = [row for row in rows if "HERE" in row]
    carets = rows[rows.index(shown) + 1]
    assert len(shown) < 200
    assert shown.index("HERE") == carets.index("^")
    assert carets.count("^") == 4


def test_a_projects_text_cannot_steer_the_terminal() -> None:
    region = samples.REGIONS[samples.INIT]._replace(excerpt=("\x1b[2J\x9b\u202e = 1",), first=3, column=0, end_column=1)
    finding = samples.STARTS._replace(args=(("call", "a\x1b]0;b"), ("sdk", "x")))
    report = samples.REPORT._replace(findings=(finding,), regions=samples.REGIONS | {samples.INIT: region})
    rendered = text.render(report, samples.RULES, "en")
    assert not {"\x1b", "\x9b", "\u202e"} & set(rendered)


@pytest.mark.parametrize(("lang", "said"), [("en", "no findings in 1 file\n"), ("zh", "没有发现问题（共 1 个文件）\n")])
def test_nothing_found(lang: str, said: str) -> None:
    assert text.render(samples.CLEAN, samples.RULES, lang) == said


def load(rendered: str) -> Any:
    return json.loads(rendered)


SARIF = load((HERE / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
JSON = load((files("askfirst") / "report" / "report.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("report", [samples.REPORT, samples.MENDED, samples.CLEAN])
def test_sarif_keeps_to_its_schema(report: Report) -> None:
    value = load(sarif.render(report, samples.RULES, "zh", docs="https://example.org/rules"))
    jsonschema.validate(value, SARIF, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("report", [samples.REPORT, samples.MENDED, samples.CLEAN])
def test_json_keeps_to_its_schema(report: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(JSON)
    jsonschema.validate(load(json_report.render(report, samples.RULES, "en")), JSON)


def test_json_has_fixes_where_there_are_any() -> None:
    unused, start, _ = load(json_report.render(samples.MENDED, samples.RULES, "zh"))["findings"]
    assert unused["fixes"] == [
        {
            "title": "删除该权限",
            "safe": True,
            "edits": [{"path": samples.MANIFEST, "line": 2, "column": 5, "endLine": 3, "endColumn": 52, "text": ""}],
        }
    ]
    assert "fixes" not in start


@pytest.mark.parametrize(
    ("lang", "safe", "said"),
    [
        ("en", True, "fix         take the permission out: askfirst check --fix\n"),
        ("en", False, "fix         take the permission out: askfirst check --fix --unsafe-fixes\n"),
        ("zh", True, "修复    删除该权限：askfirst check --fix\n"),
    ],
)
def test_the_text_names_the_command_that_mends(lang: str, safe: bool, said: str) -> None:
    fix, regions = samples.MENDED.fixes[samples.DECLARED][0]
    report = samples.MENDED._replace(fixes={samples.DECLARED: (Mended(fix._replace(safe=safe), regions),)})
    rendered = text.render(report, samples.RULES, lang)
    assert rendered.count(said) == 1
    assert FIX.of(lang) + " " not in text.render(samples.REPORT, samples.RULES, lang)


def run(report: Report = samples.REPORT, **more: Any) -> Any:
    return load(sarif.render(report, samples.RULES, "en", **more))["runs"][0]


def test_sarif_results() -> None:
    unused, start, again, quieted = run(samples.MENDED)["results"]
    assert [f["properties"].get("count") for f in (unused, start, again, quieted)] == [2, 2, 2, 2]
    assert start["level"] == "error"
    assert start["properties"]["tier"] == "identifiers"
    assert start["properties"]["variants"] == ["full"]
    # two UTF-16 units for the emoji, 1-based
    column = len('\t\tlog("友盟') + 2 + len('"); ') + 1
    assert start["locations"][0]["physicalLocation"]["region"]["startColumn"] == column
    flow = start["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in flow] == [
        "App.onCreate: runs at every start",
        "Sdks.start",
        "`UMConfigure.init` starts Umeng Analytics before the user has agreed",
    ]
    assert [place["id"] for place in start["relatedLocations"]] == [1, 2]
    assert unused["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": ""}
    assert unused["fixes"][0]["properties"] == {"safe": True}
    assert "codeFlows" not in again
    assert quieted["suppressions"] == [{"kind": "inSource", "status": "accepted", "justification": "scans a code"}]


def test_sarif_rules_speak_both_languages() -> None:
    described = run(docs="https://example.org/rules/")["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in described] == sorted(samples.RULES)
    for result in run()["results"]:
        assert described[result["ruleIndex"]]["id"] == result["ruleId"]
    assert described[0]["help"]["markdown"] == "What, why and how.\n\n是什么、为什么、怎么改。"
    assert described[0]["helpUri"] == "https://example.org/rules/consent/sdk-before-consent.md"
    assert "helpUri" not in run()["tool"]["driver"]["rules"][0]


def test_sarif_says_when_the_check_is_not_whole() -> None:
    assert run()["invocations"][0]["executionSuccessful"] is False
    assert run(samples.CLEAN)["invocations"][0]["executionSuccessful"] is True


@pytest.mark.parametrize(
    ("root", "uri"),
    [("/home/a b", "file:///home/a%20b/"), ("C:\\w\\app", "file:///C:/w/app/"), ("/", "file:///")],
)
def test_sarif_root(root: str, uri: str) -> None:
    assert run(samples.CLEAN._replace(root=root))["originalUriBaseIds"] == {"SRCROOT": {"uri": uri}}


def test_sarif_levels() -> None:
    notes = [f._replace(severity=Severity.NOTE) for f in samples.REPORT.findings]
    assert {r["level"] for r in run(samples.REPORT._replace(findings=tuple(notes), quieted=()))["results"]} == {"note"}


@pytest.mark.parametrize("name", ["json", "sarif"])
def test_a_report_does_not_depend_on_time(name: str) -> None:
    slow = samples.REPORT._replace(timings=(("read", 9.0),))
    assert FORMATS[name](slow, samples.RULES, "en") == FORMATS[name](samples.REPORT, samples.RULES, "en")
