"""Versions as Gradle and Maven write them: which move from build to build, and which lie in a range."""

from __future__ import annotations

import re

_INTERVAL = re.compile(r"(?P<open>[\[(\]])(?P<low>[^,\[\]()]*)(?P<comma>,?)(?P<high>[^,\[\]()]*)(?P<close>[\])\[])")
_WHOLE = re.compile(r"[=v]*\d+\.\d+\.\d+(?:[-+][\w.+-]+)?")
_PART = re.compile(r"\d+|[a-z]+")
_BEFORE_RELEASE = ("dev", "alpha", "a", "beta", "b", "milestone", "m", "cr", "rc", "snapshot", "pre", "preview")

Key = tuple[tuple[int, int, str], ...]


def moves(version: str) -> bool:
    """Whether two builds may get different code for `version`: `1.+`, `latest.release`, a snapshot, an open range."""
    if version.endswith(("+", "-SNAPSHOT")) or version.startswith("latest."):
        return True
    found = _INTERVAL.fullmatch(version.replace(" ", ""))
    return found is not None and bool(found["comma"])


def package_moves(version: str) -> bool:
    """The same for versions as pub and npm write them: all but three whole numbers are ranges or tags, if no address."""
    return bool(version) and not _WHOLE.fullmatch(version) and not any(sign in version for sign in ":/")


def within(version: str, interval: str) -> bool:
    """Whether `version` lies in `interval`: `[1.0,2.0)`, `(,6.5]`, `[1.2.3]`, or one version alone."""
    found = _INTERVAL.fullmatch(interval.replace(" ", ""))
    if found is None:
        return key(version) == key(interval)
    at, low, high = key(version), key(found["low"]), key(found["high"])
    if not found["comma"]:
        return at == low
    above = not found["low"] or at > low or (at == low and found["open"] == "[")
    below = not found["high"] or at < high or (at == high and found["close"] == "]")
    return above and below


def key(version: str) -> Key:
    """What versions are ordered by: numbers as numbers; `1.0-rc1` comes before `1.0`, and `1.0` is `1.0.0`."""
    parts: list[tuple[int, int, str]] = []
    for part in _PART.findall(version.lower()):
        if part.isdecimal():
            parts.append((2, int(part), ""))
        elif part not in ("final", "ga", "release"):
            _trim(parts)
            parts.append((0 if part in _BEFORE_RELEASE else 1, 0, part))
    _trim(parts)
    return (*parts, (1, 0, ""))


def _trim(parts: list[tuple[int, int, str]]) -> None:
    """Take zeros off the end of a row of numbers."""
    while parts and parts[-1] == (2, 0, ""):
        parts.pop()
