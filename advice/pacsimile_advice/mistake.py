"""A mistake that a client can make, and where it was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pacsimile_advice.calls import ClientCall

MOST_SHOWN = 20
"""Calls of an occurrence that are kept as evidence: the first ones."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a mistake was seen: in words, and the numbers of the calls that show it, of which the first are kept."""

    words: str
    calls: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake.

    Attributes:
        id: Its id, such as `ADVICE-RETRY-AFTER`. It never changes.
        title: What a client does that makes it.
        source: The requirement or the section of an RFC that it goes against.
        why: What it leads to.
        remedy: What to do.
        find: Yields where it was made, from calls in the order of their numbers.
        of_all_clients: Whether `find` needs the calls of all clients, and not those of one alone: what one client of an
            organization acknowledges, another one may have fetched.
        needs_past: Whether an earlier call that the record lacks could excuse it: a report that is acknowledged may
            have been fetched before the record begins.
    """

    id: str
    title: str
    source: str
    why: str
    remedy: str
    find: Callable[[Sequence[ClientCall]], Iterator[Occurrence]]
    of_all_clients: bool = False
    needs_past: bool = False


def occurrence(words: str, *calls: ClientCall) -> Occurrence:
    """Return an occurrence with its first calls as evidence, each once."""
    numbers = dict.fromkeys(call.number for call in calls)
    return Occurrence(words, tuple(islice(numbers, MOST_SHOWN)))
