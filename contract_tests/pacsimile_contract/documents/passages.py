"""What a running text says of each order of a group, however its lines, pages and columns are broken.

A text has no rows. The orders' ids divide it: the word FAILED belongs to the order whose id stands before it
(`Order A-1, status FAILED`) or after it (`FAILED: A-1`). The text as a whole shows which of the two holds, so that a
word given to the wrong order is seen.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED

_WORD = re.compile(rf"(?<![A-Za-z0-9.-])(?:{COMPLETED}|{FAILED}|{CANCELLED})(?![A-Za-z0-9-])")
_LISTED = re.compile(r"[ \t]*+(?:[,;/&+]|and\b)\s*+(?:and\s\s*+)?")
"""What stands between two ids of one enumeration: `A-1, A-2 and A-3`."""
_PERHAPS = ""
"""Stands for a word that is uncertain: a heading further up may not apply to the order."""
_BREAK = r"(?:-?[ \t]*[\r\n]+[ \t]*)?"
"""A line's end within an id: at a hyphen of its own, or with one that was put in."""


def word_pattern(word: str) -> re.Pattern[str]:
    """Return a pattern that matches a word or identifier, but not within a longer one."""
    return re.compile(rf"(?<![A-Za-z0-9.-]){re.escape(word)}(?![A-Za-z0-9-]|\.[0-9])")


def spans(identifier: str, text: str) -> list[tuple[int, int]]:
    """Return where a text holds an identifier, as (start, end); broken over lines only where it is nowhere whole."""
    if not identifier:
        return [match.span() for match in word_pattern(identifier).finditer(text)]
    whole = list(_whole(identifier, text))
    if whole:
        return whole
    broken = _BREAK.join(map(re.escape, identifier))
    return [match.span() for match in re.finditer(rf"(?<![A-Za-z0-9.-]){broken}(?![A-Za-z0-9-]|\.[0-9])", text)]


