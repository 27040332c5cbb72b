"""One time for servers on several hosts, whose clocks differ: the database's."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from pacsimile_mock.clock import SECOND, Instant, system_time


def monotonic() -> Instant:
    """Microseconds since some moment, by a clock that nobody sets."""
    return time.monotonic_ns() // 1_000


class SharedTime:
    """The database's time, told with each call and reckoned from there on.

    What is told was true before it arrived, so that the reckoning never runs ahead of the database's clock; and who was
    told after another had his answer is never behind what the other saw. Until anything is told, the machine's time.
    """

    def __init__(self, source: Callable[[], Instant] = monotonic) -> None:
        self._source = source
        self._ahead = system_time() - source()
        self._told_at: Instant | None = None
        self._lock = Lock()

    def now(self) -> Instant:
        """The database's time, or a little less."""
        return self._source() + self._ahead

    def update(self, at: Instant) -> None:
        """Take note of the database's time: of what was told within a second, what is closest to it counts."""
        here = self._source()
        with self._lock:
            if self._told_at is None or here - self._told_at > SECOND or at - here > self._ahead:
                self._ahead, self._told_at = at - here, here
