"""Shares the database's time between servers on several hosts, whose clocks differ."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from pacsimile_mock.clock import SECOND, Instant, system_time


def monotonic() -> Instant:
    """Return microseconds since an arbitrary moment, by a clock that is never set."""
    return time.monotonic_ns() // 1_000


class SharedTime:
    """The database's time, estimated from the latest time that the database returned.

    A returned time is already past when it arrives, so that the estimate never runs ahead of the database's clock. A
    server that asks after another has its answer is never behind the other's time. Before the first answer, the time is
    the machine's.
    """

    def __init__(self, source: Callable[[], Instant] = monotonic) -> None:
        self._source = source
        self._ahead = system_time() - source()
        self._updated_at: Instant | None = None
        self._lock = Lock()

    def now(self) -> Instant:
        """Return the database's time, or slightly less."""
        return self._source() + self._ahead

    def update(self, at: Instant) -> None:
        """Record a time that the database returned; of those within a second, the latest estimate counts."""
        here = self._source()
        with self._lock:
            if self._updated_at is None or here - self._updated_at > SECOND or at - here > self._ahead:
                self._ahead, self._updated_at = at - here, here
