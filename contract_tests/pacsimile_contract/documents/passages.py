"""What a running text says of each order of a group, however its lines, pages and columns were broken.

A text has no rows. Its entries are told apart by the orders' ids: the word FAILED belongs to the order whose id stands
before it (`Order A-1, status FAILED`) or after it (`FAILED: A-1`). Which of the two holds is read off the text as a
whole, so that a word that was given to a neighbour is seen.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED

_WORD = re.compile(rf"(?<![A-Za-z0-9.-])(?:{COMPLETED}|{FAILED}|{CANCELLED})(?![A-Za-z0-9-])")
_LISTED = re.compile(r"[ \t]*(?:[,;/&+]|and\b)\s*(?:and\s)?\s*")
"""What stands between two ids of one enumeration: `A-1, A-2 and A-3`."""
_PERHAPS = ""
"""In the place of a word: a heading further up may not be meant for the order."""
_BREAK = r"(?:-?[ \t]*[\r\n]+[ \t]*)?"
"""A line's end within an id: at a hyphen of its own, or with one that was put in."""


def apart(word: str) -> re.Pattern[str]:
    """Return the pattern of a word or identifier that stands by itself, and not as a piece of a longer one."""
    return re.compile(rf"(?<![A-Za-z0-9.-]){re.escape(word)}(?![A-Za-z0-9-]|\.[0-9])")


def places(identifier: str, text: str) -> list[tuple[int, int]]:
    """Return where an identifier stands by itself, as (start, end); over a line's end only where it is nowhere else."""
    whole = [match.span() for match in apart(identifier).finditer(text)]
    if whole or not identifier:
        return whole
    broken = _BREAK.join(map(re.escape, identifier))
    return [one.span() for one in re.finditer(rf"(?<![A-Za-z0-9.-]){broken}(?![A-Za-z0-9-]|\.[0-9])", text)]


@dataclass(frozen=True, slots=True)
class _Mention:
    """An order's id in a text: whose it is, and where it starts and ends."""

    order: str
    start: int
    end: int