def _whole(identifier: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text holds an identifier unbroken: its letters are sought first, which is faster by far."""
    pattern, at = word_pattern(identifier), text.find(identifier)
    while at >= 0:
        match = pattern.match(text, at)
        if match is not None:
            yield match.span()
        at = text.find(identifier, at + 1 if match is None else match.end())


def _name_spans(name: str | None, text: str) -> list[tuple[int, int]]:
    """Return where a text holds the name of a group that has a word of a status, as (start, end)."""
    if name is None or _WORD.search(name) is None:
        return []
    return [match.span() for match in re.finditer(r"\s+".join(map(re.escape, name.split())), text)]


@dataclass(frozen=True, slots=True)
class _Mention:
    """An order's id in a text: whose it is, and where it starts and ends."""

    order: str
    start: int
    end: int


class Passages:
    """A group's text, cut at the ids of its orders.

    A word may belong to the name of the group, which may be `FAILED`. Where the name has such a word, the text is also
    read without the words of the name: on lines without an id, then wherever the name stands.
    """

    def __init__(self, text: str, orders: Sequence[str], study_group: str | None = None) -> None:
        self._text = text
        mentions = [_Mention(order, *span) for order in dict.fromkeys(orders) for span in spans(order, text)]
        self._mentions = self._without_index(sorted(mentions, key=lambda mention: (mention.start, -mention.end)))
        self._starts = [mention.start for mention in self._mentions]
        self._longest = max((mention.end - mention.start for mention in self._mentions), default=0)
        self._line_ends = [match.start() for match in re.finditer("\n", text)]
        self._words = self._all_words = [
            (match.start(), match[0]) for match in _WORD.finditer(text) if not self._is_counted(match.start())
        ]
        self._names = _name_spans(study_group, text)

    def accounts_for(self, statuses: Mapping[str, str]) -> Mapping[str, bool]:
        """Tell by id whether the text names each FAILED or CANCELLED order as such; `statuses` has every order."""
        judged = []
        for words in self._choices_of_words():
            self._words = words
            judged += [_judge_reading(reading, statuses) for reading in self._readings()]
        consistent = next((ok for ok, right in judged if right), None)
        return consistent if consistent is not None else judged[0][0]

    def _choices_of_words(self) -> Sequence[list[tuple[int, str]]]:
        """Return the words with those of the group's name, and without them."""
        named = [at for at, _ in self._all_words if any(start <= at < end for start, end in self._names)]
        headings = [at for at in named if self._is_heading(at)]
        without = [[word for word in self._all_words if word[0] not in left_out] for left_out in (headings, named)]
        return [*without, self._all_words] if named else [self._all_words]

    def _readings(self) -> Sequence[Mapping[str, Sequence[frozenset[str]]]]:
        """Return the possible readings of the text, the likeliest first: by order id, the words of each passage."""
        rows = self._rows()
        if rows is not None:
            return [rows]
        lead, tail = self._between(0, self._first), self._between(self._last, len(self._text))
        after, before = [self._after()], [self._before(headings=False), self._before(headings=True)]
        if (len(lead) == 1) != (len(tail) == 1):  # it belongs to an order; several at the other end are a legend
            return before if len(lead) == 1 else after
        return [*after, *before]

    def _without_index(self, mentions: list[_Mention]) -> list[_Mention]:
        """Leave out an enumeration whose orders are all named again later: `Orders: A-1, A-2, A-3`."""
        kept, start = list[_Mention](), 0
        last = {mention.order: place for place, mention in enumerate(mentions)}
        while start < len(mentions):
            end = start + 1
            while end < len(mentions) and self._are_listed(mentions[end - 1], mentions[end]):
                end += 1
            run = mentions[start:end]
            if len(run) == 1 or any(last[mention.order] < end for mention in run):
                kept += run
            start = end
        return kept

    def _are_listed(self, mention: _Mention, other: _Mention) -> bool:
        return _LISTED.fullmatch(self._text, mention.end, other.start) is not None

    def _is_counted(self, at: int) -> bool:
        """Tell whether a number on the same line counts the word, as in a summary: `3 orders, 1 FAILED`."""
        number = re.search(r"(?<![\w.-])(\d+)[^\S\n]+(?:orders?[^\S\n]+)?\Z", self._text[max(0, at - 40) : at])
        if number is None:
            return False
        start = max(0, at - 40) + number.start(1)
        near = self._mentions_in(start - self._longest, start + 1)
        return not any(mention.start <= start < mention.end for mention in near)

    def _mentions_in(self, start: int, end: int) -> list[_Mention]:
        """Return the mentions that start within a part of the text."""
        return self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _words_in(self, start: int, end: int) -> list[tuple[int, str]]:
        """Return the words that start within a part of the text, each with its place."""
        return self._words[bisect_left(self._words, (start,)) : bisect_left(self._words, (end,))]

    @property
    def _first(self) -> int:
        return self._mentions[0].start if self._mentions else len(self._text)

    @property
    def _last(self) -> int:
        return self._mentions[-1].end if self._mentions else 0

    def _between(self, start: int, end: int) -> frozenset[str]:
        return frozenset(word for _, word in self._words_in(start, end))

    def _after(self) -> dict[str, list[frozenset[str]]]:
        """Give each id the words up to the next id; `A-1, A-2: FAILED` gives it to both."""
        words_by_order: dict[str, list[frozenset[str]]] = {}
        words, end = frozenset[str](), len(self._text)
        for mention in reversed(self._mentions):
            listed = _LISTED.fullmatch(self._text, mention.end, end) is not None
            words = words if listed else self._between(mention.end, end)
            words_by_order.setdefault(mention.order, []).append(words)
            end = mention.start
        return words_by_order

    def _before(self, *, headings: bool) -> dict[str, list[frozenset[str]]]:
        """Give each id the last word before it. With `headings`, a word on a line without ids heads what follows."""
        words_by_order: dict[str, list[frozenset[str]]] = {}
        start, words, heads = 0, frozenset[str](), False
        for mention in self._mentions:
            between = self._words_in(start, mention.start)
            listed = _LISTED.fullmatch(self._text, start, mention.start) is not None
            if between:
                words, heads = frozenset({between[-1][1]}), headings and self._is_heading(between[-1][0])
            elif heads and not listed:
                words = words | {_PERHAPS}
            elif not listed:
                words = frozenset()
            words_by_order.setdefault(mention.order, []).append(words)
            start = mention.end
        return words_by_order

    def _is_heading(self, at: int) -> bool:
        start, end = self._line(at)
        return bisect_left(self._starts, start) == bisect_left(self._starts, end)

    def _line(self, at: int) -> tuple[int, int]:
        """Return where the line of a place starts and ends."""
        place = bisect_left(self._line_ends, at)
        start = self._line_ends[place - 1] + 1 if place else 0
        return start, self._line_ends[place] if place < len(self._line_ends) else len(self._text)

    def _rows(self) -> dict[str, list[frozenset[str]]] | None:
        """Read the text as rows, if it is made of them: lines that begin alike, each with an id and its word."""
        words_by_order: dict[str, list[frozenset[str]]] = {}
        shapes = set()
        for line in dict.fromkeys(self._line(at) for at, _ in self._words if at >= self._line(self._first)[0]):
            inside = self._mentions_in(*line)
            if len(inside) != 1:
                return None
            mention, words = inside[0], self._words_in(*line)
            if words[0][0] < mention.start < words[-1][0]:
                return None
            shapes.add((words[0][0] < mention.start, self._shape(line[0], mention.start)))
            words_by_order.setdefault(mention.order, []).append(frozenset(word for _, word in words))
        return words_by_order if len(shapes) == 1 and len(words_by_order) > 1 else None

    def _shape(self, start: int, end: int) -> str:
        """Return the beginning of a line without what differs from row to row: the word, numbers, white space."""
        return re.sub(r"[\d\s]+", "", _WORD.sub("", self._text[start:end]))


def _judge_reading(
    reading: Mapping[str, Sequence[frozenset[str]]], statuses: Mapping[str, str]
) -> tuple[dict[str, bool], bool]:
    """Tell by order id whether a reading names it with its status, and whether it agrees with all of `statuses`."""
    words = {order: _words_of(reading.get(order, ())) for order in statuses}
    named = {order: status in words[order] for order, status in statuses.items() if status != COMPLETED}
    done = all(
        words[order] & {COMPLETED, _PERHAPS} or not words[order]
        for order, status in statuses.items()
        if status == COMPLETED
    )
    return named, done and all(named.values())


def _words_of(passages: Sequence[frozenset[str]]) -> frozenset[str]:
    """Return the words of an order's passages. Passages with a single word come first: others may be summaries."""
    single = [words for words in passages if len(words) == 1]
    return frozenset[str]().union(*(single or passages))


def sections(text: str, orders: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (id, text) for each mention of an id: the text from its end to the next mention of any of them."""
    mentions = sorted((span, order) for order in dict.fromkeys(orders) for span in spans(order, text))
    for ((_, end), order), ((following, _), _) in pairwise([*mentions, ((len(text), len(text)), "")]):
        yield order, text[end:following]
