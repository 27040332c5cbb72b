"""Compares names by the meanings of their words: `auftragsNr`, `order-number` and `ORDER_ID` name the same thing.

The words are in `thesaurus.yaml`. A likeness is a number from 0 (nothing in common) to 1 (the same).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PIECES = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_WEAK: Mapping[str, float] = MappingProxyType(
    {"time": 0.3, "id": 0.6, "uid": 0.6, "number": 0.5, "list": 0.4, "instance": 0.2, "url": 0.6, "format": 0.8}
)
"""The weights of meanings that many names share. All others weigh 1."""
_NOISE = frozenset(
    [
        "data",
        "info",
        "the",
        "of",
        "is",
        "has",
        "a",
        "an",
        "x",
        "v",
        "get",
        "dto",
        "response",
        "payload",
        "object",
        "model",
        "vo",
        "resource",
        "api",
        "v1",
        "v2",
        "v3",
        "der",
        "die",
        "das",
        "des",
        "de",
        "la",
        "le",
        "el",
        "to",
        "for",
        "by",
        "and",
        "my",
        "current",
    ]
)
_TRANSLITERATED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_LINKING = ("", "s", "n", "en", "es")
"""Letters that German puts between the words of a compound."""
_SHORT = frozenset(("id", "nr", "am", "at", "on", "no", "sr", "um"))
"""Words of two letters that may be part of a compound."""
_LONGEST_NAME = 60
"""Most characters of a name. Longer text without spaces is data."""

Meanings = Mapping[str, float]
"""The possible meanings of a word, each with its certainty from 0 to 1."""


def load_data(name: str) -> Any:
    """Return a data file of this package."""
    text = files("pacsimile_contract.learn").joinpath(name).read_text("utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 (the safe loader, in C)


@cache
def _thesaurus() -> Mapping[str, frozenset[str]]:
    """Return the meanings of each known word."""
    meanings: dict[str, set[str]] = {}
    for meaning, languages in load_data("thesaurus.yaml").items():
        words = {meaning, *(word for text in languages.values() for word in text.split())}
        for word in words:
            meanings.setdefault(_plain(word), set()).add(meaning)
            meanings.setdefault(_plain(word).replace("ae", "a").replace("oe", "o").replace("ue", "u"), set()).add(
                meaning
            )
    return MappingProxyType({word: frozenset(several) for word, several in meanings.items()})


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_TRANSLITERATED))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()


@cache
def tokens(name: str) -> tuple[str, ...]:
    """Split a name into its words, in lower case: of camelCase, snake_case, kebab-case and compounds."""
    result: list[str] = []
    ascii_name = unicodedata.normalize("NFKD", name.translate(_TRANSLITERATED))
    ascii_name = "".join(char for char in ascii_name if not unicodedata.combining(char))
    for chunk in re.split(r"[^A-Za-z0-9]+", ascii_name):
        if chunk.lower() in _thesaurus():
            result.append(chunk.lower())
            continue
        for piece in _PIECES.findall(chunk):
            result += _segments(piece.lower())
    return tuple(word for word in result if word)


def _segments(word: str) -> list[str]:
    """Split a compound into the fewest known words. Any other word stays whole."""
    if len(word) < 5 or _known(word):
        return [word]
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(2, len(word) + 1):
        for start in range(max(0, end - 24), end - 1):
            before = best[start]
            known = before is not None and _linked(word[start:end], last=end == len(word))
            if known and before is not None and (best[end] is None or len(before) + 1 < len(best[end] or [])):
                best[end] = [*before, known]
    whole = best[len(word)]
    return whole if whole and len(whole) <= 5 else [word]


def _linked(text: str, *, last: bool) -> str:
    """Return the known word that a piece of a compound is, without its linking letters; empty if it is none."""
    forms = _forms(text) if last else (text.removesuffix(link) for link in _LINKING if text.endswith(link))
    return next((form for form in forms if (len(form) > 2 or form in _SHORT) and form in _thesaurus()), "")


def _known(word: str) -> bool:
    return any(form in _thesaurus() for form in _forms(word))


def _forms(word: str) -> Iterable[str]:
    yield word
    for ending, other in (("ies", "y"), ("es", ""), ("s", ""), ("en", ""), ("e", ""), ("n", "")):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            yield word.removesuffix(ending) + other


@cache
def meanings(word: str) -> Meanings:
    """Return what a word may mean: itself, what the thesaurus says, or what it may abbreviate or misspell."""
    own = {f"={word}": 1.0}
    for form in _forms(word):
        if form in _thesaurus():
            return own | dict.fromkeys(_thesaurus()[form], 1.0)
    if len(word) < 3 or word.isdigit():
        return own
    begun = {meaning for known, several in _thesaurus().items() if known.startswith(word) for meaning in several}
    if 0 < len(begun) <= 3:
        return own | dict.fromkeys(begun, 0.8)
    bare = _skeleton(word)
    if bare == word:
        same = {
            m for known, several in _thesaurus().items() if len(known) > 3 and _skeleton(known) == word for m in several
        }
        if 0 < len(same) <= 3:
            return own | dict.fromkeys(same, 0.75)
    near = [known for known in _thesaurus() if known[0] == word[0] and abs(len(known) - len(word)) < 3]
    close = difflib.get_close_matches(word, near, n=1, cutoff=0.85) if 5 < len(word) < 25 else []
    return own | {meaning: 0.75 for known in close for meaning in _thesaurus()[known]}


def _skeleton(word: str) -> str:
    """Return a word without its vowels, except for the first letter: `rprt` for `report`."""
    return word[:1] + re.sub(r"[aeiou]", "", word[1:])


@cache
def _weight(word: str) -> float:
    if word in _NOISE or (len(word) == 1 and word.isalpha()):
        return 0.08
    several = [_WEAK.get(meaning, 1.0) for meaning in meanings(word) if not meaning.startswith("=")]
    return min(several, default=1.0)


@cache
def word_likeness(word: str, other: str) -> float:
    """Return how like two words are, from 0 to 1."""
    if word == other:
        return 1.0
    ours, theirs = meanings(word), meanings(other)
    return max((min(sure, theirs[meaning]) for meaning, sure in ours.items() if meaning in theirs), default=0.0)


@cache
def likeness(name: str, other: str, context: str = "") -> float:
    """Return how like two names are, from 0 to 1. `context` has words that `other` may omit.

    In an answer about an order, `id` is that of the order: likeness("order_id", "id", "order") is high.
    """
    if len(other) > _LONGEST_NAME and " " not in other:
        return 0.0
    own, theirs = tokens(name), tokens(other)
    if own == theirs:
        return 1.0
    best = _overlap(own, theirs)
    implied = [word for word in tokens(context) if any(word_likeness(word, mine) >= 0.8 for mine in own)]
    implied = [word for word in implied if not any(word_likeness(word, their) >= 0.8 for their in theirs)]
    if implied and any(_weight(word) >= 0.3 for word in theirs):
        best = max(best, 0.9 * _overlap(own, (*implied, *theirs)))
    return best


def _overlap(own: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    left, shared = list(theirs), 0.0
    for word in own:
        score, index = max(((word_likeness(word, other), -place) for place, other in enumerate(left)), default=(0.0, 0))
        if score > 0:
            other = left.pop(-index)
            shared += score * (_weight(word) + _weight(other))
    total = sum(map(_weight, own)) + sum(map(_weight, theirs))
    return shared / total if total else 0.0


def coverage(name: str, text: str) -> float:
    """Return how many of a name's words are in a text, by weight, from 0 to 1."""
    own, theirs = tokens(name), tokens(text) if " " in text or len(text) < _LONGEST_NAME else ()
    shared = sum(_weight(word) * max((word_likeness(word, other) for other in theirs), default=0.0) for word in own)
    total = sum(map(_weight, own))
    return shared / total if total else 0.0


def best_likeness(names: Iterable[str], other: str, context: str = "") -> float:
    """Return the greatest likeness of several names to another."""
    return _best_likeness(tuple(names), other, context)


@cache
def _best_likeness(names: tuple[str, ...], other: str, context: str) -> float:
    return max((likeness(name, other, context) for name in names), default=0.0)


def known_words(name: str) -> bool:
    """Tell whether a name consists of known words only."""
    own = tokens(name)
    return bool(own) and all(_known(word) or word in _NOISE for word in own)
