"""Text from outside, made fit to be shown: what a terminal or a page would obey is written as its escape."""

import unicodedata

_KEPT = frozenset("\n\t")
_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of Unicode that are never shown: controls, marks that turn the direction of writing, surrogates, private
and unassigned ones, and separators of lines that are none for a terminal."""


def printable(text: str, *, kept: frozenset[str] = _KEPT) -> str:
    r"""Return a text with everything that is no visible sign as its escape (`\x1b`, `\u202e`), but for those `kept`."""
    if text.isprintable():
        return text
    return "".join(one if one in kept else _escape(one) for one in text)


def _escape(sign: str) -> str:
    if unicodedata.category(sign) not in _ESCAPED:
        return sign
    return sign.encode("unicode_escape").decode()


def one_line(text: str) -> str:
    """Return a text as one line: each run of white space a blank, the rest printable."""
    return printable(" ".join(text.split()))
