"""The command line: exit statuses, what goes where, and one clear sentence, in either language, about wrong use."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import samples
from askfirst import __version__, catalogue, workspace
from askfirst.cli import main
from askfirst.findings import Confidence, Report, Severity
from askfirst.report import FORMATS
from askfirst.rules import RULES
from askfirst.settings import Settings, load_settings

RULE = min(RULES)


class Run:
    """What one call of the command line gave."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *argv: str) -> Run:
        self.status = main(argv)
        self.out, self.err = self.capsys.readouterr()
        return self


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs in an empty folder that is not a terminal's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Run(capsys)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[Report], list[Any]]:
    """Puts a made report in the engine's place; the list takes what the engine was asked."""

    def put(report: Report) -> list[Any]:
        asked: list[Any] = []

        class Workspace:
            def __init__(self, root: Path, settings: Settings, reader: object) -> None:
                asked.extend((root, settings))
                self.root = root

            def identity(self, progress: object, cancelled: object) -> str:
                return uuid4().hex  # unlike any other

            def check(
                self, only: object, minimum: Confidence, progress: Callable[[str, int, int], None], fixes: bool
            ) -> Report:
                progress("facts", 1, 2)
                assert fixes
                asked.extend((only, minimum))
                return report

        monkeypatch.setattr(workspace, "Workspace", Workspace)
        monkeypatch.setattr(catalogue, "rule_texts", lambda markets: samples.RULES)
        return asked

    return put


WHOLE = samples.REPORT._replace(notes=samples.REPORT.notes[:1])
NOTED = WHOLE._replace(findings=tuple(f._replace(severity=Severity.NOTE) for f in WHOLE.findings))


@pytest.mark.parametrize(
    ("report", "options", "status"),
    [
        (samples.CLEAN, [], 0),
        (WHOLE, [], 1),
        (NOTED, [], 0),
        (NOTED, ["--fail-on", "note"], 1),
        (WHOLE, ["--fail-on", "error"], 1),
        (WHOLE._replace(findings=(samples.DECLARED,)), ["--fail-on", "error"], 0),
        (WHOLE, ["--fail-on", "never"], 0),
        (WHOLE, ["--exit-zero"], 0),
        (samples.REPORT, [], 3),
        (samples.REPORT, ["--exit-zero"], 3),
        (samples.REPORT._replace(findings=()), ["--fail-on", "never"], 3),
    ],
)
def test_exit_status(
    run: Run, engine: Callable[[Report], list[Any]], report: Report, options: list[str], status: int
) -> None:
    engine(report)
    assert run("check", *options).status == status
    assert run.err == ""


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_goes_to_standard_output(
    run: Run, engine: Callable[[Report], list[Any]], name: str, lang: str
) -> None:
    engine(WHOLE)
    assert run("check", "--format", name, "--lang", lang).out == FORMATS[name](WHOLE, samples.RULES, lang)


