"""A file of the project together with what it says."""

from __future__ import annotations

from typing import NamedTuple

from askfirst.facts.rows import Facts


class Unit(NamedTuple):
    """One file: where it belongs, by `project.File`, and its facts."""

    path: str
    language: str
    module: str
    source_set: str
    ships: bool
    facts: Facts
