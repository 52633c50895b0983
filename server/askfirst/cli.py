"""The command line. Results go to standard output, everything else to standard error.

Exit status: 0 nothing at or above --fail-on; 1 findings; 2 wrong usage or settings; 3 the check is not whole;
130 interrupted.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from askfirst import caching, knowledge
from askfirst.arguments import UsageError, meant, parse, spoken
from askfirst.findings import Confidence, Report, Severity
from askfirst.mending import Outcome, diff, mend, sum_up, written
from askfirst.project import find_root, project_around
from askfirst.report import FORMATS, text
from askfirst.report.words import Rules
from askfirst.rules import RULES, themes
from askfirst.settings import Settings, SettingsError, load_settings
from askfirst.text import Text

NO_PATH = Text("there is no file or folder `{path}`", "没有文件或目录 `{path}`")
NO_FILES = Text(
    "nothing to check in `{path}`: no Java, Kotlin, manifest, resource or Gradle file",
    "`{path}` 中没有可检查的内容：未找到 Java、Kotlin、清单、资源或 Gradle 文件",
)
ONE_ROOT = Text(
    "give one directory, or files of one project; not `{path}` beside others",
    "请给出一个目录，或同一个项目中的若干文件；`{path}` 不能与其他路径并列",
)
OUTSIDE = Text("`{path}` is not in the project `{root}`", "`{path}` 不在项目 `{root}` 中")
INSIDE = Text(
    "note: `{path}` is part of the project `{root}` and is checked as if it were all of it",
    "提示：`{path}` 是项目 `{root}` 的一部分，此处将其当作完整项目检查",
)
NO_RULE = Text("there is no rule or theme `{name}`", "没有名为 `{name}` 的规则或主题")
NO_NAME = Text("nothing is known of `{name}`", "没有关于 `{name}` 的资料")
CANNOT_READ = Text("cannot read `{path}`: {why}", "无法读取 `{path}`：{why}")
CANNOT_WRITE = Text("cannot write `{path}`: {why}", "无法写入 `{path}`：{why}")
EXISTS = Text("`{path}` is there already; it stays as it is", "`{path}` 已存在，未作改动")
WRITTEN = Text("wrote {path}", "已写入 {path}")
INTERNAL = Text("internal error; please report it with the lines above", "内部错误；请连同以上信息一并反馈")
NO_FIX = Text("--unsafe-fixes goes with --fix or --diff", "--unsafe-fixes 须与 --fix 或 --diff 一起使用")
LOST = Text(
    "a worker process died; {n} files were read again in the main process",
    "有工作进程意外结束；{n} 个文件已在主进程中重新读取",
)
SERVER_NEEDS = frozenset({"pygls", "lsprotocol", "cattrs", "attrs", "tomlkit"})
NO_SERVER = Text(
    'the language server needs packages that are not installed; install them with: pip install "askfirst[server]"',
    '缺少语言服务器所需的软件包；请安装：pip install "askfirst[server]"',
)
STAGES = {"facts": Text("reading", "读取"), "rules": Text("checking", "检查")}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit status."""
    argv = sys.argv[1:] if argv is None else argv
    lang = spoken(argv) or _settled()
    try:
        arguments = parse(argv, lang)
        return _COMMANDS[arguments.command](arguments, lang)
    except UsageError as error:
        say(error.text.of(lang))
    except SettingsError as error:
        where = f"{error.path}:{error.line + 1}" if error.line >= 0 else error.path
        say(f"{where}: {error.message.of(lang)}")
    except KeyboardInterrupt:
        return 130
    except Exception:
        traceback.print_exc()
        say(INTERNAL.of(lang))
        return 3
    return 2


