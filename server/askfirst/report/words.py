"""Words that all reports share: a finding's message in either language, counts, and what a report knows of a rule."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from askfirst.findings import Finding, Severity
from askfirst.text import Text


class RuleText(NamedTuple):
    """What a report needs of a rule: its facts, its sentences and its page."""

    id: str
    severity: Severity
    clauses: tuple[str, ...]
    message: Text
    next: Text
    summary: Text  # one line
    help: Text  # the page's prose, Markdown


Rules = Mapping[str, RuleText]

_EDGE = "\x00"  # stands at both ends of a filled-in value while spaces are set
_TOUCHING = re.compile(f"(?<=[\u4e00-\u9fff]){_EDGE}(?=[A-Za-z0-9`])|(?<=[A-Za-z0-9`]){_EDGE}(?=[\u4e00-\u9fff])")

COUNTED = {
    Severity.ERROR: (Text("{n} error", "{n} 个错误"), Text("{n} errors", "{n} 个错误")),
    Severity.WARNING: (Text("{n} warning", "{n} 个警告"), Text("{n} warnings", "{n} 个警告")),
    Severity.NOTE: (Text("{n} note", "{n} 条提示"), Text("{n} notes", "{n} 条提示")),
}
NOTHING = Text("no findings", "没有发现问题")
IN_FILES = Text(" in {n} files", "（共 {n} 个文件）")
IN_FILE = Text(" in 1 file", "（共 1 个文件）")
QUIETED = Text("{n} quieted", "{n} 条已豁免")
FIXES = {
    (): Text("", ""),
    ("safe",): Text("fix", "可修复"),
    ("unsafe",): Text("unsafe fix", "可修复（需检查）"),
    ("safe", "unsafe"): Text("fix", "可修复"),
}
NOT_WHOLE = Text(
    "the check is incomplete: some input could not be read", "检查不完整：部分输入无法读取"
)  # fmt: skip


def message(finding: Finding, rules: Rules, lang: str) -> str:
    """What the finding says. Raises KeyError when its rule or a placeholder's value is missing."""
    return filled(rules[finding.rule].message, dict(finding.args), lang)


def next_step(finding: Finding, rules: Rules, lang: str) -> str:
    """What to do about it, "" when the rule has nothing to say."""
    return filled(rules[finding.rule].next, dict(finding.args), lang)


def clauses(finding: Finding, rules: Rules) -> tuple[str, ...]:
    """The clauses that a finding rests on, as far as the rule's words name them for these markets."""
    named = rules[finding.rule].clauses
    return tuple(key for key in named if key in finding.clauses) or named if finding.clauses else named


def summary(findings: Iterable[Finding], quieted: int, files: int, lang: str) -> str:
    """`2 errors, 1 note in 12 files · 1 quieted`."""
    counts = Counter(f.severity for f in findings)
    parts = [counted(severity, counts[severity], lang) for severity in COUNTED if counts[severity]]
    said = (", " if lang == "en" else "、").join(parts) or NOTHING.of(lang)
    said += (IN_FILE if files == 1 else IN_FILES).of(lang).format(n=files)
    return said + (" · " + QUIETED.of(lang).format(n=quieted) if quieted else "")


def counted(severity: Severity, n: int, lang: str) -> str:
    """`1 error`, `2 errors`."""
    one, many = COUNTED[severity]
    return (one if n == 1 else many).of(lang).format(n=n)


def filled(text: Text, given: Mapping[str, str | Text], lang: str) -> str:
    """A sentence with the values of its placeholders. Raises KeyError when one is missing."""
    values = {name: value.of(lang) if isinstance(value, Text) else value for name, value in given.items()}
    if lang != "zh":
        return text.of(lang).format(**values)
    # Chinese sets a space between its own characters and Latin words; whether a value is one shows only here
    marked = text.of(lang).format(**{name: f"{_EDGE}{value}{_EDGE}" for name, value in values.items()})
    return _TOUCHING.sub(" ", marked).replace(_EDGE, "")
