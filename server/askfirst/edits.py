"""Edits: which go together, what a file is with them, and how the usual ones are made in a file's own style.

Pure: bytes in, edits out. Offsets are those of the file on disk, so a byte order mark and line ends stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from askfirst.findings import Edit, Fix, Place
from askfirst.text import Span

ANDROID = "http://schemas.android.com/apk/res/android"
TOOLS = "http://schemas.android.com/tools"

_ATTRIBUTE = re.compile(rb"\s*[^\s<>/=\"']+\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_OWN_LINE = re.compile(rb"(\n[ \t]*)[^\s<>/=\"']+\s*=")
_REST = re.compile(rb"[ \t]*(?:<!--(?:(?!-->)[^\n])*-->[ \t]*)*(?=\r?\n)")
_INDENT = re.compile(rb"(?m)^[ \t]*(?=[^\s*])")
_COMMENT = re.compile(rb"[ \t]*<!--(?:(?!-->)[^\n])*-->[ \t]*\r?\n\Z")


class Sources(Protocol):
    """What a fix may see of the project's files. Only the workspace has one."""

    def data(self, path: str) -> bytes:
        """A file's bytes as they were checked; b"" for one that cannot be edited."""

    def span(self, place: Place) -> Span:
        """Where a place is."""


def together(fixes: Iterable[Fix], taken: Sequence[Edit] = ()) -> tuple[list[Edit], list[Fix]]:
    """The edits of the fixes that can be made at once, and those fixes: of two that collide the first is made.

    Edits that are the same count once; different texts put in at the same place stand there in order.
    """
    edits, made = list(taken), []
    for fix in fixes:
        new = [edit for edit in fix.edits if edit not in edits]
        if not any(_collide(a, b) for a in new for b in edits):
            edits += new
            made.append(fix)
    return edits, made


def _collide(a: Edit, b: Edit) -> bool:
    (path, start, end), (other, first, last) = a.span, b.span
    if path != other:
        return False
    return start < last and first < end if start < end and first < last else first < start < last or start < first < end


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """One file with edits that do not collide."""
    parts, at = [], 0
    # what is put in stands before what is replaced at the same place
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end > e.span.start)):
        parts += [data[at : edit.span.start], edit.text.encode()]
        at = edit.span.end
    return b"".join([*parts, data[at:]])


def newline(data: bytes) -> str:
    """How the file ends its lines."""
    return "\r\n" if b"\r\n" in data else "\n"


def indentation(data: bytes) -> str:
    """One step of indentation: the one by which the file's lines mostly go in, four spaces when none does."""
    margins = [found[0] for found in _INDENT.finditer(data)]
    steps = Counter(b[len(a) :] for a, b in pairwise(margins) if len(b) > len(a) and b.startswith(a))
    return max(steps, key=lambda step: (steps[step], -len(step)), default=b"    ").decode()


def margin(data: bytes, at: int) -> str:
    """The white space at the start of the line that holds `at`."""
    start = data.rfind(b"\n", 0, at) + 1
    line = data[start:at]
    return line[: len(line) - len(line.lstrip(b" \t"))].decode()


# markup


def prefix(data: bytes, namespace: str) -> str:
    """What the file calls an XML namespace, with its colon; "" when it does not declare it."""
    found = re.search(rb"xmlns:([\w.-]+)\s*=\s*[\"']%b[\"']" % re.escape(namespace.encode()), data)
    return f"{found[1].decode()}:" if found else ""


def delete_element(data: bytes, whole: Span) -> Edit:
    """Take an element out: with its lines when nothing else is on them, a comment that speaks of it alone, and of two
    empty lines left one."""
    start, end = data.rfind(b"\n", 0, whole.start) + 1, data.find(b"\n", whole.end) + 1 or len(data)
    if data[start : whole.start].strip() or data[whole.end : end].strip():
        return Edit(whole, "")
    after = data.find(b"\n", end) + 1 or len(data)
    follows, above = data[end:after].strip(), _line_above(data, start)
    if (not follows or follows.startswith((b"<!--", b"</"))) and _COMMENT.match(data[above:start]):
        start, above = above, _line_above(data, above)
    if not follows and not data[above:start].strip():
        end = after
    return Edit(Span(whole.path, start, end), "")