def check(arguments: Namespace, lang: str) -> int:
    """`askfirst check`."""
    from askfirst.catalogue import rule_texts
    from askfirst.pool import Pool
    from askfirst.recall import recalled, remember
    from askfirst.workspace import Workspace

    root, only = _target(arguments.paths)
    if (around := project_around(root)) is not None:
        say(INSIDE.of(lang).format(path=root, root=around))
    config = Path(arguments.config) if arguments.config else None
    categories = knowledge.load().categories
    settings = _merged(load_settings(root, config, tuple(RULES), themes(), categories), arguments)
    lang = spoken_by(settings, arguments)
    if arguments.unsafe_fixes and not arguments.fix and not arguments.diff:
        raise UsageError(NO_FIX)
    progress = _Progress(lang, shown=sys.stderr.isatty() and not arguments.no_progress)
    minimum = Confidence[arguments.confidence.upper()]
    with Pool(arguments.jobs) as pool, ExitStack() as stack:
        kept = None if arguments.no_cache else caching.behind_cache(root, pool)
        workspace = Workspace(root, settings, pool if kept is None else stack.enter_context(kept))

        def once() -> Report:
            report = recalled(workspace, kept, minimum, only, True, progress) if kept is not None else None
            if report is None:
                report = workspace.check(only=only, minimum=minimum, progress=progress, fixes=True)
                if kept is not None:
                    remember(workspace, kept, report, minimum, only, True)
            return report

        if arguments.fix or arguments.diff:
            outcome = mend(workspace, once, arguments.unsafe_fixes)
        else:
            outcome = Outcome(once(), (), 0, 0, settled=True)
        report = outcome.report
        if report.files == 0:
            raise UsageError(NO_FILES, path=str(root))
        progress.clear()
        if arguments.diff:
            emit("".join(line for change in outcome.changes for line in diff(change)))
            say(sum_up(outcome, lang, done=False))
            return 3 if any(n.serious for n in report.notes) else int(bool(outcome.changes))
        if arguments.fix:
            outcome = written(workspace, outcome, once)
            report = outcome.report
            say(sum_up(outcome, lang, done=True))
    if pool.lost:
        say(LOST.of(lang).format(n=pool.lost))
    if why := caching.fault(kept, lang):
        say(why)
    rules = rule_texts(settings.markets)
    for name, file in arguments.report:
        _write(file, FORMATS[name](report, rules, lang))
    _results(report, rules, arguments, lang)
    if arguments.statistics:
        for rule, n in sorted(Counter(f.rule for f in report.findings).items(), key=lambda item: (-item[1], item[0])):
            say_line(f"{n:6}  {rule}")
    if arguments.timings:
        for stage, seconds in (*report.timings, *(kept.timings() if kept is not None else ())):
            say_line(f"{seconds * 1000:8.0f} ms  {stage}")
        if kept is not None and kept.asked:
            say_line(f"{kept.known:8}/{kept.asked}  cache: files known")
    return status(report, arguments.fail_on, arguments.exit_zero)


def status(report: Report, fail_on: str, exit_zero: bool) -> int:
    """The exit status of a check that ran."""
    if any(note.serious for note in report.notes):
        return 3
    if exit_zero or fail_on == "never":
        return 0
    return int(any(f.severity >= Severity[fail_on.upper()] for f in report.findings))


def explain(arguments: Namespace, lang: str) -> int:
    """`askfirst explain NAME`."""
    from askfirst.explain import explain, known_names

    index = knowledge.load()
    said = explain(arguments.name, lang, index)
    if not said:
        near = meant(arguments.name, set(known_names(index)))
        raise UsageError(Text(NO_NAME.en + near.en, NO_NAME.zh + near.zh), name=arguments.name)
    emit(said)
    return 0


def rules(arguments: Namespace, lang: str) -> int:
    """`askfirst rules`."""
    from askfirst import catalogue

    emit(catalogue.as_json() if arguments.format == "json" else catalogue.as_text(lang))
    return 0


def init(arguments: Namespace, lang: str) -> int:
    """`askfirst init [PATH]`: never overwrites."""
    from askfirst.starter import STARTER

    file = Path(arguments.path) / "askfirst.toml"
    try:
        with file.open("x", encoding="utf-8", newline="\n") as out:
            out.write(STARTER.of(lang))
    except FileExistsError:
        raise UsageError(EXISTS, path=str(file)) from None
    except OSError as error:
        raise UsageError(CANNOT_WRITE, path=str(file), why=error.strerror or str(error)) from None
    say(WRITTEN.of(lang).format(path=file))
    return 0


