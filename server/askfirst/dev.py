"""`python -m askfirst.dev [--check]`: writes the generated files, or says which are stale; checks rules on the way.

It runs in a checkout, for those who change Askfirst. Exit status 1: something is stale, or a rule is not whole.
"""

from __future__ import annotations

import argparse
import json
import string
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from askfirst.knowledge import Index
from askfirst.knowledge.compile import compile_knowledge
from askfirst.knowledge.types import Sdk
from askfirst.report.text import WORDS
from askfirst.report.words import FIXES
from askfirst.rules import RULES, page
from askfirst.rules.rule import Rule
from askfirst.settings import settings_schema
from askfirst.text import LANGUAGES, Text

PACKAGE = Path(__file__).parent
REPOSITORY = PACKAGE.parents[1]
RULE_DOCS = REPOSITORY / "docs" / "rules"
KNOWLEDGE_DOCS = REPOSITORY / "docs" / "knowledge"
OWNED = (RULE_DOCS, KNOWLEDGE_DOCS)  # folders with nothing but generated files

Files = dict[Path, bytes]

MADE = Text("made by `python -m askfirst.dev`; do not edit", "由 `python -m askfirst.dev` 生成，请勿修改")
RULES_TITLE = Text("The rules", "规则")
RULES_HEAD = Text("| rule | severity | quick fix | says |", "| 规则 | 级别 | 快速修复 | 内容 |")
RULE_FACTS = Text("Severity: {severity}. Since {since}.", "级别：{severity}。自 {since} 起。")
FIX_FACTS = {
    (): Text("", ""),
    ("safe",): Text(" `--fix` mends it.", "可用 `--fix` 修复。"),
    ("unsafe",): Text(" `--fix --unsafe-fixes` mends it.", "可用 `--fix --unsafe-fixes` 修复。"),
    ("safe", "unsafe"): Text(
        " `--fix` mends it, in some cases only with `--unsafe-fixes`.", "可用 `--fix` 修复，部分情形还需 `--unsafe-fixes`。"
    ),
}
RESTS = Text("Rests on", "依据")
SDKS_TITLE = Text("SDKs", "SDK")
SDKS_HEAD = Text(
    "| SDK | vendor | kind | collects | receives abroad | libraries | source |",
    "| SDK | 厂商 | 类别 | 是否收集 | 境外接收 | 依赖坐标 | 来源 |",
)
PERMISSIONS_TITLE = Text("Permissions", "权限")
PERMISSIONS_HEAD = Text("| permission | means | narrower | source |", "| 权限 | 含义 | 更窄的做法 | 来源 |")
CLAUSES_TITLE = Text("Clauses", "条款")
CLAUSES_HEAD = Text("| clause | document | says | markets |", "| 条款 | 文件 | 内容 | 适用市场 |")
YES, NO = Text("yes", "是"), Text("no", "否")


def compiled(_: Index) -> Files:
    """The tables as the program reads them."""
    return {PACKAGE / "knowledge" / "compiled.bin": compile_knowledge()}


def schema(_: Index) -> Files:
    """The JSON schema of askfirst.toml, for editors."""
    words = json.dumps(settings_schema(), indent=2, ensure_ascii=False) + "\n"
    return {PACKAGE / "askfirst.schema.json": words.encode()}


def rule_docs(index: Index) -> Files:
    """A page for each rule in each language, and a list of them."""
    files: Files = {}
    for lang in LANGUAGES:
        rows = [RULES_HEAD.of(lang), "|---|---|---|---|"]
        for rule in sorted(RULES.values(), key=lambda r: r.id):
            files[RULE_DOCS / lang / f"{rule.id}.md"] = _rule_page(rule, index, lang)
            severity = WORDS[rule.severity.word].of(lang)
            own = page(rule.id)
            fix = FIXES[tuple(sorted(own.fixes))].of(lang)
            rows.append(_row(f"[{rule.id}]({rule.id}.md)", severity, fix, own.summary.of(lang)))
        files[RULE_DOCS / lang / "README.md"] = _document(RULES_TITLE.of(lang), "\n".join(rows), lang)
    return files