def _line_above(data: bytes, start: int) -> int:
    """Where the line before the one that starts at `start` begins."""
    return data.rfind(b"\n", 0, max(0, start - 1)) + 1


def set_attribute(data: bytes, tag: Span, name: str, value: str) -> Edit:
    """Give a start tag an attribute, or the one it has another value. `name` is as the file writes it."""
    text = data[tag.start : tag.end]
    own = re.search(rb"\s%b\s*=\s*(?:\"([^\"]*)\"|'([^']*)')" % re.escape(name.encode()), text)
    if own:
        start, end = own.span(1 if own[1] is not None else 2)
        return Edit(Span(tag.path, tag.start + start, tag.start + end), _escaped(value))
    end = re.search(rb"\s*/?>\Z", text).start()  # type: ignore[union-attr]
    line = _OWN_LINE.search(text)
    between = line[1].decode() if line else " "
    between = between.replace("\n", newline(data))
    return Edit(Span(tag.path, tag.start + end, tag.start + end), f'{between}{name}="{_escaped(value)}"')


def declare(data: bytes, root: Span, namespace: str, short: str) -> Edit:
    """Declare an XML namespace beside the one of Android."""
    text = data[root.start : root.end]
    beside = re.search(rb"xmlns:[\w.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*')", text)
    at = root.start + (beside.end() if beside else len(re.match(rb"<[^\s/>]+", text)[0]))  # type: ignore[index]
    line = _OWN_LINE.search(text)
    between = line[1].decode().replace("\n", newline(data)) if line else " "
    return Edit(Span(root.path, at, at), f'{between}xmlns:{short}="{namespace}"')


def add_after(data: bytes, sibling: Span, text: str) -> Edit:
    """Put an element below another one: after what else is on its line."""
    rest = _REST.match(data, sibling.end)
    at = rest.end() if rest else sibling.end
    return Edit(Span(sibling.path, at, at), newline(data) + margin(data, sibling.start) + text)


def add_inside(data: bytes, tag: Span, text: str) -> Edit:
    """Put an element first into the one with this start tag."""
    outer = newline(data) + margin(data, tag.start)
    said = newline(data) + _margin_inside(data, tag) + text
    if not data[:tag.end].endswith(b"/>"):
        follows = "" if data[tag.end : tag.end + 2].lstrip(b"\r").startswith(b"\n") else outer
        return Edit(Span(tag.path, tag.end, tag.end), said + follows)
    name = re.match(rb"<([^\s/>]+)", data[tag.start : tag.end])[1].decode()  # type: ignore[index]
    start = tag.start + len(data[tag.start : tag.end - 2].rstrip())
    return Edit(Span(tag.path, start, tag.end), f">{said}{outer}</{name}>")


def _margin_inside(data: bytes, tag: Span) -> str:
    """Where the children of an element start: as the first one does, or one step in."""
    outer, child = margin(data, tag.start), data.find(b"<", tag.end)
    own = margin(data, child) if child >= 0 and b"\n" in data[tag.end : child] else ""
    return own if len(own) > len(outer) else outer + indentation(data)


def empty_tag(data: bytes) -> str:
    """How the file ends a tag without content."""
    return " />" if b" />" in data or b"/>" not in data else "/>"


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


# code


def wrap(data: bytes, statement: Span, condition: str) -> Edit | None:
    """Put a statement of Java or Kotlin under a condition. None when it has text that must not be indented."""
    rest = re.compile(rb"[ \t]*//[^\r\n]*").match(data, statement.end)
    end = rest.end() if rest else statement.end
    body = data[statement.start : end].decode()
    if '"""' in body:
        return None
    outer, line = margin(data, statement.start), newline(data)
    step = "\t" if outer.startswith("\t") else indentation(data)
    inner = body.replace("\n" + outer, "\n" + outer + step)
    text = f"if ({condition}) {{{line}{outer}{step}{inner}{line}{outer}}}"
    return Edit(Span(statement.path, statement.start, end), text)