def test_reports_go_to_files(run: Run, engine: Callable[[Report], list[Any]], tmp_path: Path) -> None:
    engine(WHOLE)
    run("check", "--output", "a.txt", "--report", "json=b.json", "--report", "sarif=c.sarif", "--color", "never")
    assert run.out == ""
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == FORMATS["text"](WHOLE, samples.RULES, "en")
    assert json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))["schema"] == 1
    assert json.loads((tmp_path / "c.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_statistics_and_timings_go_to_standard_error(run: Run, engine: Callable[[Report], list[Any]]) -> None:
    engine(WHOLE)
    run("check", "--statistics", "--timings")
    assert run.err.splitlines() == [
        "     2  consent/sdk-before-consent", "     1  permissions/unused", "     500 ms  read", "     250 ms  rules",
    ]  # fmt: skip


def test_colour_only_when_asked_or_on_a_terminal(
    run: Run, engine: Callable[[Report], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine(WHOLE)
    assert "\x1b" not in run("check").out
    assert "\x1b" in run("check", "--color", "always").out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "\x1b" in run("check").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("check").out


def test_progress_only_on_a_terminal(
    run: Run, engine: Callable[[Report], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine(WHOLE)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert "读取 1/2" in run("check", "--lang", "zh").err
    assert run("check", "--no-progress").err == ""


def test_what_the_engine_is_asked(run: Run, engine: Callable[[Report], list[Any]], tmp_path: Path) -> None:
    theme = RULE.partition("/")[0]
    (tmp_path / "askfirst.toml").write_text(f'[rules]\nselect = ["{theme}"]\nignore = ["{RULE}"]\n')
    asked = engine(samples.CLEAN)
    run("check", "--ignore", f"{theme}, {RULE}", "--confidence", "low")
    root, settings, only, minimum = asked
    assert (root, only, minimum) == (tmp_path, None, Confidence.LOW)
    assert (settings.select, settings.ignore) == ((theme,), (RULE, theme, RULE))
    asked = engine(samples.CLEAN)
    run("check", "--select", RULE, "--select", theme)
    assert asked[1].select == (RULE, theme)


def test_files_limit_what_is_reported(run: Run, engine: Callable[[Report], list[Any]], tmp_path: Path) -> None:
    (tmp_path / "settings.gradle").touch()
    for name in ("a/A.kt", "b/B.kt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    asked = engine(samples.CLEAN)
    run("check", "a/A.kt", str(tmp_path / "b" / "B.kt"))
    assert asked[0] == tmp_path
    assert asked[2] == {"a/A.kt", "b/B.kt"}


@pytest.mark.parametrize(
    ("argv", "en", "zh"),
    [
        (["chek"], "COMMAND cannot be `chek`", "COMMAND 不能为 `chek`"),
        ([], "COMMAND is missing", "缺少 COMMAND"),
        (["explain"], "NAME is missing", "缺少 NAME"),
        (["check", "--fromat", "json"], "unknown option or argument --fromat", "未知的选项或参数 --fromat"),
        (["check", "--selct=x"], "did you mean `--select`?", "是否指 `--select`？"),
        (["check", "--format", "xml"], "--format cannot be `xml`; it is one of", "--format 不能为 `xml`；可选"),
        (["check", "--output"], "--output needs a value", "--output 需要一个值"),
        (["check", "--jobs", "0"], "at least 1", "不小于 1"),
        (["check", "--jobs", "many"], "not `many`", "而不是 `many`"),
        (["check", "--report", "json"], "FORMAT=FILE is wanted", "格式=文件"),
        (["check", "gone"], "there is no file or folder `gone`", "没有文件或目录 `gone`"),
        (["check", "sub", "one.kt"], "give one directory", "请给出一个目录"),
        (["check", "one.kt", "/"], "give one directory", "请给出一个目录"),
        (["check", "--select", "consent/x"], "there is no rule or theme `consent/x`", "没有名为 `consent/x`"),
        (["check", "--ignore", "consnt"], "did you mean `consent`?", "是否指 `consent`？"),
        (["check", "--config", "gone.toml"], "gone.toml", "gone.toml"),
        (["init", "gone"], "cannot write", "无法写入"),
    ],
)
def test_wrong_usage(run: Run, tmp_path: Path, argv: list[str], en: str, zh: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "one.kt").touch()
    for lang, said in (("en", en), ("zh", zh)):
        assert run(*argv, "--lang", lang).status == 2 if argv[:1] != [] else main(["--lang", lang]) == 2
        if not argv:
            run.out, run.err = run.capsys.readouterr()
        assert said in run.err
        assert run.err.count("\n") == 1
        assert run.out == ""


def test_a_file_outside_the_project(run: Run, tmp_path: Path) -> None:
    for name in ("p/askfirst.toml", "p/A.kt", "q/B.kt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert run("check", "p/A.kt", "q/B.kt").status == 2
    assert "is not in the project" in run.err


def test_a_report_that_cannot_be_written(run: Run, engine: Callable[[Report], list[Any]]) -> None:
    engine(WHOLE)
    assert run("check", "--output", "gone/report.txt").status == 2
    assert "cannot write `gone/report.txt`" in run.err


def test_wrong_settings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "askfirst.toml").write_text("[project]\ncategry = 1\n")
    assert run("check").status == 2
    assert run.err.startswith("askfirst: askfirst.toml:2: ")
    assert run.err.count("\n") == 1


def test_an_unknown_category(run: Run, tmp_path: Path) -> None:
    (tmp_path / "askfirst.toml").write_text('[project]\ncategory = "map-navigatoin"\n')
    assert run("check").status == 2
    assert "did you mean `map-navigation`?" in run.err


def test_the_settings_choose_the_language(run: Run, engine: Callable[[Report], list[Any]], tmp_path: Path) -> None:
    (tmp_path / "askfirst.toml").write_text('[project]\nlang = "zh"\n')
    engine(WHOLE)
    assert run("check").out == FORMATS["text"](WHOLE, samples.RULES, "zh")
    assert run("check", "--lang", "en").out == FORMATS["text"](WHOLE, samples.RULES, "en")
    assert "没有文件或目录" in run("check", "gone").err


def test_an_internal_error_is_not_silent(
    run: Run, engine: Callable[[Report], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(markets: object) -> None:
        raise RuntimeError("broken")

    engine(WHOLE)
    monkeypatch.setattr(catalogue, "rule_texts", fail)
    assert run("check").status == 3
    assert "RuntimeError: broken" in run.err
    assert run.err.endswith("please report it with the lines above\n")


def test_an_interrupt(run: Run, engine: Callable[[Report], list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(markets: object) -> None:
        raise KeyboardInterrupt

    engine(WHOLE)
    monkeypatch.setattr(catalogue, "rule_texts", interrupt)
    assert run("check").status == 130


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_init_writes_once_and_what_it_writes_holds(run: Run, tmp_path: Path, lang: str) -> None:
    file = tmp_path / "askfirst.toml"
    assert run("init", "--lang", lang).status == 0
    assert load_settings(tmp_path, None, tuple(RULES), ("consent",)) == Settings(path="askfirst.toml")
    written = file.read_text(encoding="utf-8")
    assert run("init", "--lang", lang).status == 2
    assert file.read_text(encoding="utf-8") == written
    # every line that is commented out holds as well
    lines = (line.removeprefix("# ") if "= " in line or "# [" in line else line for line in written.splitlines())
    file.write_text("\n".join(lines), encoding="utf-8")
    themes = ("consent", "permissions", "sdk")
    settings = load_settings(tmp_path, None, tuple(RULES), themes)
    assert settings.select == themes
    assert all(settings)
    assert settings.lang == lang


def test_rules_are_listed(run: Run) -> None:
    lines = run("rules").out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(RULES)
    assert next(line for line in lines if line.startswith("consent/opt-out")).split()[1:3] == ["warning", "fix"]
    assert all(max(line) >= "\u4e00" for line in run("rules", "--lang", "zh").out.splitlines())
    listed = json.loads(run("rules", "--format", "json").out)
    assert [rule["id"] for rule in listed["rules"]] == sorted(RULES)
    assert all(rule["summary"]["zh"] for rule in listed["rules"])
    assert {tuple(rule["fixes"]) for rule in listed["rules"]} == {(), ("safe",), ("unsafe",), ("safe", "unsafe")}


@pytest.mark.parametrize("command", [[], ["check"], ["explain"], ["rules"], ["init"]])
def test_help_in_both_languages(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    for lang, said in (("en", "usage: askfirst"), ("zh", "用法：askfirst")):
        with pytest.raises(SystemExit) as stop:
            main([*command, "--help", "--lang", lang])
        assert stop.value.code == 0
        out = capsys.readouterr().out
        assert out.startswith(said)
        assert "positional" not in out
        assert "%(" not in out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"askfirst {__version__}\n"


def test_a_reader_that_has_had_enough() -> None:
    """A closed pipe is no error and leaves no trace."""
    source = "from askfirst.cli import emit, main; import sys; emit('x' * 1_000_000); sys.exit(7)"
    command = [sys.executable, "-c", source]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PYTHONPATH": "server"})
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate()
    assert (process.returncode, err) == (7, b"")


def test_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "askfirst", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(workspace.__file__).parents[1], check=True)
    assert done.stdout == f"askfirst {__version__}\n"


def test_a_part_of_a_project_is_said_to_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.gradle.kts").write_text('include(":app")\n')
    (tmp_path / "app/src/main").mkdir(parents=True)
    (tmp_path / "app/src/main/AndroidManifest.xml").write_text("<manifest/>")
    main(["check", str(tmp_path / "app")])
    assert f"is part of the project `{tmp_path}`" in capsys.readouterr().err
    main(["check", str(tmp_path)])
    assert "is part of" not in capsys.readouterr().err
