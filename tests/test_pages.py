"""Every case of every rule page holds; and the harness that says so says no when it must."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import pages
from askfirst.edits import Sources
from askfirst.findings import Confidence, Edit, Finding, Fix, Place, Severity, Step
from askfirst.model.symbols import Symbols
from askfirst.rules import RULES, page, parse_page
from askfirst.rules.rule import Rule, rule
from askfirst.text import Span, Text

PAGE = """# consent/sample
Something is read.
读取了某些信息。

## English
Prose.

## 中文
正文。

## Cases

### reported
```kotlin app/src/main/java/App.kt
class App : Application() {
    override fun onCreate() { read() }  // path 1
    fun read() { tm.imei }              // expect high error, path 2
}
```
```xml app/src/main/AndroidManifest.xml
<manifest>
  <uses-permission /> <!-- expect low -->
</manifest>
```

### quiet
```kotlin app/src/main/java/MainActivity.kt
package com.other
class MainActivity : Activity()
```
"""
APP, MANIFEST = "app/src/main/java/App.kt", "app/src/main/AndroidManifest.xml"
READ = pages.Found(APP, 3, Confidence.HIGH, Severity.ERROR, ((APP, 2), (APP, 3)))
DECLARED = pages.Found(MANIFEST, 2, Confidence.LOW, Severity.WARNING, ())


def reported() -> pages.Case:
    return pages.cases(parse_page(PAGE))[0]


def every_case() -> Iterator[object]:
    """The cases of all pages; a rule without a page is another test's matter."""
    for rule_id in RULES:
        with suppress(FileNotFoundError):
            for case in pages.cases(page(rule_id)):
                yield pytest.param(rule_id, case, id=f"{rule_id}::{case.name}")


@pytest.mark.parametrize(("rule_id", "case"), list(every_case()))
def test_case(rule_id: str, case: pages.Case, tmp_path: Path) -> None:
    if wrong := pages.compare(case, pages.run(case, RULES[rule_id], tmp_path)):
        pytest.fail(wrong, pytrace=False)


def every_fix() -> Iterator[object]:
    """The quick fixes that pages show."""
    for rule_id in RULES:
        with suppress(FileNotFoundError):
            for case in pages.cases(page(rule_id)):
                for fixed in case.fixed:
                    yield pytest.param(rule_id, case, fixed, id=f"{rule_id}::{case.name}::{fixed.nth}")


@pytest.mark.parametrize(("rule_id", "case", "fixed"), list(every_fix()))
def test_fix(rule_id: str, case: pages.Case, fixed: pages.Fixed, tmp_path: Path) -> None:
    if wrong := pages.run_fix(case, fixed, RULES[rule_id], tmp_path):
        pytest.fail(wrong, pytrace=False)


def test_rules_with_a_fix_have_a_case_that_shows_it() -> None:
    shown = {rule_id for rule_id in RULES if any(case.fixed for case in pages.cases(page(rule_id)))}
    assert shown == {rule.id for rule in RULES.values() if rule.fix is not None}
    assert shown == {rule_id for rule_id in RULES if page(rule_id).fixes}


def test_every_page_has_a_reported_and_a_quiet_case() -> None:
    for rule_id in RULES:
        marked = {bool(case.marks) for case in pages.cases(page(rule_id))}
        assert marked == {True, False}, rule_id


def test_a_page_is_read() -> None:
    read = parse_page(PAGE)
    assert read.id == "consent/sample"
    assert read.summary == ("Something is read.", "读取了某些信息。")
    assert read.prose == ("Prose.", "正文。")
    first, second = pages.cases(read)
    assert (first.name, second.name) == ("reported", "quiet")
    assert PAGE.splitlines()[first.line - 1] == "### reported"
    assert set(first.files) == {APP, MANIFEST}
    assert [str(m) for m in first.marks] == [
        f"{APP}:2  path 1", f"{APP}:3  expect high error", f"{APP}:3  path 2", f"{MANIFEST}:2  expect low",
    ]  # fmt: skip
    assert second.marks == ()


def test_marks_may_be_comments_of_their_own() -> None:
    comments = PAGE.replace("// expect high error, path 2", "// the id // expect high error // path 2")
    assert pages.cases(parse_page(comments))[0].marks == reported().marks


