"""Every sentence exists in English and in Chinese, with the same placeholders."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import askfirst
from askfirst.findings import Confidence
from askfirst.pool import SerialPool
from askfirst.rules import RULES, page
from askfirst.settings import Settings
from askfirst.text import LANGUAGES, Text
from askfirst.workspace import Workspace

ROOT = Path(askfirst.__file__).parent
MODULES = sorted(m.name for m in pkgutil.walk_packages([str(ROOT)], "askfirst.") if not m.name.endswith("__main__"))


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def literals(file: Path) -> Iterator[tuple[int, list[ast.expr]]]:
    """The arguments of every `Text(…)` in a file, with its line."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
            yield node.lineno, [*node.args, *(k.value for k in node.keywords)]


def holes(sentence: ast.expr) -> set[str] | None:
    """The names of a literal's placeholders, of an f-string the variables it shows; None for what is neither."""
    if isinstance(sentence, ast.Constant) and isinstance(sentence.value, str):
        return placeholders(sentence.value)
    if isinstance(sentence, ast.JoinedStr):
        shown = [node for part in sentence.values if isinstance(part, ast.FormattedValue) for node in ast.walk(part)]
        return {node.id for node in shown if isinstance(node, ast.Name)} - {*LANGUAGES}
    return None


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_literal_texts_speak_both_languages(file: Path) -> None:
    wrong = []
    for line, arguments in literals(file):
        if any(isinstance(argument, ast.Starred) for argument in arguments):
            continue
        if len(arguments) != len(LANGUAGES):
            wrong.append(f"line {line}: {len(arguments)} sentences")
            continue
        english, chinese = arguments
        constant = isinstance(english, ast.Constant) and isinstance(chinese, ast.Constant)
        if constant and bool(ast.literal_eval(english)) != bool(ast.literal_eval(chinese)):
            wrong.append(f"line {line}: one language is empty")
        if (names := holes(english)) is not None and (others := holes(chinese)) is not None and names != others:
            wrong.append(f"line {line}: {sorted(names)} and {sorted(others)}")
    assert not wrong


def walk(value: object) -> Iterator[Text]:
    """The texts in a value of tables."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from walk(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from walk(item)


@pytest.mark.parametrize("name", MODULES)
def test_texts_of_modules_speak_both_languages(name: str) -> None:
    module = importlib.import_module(name)
    for text in walk([value for key, value in vars(module).items() if not key.startswith("__")]):
        assert bool(text.en) == bool(text.zh), text
        assert placeholders(text.en) == placeholders(text.zh), text


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_rules_speak_both_languages(rule_id: str) -> None:
    rule, own = RULES[rule_id], page(rule_id)
    assert own.id == rule_id
    assert all(own.summary)
    assert all(own.prose)
    assert all(rule.message)
    for text in (rule.message, rule.next):
        assert placeholders(text.en) == placeholders(text.zh)


def test_doubt_names_packages_and_what_was_not_analysed(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"react-native": "0.72.4", "rn-mystery": "1.0.0"}}')
    (tmp_path / "build.gradle").write_text("apply plugin: 'com.android.application'\nandroid { ndkVersion '26' }")
    manifest = tmp_path / "src/main/AndroidManifest.xml"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(
        '<manifest xmlns:android="http://schemas.android.com/apk/res/android">'
        '<uses-permission android:name="android.permission.CAMERA"/></manifest>'
    )
    report = Workspace(tmp_path, Settings(), SerialPool()).check(rules=(RULES["permissions/unused"],), minimum=Confidence.LOW)
    (finding,) = report.findings
    assert dict(finding.args)["unseen"] == Text(
        "; a package may use it: rn-mystery; not analysed: native code",
        "；可能由第三方包使用：rn-mystery；未分析：原生代码",
    )
