"""Expressions as of pytest's `-k`: words with `and`, `or`, `not` and brackets."""

import re
from collections.abc import Callable

from pacsimile_contract.errors import UsageError

_WORD = re.compile(r"\s*(\(|\)|[^\s()]+)")

Matches = Callable[[str], bool]


def expression(text: str) -> Matches:
    """Return a predicate over names: words that a name contains, in any case, with `and`, `or`, `not` and brackets."""
    words = _WORD.findall(text)
    if not words:
        raise UsageError("-k needs a word, such as BATCH or 'AUTH and not AUTH-12'")
    try:
        matches, rest = _either(words)
    except (IndexError, RecursionError):
        raise UsageError(f"-k {text[:60]!r} ends too early: expected a word, `not` or `(`") from None
    if rest:
        raise UsageError(f"-k {text[:60]!r}: did not expect {rest[0]!r} there")
    return matches


def _either(words: list[str]) -> tuple[Matches, list[str]]:
    first, rest = _both(words)
    if rest and rest[0].lower() == "or":
        second, rest = _either(rest[1:])
        return lambda name: first(name) or second(name), rest
    return first, rest


def _both(words: list[str]) -> tuple[Matches, list[str]]:
    first, rest = _single(words)
    if rest and rest[0].lower() == "and":
        second, rest = _both(rest[1:])
        return lambda name: first(name) and second(name), rest
    return first, rest


def _single(words: list[str]) -> tuple[Matches, list[str]]:
    word, rest = words[0], words[1:]
    if word.lower() == "not":
        inner, rest = _single(rest)
        return lambda name: not inner(name), rest
    if word == "(":
        inner, rest = _either(rest)
        if rest[0] != ")":
            raise UsageError(f"-k: expected `)` before {rest[0]!r}")
        return inner, rest[1:]
    if word == ")" or word.lower() in ("and", "or"):
        raise UsageError(f"-k: did not expect {word!r} there")
    return lambda name: word.lower() in name.lower(), rest