def cache(arguments: Namespace, lang: str) -> int:
    """`askfirst cache [show | clear]`."""
    if arguments.action == "clear":
        say(caching.cleared(lang))
    else:
        emit(caching.shown(lang))
    return 0


def server(arguments: Namespace, lang: str) -> int:
    """`askfirst server`: the language server, on standard input and output."""
    try:
        from askfirst.lsp.main import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in SERVER_NEEDS:
            raise
        raise UsageError(NO_SERVER) from None
    return serve(getattr(arguments, "lang", ""))


_COMMANDS: dict[str, Callable[[Namespace, str], int]] = {
    "check": check, "explain": explain, "rules": rules, "init": init, "cache": cache, "server": server,
}  # fmt: skip


def emit(words: str) -> None:
    """Write to standard output, as UTF-8 wherever it leads. A reader that has had enough is no error."""
    try:
        sys.stdout.buffer.write(words.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains again when it ends


def say(words: str) -> None:
    """One sentence to standard error."""
    say_line(f"askfirst: {words}")


def say_line(words: str) -> None:
    print(words, file=sys.stderr)


def spoken_by(settings: Settings, arguments: Namespace) -> str:
    """The language of a check: what was asked for, else the settings', else English."""
    return getattr(arguments, "lang", "") or settings.lang or "en"


def _settled() -> str:
    """The language that the settings of the current folder ask for; English when they cannot be read."""
    try:
        return load_settings(find_root(Path.cwd()), None, tuple(RULES), themes()).lang or "en"
    except (OSError, SettingsError):
        return "en"


def _target(paths: Sequence[str]) -> tuple[Path, frozenset[str] | None]:
    """The project's root, and the files that limit what is reported (None: all)."""
    given = [Path(path) for path in paths]
    for path in given:
        if not path.exists():
            raise UsageError(NO_PATH, path=str(path))
        if not os.access(path, os.R_OK):
            raise UsageError(CANNOT_READ, path=str(path), why=os.strerror(13))
        if path.is_dir() and len(given) > 1:
            raise UsageError(ONE_ROOT, path=str(path))
    root = find_root(given[0])
    if given[0].is_dir():
        return root, None
    only = set()
    for path in given:
        try:
            only.add(Path(os.path.abspath(path)).relative_to(root).as_posix())
        except ValueError:
            raise UsageError(OUTSIDE, path=str(path), root=str(root)) from None
    return root, frozenset(only)


def _merged(settings: Settings, arguments: Namespace) -> Settings:
    """The settings with what the command line says; --select replaces, --ignore adds."""
    known = {*RULES, *themes()}
    for name in (*arguments.select, *arguments.ignore):
        if name not in known:
            near = meant(name, known)
            raise UsageError(Text(NO_RULE.en + near.en, NO_RULE.zh + near.zh), name=name)
    return settings._replace(
        select=tuple(arguments.select) or settings.select, ignore=(*settings.ignore, *arguments.ignore)
    )


def _results(report: Report, texts: Rules, arguments: Namespace, lang: str) -> None:
    """The main report, to its file or to standard output."""
    if arguments.format == "text":
        said = text.render(report, texts, lang, colour=_coloured(arguments))
    else:
        said = FORMATS[arguments.format](report, texts, lang)
    if arguments.output:
        _write(arguments.output, said)
    else:
        emit(said)


def _coloured(arguments: Namespace) -> bool:
    if arguments.color != "auto":
        return bool(arguments.color == "always")
    plain = arguments.output or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and sys.stdout.isatty()


def _write(file: str, words: str) -> None:
    try:
        Path(file).write_bytes(words.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(CANNOT_WRITE, path=file, why=error.strerror or str(error)) from None


class _Progress:
    """One line on a terminal that says how far a check is."""

    EVERY = 0.1  # seconds

    def __init__(self, lang: str, shown: bool) -> None:
        self.lang, self.shown = lang, shown
        self.next = 0.0

    def __call__(self, stage: str, done: int, of: int) -> None:
        if self.shown and (now := time.monotonic()) >= self.next:
            self.next = now + self.EVERY
            said = STAGES[stage].of(self.lang) if stage in STAGES else stage
            print(f"\r\x1b[K{said} {done}/{of}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
