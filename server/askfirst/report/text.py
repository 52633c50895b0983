"""The report a person reads on a terminal."""

from __future__ import annotations

import unicodedata
from collections import Counter
from posixpath import basename

from askfirst.findings import Finding, Note, Place, Region, Related, Report, Severity
from askfirst.report.words import NOT_WHOLE, Rules, clauses, message, next_step, summary
from askfirst.text import Text

WAY = Text("the way there", "调用路径")
ALSO = Text("also from", "另一入口")
SEE = Text("see", "参见")
RESTS = Text("rests on", "依据")
CONFIDENCE = Text("confidence", "置信度")
VARIANTS = Text("variants", "变体")
NEXT = Text("next", "下一步")
FIX = Text("fix", "修复")
BY_COMMAND = Text("{title}: {command}", "{title}：{command}")
COMMANDS = {True: "askfirst check --fix", False: "askfirst check --fix --unsafe-fixes"}  # by whether the fix is safe
MORE_NOTES = Text("and {n} more notes, all of them in the JSON report", "另有 {n} 条说明，全部见 JSON 报告")
MORE_NOTE = Text("and 1 more note, in the JSON report", "另有 1 条说明，见 JSON 报告")
WORDS = {
    "error": Text("error", "错误"),
    "warning": Text("warning", "警告"),
    "note": Text("note", "提示"),
    "high": Text("high", "高"),
    "medium": Text("medium", "中"),
    "low": Text("low", "低"),
}

COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
BOLD, DIM = "1", "2"
TAB = "    "
NOTES = 20  # notes shown
LONGEST = 160  # characters of a source line that are shown

