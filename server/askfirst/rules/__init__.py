"""The rules: one import line each, gathered by id; and the page that stands beside each of them."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from askfirst.rules.consent.agreed_for_user import agreed_for_user
from askfirst.rules.consent.auto_start import auto_start
from askfirst.rules.consent.collection_on_by_default import collection_on_by_default
from askfirst.rules.consent.gate_set_by_app import gate_set_by_app
from askfirst.rules.consent.opt_out import opt_out
from askfirst.rules.consent.permission_before_consent import permission_before_consent
from askfirst.rules.consent.pre_ticked import pre_ticked
from askfirst.rules.consent.read_before_consent import read_before_consent
from askfirst.rules.consent.sdk_before_consent import sdk_before_consent
from askfirst.rules.permissions.asked_again import asked_again
from askfirst.rules.permissions.asked_all_at_once import asked_all_at_once
from askfirst.rules.permissions.asked_at_start import asked_at_start
from askfirst.rules.permissions.broader_than_used import broader_than_used
from askfirst.rules.permissions.exit_on_refusal import exit_on_refusal
from askfirst.rules.permissions.from_library import from_library
from askfirst.rules.permissions.implied import implied
from askfirst.rules.permissions.needs_declaration import needs_declaration
from askfirst.rules.permissions.outlives_use import outlives_use
from askfirst.rules.permissions.service_type import service_type
from askfirst.rules.permissions.unchecked import unchecked
from askfirst.rules.permissions.undeclared import undeclared
from askfirst.rules.permissions.unknown import unknown
from askfirst.rules.permissions.unused import unused
from askfirst.rules.rule import Rule
from askfirst.rules.sdk.consent_call_missing import consent_call_missing
from askfirst.rules.sdk.moving_version import moving_version
from askfirst.rules.sdk.reported import reported
from askfirst.rules.sdk.retired import retired
from askfirst.rules.sdk.risky_variant import risky_variant
from askfirst.rules.sdk.unverifiable import unverifiable
from askfirst.text import Text

_ALL: tuple[Rule, ...] = (
    exit_on_refusal,
    asked_at_start,
    asked_all_at_once,
    asked_again,
    agreed_for_user,
    auto_start,
    collection_on_by_default,
    gate_set_by_app,
    opt_out,
    permission_before_consent,
    pre_ticked,
    read_before_consent,
    sdk_before_consent,
    consent_call_missing,
    moving_version,
    reported,
    retired,
    risky_variant,
    unverifiable,
    broader_than_used,
    from_library,
    implied,
    needs_declaration,
    outlives_use,
    service_type,
    unchecked,
    undeclared,
    unknown,
    unused,
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _ALL}

_TITLE = re.compile(r"# (?P<id>\S+)\s*\n")
_FIXED = re.compile(r"^```\S+ \S+ fixed(?: \d+)?(?P<unsafe> unsafe)?$", re.M)
_SECTION = re.compile(r"^## (English|中文|Cases)[ \t]*$", re.M)


class Page(NamedTuple):
    """A rule's page, x.md beside x.py."""

    id: str
    summary: Text  # one line
    prose: Text  # Markdown: what, why, how to mend
    cases: str  # Markdown: what stands under `## Cases`
    cases_line: int  # 1-based line of the page on which `cases` begins

    @property
    def fixes(self) -> frozenset[str]:
        """Whether quick fixes exist, as the cases show: "safe", "unsafe", both, or none."""
        return frozenset("unsafe" if found["unsafe"] else "safe" for found in _FIXED.finditer(self.cases))


def themes() -> tuple[str, ...]:
    """The themes that have rules."""
    return tuple(sorted({rule.theme for rule in RULES.values()}))


@cache
def page(rule_id: str) -> Page:
    """The page of a rule. Raises FileNotFoundError without one, ValueError when it is not laid out as a page is."""
    theme, _, name = rule_id.partition("/")
    return parse_page((files(__name__) / theme / f"{name.replace('-', '_')}.md").read_text(encoding="utf-8"))


def parse_page(text: str) -> Page:
    """Read a page: `# id`, a summary in English, the same in Chinese, then `## English`, `## 中文` and `## Cases`.

    Raises ValueError that names what is missing.
    """
    title = _TITLE.match(text)
    if title is None:
        raise ValueError("a page starts with `# rule-id`")
    heads = list(_SECTION.finditer(text))
    if [head[1] for head in heads] != ["English", "中文", "Cases"]:
        raise ValueError("a page has the sections `## English`, `## 中文` and `## Cases`, in this order")
    english, chinese, cases = heads
    summary = [line.strip() for line in text[title.end() : english.start()].splitlines() if line.strip()]
    if len(summary) != 2:
        raise ValueError("below the title stand one line in English and one in Chinese")
    prose = Text(text[english.end() : chinese.start()].strip(), text[chinese.end() : cases.start()].strip())
    return Page(title["id"], Text(*summary), prose, text[cases.end() :], text.count("\n", 0, cases.end()) + 1)
