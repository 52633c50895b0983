"""Places that lead somewhere: rules in allowance comments, SDKs to their vendors' documents."""

from __future__ import annotations

from askfirst.hints.allowances import named_rules
from askfirst.hints.library import declarations
from askfirst.hints.shapes import Link
from askfirst.hints.sheet import fill
from askfirst.hints.view import View
from askfirst.model.files import Unit
from askfirst.rules import RULES, page
from askfirst.text import Text

_GUIDE = Text("{sdk}: the vendor's document on privacy", "{sdk}：厂商的隐私合规文档")


def links(view: View, unit: Unit) -> tuple[Link, ...]:
    """The links of a file, in its order."""
    found = [Link(span, name, page(name).summary) for span, name in named_rules(view, unit) if name in RULES]
    for span, library in declarations(view, unit) if unit.language not in ("xml", "java", "kotlin") else ():
        for sdk in view.model.dependencies.known(library)[:1]:
            if sdk.url and sdk.collects and library.ships:
                found.append(Link(span, sdk.url, fill(_GUIDE, sdk=sdk.name)))
    return tuple(sorted(found))
