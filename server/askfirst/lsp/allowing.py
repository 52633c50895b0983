"""The comment that quiets one finding, in the style of its file: above the line, or before the tag in XML."""

from __future__ import annotations

from pathlib import PurePosixPath

from askfirst.edits import margin, newline
from askfirst.findings import Edit
from askfirst.lsp.positions import BOM
from askfirst.text import Span, Text

REASON = Text("TODO say why this is right", "TODO 请写明理由")
COMMENTS = {
    ".java": "// {}", ".kt": "// {}", ".kts": "// {}", ".gradle": "// {}", ".xml": "<!-- {} -->",
    ".toml": "# {}", ".properties": "# {}", ".lockfile": "# {}", ".yaml": "# {}",
}  # fmt: skip


def allow(path: str, data: bytes, at: int, rule: str, lang: str) -> Edit | None:
    """The edit that allows what is found at the byte `at`; None where no comment can stand."""
    comment = COMMENTS.get(PurePosixPath(path).suffix)
    if comment is None:
        return None
    said = comment.format(f"askfirst: allow[{rule}] {REASON.of(lang)}")
    if path.endswith(".xml"):
        at = data.rfind(b"<", 0, at + 1)
        if at < 0:
            return None
    start = data.rfind(b"\n", 0, at) + 1
    if path.endswith(".xml") and _in_tag(data, start):
        return Edit(Span(path, at, at), f"{said} ")
    if path.endswith((".java", ".kt", ".kts")) and data.count(b'"""', 0, start) % 2:
        return None  # the line is part of a text
    indent = margin(data, at)
    if start == 0 and data.startswith(b" " * len(BOM)):  # what stands for a byte order mark
        indent = ""
    return Edit(Span(path, start, start), f"{indent}{said}{newline(data)}")


def _in_tag(data: bytes, at: int) -> bool:
    return data.rfind(b"<", 0, at) > data.rfind(b">", 0, at)
