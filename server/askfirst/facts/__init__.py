"""One file's bytes become `Facts`: no I/O, no other file, and nothing raises, whatever the bytes are."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from askfirst.facts.builder import Builder
from askfirst.facts.rows import Facts
from askfirst.source import Source

LIMIT = 5_000_000  # bytes; nobody writes longer files by hand

# Language → module and function that read it. Imported on first use: most runs need few of them.
READERS = {
    "java": ("java", "read_java"),
    "kotlin": ("kotlin", "read_kotlin"),
    "xml": ("xml", "read_xml"),
    "groovy": ("gradle", "read_gradle"),
    "kts": ("gradle", "read_gradle"),
    "catalog": ("entries", "read_catalog"),
    "properties": ("entries", "read_properties"),
    "lockfile": ("entries", "read_lockfile"),
    "pubspec": ("entries", "read_pubspec"),
    "package-json": ("entries", "read_package_json"),
    "services": ("entries", "read_services"),
}

_loaded: dict[str, Callable[[Source], Facts]] = {}


def extract(source: Source) -> Facts:
    """What `source` says. A file that cannot be read gives empty Facts with a Problem; never raises."""
    if len(source.data) > LIMIT:
        return _empty("too-large", f"{len(source.data)} bytes")
    try:
        return _reader(source.language)(source)
    except Exception as error:  # a reader's own fault must not end the check
        return _empty("syntax", f"{type(error).__name__}: {error}")


def _reader(language: str) -> Callable[[Source], Facts]:
    if language not in _loaded:
        module, function = READERS[language]
        _loaded[language] = getattr(import_module(f"askfirst.facts.{module}"), function)
    return _loaded[language]


def _empty(what: str, detail: str) -> Facts:
    builder = Builder()
    builder.problems.append((what, detail, -1))
    return builder.finish()
