"""One folder's engine: what an edited file shows at once, settings, and what a check leaves behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from askfirst.findings import Confidence, Severity
from askfirst.lsp.engine import Changes, Engine
from askfirst.lsp.options import Client, Options
from editor import ANALYTICS, EXAMPLE, MAIN, MANIFEST, SETTINGS, STARTUP, rows


def never() -> bool:
    return False


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    shutil.copytree(EXAMPLE, tmp_path / "p")
    return Engine(tmp_path / "p", (tmp_path / "p").as_uri(), Client(related=True), Options(), "", "utf-16")


def edit(engine: Engine, path: str, old: str, new: str) -> None:
    text = engine.buffers.get(path, (engine.root / path).read_bytes()).decode()
    assert old in text
    engine.apply(Changes({path: text.replace(old, new).encode()}, frozenset(), False, None))


def test_before_the_first_check_nothing_is_known_of_a_file_alone(engine: Engine) -> None:
    assert engine.own(MAIN) == {}


def test_what_can_be_told_of_a_file_alone_is_new(engine: Engine) -> None:
    engine.whole(None, never)
    edit(engine, ANALYTICS, "UMConfigure.init(", "println(")
    assert engine.own(ANALYTICS) == {ANALYTICS: []}
    edit(engine, ANALYTICS, "println(", "\n\nUMConfigure.init(")
    own = engine.own(ANALYTICS)[ANALYTICS]
    assert rows(own) == rows(engine.whole(None, never).items[ANALYTICS])
    assert own[0].code == "consent/sdk-before-consent"


def test_what_else_is_known_of_it_moves_along(engine: Engine) -> None:
    """Both findings rest on other files; no rule that is asked for one file alone has them."""
    before = engine.whole(None, never).items[STARTUP]
    edit(engine, STARTUP, "class Startup" if "class Startup" in (engine.root / STARTUP).read_text() else "object Startup",
         "// 😀\n\n\nobject Startup")  # fmt: skip
    own = engine.own(STARTUP)[STARTUP]
    assert sorted(str(item.code) for item in own) == ["consent/gate-set-by-app", "consent/opt-out"]
    assert [item.range.start.line for item in own] == [item.range.start.line + 3 for item in before]
    edit(engine, STARTUP, "// 😀\n", "// 😀\n// again\n")
    assert rows(engine.own(STARTUP)[STARTUP]) == rows(engine.whole(None, never).items[STARTUP])


def test_a_dialog_that_comes_back_is_what_the_project_has(engine: Engine) -> None:
    engine.whole(None, never)
    edit(engine, MAIN, "askForLocation.launch(", "println(")
    engine.whole(None, never)
    edit(engine, MAIN, "println(", "askForLocation.launch(")
    assert rows(engine.own(MAIN)[MAIN]) == rows(engine.whole(None, never).items[MAIN])


def test_a_file_that_is_no_code_waits_for_the_project(engine: Engine) -> None:
    engine.whole(None, never)
    edit(engine, MANIFEST, "READ_CONTACTS", "CAMERA")
    assert engine.own(MANIFEST) == {}


def test_what_is_checked_is_told_without_another_check(engine: Engine) -> None:
    whole = engine.whole(None, never)
    assert engine.own(MANIFEST) == {MANIFEST: whole.items[MANIFEST]}
    assert engine.own("no/such.kt") == {"no/such.kt": []}
    report = engine.report(None, never)
    assert engine.report(None, lambda: True) is report
    # and fixes are still those of the whole
    _, found = engine.findings(MANIFEST, never)
    assert all(engine.fixes(finding) for finding, _ in found)


def test_an_answer_after_a_look_at_one_file_rests_on_the_whole(engine: Engine) -> None:
    engine.whole(None, never)
    edit(engine, STARTUP, "\n", "\n\n")
    engine.own(STARTUP)
    _, found = engine.findings(STARTUP, never)
    assert {finding.rule for finding, _ in found if engine.fixes(finding)} == {"consent/opt-out"}


def test_settings_that_cannot_be_used_leave_the_last_ones_in_force(engine: Engine) -> None:
    for text, codes in (
        ('[rules]\nignore = ["consent"]\n', set()),
        ("broken = [", {"None"}),
        ("", {"consent/permission-before-consent"}),
    ):
        (engine.root / SETTINGS).write_text(text)
        engine.apply(Changes({}, frozenset({SETTINGS}), True, None))
        items = engine.whole(None, never).items
        if codes == {"None"}:
            (item,) = items[SETTINGS]
            assert item.range.start.line == 0
            assert MAIN not in items
        else:
            assert {str(item.code) for item in items.get(MAIN, ())} == codes
            assert SETTINGS not in items


def test_buffers_outlive_a_change_of_settings(engine: Engine) -> None:
    edit(engine, MAIN, "askForLocation.launch(", "println(")
    (engine.root / SETTINGS).write_text('[rules]\nignore = ["sdk"]\n')
    engine.apply(Changes({}, frozenset(), True, None))
    assert MAIN not in engine.whole(None, never).items


def test_options_count(engine: Engine) -> None:
    usual = engine.whole(None, never).counts
    engine.apply(Changes({}, frozenset(), False, Options(confidence=Confidence.HIGH)))
    sure = engine.whole(None, never).counts
    assert sum(sure.values()) < sum(usual.values())
    assert sure[Severity.ERROR] == usual[Severity.ERROR]
    (engine.root / "other.toml").write_text('[rules]\nselect = ["sdk"]\n')
    engine.apply(Changes({}, frozenset(), False, Options(config="other.toml", lang="zh")))
    items = engine.whole(None, never).items
    assert {str(item.code).partition("/")[0] for found in items.values() for item in found} == {"sdk"}
    assert engine.lang == "zh"
