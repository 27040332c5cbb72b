"""English that depends on a word: `an unfinished order`, `a failed order`, `an HL7 report`."""

import re

_AN = re.compile(r"[aeiou]|hl7|x-", re.IGNORECASE)
_A = re.compile(r"uni(?!n|m)|us(e|u)|uid|eu|one\b|once\b|url", re.IGNORECASE)
"""Words that begin with a vowel in writing, and with none as they are spoken."""


def with_article(word: str) -> str:
    """Return a word behind its indefinite article."""
    return f"{'an' if _AN.match(word) and not _A.match(word) else 'a'} {word}"
