"""Keeps a world's journal in memory, within bounds; counters are never dropped."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from itertools import islice
from threading import Lock
from typing import NamedTuple, Protocol

from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.observation import settle

BOUND = 10_000
"""Entries kept, of one world."""
BOUND_BYTES = 16 * 1024 * 1024
"""Bytes of memory that they may take: an entry usually takes 1 KiB, that of a hostile call a hundred times as much."""
SHARE = 16
"""One entry may take a sixteenth of them, since a listing of 100,000 reports would leave no room for others."""


class CounterKey(NamedTuple):
    """What calls are counted by."""

    operation: str | None
    status: int
    client_id: str | None


class JournalStore(Protocol):
    """Keeps the latest entries of a world, and counts all."""

    shared: bool
    """Whether other processes keep entries here too."""
    shortened: bool
    """Whether an entry was kept without the reports that its answer names, because they were too many."""

    @property
    def behind(self) -> bool:
        """Whether calls of this process are missing that no gap in the numbers shows yet."""

    def add(self, entry: Entry) -> None:
        """Keep an entry, and set its number."""

    def update(self, entry: Entry) -> None:
        """Keep the changes of an entry that is kept already."""

    def entries(self) -> Sequence[Entry]:
        """Return the entries that are kept, oldest first."""

    def after(self, number: int, most: int) -> Sequence[Entry]:
        """Return up to `most` entries after a number, oldest first."""

    def last(self) -> int:
        """Return the number of the latest entry ever kept; 0 for none."""

    def counters(self) -> Counter[CounterKey]:
        """Count all calls ever, dropped entries included."""

    def clear(self) -> None:
        """Drop all entries and counters; numbers go on, so that none is used twice."""

    def end(self) -> None:
        """Drop all: the world has ended."""


class MemoryJournalStore:
    """Keeps entries in this process."""

    shared = False
    behind = False

    def __init__(self, bound: int = BOUND, bound_bytes: int = BOUND_BYTES) -> None:
        self._bound, self._bound_bytes = bound, bound_bytes
        self._last = 0
        self._lock = Lock()
        self.clear()

    def add(self, entry: Entry) -> None:
        """Keep an entry, without its reports if they take more than its share; drop the oldest beyond the bounds."""
        weight = entry.weight
        with self._lock:
            if weight * SHARE > self._bound_bytes and entry.observed is not None and entry.observed.reports:
                entry.observed.reports = []
                weight, self.shortened = entry.weight, True
            self._last = entry.number = self._last + 1
            self._kept.append(entry)
            self._weights.append(weight)
            self.weight += weight
            self._counters[entry.operation, entry.status, entry.client_id] += 1
            while len(self._kept) > self._bound or self.weight > self._bound_bytes:
                self._kept.popleft()
                self.weight -= self._weights.popleft()

    def update(self, entry: Entry) -> None:
        """Do nothing: the object kept is the same."""

    def entries(self) -> Sequence[Entry]:
        """Return the entries that are kept."""
        with self._lock:
            return tuple(map(settle, self._kept))

    def after(self, number: int, most: int) -> Sequence[Entry]:
        """Return the first entries after a number; numbers of those kept follow each other."""
        with self._lock:
            first = self._kept[0].number if self._kept else 0
            begin = max(number + 1 - first, 0)
            return list(map(settle, islice(self._kept, begin, begin + most)))

    def last(self) -> int:
        """Return the number of the latest entry."""
        return self._last

    def counters(self) -> Counter[CounterKey]:
        """Count all calls ever."""
        with self._lock:
            return Counter({CounterKey(*key): number for key, number in self._counters.items()})

    def clear(self) -> None:
        """Drop all entries and counters; numbers go on."""
        with self._lock:
            self._kept: deque[Entry] = deque()
            self._weights: deque[int] = deque()
            self.weight = 0
            self.shortened = False
            self._counters: defaultdict[tuple[str | None, int, str | None], int] = defaultdict(int)

    def end(self) -> None:
        """Drop all."""
        self.clear()
