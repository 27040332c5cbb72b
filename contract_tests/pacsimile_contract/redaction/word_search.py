"""Finds any of very many words in a text in one pass. The redactor searches all that is written so.

An alternation of thousands of words tries each of them at each character, and takes long to compile each time that one
is added. Here a small tree of how words begin finds the places, and a set of words of each length decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

SHORTEST = 4
"""Characters that every word has at least, and by which a place is found."""

_NEVER = re.compile(r"(?!)")


class Hit(NamedTuple):
    """A word in a text: from `start` up to `end`."""

    start: int
    end: int
    word: str


class WordSearch:
    """A set of words; of those that begin at one place the longest is found, and the search goes on behind it."""

    def __init__(self, words: Iterable[str] = (), former: WordSearch | None = None) -> None:
        """Search for these words, and reuse what `former` has built. ValueError for a word below `SHORTEST`."""
        self._words = frozenset(words)
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            if len(word) < SHORTEST:
                raise ValueError("a word is too short to be sought")
            lengths.setdefault(word[:SHORTEST], set()).add(len(word))
        self._lengths = {start: tuple(sorted(many, reverse=True)) for start, many in lengths.items()}
        same = former is not None and former._lengths.keys() == lengths.keys()
        self._beginnings: re.Pattern[str] = former._beginnings if former is not None and same else _tree(lengths)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def first(self, text: str, place: int = 0) -> Hit | None:
        """Return the first word at or behind a place, the longest of those that begin there."""
        while (match := self._beginnings.search(text, place)) is not None:
            start = match.start()
            for length in self._lengths[match.group()]:
                word = text[start : start + length]
                if word in self._words:
                    return Hit(start, start + length, word)
            place = start + 1
        return None

    def all(self, text: str) -> Iterator[Hit]:
        """Yield the words of a text, from left to right."""
        hit = self.first(text)
        while hit is not None:
            yield hit
            hit = self.first(text, hit.end)


def _tree(beginnings: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of beginnings of one length that shares what they share, letter by letter."""
    many = sorted(beginnings)
    return re.compile(_branches(many), re.DOTALL) if many else _NEVER


def _branches(many: list[str]) -> str:
    groups: dict[str, list[str]] = {}
    for word in many:
        groups.setdefault(word[0], []).append(word[1:])
    pieces = [re.escape(letter) + (_branches(rest) if rest[0] else "") for letter, rest in groups.items()]
    return pieces[0] if len(pieces) == 1 else f"(?:{'|'.join(pieces)})"
