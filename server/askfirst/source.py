"""What disk or editor says: one file's bytes, always UTF-8 from here on."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

# What we call a file's language: decides which reader in facts/ takes it.
LANGUAGES = (
    "java", "kotlin", "xml", "groovy", "kts", "catalog", "properties", "lockfile", "pubspec", "package-json", "services",
)  # fmt: skip


class Source(NamedTuple):
    """One file. `path` is relative to the project root; `data` is UTF-8; `problem` says how it had to be read, or ""."""

    path: str
    language: str
    data: bytes
    digest: str
    problem: str = ""

    @property
    def lines(self) -> int:
        return self.data.count(b"\n") + (not self.data.endswith(b"\n") and bool(self.data))


def make_source(path: str, language: str, raw: bytes) -> Source:
    """Decode `raw` (UTF-8, with or without a mark; UTF-16 with a mark; else GB18030) into a Source. Never raises."""
    data, problem = raw, ""
    if raw.startswith(b"\xef\xbb\xbf"):
        data = b"   " + raw[3:]  # offsets stay those of the file on disk
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        for encoding in ("utf-16", "gb18030") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("gb18030",):
            try:
                data, problem = raw.decode(encoding).encode("utf-8"), f"not UTF-8, read as {encoding.upper()}"
                break
            except UnicodeDecodeError:
                continue
        else:
            data, problem = raw.decode("utf-8", "replace").encode("utf-8"), "neither UTF-8 nor GB18030"
    return Source(path, language, data, hashlib.sha256(data).hexdigest()[:32], problem)