# Control characters, and those that turn the direction of text, must not act on the reader's terminal.
UNSAFE = dict.fromkeys(
    (*range(9), *range(10, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    "\N{REPLACEMENT CHARACTER}",
)


def render(report: Report, rules: Rules, lang: str, *, colour: bool = False) -> str:
    """The whole report, ending in a line of counts. With `colour`, ANSI escapes are used."""
    return _Page(report, rules, lang, colour).render()


def width(text: str) -> int:
    """Columns that `text` takes on a terminal: wide characters take two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int) -> str:
    """`text` with spaces after it, up to so many columns."""
    return text + " " * (columns - width(text))


class _Page:
    def __init__(self, report: Report, rules: Rules, lang: str, colour: bool) -> None:
        self.report, self.rules, self.lang, self.colour = report, rules, lang, colour
        paths = {place.path for place in report.regions}
        self.names = Counter(basename(path) for path in paths)

    def render(self) -> str:
        blocks = ["\n".join(self.finding(f)) for f in self.report.findings]
        notes = self.notes()
        if notes:
            blocks.append("\n".join(notes))
        counts = summary(self.report.findings, len(self.report.quieted), self.report.files, self.lang)
        blocks.append(self.paint(BOLD, counts))
        return "\n\n".join(blocks) + "\n"

    def finding(self, f: Finding) -> list[str]:
        """One finding's lines."""
        head = self.paint(COLOURS[f.severity], f"{self.word(f.severity.word)}[{f.rule}]")
        lines = [f"{head} {self.paint(BOLD, _clean(message(f, self.rules, self.lang)))}"]
        region = self.report.regions[f.at]
        gutter = len(str(region.line + 1))
        lines.append(f"  {self.paint(DIM, '┌')} {_where(region)}")
        lines += [f"  {self.paint(DIM, '│')} {row}".rstrip() for row in _excerpt(region, gutter)]
        if f.steps:
            lines.append(f"  {WAY.of(self.lang)}")
            lines += _columns(
                [(str(i), _clean(s.name), self.short(s.place), _clean(s.note.of(self.lang)))
                 for i, s in enumerate(f.steps, 1)]
            )  # fmt: skip
        lines += self.labelled(f)
        return lines

    def labelled(self, f: Finding) -> list[str]:
        """The lines below a finding that start with a label, labels in one column."""
        rows = [(ALSO, self.related(r)) for r in f.also] + [(SEE, self.related(r)) for r in f.related]
        if rests := clauses(f, self.rules):
            rows.append((RESTS, " · ".join(rests)))
        rows.append((CONFIDENCE, self.word(f.confidence.word)))
        if f.variants:
            rows.append((VARIANTS, ", ".join(f.variants)))
        if advice := next_step(f, self.rules, self.lang):
            rows.append((NEXT, advice))
        for mended in self.report.fixes.get(f, ())[:1]:
            title, command = mended.fix.title.of(self.lang), COMMANDS[mended.fix.safe]
            rows.append((FIX, BY_COMMAND.of(self.lang).format(title=title, command=command)))
        wide = max(width(label.of(self.lang)) for label, _ in rows)
        return [f"  {pad(label.of(self.lang), wide)}  {_clean(said)}" for label, said in rows]

    def related(self, r: Related) -> str:
        return f"{self.short(r.place)}  {r.note.of(self.lang)}".rstrip()

    def notes(self) -> list[str]:
        """The notes; of those that are not serious a few, so that they do not hide what was found."""
        serious = [n for n in self.report.notes if n.serious]
        others = [n for n in self.report.notes if not n.serious]
        lines = [self.note(n) for n in (*others[:NOTES], *serious)]
        if more := len(others[NOTES:]):
            lines.insert(NOTES, (MORE_NOTES if more > 1 else MORE_NOTE).of(self.lang).format(n=more))
        if serious:
            lines.append(self.paint(BOLD, NOT_WHOLE.of(self.lang)))
        return lines

    def note(self, n: Note) -> str:
        """One note about the check itself."""
        severity = Severity.ERROR if n.serious else Severity.NOTE
        where = n.path if n.line < 0 else f"{n.path}:{n.line + 1}"
        said = self.paint(COLOURS[severity], self.word(severity.word))
        return f"{said} {_clean(where)}: {_clean(n.text.of(self.lang))}" if where else f"{said} {n.text.of(self.lang)}"

    def short(self, place: Place) -> str:
        """`App.kt:7`, or with the whole path where two files of the report share a name."""
        region = self.report.regions[place]
        name = basename(region.path)
        return _clean(f"{name if self.names[name] == 1 else region.path}:{region.line + 1}")

    def word(self, key: str) -> str:
        return WORDS[key].of(self.lang)

    def paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text


def _where(region: Region) -> str:
    return _clean(f"{region.path}:{region.line + 1}:{region.column + 1}")


def _excerpt(region: Region, gutter: int) -> list[str]:
    """The line before, the line itself and the carets under it."""
    rows = []
    for number, line in enumerate(region.excerpt, region.first):
        if number > region.line:
            break
        start = _characters(line, region.column) if number == region.line else 0
        shift = max(0, start - LONGEST // 4) if len(line) > LONGEST else 0
        shown = _clean(line[shift : shift + LONGEST])
        rows.append(f"{number + 1:>{gutter}}  {'…' if shift else ''}{shown.replace(chr(9), TAB)}")
        if number == region.line:
            whole = region.end_line > region.line
            end = len(line.rstrip()) if whole else _characters(line, region.end_column)
            before = ("…" if shift else "") + _clean(line[shift:start]).replace("\t", TAB)
            marked = _clean(line[start : min(end, shift + LONGEST)]).replace("\t", TAB)
            rows.append(" " * (gutter + 2 + width(before)) + "^" * max(1, width(marked)))
    return rows


def _characters(line: str, units: int) -> int:
    """How many characters the first `units` UTF-16 code units of `line` are."""
    for i, c in enumerate(line):
        if units <= 0:
            return i
        units -= 2 if ord(c) > 0xFFFF else 1
    return len(line)


def _columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows as aligned columns, indented."""
    wide = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return ["    " + "  ".join(map(pad, row, wide)).rstrip() for row in rows]


def _clean(text: str) -> str:
    return text.translate(UNSAFE)
