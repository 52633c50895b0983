"""Hovers: what is known of what stands at a place, whatever the file."""

from __future__ import annotations

from askfirst.hints.allowances import in_allowance
from askfirst.hints.code import in_code
from askfirst.hints.library import in_build
from askfirst.hints.markup import in_markup
from askfirst.hints.shapes import About
from askfirst.hints.view import View
from askfirst.model.files import Unit


def about(view: View, unit: Unit, offset: int) -> About | None:
    """What is known of what stands at a byte offset of a file, None where nothing is."""
    if (allowed := in_allowance(view, unit, offset)) is not None:
        return allowed
    if unit.language in ("java", "kotlin"):
        return in_code(view, unit, offset)
    return in_markup(view, unit, offset) if unit.language == "xml" else in_build(view, unit, offset)
