"""Rule pages are tests. This module reads the cases of a page, writes each as a small project, and compares.

A rule is two files side by side, `x.py` and `x.md`. The page is laid out so:

    # theme/rule-id

    One line in English that says what is wrong.
    同样的一句话，中文。

    ## English
    What it reports, why it matters, how to mend it.

    ## 中文
    同上。

    ## Cases

    ### the device id is read in Application.onCreate
    ```kotlin app/src/main/java/App.kt
    class App : Application() {
        override fun onCreate() { read() }     // path 1
        private fun read() { tm.imei }         // expect high, path 2
    }
    ```

Each `###` is a small project; each fence is one of its files: the language, then the path. Marks are the last comment
of a line, `// …`, `# …` or `<!-- … -->`; several are parted by commas or by a new `//` or `#`:

    expect          the rule reports this line (its confidence is medium or high, so that it shows by default)
    expect low      … with just this confidence: low, medium, high
    expect note     … with just this severity: note, warning, error; both words may stand together
    expect in cnRelease ukRelease     … naming just these variants, last in the mark; "in all" names none
    path 2          the second step on the way to a finding stands on this line

A fence may say what a quick fix makes of a file. What follows the path:

    fixed            the file after the first fix of every finding of the case that has one, which is safe
    fixed unsafe     … which is not
    fixed 2          the file after the second of alternatives; `fixed 2 unsafe` as well

Files without such a fence stay as they are. Marks may be left out there. After it those findings are gone, and fixing
again changes nothing. A rule with a fix has such a case.

Every finding wants its own `expect`: a line that is reported twice is marked twice. A case without marks must stay
quiet. A page has at least one case that is reported and one that is quiet. Only the page's own rule runs.

To keep cases short, a case with files below `app/` is completed where it does not say otherwise:

- `settings.gradle.kts` includes every folder with a build file;
- `app/build.gradle.kts` is an Android application, `com.example.app`, minSdk 24, targetSdk 34; a given build file
  without plugins gets these lines too, so a case may give its `dependencies { … }` alone;
- `app/src/main/AndroidManifest.xml` names `App` as the application and `MainActivity` as the launcher, each if the case
  has a class of that name; a given manifest without `<application>` gets that element too;
- a Kotlin or Java file without a package is in `com.example.app`.

`toml askfirst.toml` is the project's settings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

from askfirst.findings import Confidence, Report, Severity
from askfirst.mending import Outcome, mend
from askfirst.pool import SerialPool
from askfirst.rules import Page
from askfirst.rules.rule import Rule
from askfirst.settings import load_settings
from askfirst.workspace import Workspace

PACKAGE = "com.example.app"
BUILD = f"""
plugins {{ id("com.android.application") }}
android {{
    namespace = "{PACKAGE}"
    compileSdk = 34
    defaultConfig {{ applicationId = "{PACKAGE}"; minSdk = 24; targetSdk = 34 }}
}}
"""
LAUNCHER = (
    '<intent-filter><action android:name="android.intent.action.MAIN" />'
    '<category android:name="android.intent.category.LAUNCHER" /></intent-filter>'
)
MANIFEST = '<manifest xmlns:android="http://schemas.android.com/apk/res/android">\n</manifest>\n'

_CASE = re.compile(r"^### (?P<name>.+?)[ \t]*$", re.M)
_FENCE = re.compile(r"^```(?P<info>.*)\n(?P<body>(?:.*\n)*?)```[ \t]*$", re.M)
_MARK = re.compile(r"(?://|#|<!--)\s*(?P<words>(?:expect|path)\b(?:[\w ,#]|//)*?)\s*(?:-->)?\s*$")
_FIXED = re.compile(r"(?P<path>\S+) fixed(?: (?P<nth>\d+))?(?P<unsafe> unsafe)?")
_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)", re.M)


class Mark(NamedTuple):
    """What a line promises."""

    path: str
    line: int  # 1-based
    step: int  # 0 for `expect`
    confidence: Confidence | None
    severity: Severity | None
    variants: tuple[str, ...] | None = None  # () = the finding names none: it holds in all

    def __str__(self) -> str:
        words = [f"path {self.step}" if self.step else "expect"]
        words += [w.word for w in (self.confidence, self.severity) if w is not None]
        words += ["in", *(self.variants or ("all",))] if self.variants is not None else []
        return f"{self.path}:{self.line}  {' '.join(words)}"


class Fixed(NamedTuple):
    """What files are after a quick fix."""

    nth: int  # of alternatives
    safe: bool
    files: dict[str, str]


class Case(NamedTuple):
    """One small project."""

    name: str
    line: int  # of its heading, on the page
    files: dict[str, str]
    marks: tuple[Mark, ...]
    fixed: tuple[Fixed, ...] = ()


class Found(NamedTuple):
    """One finding, as far as marks speak of it."""

    path: str
    line: int
    confidence: Confidence
    severity: Severity
    steps: tuple[tuple[str, int], ...]  # path and line of each
    variants: tuple[str, ...] = ()

    def __str__(self) -> str:
        way = "".join(f"\n        path {i}  {path}:{line}" for i, (path, line) in enumerate(self.steps, 1))
        where = f" in {' '.join(self.variants)}" if self.variants else ""
        return f"{self.path}:{self.line}  {self.confidence.word} {self.severity.word}{where}{way}"


def cases(page: Page) -> list[Case]:
    """The cases of a page. Raises ValueError, with the line of the page, for a fence or a mark that says nothing."""
    heads = list(_CASE.finditer(page.cases))
    stops = [head.start() for head in heads[1:]] + [len(page.cases)]
    return [_case(page, head, stop) for head, stop in zip(heads, stops, strict=True)]


def write(case: Case, root: Path) -> None:
    """Write the case, completed, below `root`."""
    for path, text in complete(case.files).items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def run(case: Case, rule: Rule, root: Path) -> list[Found]:
    """Check the case, written below `root`, with this rule alone; findings of all confidences.

    Raises AssertionError when the check is not whole: a rule that breaks down is not a quiet one.
    """
    write(case, root)
    settings = load_settings(root, None, (rule.id,), (rule.theme,))
    report = Workspace(root, settings, SerialPool()).check(rules=(rule,), minimum=Confidence.LOW)
    faults = [f"{note.path} {note.text.en}" for note in report.notes if note.serious]
    assert not faults, "\n".join([f"case `{case.name}` (line {case.line} of the page)", *faults])
    return list(found(report))


def run_fix(case: Case, fixed: Fixed, rule: Rule, root: Path) -> str:
    """What is wrong with the quick fix of a case, written below `root`; "" when it is as the case says."""
    write(case._replace(files=_unmarked(case.files)), root)
    settings = load_settings(root, None, (rule.id,), (rule.theme,))

    def mended() -> tuple[Report, Outcome]:
        workspace = Workspace(root, settings, SerialPool())

        def check() -> Report:
            return workspace.check(rules=(rule,), minimum=Confidence.LOW, fixes=True)

        return check(), mend(workspace, check, not fixed.safe, fixed.nth)

    before, outcome = mended()
    wrong = [note.text.en for note in outcome.report.notes if note.serious]
    ways = {f: ways[fixed.nth - 1].fix for f, ways in before.fixes.items() if len(ways) >= fixed.nth}
    wrong += [f"`{fix.title.en}` is{' not' * fixed.safe} safe" for fix in ways.values() if fix.safe != fixed.safe]
    was, wanted = complete(_unmarked(case.files)), complete(_unmarked(case.files | fixed.files))
    for path, text in (was | {c.path: c.after.decode() for c in outcome.changes}).items():
        if _stripped(text) != _stripped(wanted[path]):
            wrong += unified_diff(wanted[path].splitlines(), text.splitlines(), f"{path} (the case)", f"{path} (fixed)", lineterm="")
    remaining = Counter(f.fingerprint for f in outcome.report.findings)
    if not ways or remaining != Counter(f.fingerprint for f in before.findings if f not in ways):
        wrong += ["findings that had a fix are still there" if ways else "nothing has such a fix"]
    for change in outcome.changes:
        (root / change.path).write_bytes(change.after)
    if (again := mended()[1]).changes or not again.settled:
        wrong.append("fixing again changes something")
    head = f"case `{case.name}` (line {case.line} of the page), fix {fixed.nth}"
    return "\n    ".join([head, *wrong]) if wrong else ""


def found(report: Report) -> Iterator[Found]:
    """A report's findings, as far as marks speak of them."""
    for f in report.findings:
        at = report.regions[f.at]
        steps = tuple((r.path, r.line + 1) for r in (report.regions[s.place] for s in f.steps))
        yield Found(at.path, at.line + 1, f.confidence, f.severity, steps, f.variants)