def knowledge_docs(index: Index) -> Files:
    """The tables of SDKs, permissions and clauses in each language."""
    known = index.knowledge
    files: Files = {}
    for lang in LANGUAGES:
        sdks = [SDKS_HEAD.of(lang), "|---|---|---|---|---|---|---|"]
        sdks += [_sdk(sdk, lang) for sdk in sorted(known.sdks, key=lambda s: s.id)]
        permissions = [PERMISSIONS_HEAD.of(lang), "|---|---|---|---|"]
        permissions += [
            _row(f"`{p.name}`", p.label.of(lang), p.narrower.of(lang), p.source)
            for p in sorted(known.permissions, key=lambda p: p.name) if p.personal
        ]  # fmt: skip
        clauses = [CLAUSES_HEAD.of(lang), "|---|---|---|---|"]
        clauses += [
            _row(_link(c.key, c.url), c.document.of(lang), c.title.of(lang), ", ".join(c.markets))
            for c in known.clauses
        ]
        for name, title, rows in (
            ("sdks", SDKS_TITLE, sdks),
            ("permissions", PERMISSIONS_TITLE, permissions),
            ("clauses", CLAUSES_TITLE, clauses),
        ):
            files[KNOWLEDGE_DOCS / lang / f"{name}.md"] = _document(title.of(lang), "\n".join(rows), lang)
    return files


GENERATORS: tuple[Callable[[Index], Files], ...] = (compiled, schema, rule_docs, knowledge_docs)


def faults(index: Index) -> Iterator[str]:
    """What is not whole about the rules, one sentence each."""
    for rule in RULES.values():
        try:
            own = page(rule.id)
            if own.id != rule.id:
                yield f"{rule.id}: its page is of {own.id}"
            if not all((*own.summary, *own.prose)):
                yield f"{rule.id}: its page is empty in one language"
        except (FileNotFoundError, ValueError) as error:
            yield f"{rule.id}: {error}"
        for key in rule.clauses:
            if index.clause(key) is None:
                yield f"{rule.id}: there is no clause {key}"
        for text in (rule.message, rule.next):
            if placeholders(text.en) != placeholders(text.zh):
                yield f"{rule.id}: `{text.en}` and `{text.zh}` have different placeholders"


def placeholders(sentence: str) -> set[str]:
    """The names of a sentence's placeholders."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def stale(files: Files) -> Iterator[Path]:
    """The files that are missing, differ, or should not be there."""
    for path, data in files.items():
        if not path.is_file() or path.read_bytes() != data:
            yield path
    for folder in OWNED:
        yield from (path for path in folder.rglob("*") if path.is_file() and path not in files)


def main(argv: list[str] | None = None) -> int:
    """Write what is stale, or with --check only name it."""
    parser = argparse.ArgumentParser(prog="python -m askfirst.dev", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 when something is stale")
    arguments = parser.parse_args(argv)
    try:
        index = Index(compile_knowledge())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    wrong = list(faults(index))
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    if wrong:
        return 1
    files: Files = {}
    for generate in GENERATORS:
        files |= generate(index)
    paths = sorted(stale(files))
    for path in paths:
        print(("stale: " if arguments.check else "wrote: ") + path.relative_to(REPOSITORY).as_posix())
        if arguments.check:
            continue
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[path])
        else:
            path.unlink()
    return int(arguments.check and bool(paths))


def _rule_page(rule: Rule, index: Index, lang: str) -> bytes:
    own = page(rule.id)
    facts = RULE_FACTS.of(lang).format(severity=WORDS[rule.severity.word].of(lang), since=rule.since)
    facts += FIX_FACTS[tuple(sorted(own.fixes))].of(lang)
    clauses = [clause for clause in map(index.clause, rule.clauses) if clause]
    rests = [f"- {_link(c.key, c.url)} {c.document.of(lang)}: {c.title.of(lang)}" for c in clauses]
    parts = [own.summary.of(lang), facts, own.prose.of(lang)]
    if rests:
        parts += [f"## {RESTS.of(lang)}", "\n".join(rests)]
    return _document(rule.id, "\n\n".join(parts), lang)


def _sdk(sdk: Sdk, lang: str) -> str:
    libraries = ", ".join(f"`{c}`" for c in sdk.coordinates)
    collects, abroad = ((YES if answer else NO).of(lang) for answer in (sdk.collects, sdk.abroad))
    name = _link(sdk.name.of(lang), sdk.url)
    return _row(name, sdk.vendor.of(lang), sdk.kind, collects, abroad, libraries, sdk.source)


def _link(words: str, url: str) -> str:
    return f"[{words}]({url})" if url else words


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _document(title: str, body: str, lang: str) -> bytes:
    return f"<!-- {MADE.of(lang)} -->\n# {title}\n\n{body}\n".encode()


if __name__ == "__main__":
    sys.exit(main())
