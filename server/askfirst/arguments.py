"""The command line: commands and options, with help and complaints in both languages."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, NoReturn

from askfirst import __version__
from askfirst.report import FORMATS
from askfirst.text import LANGUAGES, Text

SEVERITIES = ("error", "warning", "note")
CONFIDENCES = ("high", "medium", "low")


class UsageError(Exception):
    """Wrong usage: `text` says so in one sentence. Exit status 2."""

    def __init__(self, text: Text, **words: str) -> None:
        self.text = Text(*(sentence.format(**words) for sentence in text))
        super().__init__(self.text.en)


ABOUT = Text(
    "Says, before an Android app ships, where it asks for too many permissions, collects personal data before the user has "
    "agreed, or carries a risky SDK.",
    "先问：在 Android 应用发布之前，指出哪里申请了过多权限、哪里在用户同意之前就收集个人信息、哪里集成了有风险的 SDK。",
)
STATUS = Text(
    "exit status: 0 nothing at or above --fail-on; 1 findings; 2 wrong usage or settings; 3 the check is incomplete",
    "退出状态：0 没有达到 --fail-on 的问题；1 有问题；2 用法或设置有误；3 检查不完整",
)
USAGE = Text("usage: ", "用法：")
COMMANDS = Text("commands", "命令")
ARGUMENTS = Text("arguments", "参数")
OPTIONS = Text("options", "选项")
HELP = Text("show this help", "显示本帮助")
VERSION = Text("show the version", "显示版本")
LANG = Text("language: en or zh (default: the settings', then English)", "语言：en 或 zh（默认按设置，否则英文）")
CHECK = Text("check a project", "检查一个项目")
CHECK_PATH = Text(
    "a project's directory (default: the current one), or files of a project, which limit what is reported, never "
    "what is known",
    "项目目录（默认当前目录）；也可以是项目中的文件，只报告这些文件中的问题，分析仍覆盖整个项目",
)
FORMAT = Text("what to write: %(choices)s (default: text)", "输出格式：%(choices)s（默认 text）")
OUTPUT = Text("write to FILE instead of standard output", "写入 FILE，而不是标准输出")
REPORT = Text("write one more report, repeatable", "另写一份报告，可多次指定")
SELECT = Text("only these rules or themes, separated by commas, repeatable", "只用这些规则或主题，逗号分隔，可多次指定")
IGNORE = Text("omit these rules or themes, separated by commas, repeatable", "不用这些规则或主题，逗号分隔，可多次指定")
CONFIDENCE = Text("the least confidence to report (default: medium)", "至少达到此置信度才报告（默认 medium）")
FIX = Text("make the safe fixes, and report what remains", "应用安全的修复，并报告余下的问题")
UNSAFE = Text(
    "with --fix or --diff: make the other fixes too; read what they changed", "与 --fix 或 --diff 一起：也应用其余修复，请检查改动"
)
DIFF = Text(
    "show what --fix would change and write nothing; exit status 1 when that is something",
    "只显示 --fix 会做的改动而不写入；有改动时退出状态为 1",
)
FAIL_ON = Text("the least severity for exit status 1 (default: warning)", "达到此级别时退出状态为 1（默认 warning）")
EXIT_ZERO = Text("exit status 0 in spite of findings", "有问题时退出状态仍为 0")
CONFIG = Text("settings file (default: askfirst.toml of the project)", "设置文件（默认项目中的 askfirst.toml）")
STATISTICS = Text("count findings by rule", "按规则统计问题数")
TIMINGS = Text("say how long each stage took", "显示各阶段用时")
COLOUR = Text("colour: %(choices)s (default: auto)", "颜色：%(choices)s（默认 auto）")
JOBS = Text("worker processes (default: one for each processor)", "工作进程数（默认每个处理器一个）")
NO_PROGRESS = Text("show no progress", "不显示进度")
NO_CACHE = Text("neither use nor fill the cache (see `askfirst cache`)", "不使用也不写入缓存（见 `askfirst cache`）")
CACHE = Text("show where the cache is and how big, or clear it", "显示缓存的位置和大小，或将其清除")
CACHE_MORE = Text(
    "The cache holds what files say, by their content, so that a file that was read before is not parsed again. It lies in "
    "the user's cache folder, never in a project; ASKFIRST_CACHE_DIR names another folder, ASKFIRST_CACHE_SIZE the most it "
    "may take (500M, 2G; 0: no cache; default: 1G).",
    "缓存按内容保存文件的解析结果，读过的内容不再解析。缓存位于用户的缓存目录，不在项目中；ASKFIRST_CACHE_DIR 可指定其他目录，"
    "ASKFIRST_CACHE_SIZE 限定大小（如 500M、2G；0 表示不用缓存；默认 1G）。",
)
CACHE_ACTION = Text("show (default) or clear", "show（显示，默认）或 clear（清除）")
EXPLAIN = Text(
    "say what is known of a rule, an API, a permission, an SDK or a clause, with sources",
    "说明一条规则、一个 API、权限、SDK 或条款，并给出来源",
)
EXPLAIN_NAME = Text(
    "consent/sdk-before-consent, TelephonyManager.getImei, READ_PHONE_STATE, com.umeng.umsdk:common, 191-3.1, …",
    "如 consent/sdk-before-consent、TelephonyManager.getImei、READ_PHONE_STATE、com.umeng.umsdk:common、191-3.1",
)
RULES = Text("list the rules", "列出规则")
SERVER = Text("run the language server on standard input and output", "在标准输入输出上运行语言服务器")
INIT = Text("write a commented askfirst.toml", "写出带注释的 askfirst.toml")
INIT_PATH = Text("the project's directory (default: the current one)", "项目目录（默认当前目录）")

# argparse's own sentences, and what we say instead.
COMPLAINTS = (
    (
        r"unrecognized arguments: (?P<words>.+)",
        Text("unknown option or argument {words}", "未知的选项或参数 {words}"),
    ),
    (
        r"the following arguments are required: (?P<words>.+)",
        Text("{words} is missing; see --help", "缺少 {words}；见 --help"),
    ),
    (
        r"argument (?P<name>[^:]+): invalid choice: (?P<words>.+?) \(choose from (?P<known>.+)\)",
        Text("{name} cannot be {words}; it is one of {known}", "{name} 不能为 {words}；可选：{known}"),
    ),
    (r"argument (?P<name>[^:]+): expected one argument", Text("{name} needs a value", "{name} 需要一个值")),
    (r"argument (?P<name>[^:]+): (?P<words>.+)", Text("{name}: {words}", "{name}：{words}")),
)
MEANT = Text("; did you mean `{near}`?", "；是否指 `{near}`？")
POSITIVE = Text("a number of at least 1 is wanted, not `{word}`", "需要不小于 1 的整数，而不是 `{word}`")
TARGET = Text(
    "FORMAT=FILE is wanted, with one of {known}; not `{word}`", "需要“格式=文件”，格式为 {known} 之一；而不是 `{word}`"
)


def meant(name: str, known: Iterable[str]) -> Text:
    """`; did you mean `x`?`, or nothing when no known name is near."""
    near = get_close_matches(name, sorted(known), 1)
    return Text(*(sentence.format(near=near[0]) for sentence in MEANT)) if near else Text("", "")


def parse(argv: Sequence[str], lang: str) -> argparse.Namespace:
    """Read the arguments. Raises UsageError; SystemExit(0) after --help and --version."""
    return _parser(lang).parse_args(argv)


def spoken(argv: Sequence[str]) -> str:
    """The language that `argv` asks for, before anything else of it is read; "" when it does not say."""
    for word, after in pairwise((*argv, "")):
        value = after if word == "--lang" else word.partition("=")[2] if word.startswith("--lang=") else ""
        if value in LANGUAGES:
            return value
    return ""


class _Parser(argparse.ArgumentParser):
    """An argparse parser that complains by UsageError, in both languages."""

    def error(self, message: str) -> NoReturn:
        for pattern, text in COMPLAINTS:
            if match := re.fullmatch(pattern, message, re.S):
                near = meant(message.rpartition(" ")[2].partition("=")[0], OPTION_NAMES)
                said = text if "unrecognized" not in pattern else Text(text.en + near.en, text.zh + near.zh)
                raise UsageError(said, **{key: value.replace("'", "`") for key, value in match.groupdict().items()})
        raise UsageError(Text("{words}", "{words}"), words=message)


OPTION_NAMES: set[str] = set()


def _parser(lang: str) -> argparse.ArgumentParser:
    class Formatter(argparse.HelpFormatter):
        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
            super().add_usage(usage, actions, groups, USAGE.of(lang) if prefix is None else prefix)

    def common(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
        options = parser.add_argument_group(OPTIONS.of(lang))
        options.add_argument("-h", "--help", action="help", help=HELP.of(lang))
        options.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=LANG.of(lang))
        return options

    def command(name: str, about: Text, epilog: Text | None = None) -> argparse.ArgumentParser:
        return commands.add_parser(
            name, help=about.of(lang), description=about.of(lang), epilog=epilog and epilog.of(lang),
            add_help=False, allow_abbrev=False, formatter_class=Formatter,
        )  # fmt: skip

    top = _Parser(
        prog="askfirst", description=ABOUT.of(lang), add_help=False, allow_abbrev=False, formatter_class=Formatter
    )
    common(top).add_argument("--version", action="version", version=f"askfirst {__version__}", help=VERSION.of(lang))
    commands = top.add_subparsers(title=COMMANDS.of(lang), dest="command", metavar="COMMAND", required=True)

    check = command("check", CHECK, STATUS)
    check.add_argument_group(ARGUMENTS.of(lang)).add_argument(
        "paths", metavar="PATH", nargs="*", default=["."], help=CHECK_PATH.of(lang)
    )
    _check_options(common(check), lang)

    explain = command("explain", EXPLAIN)
    explain.add_argument_group(ARGUMENTS.of(lang)).add_argument("name", metavar="NAME", help=EXPLAIN_NAME.of(lang))
    common(explain)

    rules = command("rules", RULES)
    common(rules).add_argument("--format", choices=("text", "json"), default="text", help=FORMAT.of(lang))

    init = command("init", INIT)
    init.add_argument_group(ARGUMENTS.of(lang)).add_argument(
        "path", metavar="PATH", nargs="?", default=".", help=INIT_PATH.of(lang)
    )
    common(init)

    cache = command("cache", CACHE, CACHE_MORE)
    cache.add_argument_group(ARGUMENTS.of(lang)).add_argument(
        "action", metavar="ACTION", nargs="?", choices=("show", "clear"), default="show", help=CACHE_ACTION.of(lang)
    )
    common(cache)
    server = command("server", SERVER)
    # what many editors say of their own accord; there is no other channel
    common(server).add_argument("--stdio", action="store_true", help=argparse.SUPPRESS)
    for parser in (top, check, explain, rules, init, cache, server):
        OPTION_NAMES.update(option for action in parser._actions for option in action.option_strings)
    return top


def _check_options(add: argparse._ArgumentGroup, lang: str) -> None:
    def positive(word: str) -> int:
        if not word.isdecimal() or int(word) < 1:
            raise argparse.ArgumentTypeError(POSITIVE.of(lang).format(word=word))
        return int(word)

    def target(word: str) -> tuple[str, str]:
        name, _, file = word.partition("=")
        if name not in FORMATS or not file:
            raise argparse.ArgumentTypeError(TARGET.of(lang).format(word=word, known=", ".join(FORMATS)))
        return name, file

    def names(word: str) -> list[str]:
        return [name for name in (part.strip() for part in word.split(",")) if name]

    add.add_argument("--format", choices=tuple(FORMATS), default="text", help=FORMAT.of(lang))
    add.add_argument("--output", metavar="FILE", help=OUTPUT.of(lang))
    add.add_argument("--report", metavar="FORMAT=FILE", type=target, action="append", default=[], help=REPORT.of(lang))
    add.add_argument("--select", metavar="RULES", type=names, action="extend", default=[], help=SELECT.of(lang))
    add.add_argument("--ignore", metavar="RULES", type=names, action="extend", default=[], help=IGNORE.of(lang))
    add.add_argument("--confidence", choices=CONFIDENCES, default="medium", help=CONFIDENCE.of(lang))
    add.add_argument("--fix", action="store_true", help=FIX.of(lang))
    add.add_argument("--unsafe-fixes", action="store_true", help=UNSAFE.of(lang))
    add.add_argument("--diff", action="store_true", help=DIFF.of(lang))
    add.add_argument("--fail-on", choices=(*SEVERITIES, "never"), default="warning", help=FAIL_ON.of(lang))
    add.add_argument("--exit-zero", action="store_true", help=EXIT_ZERO.of(lang))
    add.add_argument("--config", metavar="FILE", help=CONFIG.of(lang))
    add.add_argument("--statistics", action="store_true", help=STATISTICS.of(lang))
    add.add_argument("--timings", action="store_true", help=TIMINGS.of(lang))
    add.add_argument("--color", choices=("auto", "always", "never"), default="auto", help=COLOUR.of(lang))
    add.add_argument("--jobs", metavar="N", type=positive, default=0, help=JOBS.of(lang))
    add.add_argument("--no-cache", action="store_true", help=NO_CACHE.of(lang))
    add.add_argument("--no-progress", action="store_true", help=NO_PROGRESS.of(lang))
