"""The environment's clock: this machine's, moved ahead by what the state `time_passes` asked for."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

SECOND = 1_000_000


class Clock:
    """A clock in microseconds since 1970 that never tells the same instant twice."""

    def __init__(self, ahead: int = 0) -> None:
        self.ahead = ahead
        self._last = 0

    def now(self) -> int:
        """The present, without claiming the instant for anything."""
        return time.time_ns() // 1000 + self.ahead

    def tick(self) -> int:
        """The present as an instant of its own, later than each that was told before."""
        self._last = max(self.now(), self._last + 1)
        return self._last


def written(instant: int, offset: int) -> str:
    """An instant by RFC 3339, with microseconds and an offset of so many minutes."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
    return moment.astimezone(timezone(timedelta(minutes=offset))).isoformat(timespec="microseconds")