def test_a_case_that_holds() -> None:
    assert pages.compare(reported(), [DECLARED, READ]) == ""


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        ([READ], f"expected, not found:  {MANIFEST}:2  expect low"),
        ([DECLARED, READ._replace(line=2)], f"expected, not found:  {APP}:3  expect high error"),
        ([DECLARED, READ._replace(line=2)], f"found, not expected:  {APP}:2  high error"),
        ([DECLARED, READ, READ], f"found, not expected:  {APP}:3  high error"),
        ([DECLARED, READ._replace(confidence=Confidence.MEDIUM)], f"expected, not found:  {APP}:3  expect high error"),
        ([DECLARED, READ._replace(severity=Severity.NOTE)], f"expected, not found:  {APP}:3  expect high error"),
        ([DECLARED, READ._replace(steps=((APP, 3),))], f"expected, not found:  {APP}:2  path 1"),
        ([DECLARED, READ._replace(steps=((APP, 2),))], f"expected, not found:  {APP}:3  path 2"),
    ],
)
def test_a_wrong_mark_fails(findings: list[pages.Found], said: str) -> None:
    wrong = pages.compare(reported(), findings)
    assert said in wrong
    assert "case `reported` (line 13 of the page)" in wrong


def test_a_mark_may_name_variants() -> None:
    case = pages.cases(parse_page(PAGE.replace("expect low", "expect low in cnRelease ukRelease")))[0]
    assert f"{MANIFEST}:2  expect low in cnRelease ukRelease" in map(str, case.marks)
    assert pages.compare(case, [READ, DECLARED._replace(variants=("cnRelease", "ukRelease"))]) == ""
    assert "expect low in" in pages.compare(case, [READ, DECLARED])
    everywhere = pages.cases(parse_page(PAGE.replace("expect low", "expect low in all")))[0]
    assert pages.compare(everywhere, [READ, DECLARED]) == ""
    assert "low warning in cnRelease" in pages.compare(everywhere, [READ, DECLARED._replace(variants=("cnRelease",))])


SAMPLE = rule("consent/sample", severity=Severity.NOTE, clauses=(), message=Text("m", "m"), next=Text("", ""))


def test_a_case_is_run(tmp_path: Path) -> None:
    def first_lines() -> Iterator[Finding]:
        yield made.at(Place(APP, -1), target="x", steps=(Step(Place(MANIFEST, -1), "a", Text("", "")),))

    made = SAMPLE(first_lines)
    assert pages.run(reported(), made, tmp_path) == [
        pages.Found(APP, 1, Confidence.HIGH, Severity.NOTE, ((MANIFEST, 1),))
    ]


def test_a_rule_that_breaks_down_is_not_quiet(tmp_path: Path) -> None:
    def broken() -> Iterator[Finding]:
        raise RuntimeError("out of order")

    with pytest.raises(AssertionError, match="out of order"):
        pages.run(pages.cases(parse_page(PAGE))[1], SAMPLE(broken), tmp_path)


def test_a_quiet_case_that_is_reported_fails() -> None:
    quiet = pages.cases(parse_page(PAGE))[1]
    assert pages.compare(quiet, []) == ""
    assert "found, not expected" in pages.compare(quiet, [DECLARED])


def test_a_plain_expect_wants_more_than_low_confidence() -> None:
    case = reported()._replace(marks=(pages.Mark(APP, 3, 0, None, None),))
    assert pages.compare(case, [READ._replace(confidence=Confidence.MEDIUM)]) == ""
    assert pages.compare(case, [READ._replace(confidence=Confidence.LOW)]) != ""


