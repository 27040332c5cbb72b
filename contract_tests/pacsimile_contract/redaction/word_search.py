"""Finds any of very many words in a text in one pass. The redactor searches all that is written so.

An alternation of thousands of words tries each of them at each character, and takes long to compile each time that one
is added. Here a set of how words begin finds the places, and a set of words of each length decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

SHORTEST = 4
"""Characters that every word has at least, and by which a place is found."""


class Hit(NamedTuple):
    """A word in a text: from `start` up to `end`."""

    start: int
    end: int
    word: str


class WordSearch:
    """A set of words; of those that begin at one place the longest is found, and the search goes on behind it."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        """Search for these words. ValueError for a word below `SHORTEST`."""
        self._words = frozenset(words)
        lengths: dict[tuple[str, ...], set[int]] = {}
        for word in self._words:
            if len(word) < SHORTEST:
                raise ValueError("a word is too short to be sought")
            lengths.setdefault(tuple(word[:SHORTEST]), set()).add(len(word))
        self._lengths = {start: tuple(sorted(many, reverse=True)) for start, many in lengths.items()}

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def first(self, text: str, place: int = 0) -> Hit | None:
        """Return the first word at or behind a place, the longest of those that begin there."""
        return next(self._hits(text, place), None)

    def all(self, text: str) -> Iterator[Hit]:
        """Yield the words of a text, from left to right."""
        end = 0
        for hit in self._hits(text, 0):
            if hit.start >= end:
                yield hit
                end = hit.end

    def _hits(self, text: str, place: int) -> Iterator[Hit]:
        """Return the longest word of each place where one begins."""
        rest = text[place:]
        if self._lengths.keys().isdisjoint(_beginnings(rest)):  # as most are: told in a third of the time
            return iter(())
        return self._longest(text, enumerate(_beginnings(rest), place))

    def _longest(self, text: str, beginnings: Iterable[tuple[int, tuple[str, ...]]]) -> Iterator[Hit]:
        for start, beginning in beginnings:
            for length in self._lengths.get(beginning, ()):
                word = text[start : start + length]
                if word in self._words:
                    yield Hit(start, start + length, word)
                    break


def _beginnings(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield the `SHORTEST` characters at each place of a text, without a copy of it."""
    return zip(text, islice(text, 1, None), islice(text, 2, None), islice(text, 3, None), strict=False)