def compare(case: Case, findings: Iterable[Found]) -> str:
    """What is wrong, readable, or "" when the case holds."""
    findings = list(findings)
    spare = list(findings)
    missing = []
    # marks that ask for more take their finding first
    for mark in sorted(case.marks, key=lambda m: -sum(w is not None for w in (m.confidence, m.severity, m.variants))):
        if mark.step:
            place = (mark.path, mark.line)
            if not any(len(f.steps) >= mark.step and f.steps[mark.step - 1] == place for f in findings):
                missing.append(mark)
        elif match := next((f for f in spare if _fits(mark, f)), None):
            spare.remove(match)
        else:
            missing.append(mark)
    if not missing and not spare:
        return ""
    lines = [f"case `{case.name}` (line {case.line} of the page)"]
    lines += [f"    expected, not found:  {mark}" for mark in missing]
    lines += [f"    found, not expected:  {finding}" for finding in spare]
    if missing and len(findings) > len(spare):
        lines += [f"    found as expected:    {finding}" for finding in findings if finding not in spare]
    return "\n".join(lines)


def complete(files: dict[str, str]) -> dict[str, str]:
    """The files of a case with what it leaves out."""
    files = {p: _in_package(t) if p.endswith((".kt", ".java")) else t for p, t in files.items()}
    if not any(path.startswith("app/") for path in files):
        return files
    build = "app/build.gradle" if "app/build.gradle" in files else "app/build.gradle.kts"
    if not re.search(r"\bplugins\b|\bapply\b", files.get(build, "")):
        files[build] = files.get(build, "") + BUILD
    if not {"settings.gradle", "settings.gradle.kts"} & set(files):
        folders = sorted({p.rpartition("/")[0] for p in files if re.search(r"(^|/)build\.gradle(\.kts)?$", p)} - {""})
        names = ", ".join('":' + folder.replace("/", ":") + '"' for folder in folders)
        files["settings.gradle.kts"] = f"include({names})\n"
    manifest = "app/src/main/AndroidManifest.xml"
    text = files.setdefault(manifest, MANIFEST)
    if "<application" not in text:
        files[manifest] = text.replace("</manifest>", _application(files) + "</manifest>")
    return files