class Passages:
    """A group's text, cut at the ids of its orders."""

    def __init__(self, text: str, orders: Sequence[str]) -> None:
        self._text = text
        found = [_Mention(one, *place) for one in dict.fromkeys(orders) for place in places(one, text)]
        self._mentions = self._without_index(sorted(found, key=lambda one: (one.start, -one.end)))
        self._words = [
            (match.start(), match[0]) for match in _WORD.finditer(text) if not self._is_counted(match.start())
        ]

    def accounts_for(self, statuses: Mapping[str, str]) -> Mapping[str, bool]:
        """Tell of each FAILED and CANCELLED order whether the text names it as such; `statuses` are those of all."""
        judged = [_judged(one, statuses) for one in self._readings()]
        consistent = next((ok for ok, right in judged if right), None)
        return consistent if consistent is not None else judged[0][0]

    def _readings(self) -> Sequence[Mapping[str, Sequence[frozenset[str]]]]:
        """Return the ways in which the text can be read, the likeliest first: words by order, a set a passage."""
        rows = self._rows()
        if rows is not None:
            return [rows]
        lead, tail = self._between(0, self._first), self._between(self._last, len(self._text))
        after, before = [self._after()], [self._before(headings=False), self._before(headings=True)]
        if (len(lead) == 1) != (len(tail) == 1):  # it belongs to an order; several at the other end are a legend
            return before if len(lead) == 1 else after
        return [*after, *before]

    def _without_index(self, mentions: list[_Mention]) -> list[_Mention]:
        """Leave out enumerations of orders that all are named again after it: `Orders: A-1, A-2, A-3`."""
        kept, rest = list[_Mention](), mentions
        while rest:
            length = 1
            while length < len(rest) and self._are_listed(rest[length - 1], rest[length]):
                length += 1
            run, rest = rest[:length], rest[length:]
            if length == 1 or not {one.order for one in run} <= {one.order for one in rest}:
                kept += run
        return kept

    def _are_listed(self, one: _Mention, other: _Mention) -> bool:
        return _LISTED.fullmatch(self._text, one.end, other.start) is not None

    def _is_counted(self, at: int) -> bool:
        """Whether a word is counted, as in a summary: `3 orders, 1 FAILED`."""
        number = re.search(r"(?<![\w.-])(\d+)\s+(?:orders?\s+)?\Z", self._text[max(0, at - 40) : at])
        if number is None:
            return False
        start = max(0, at - 40) + number.start(1)
        return not any(one.start <= start < one.end for one in self._mentions)

    @property
    def _first(self) -> int:
        return self._mentions[0].start if self._mentions else len(self._text)

    @property
    def _last(self) -> int:
        return self._mentions[-1].end if self._mentions else 0

    def _between(self, start: int, end: int) -> frozenset[str]:
        return frozenset(word for at, word in self._words if start <= at < end)

    def _after(self) -> dict[str, list[frozenset[str]]]:
        """Give each id the words up to the next id; `A-1, A-2: FAILED` gives it to both."""
        found: dict[str, list[frozenset[str]]] = {}
        words, end = frozenset[str](), len(self._text)
        for mention in reversed(self._mentions):
            listed = _LISTED.fullmatch(self._text, mention.end, end) is not None
            words = words if listed else self._between(mention.end, end)
            found.setdefault(mention.order, []).append(words)
            end = mention.start
        return found

    def _before(self, *, headings: bool) -> dict[str, list[frozenset[str]]]:
        """Give each id the word that stands last before it; with `headings`, one by itself heads what follows."""
        found: dict[str, list[frozenset[str]]] = {}
        start, words, heads = 0, frozenset[str](), False
        for mention in self._mentions:
            between = [(at, word) for at, word in self._words if start <= at < mention.start]
            listed = _LISTED.fullmatch(self._text, start, mention.start) is not None
            if between:
                words, heads = frozenset({between[-1][1]}), headings and self._is_heading(between[-1][0])
            elif heads and not listed:
                words = words | {_PERHAPS}
            elif not listed:
                words = frozenset()
            found.setdefault(mention.order, []).append(words)
            start = mention.end
        return found

    def _is_heading(self, at: int) -> bool:
        start, end = self._line(at)
        return not any(start <= one.start < end for one in self._mentions)

    def _line(self, at: int) -> tuple[int, int]:
        start, end = self._text.rfind("\n", 0, at) + 1, self._text.find("\n", at)
        return start, end if end >= 0 else len(self._text)

    def _rows(self) -> dict[str, list[frozenset[str]]] | None:
        """Read the text as rows, if it is made of them: lines that begin alike, each with an id and its word."""
        found: dict[str, list[frozenset[str]]] = {}
        shapes = set()
        for line in dict.fromkeys(self._line(at) for at, _ in self._words if at >= self._line(self._first)[0]):
            inside = [one for one in self._mentions if line[0] <= one.start < line[1]]
            if len(inside) != 1:
                return None
            mention, words = inside[0], [(at, word) for at, word in self._words if line[0] <= at < line[1]]
            if words[0][0] < mention.start < words[-1][0]:
                return None
            shapes.add((words[0][0] < mention.start, self._shape(line[0], mention.start)))
            found.setdefault(mention.order, []).append(frozenset(word for _, word in words))
        return found if len(shapes) == 1 and len(found) > 1 else None

    def _shape(self, start: int, end: int) -> str:
        """Return the beginning of a line without what differs from row to row: the word, numbers, white space."""
        return re.sub(r"[\d\s]+", "", _WORD.sub("", self._text[start:end]))


def _judged(
    reading: Mapping[str, Sequence[frozenset[str]]], statuses: Mapping[str, str]
) -> tuple[dict[str, bool], bool]:
    """Tell which orders a reading names as they are, and whether it agrees with all of `statuses`."""
    words = {one: _words_of(reading.get(one, ())) for one in statuses}
    named = {one: status in words[one] for one, status in statuses.items() if status != COMPLETED}
    done = all(
        words[one] & {COMPLETED, _PERHAPS} or not words[one] for one, status in statuses.items() if status == COMPLETED
    )
    return named, done and all(named.values())


def _words_of(passages: Sequence[frozenset[str]]) -> frozenset[str]:
    """Return what an order's passages say: those with a word to themselves, before others, which may be summaries."""
    single = [one for one in passages if len(one) == 1]
    return frozenset[str]().union(*(single or passages))


def sections(text: str, orders: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each of these ids with what stands from it to the next of them, as often as it is there."""
    found = sorted((place, one) for one in dict.fromkeys(orders) for place in places(one, text))
    for ((_, end), order), ((following, _), _) in pairwise([*found, ((len(text), len(text)), "")]):
        yield order, text[end:following]
