"""Where a world's faults are kept, and how often each was met: atomic operations, so that workers can share them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple, Protocol

from pacsimile_mock.clock import Instant


class SavedFault(NamedTuple):
    """What is kept of a fault."""

    number: int
    content: str
    """As it was set: JSON."""
    set_at: Instant
    matched: int = 0
    """Calls that fitted."""
    met: int = 0
    """Calls that met it."""


class FaultStore(Protocol):
    """Keeps the faults of one world."""

    def add(self, content: str, set_at: Instant) -> SavedFault:
        """Keep a new fault, under a number of its own."""

    def remove(self, number: int) -> bool:
        """Forget a fault; False where there is none."""

    def clear(self) -> None:
        """Forget all."""

    def saved(self) -> Sequence[SavedFault]:
        """All faults in the order in which they were set, with their counts as they are now."""

    def count(self, number: int) -> int:
        """Count a call that fits, and tell which one it is, from 1; 0 where the fault is gone."""

    def take(self, number: int, most: int | None) -> int:
        """Count a call that meets the fault, and tell which one it is; 0 where `most` have, or the fault is gone."""


@dataclass(slots=True)
class _Kept:
    content: str
    set_at: Instant
    matched: int = 0
    met: int = 0


class MemoryFaults:
    """Keeps them in the memory of the process."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}
        self._last = 0
        self._lock = Lock()

    def add(self, content: str, set_at: Instant) -> SavedFault:
        """Keep a new fault."""
        with self._lock:
            self._last += 1
            self._kept[self._last] = _Kept(content, set_at)
            return SavedFault(self._last, content, set_at)

    def remove(self, number: int) -> bool:
        """Forget a fault."""
        with self._lock:
            return self._kept.pop(number, None) is not None

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()

    def saved(self) -> Sequence[SavedFault]:
        """All faults."""
        with self._lock:
            return [SavedFault(n, kept.content, kept.set_at, kept.matched, kept.met) for n, kept in self._kept.items()]

    def count(self, number: int) -> int:
        """Count a call that fits."""
        with self._lock:
            kept = self._kept.get(number)
            if kept is None:
                return 0
            kept.matched += 1
            return kept.matched

    def take(self, number: int, most: int | None) -> int:
        """Count a call that meets the fault."""
        with self._lock:
            kept = self._kept.get(number)
            if kept is None or (most is not None and kept.met >= most):
                return 0
            kept.met += 1
            return kept.met