@pytest.mark.parametrize("mark", ["expect loud", "path", "path x", "expect low low", "expect,", "path 0"])
def test_a_mark_that_says_nothing_is_an_error(mark: str) -> None:
    with pytest.raises(ValueError, match="line 16"):
        pages.cases(parse_page(PAGE.replace("// path 1", f"// {mark}")))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# consent", "consent", "rule-id"),
        ("## 中文", "## Chinese", "sections"),
        ("读取了某些信息。\n", "", "one line in English and one in Chinese"),
    ],
)
def test_a_page_laid_out_otherwise_is_an_error(old: str, new: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_page(PAGE.replace(old, new, 1))


def test_a_fence_without_a_file_is_an_error() -> None:
    with pytest.raises(ValueError, match="line 14"):
        pages.cases(parse_page(PAGE.replace("```kotlin app/src/main/java/App.kt", "```kotlin")))


def test_cases_are_completed(tmp_path: Path) -> None:
    first, second = pages.cases(parse_page(PAGE))
    pages.write(first, tmp_path / "1")
    pages.write(second, tmp_path / "2")
    assert (tmp_path / "1/settings.gradle.kts").read_text() == 'include(":app")\n'
    assert 'namespace = "com.example.app"' in (tmp_path / "1/app/build.gradle.kts").read_text()
    manifest = (tmp_path / "1" / MANIFEST).read_text()
    assert manifest.splitlines()[1] == "  <uses-permission /> <!-- expect low -->"
    assert '<application android:name="com.example.app.App"></application></manifest>' in manifest
    assert (tmp_path / "1" / APP).read_text().startswith("package com.example.app; class App")
    assert '<activity android:name="com.other.MainActivity"' in (tmp_path / "2" / MANIFEST).read_text()


def test_what_a_case_says_is_kept() -> None:
    files = {
        "app/build.gradle": "apply plugin: 'com.android.library'",
        "lib/build.gradle.kts": "",
        MANIFEST: "<manifest><application /></manifest>",
        "app/src/main/java/A.java": "package a;",
    }
    assert pages.complete(files) == files | {"settings.gradle.kts": 'include(":app", ":lib")\n'}
    assert "dependencies { }\nplugins" in pages.complete({"app/build.gradle": "dependencies { }"})["app/build.gradle"]
    eclipse = {"AndroidManifest.xml": "<manifest />", "src/a/A.java": "package a;"}
    assert pages.complete(eclipse) == eclipse


FIX = PAGE.replace("### quiet", """```kotlin app/src/main/java/App.kt fixed
class App : Application() {
    override fun onCreate() {  }
    fun read() { tm.imei }
}
```

### quiet""")


def mending(text: str, safe: bool) -> Rule:
    """A rule that finds the call of `read`, with a fix that puts `text` there."""

    def found(symbols: Symbols) -> Iterator[Finding]:
        for unit in symbols.units:
            for e in unit.facts.sites.get("read", ()):
                yield made.at(Place(unit.path, unit.facts.exprs[e].spot), target="read")

    def fix(finding: Finding, sources: Sources) -> Iterator[Fix]:
        path, start, end = sources.span(finding.at)
        yield Fix(Text("t", "题"), (Edit(Span(path, start, end + 2), text),), safe)

    made = rule("consent/sample", severity=Severity.NOTE, clauses=(), message=Text("m", "m"), next=Text("", ""), fix=fix)(found)
    return made


def test_a_fixed_fence_is_read() -> None:
    first, second = pages.cases(parse_page(FIX))
    assert [(f.nth, f.safe, list(f.files)) for f in first.fixed] == [(1, True, [APP])]
    assert second.fixed == ()
    assert first.files == reported().files
    other = FIX.replace("App.kt fixed", "App.kt fixed 2 unsafe")
    assert [(f.nth, f.safe) for f in pages.cases(parse_page(other))[0].fixed] == [(2, False)]
    assert [sorted(parse_page(page).fixes) for page in (PAGE, FIX, other)] == [[], ["safe"], ["unsafe"]]


def test_a_fix_that_holds(tmp_path: Path) -> None:
    case = pages.cases(parse_page(FIX))[0]
    assert pages.run_fix(case, case.fixed[0], mending("", safe=True), tmp_path) == ""


@pytest.mark.parametrize(
    ("old", "new", "text", "safe", "said"),
    [
        ("{  }\n    fun", "{ x() }\n    fun", "", True, "-    override fun onCreate() { x() }"),
        ("App.kt fixed", "App.kt fixed unsafe", "", True, "`t` is safe"),
        ("App.kt fixed", "App.kt fixed", "", False, "`t` is not safe"),
        ("App.kt fixed", "App.kt fixed 2", "", True, "nothing has such a fix"),
        ("{  }\n    fun", "{ read() }\n    fun", "read( )", True, "findings that had a fix are still there"),
        ("{  }\n    fun", "{ read() }\n    fun", "read( )", True, "fixing again changes something"),
    ],
)
def test_a_fix_that_does_not_hold(tmp_path: Path, old: str, new: str, text: str, safe: bool, said: str) -> None:
    case = pages.cases(parse_page(FIX.replace(old, new)))[0]
    assert said in pages.run_fix(case, case.fixed[0], mending(text, safe), tmp_path)


def test_a_fence_that_is_neither_a_file_nor_a_fixed_one_is_an_error() -> None:
    with pytest.raises(ValueError, match="fixes"):
        pages.cases(parse_page(FIX.replace("App.kt fixed", "App.kt fixes")))