def _case(page: Page, head: re.Match[str], stop: int) -> Case:
    files: dict[str, str] = {}
    marks: list[Mark] = []
    fixed: dict[tuple[int, bool], dict[str, str]] = {}
    for fence in _FENCE.finditer(page.cases, head.end(), stop):
        line = page.cases_line + page.cases.count("\n", 0, fence.start())
        _, _, path = fence["info"].strip().partition(" ")
        if not path:
            raise ValueError(f"line {line}: a fence names its language and its file")
        if mended := _FIXED.fullmatch(path):
            fixed.setdefault((int(mended["nth"] or 1), not mended["unsafe"]), {})[mended["path"]] = fence["body"]
            continue
        if " " in path:
            raise ValueError(f"line {line}: `{path}` is neither a file nor a fixed one")
        files[path] = fence["body"]
        for number, code in enumerate(fence["body"].splitlines(), 1):
            if mark := _MARK.search(code):
                marks += [_mark(path, number, words, line + number) for words in re.split(",|//|#", mark["words"])]
    line = page.cases_line + page.cases.count("\n", 0, head.start())
    if not files:
        raise ValueError(f"line {line}: a case has at least one file")
    return Case(head["name"], line, files, tuple(marks), tuple(Fixed(*key, made) for key, made in sorted(fixed.items())))


def _mark(path: str, line: int, words: str, page_line: int) -> Mark:
    kind, *more = words.split() or [""]
    if kind == "path" and len(more) == 1 and more[0].isdigit() and int(more[0]) > 0:
        return Mark(path, line, int(more[0]), None, None)
    variants: tuple[str, ...] | None = None
    if "in" in more:
        more, variants = more[: more.index("in")], tuple(more[more.index("in") + 1 :])
        if not variants:
            raise ValueError(f"line {page_line}: `{words.strip()}` names no variant")
        variants = () if variants == ("all",) else variants
    confidence = [c for c in Confidence if c.word in more]
    severity = [s for s in Severity if s.word in more]
    if kind != "expect" or Counter(more) != Counter([c.word for c in confidence] + [s.word for s in severity]):
        raise ValueError(f"line {page_line}: `{words.strip()}` is not a mark")
    return Mark(path, line, 0, confidence[0] if confidence else None, severity[0] if severity else None, variants)


def _fits(mark: Mark, f: Found) -> bool:
    sure = f.confidence >= Confidence.MEDIUM if mark.confidence is None else f.confidence == mark.confidence
    told = mark.variants in (None, f.variants)
    return (f.path, f.line) == (mark.path, mark.line) and sure and told and mark.severity in (None, f.severity)


def _unmarked(files: dict[str, str]) -> dict[str, str]:
    """The files without marks: they are in the way of what is moved."""
    return {path: "\n".join(_MARK.sub("", line).rstrip() for line in text.split("\n")) for path, text in files.items()}


def _stripped(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def _in_package(text: str) -> str:
    """The file in the default package's stead; on its first line, so that lines stay where they are."""
    return text if _PACKAGE.search(text) else f"package {PACKAGE}; {text}"


def _application(files: dict[str, str]) -> str:
    """The `<application>` element, on one line."""
    names: dict[str, str] = {}
    for path, text in files.items():
        if path.startswith("app/") and path.endswith((".kt", ".java")):
            package = _PACKAGE.search(text)
            for name in re.findall(r"\bclass (App|MainActivity)\b", text):
                names[name] = f"{package[1] if package else PACKAGE}.{name}"
    app = f' android:name="{names["App"]}"' if "App" in names else ""
    main = (
        f'<activity android:name="{names["MainActivity"]}" android:exported="true">{LAUNCHER}</activity>'
        if "MainActivity" in names
        else ""
    )
    return f"<application{app}>{main}</application>"
