"""Stores a world's faults and counts their calls, by atomic operations that workers can share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple, Protocol

from pacsimile_mock.clock import Instant


class SavedFault(NamedTuple):
    """A fault in the store."""

    number: int
    content: str
    """The JSON that set it."""
    set_at: Instant
    matched: int = 0
    """The number of calls that matched it."""
    triggered: int = 0
    """The number of calls that triggered it."""


class FaultStore(Protocol):
    """Stores the faults of one world."""

    def add(self, content: str, set_at: Instant) -> SavedFault:
        """Store a new fault under a number of its own."""

    def remove(self, number: int) -> bool:
        """Remove a fault; return False where there is none."""

    def clear(self) -> None:
        """Remove all faults."""

    def saved(self) -> Sequence[SavedFault]:
        """Return all faults in the order in which they were set, with their current counts."""

    def count_match(self, number: int) -> int:
        """Count a call that matches the fault, and return the new count; 0 where the fault is gone."""

    def count_trigger(self, number: int, most: int | None) -> int:
        """Count a call that triggers the fault, and return the new count.

        Return 0 and count nothing where `most` calls have triggered it already, or the fault is gone.
        """


@dataclass(slots=True)
class _Record:
    content: str
    set_at: Instant
    matched: int = 0
    triggered: int = 0


class MemoryFaults:
    """Stores the faults in the memory of this process."""

    def __init__(self) -> None:
        self._records: dict[int, _Record] = {}
        self._last = 0
        self._lock = Lock()

    def add(self, content: str, set_at: Instant) -> SavedFault:
        """Store a new fault."""
        with self._lock:
            self._last += 1
            self._records[self._last] = _Record(content, set_at)
            return SavedFault(self._last, content, set_at)

    def remove(self, number: int) -> bool:
        """Remove a fault; return False where there is none."""
        with self._lock:
            return self._records.pop(number, None) is not None

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._records.clear()

    def saved(self) -> Sequence[SavedFault]:
        """Return all faults."""
        with self._lock:
            return [
                SavedFault(number, record.content, record.set_at, record.matched, record.triggered)
                for number, record in self._records.items()
            ]

    def count_match(self, number: int) -> int:
        """Count a call that matches the fault."""
        with self._lock:
            record = self._records.get(number)
            if record is None:
                return 0
            record.matched += 1
            return record.matched

    def count_trigger(self, number: int, most: int | None) -> int:
        """Count a call that triggers the fault."""
        with self._lock:
            record = self._records.get(number)
            if record is None or (most is not None and record.triggered >= most):
                return 0
            record.triggered += 1
            return record.triggered
