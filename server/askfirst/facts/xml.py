"""Manifests and resources: a small, tolerant scanner. Positions are exact, and broken files give what can be read.

Scans a Latin-1 view of the bytes, so that every index is a byte offset; only what is not ASCII is decoded again.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from askfirst.facts.builder import Builder
from askfirst.facts.comments import MARK, add_allowances
from askfirst.facts.rows import Facts
from askfirst.source import Source

# Namespace URI → the prefix rows carry, whatever the file calls it.
NAMESPACES = {
    "http://schemas.android.com/apk/res/android": "android:",
    "http://schemas.android.com/tools": "tools:",
    "http://schemas.android.com/apk/res-auto": "app:",
    "http://schemas.android.com/apk/distribution": "dist:",
    "http://schemas.android.com/aapt": "aapt:",
    "urn:oasis:names:tc:xliff:document:1.2": "xliff:",
}
PACKAGE_NAMESPACE = "http://schemas.android.com/apk/res/"  # older projects: followed by the application's package

_MARK = MARK.decode()
_NAME = r"[^\s<>/=\"'&]+"
_OPEN = re.compile(rf"<({_NAME})")
_ATTRIBUTE = re.compile(rf"\s*({_NAME})\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
_TAG_END = re.compile(r"\s*(/?)>")
_CLOSE = re.compile(rf"</({_NAME})\s*>")
_RESUME = re.compile(r"[<>]")
_ENTITY = re.compile(r"&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([A-Za-z_][\w.-]*));")
_DECLARED = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.-]*)\s+(?:\"([^\"]*)\"|'([^']*)')\s*>")
_PREDEFINED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_SUBSET_END = re.compile(r"\]\s*>")
_EXPANSION_LIMIT = 100_000  # characters that declared entities may add to one file: nested ones cannot explode
_DEPTH_LIMIT = 1_000
_WHOLE_TEXT = frozenset({"string", "item"})  # their text includes that of the markup inside


class _Node(NamedTuple):
    """An element whose end tag has not come yet."""

    row: int  # index into Builder.elements
    raw: str  # the name as written, which the end tag repeats
    prefixes: dict[str, str]
    texts: list[str]
    strings: list[str] | None  # texts of the string it is markup of
    start: int


def read_xml(source: Source) -> Facts:
    """The elements of one XML file, in document order."""
    return _Scanner(source.data).run()


class _Scanner:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.text = data.decode("latin-1")
        self.builder = Builder()
        self.open: list[_Node] = []
        self.names: Counter[str] = Counter()  # of the open elements
        self.entities: dict[str, str] = {}
        self.expansion = _EXPANSION_LIMIT
        self.comments: list[tuple[int, int]] = []
        self.broken = False

    def run(self) -> Facts:
        text, at, end = self.text, 0, len(self.text)
        while at < end:
            tag = text.find("<", at)
            if tag < 0:
                tag = end
            if tag > at and self.open:
                self.write(self.value(at, tag))
            if tag == end:
                break
            following = text[tag + 1 : tag + 2]
            if following == "/":
                at = self.close(tag)
            elif following == "!":
                at = self.markup(tag)
            elif following == "?":
                at = self.until("?>", tag)
            else:
                at = self.start(tag)
        if self.open:
            self.problem(f"<{self.open[-1].raw}> is never closed", self.open[-1].start, self.open[-1].start + 1)
        while self.open:
            self.pop(end)
        add_allowances(self.builder, self.data, (c for c in self.comments if self.text.find(_MARK, *c) >= 0))
        return self.builder.finish()

    def start(self, at: int) -> int:
        """Read the start tag at `at`; answers where to go on."""
        head = _OPEN.match(self.text, at)
        if head is None:
            self.problem("'<' begins no tag", at, at + 1)
            return at + 1
        found: list[tuple[str, int, int]] = []
        position = head.end()
        while True:
            attribute = _ATTRIBUTE.match(self.text, position)
            if attribute is not None:
                group = 2 if attribute.start(2) >= 0 else 3
                found.append((attribute[1], attribute.start(group), attribute.end(group)))
                position = attribute.end()
                continue
            closing = _TAG_END.match(self.text, position)
            if closing is not None:
                self.element(head, found, closing.end(), bool(closing[1]))
                return closing.end()
            self.problem(f"the tag <{head[1]}> is broken here", position, min(position + 1, len(self.text)))
            resume = _RESUME.search(self.text, position)
            stop = len(self.text) if resume is None else resume.end() if resume[0] == ">" else resume.start()
            self.element(head, found, stop, self.text[stop - 2 : stop] == "/>")
            return stop

    def element(self, head: re.Match[str], found: list[tuple[str, int, int]], end: int, empty: bool) -> None:
        prefixes = self.open[-1].prefixes if self.open else {}
        if any(name.startswith("xmlns") for name, _, _ in found):
            prefixes = prefixes | self.declared(found)
        builder = self.builder
        attributes = tuple(
            (self.canonical(name, prefixes), self.value(begin, stop), builder.spot(begin, stop))
            for name, begin, stop in found
            if not name.startswith("xmlns")
        )
        start = head.start()
        index = len(builder.elements)
        parent = self.open[-1].row if self.open else -1
        name = self.canonical(head[1], prefixes)
        spot, tag = builder.spot(start, head.end()), builder.spot(start, end)
        builder.elements.append((name, parent, attributes, "", spot, tag, tag))
        if empty:
            return
        if len(self.open) >= _DEPTH_LIMIT:
            self.pop(end)  # siblings from here on: deeper than any real file
        above = self.open[-1] if self.open else None
        strings = None if above is None else above.texts if above.raw in _WHOLE_TEXT else above.strings
        self.open.append(_Node(index, head[1], prefixes, [], strings, start))
        self.names[head[1]] += 1

    def write(self, text: str) -> None:
        """Add to the text of the innermost element, and of the string it is markup of."""
        node = self.open[-1]
        node.texts.append(text)
        if node.strings is not None:
            node.strings.append(text)

    def close(self, at: int) -> int:
        """Read the end tag at `at`; answers where to go on."""
        match = _CLOSE.match(self.text, at)
        if match is None:
            self.problem("the end tag is broken", at, at + 2)
            resume = _RESUME.search(self.text, at + 1)
            return len(self.text) if resume is None else resume.end() if resume[0] == ">" else resume.start()
        if self.open and self.open[-1].raw == match[1]:
            self.pop(match.end())
        elif self.names[match[1]]:
            while self.open[-1].raw != match[1]:
                self.problem(f"<{self.open[-1].raw}> is never closed", self.open[-1].start, self.open[-1].start + 1)
                self.pop(at)
            self.pop(match.end())
        else:
            self.problem(f"</{match[1]}> closes nothing", at, match.end())
        return match.end()

    def pop(self, end: int) -> None:
        """Close the innermost element: its text and its whole extent are known now."""
        node = self.open.pop()
        self.names[node.raw] -= 1
        name, parent, attributes, _, spot, tag, _ = self.builder.elements[node.row]
        text = "".join(node.texts).strip()
        whole = self.builder.spot(node.start, end)
        self.builder.elements[node.row] = (name, parent, attributes, text, spot, tag, whole)

    def markup(self, at: int) -> int:
        """Read a comment, CDATA section or DOCTYPE at `at`; answers where to go on."""
        if self.text.startswith("<!--", at):
            stop = self.until("-->", at)
            self.comments.append((at, stop))
            return stop
        if self.text.startswith("<![CDATA[", at):
            stop = self.until("]]>", at)
            if self.open:
                piece = self.text[at + 9 : stop].removesuffix("]]>")
                self.write(_decode(piece))
            return stop
        bracket = self.text.find("[", at, self.text.find(">", at))
        if bracket >= 0:
            close = _SUBSET_END.search(self.text, bracket)
            stop = close.end() if close else len(self.text)
            self.declare(self.text[bracket:stop])
            return stop
        return self.until(">", at)

    def declare(self, subset: str) -> None:
        """Learn the internal entities of a DOCTYPE; what they mention is expanded here, once."""
        for match in _DECLARED.finditer(subset):
            raw = _decode(match[2] if match[2] is not None else match[3])
            self.entities.setdefault(match[1], _ENTITY.sub(self.entity, raw))

    def until(self, ending: str, at: int) -> int:
        found = self.text.find(ending, at)
        if found < 0:
            self.problem(f"{ending} is missing", at, at + 2)
            return len(self.text)
        return found + len(ending)

    def value(self, start: int, end: int) -> str:
        piece = _decode(self.text[start:end])
        return _ENTITY.sub(self.entity, piece) if "&" in piece else piece

    def entity(self, match: re.Match[str]) -> str:
        if match[3] is not None:
            if match[3] in _PREDEFINED:
                return _PREDEFINED[match[3]]
            text = self.entities.get(match[3], match[0])
            self.expansion -= len(text)
            return text if self.expansion >= 0 else match[0]
        digits, base = (match[1], 10) if match[1] is not None else (match[2], 16)
        code = int(digits, base) if len(digits) <= 8 else 0
        return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else match[0]

    def declared(self, found: list[tuple[str, int, int]]) -> dict[str, str]:
        """Prefix as written → canonical prefix, for the `xmlns:` attributes of one tag."""
        prefixes = {}
        for name, start, end in found:
            uri = self.value(start, end).strip()
            if name.startswith("xmlns:"):
                own = "app:" if uri.startswith(PACKAGE_NAMESPACE) else name[6:] + ":"
                prefixes[name[6:]] = NAMESPACES.get(uri, own)
        return prefixes

    def canonical(self, name: str, prefixes: dict[str, str]) -> str:
        prefix, colon, local = name.partition(":")
        if not colon:
            return _decode(name)
        return prefixes.get(prefix, prefix + ":") + _decode(local)

    def problem(self, detail: str, start: int, end: int) -> None:
        """Note the first thing that is wrong; what follows it is often its echo."""
        if not self.broken:
            self.broken = True
            spot = self.builder.spot(start, min(end, len(self.text)))
            self.builder.problems.append(("syntax", _decode(detail), spot))


def _decode(piece: str) -> str:
    return piece if piece.isascii() else piece.encode("latin-1").decode("utf-8", "replace")
