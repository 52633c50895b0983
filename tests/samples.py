"""A hand-made report that has one of everything, for tests of what shows reports."""

from __future__ import annotations

from askfirst.findings import (
    Confidence,
    Edit,
    Finding,
    Fix,
    Mended,
    Note,
    Place,
    Region,
    Related,
    Report,
    Severity,
    Step,
)
from askfirst.report.words import RuleText
from askfirst.text import Lines, Span, Text

SDKS, APP, MANIFEST, OTHER = (
    "app/src/main/java/com/demo/Sdks.kt",
    "app/src/main/java/com/demo/App.kt",
    "app/src/main/AndroidManifest.xml",
    "lib/src/main/java/com/lib/App.kt",
)
FILES = {
    SDKS: """package com.demo
object Sdks {
    fun start(context: Context) {
\t\tlog("友盟😀"); UMConfigure.init(context, KEY)
        log("友盟"); UMConfigure.init(context, KEY)
    }
}
""",
    APP: """package com.demo
class App : Application() {
    override fun onCreate() {
        Sdks.start(this)
    }
}
""",
    MANIFEST: """<manifest>
    <uses-permission
        android:name="android.permission.CAMERA" />
</manifest>
""",
    OTHER: "class App { fun wake(c: Context) { Sdks.start(c) } }",
}

START = "consent/sdk-before-consent"
UNUSED = "permissions/unused"
RULES = {
    START: RuleText(
        START,
        Severity.ERROR,
        ("191-3.1", "PIPL-13"),
        Text("`{call}` starts {sdk} before the user has agreed", "用户同意之前，`{call}` 已启动{sdk}"),
        Text("call `{call}` after the user agrees", "在用户同意之后再调用 `{call}`"),
        Text("An SDK that collects is started before agreement.", "用户同意之前启动了会收集信息的 SDK。"),
        Text("What, why and how.", "是什么、为什么、怎么改。"),
    ),
    UNUSED: RuleText(
        UNUSED,
        Severity.WARNING,
        (),
        Text("{permission} is declared and nothing uses it", "声明了 {permission}，但没有使用"),
        Text("", ""),
        Text("A permission is declared without need.", "声明了不需要的权限。"),
        Text("", ""),
    ),
}


def region(path: str, piece: str, nth: int = 0) -> Region:
    """The place of the `nth` time `piece` stands in the file."""
    data, words = FILES[path].encode(), piece.encode()
    start = -1
    for _ in range(nth + 1):
        start = data.index(words, start + 1)
    end = start + len(words)
    lines = Lines(data)
    line, end_line = lines.line(start), lines.line(end)
    first = max(0, line - 1)
    excerpt = tuple(lines.text(n) for n in range(first, end_line + 1))[:6]
    return Region(path, line, lines.column(start), end_line, lines.column(end), start, end, excerpt, first)


INIT, AGAIN, CREATE, CALL, WAKE, CAMERA = (
    Place(SDKS, 0), Place(SDKS, 1), Place(APP, 0), Place(SDKS, 2), Place(OTHER, 0), Place(MANIFEST, 0),
)  # fmt: skip
REGIONS = {
    INIT: region(SDKS, "UMConfigure.init"),
    AGAIN: region(SDKS, "UMConfigure.init", 1),
    CREATE: region(APP, "onCreate"),
    CALL: region(SDKS, "start"),
    WAKE: region(OTHER, "wake"),
    CAMERA: region(MANIFEST, '<uses-permission\n        android:name="android.permission.CAMERA" />'),
}
STARTS = Finding(
    START,
    INIT,
    (("call", "UMConfigure.init"), ("sdk", Text("Umeng Analytics", "友盟统计")), ("tier", "identifiers")),
    "umeng-analytics",
    "com.demo.Sdks.start",
    Confidence.HIGH,
    Severity.ERROR,
    steps=(
        Step(CREATE, "App.onCreate", Text("runs at every start", "每次启动都会运行")),
        Step(CALL, "Sdks.start", Text("", "")),
    ),
    related=(Related(CAMERA, Text("declared here", "在此声明")),),
    also=(Related(WAKE, Text("App.wake", "App.wake")),),
    variants=("full",),
)
DECLARED = Finding(
    UNUSED,
    CAMERA,
    (("permission", "android.permission.CAMERA"),),
    "android.permission.CAMERA",
    "manifest/uses-permission",
    Confidence.MEDIUM,
    Severity.WARNING,
)
REPORT = Report(
    root="/home/demo/my app",
    findings=(DECLARED, STARTS, STARTS._replace(at=AGAIN, steps=(), related=(), also=(), variants=())),
    regions=REGIONS,
    quieted=((DECLARED._replace(severity=Severity.NOTE), "scans a code"),),
    notes=(
        Note(OTHER, 0, Text("this allowance quiets nothing", "此豁免没有对应的问题"), serious=False),
        Note("app/src/main/java/com/demo/Broken.kt", -1, Text("could not be read", "无法读取"), serious=True),
    ),
    timings=(("read", 0.5), ("rules", 0.25)),
    files=12,
    lines=340,
    knowledge="0123abcd",
)
CLEAN = REPORT._replace(findings=(), quieted=(), notes=(), files=1)
FIX = Fix(
    Text("take the permission out", "删除该权限"),
    (Edit(Span(MANIFEST, REGIONS[CAMERA].start, REGIONS[CAMERA].end), ""),),
    safe=True,
)
MENDED = REPORT._replace(fixes={DECLARED: (Mended(FIX, (REGIONS[CAMERA],)),)})
