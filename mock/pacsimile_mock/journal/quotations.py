"""What a refusal quotes of a call, apart from the refusal's own words."""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Callable
from functools import cache

from pacsimile_spec import operations
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.scopes import SCOPES

QUOTED = re.compile(r"""(?<!\w)(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""")
"""What a sentence quotes, as `repr` writes it; an apostrophe within a word opens nothing."""
HEADER = "Authorization: Bearer <token>"


def replace_quotations(text: str, replace: Callable[[str], str]) -> str:
    """Return a sentence with each quoted value replaced; words that the description itself uses stay as they are."""

    def replaced(match: re.Match[str]) -> str:
        value = _value(match[0])
        other = value if value in described_words() else replace(value)
        return match[0] if other == value else f"'{other}'"

    return QUOTED.sub(replaced, text)


def _value(quotation: str) -> str:
    try:
        return str(literal_eval(quotation))
    except (ValueError, SyntaxError):
        return quotation


@cache
def described_words() -> frozenset[str]:
    """Return the words that a message may quote as they are, since the description itself uses them."""
    named = {parameter.name for operation in operations().values() for parameter in operation.parameters}
    return frozenset({*named, *REPORT_TYPES, *SCOPES, "client_credentials", HEADER})
