"""Reports: one file a format, each a pure function of the report, the rules' words and the language."""

from __future__ import annotations

from collections.abc import Callable

from askfirst.findings import Report
from askfirst.report import json, sarif, text
from askfirst.report.words import Rules

FORMATS: dict[str, Callable[[Report, Rules, str], str]] = {
    "text": text.render,
    "json": json.render,
    "sarif": sarif.render,
}
