"""A world's clock: everything that tells the time reads it, so that advancing an hour costs nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

Instant = int
"""Microseconds since 1970-01-01T00:00:00Z."""

SECOND: Instant = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def system_time() -> Instant:
    """Tell the machine's time, in microseconds since the epoch."""
    return time.time_ns() // 1_000


class ClockSetting(NamedTuple):
    """How a clock is set: microseconds ahead of the machine's, and where it stands if it is frozen."""

    offset: Instant = 0
    frozen_at: Instant | None = None


class Clock:
    """A clock that runs from an offset or stands still, can be set and advanced, and never goes backwards."""

    def __init__(self, source: Callable[[], Instant] = system_time) -> None:
        self._source = source
        self._offset: Instant = 0
        self._frozen_at: Instant | None = None
        self._latest: Instant = 0
        self._lock = Lock()

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen_at is not None

    def now(self) -> Instant:
        """Tell the time; never earlier than any time told before, even if the machine's clock is set back."""
        told = self._frozen_at if self._frozen_at is not None else self._source() + self._offset
        if told <= self._latest:
            return self._latest
        self._latest = told
        return told

    def advance(self, by: Instant) -> Instant:
        """Move the clock `by` microseconds ahead (0 asks) and tell the new time."""
        if by < 0:
            raise ValueError("a clock is never moved backwards: give 0 or more seconds")
        with self._lock:
            return self._move(self.now() + by)

    def set(self, at: Instant) -> Instant:
        """Set the clock to `at`, which must not lie before its present time."""
        with self._lock:
            if at < self.now():
                raise ValueError(f"a clock is never moved backwards: it is {rfc3339(self.now())} there already")
            return self._move(at)

    def freeze(self) -> Instant:
        """Stop the clock where it is."""
        with self._lock:
            self._frozen_at = self.now()
            return self._frozen_at

    def run(self) -> Instant:
        """Let a frozen clock run on from where it stands."""
        with self._lock:
            if self._frozen_at is not None:
                self._offset, self._frozen_at = self._frozen_at - self._source(), None
            return self.now()

    @property
    def setting(self) -> ClockSetting:
        """How it is set."""
        return ClockSetting(self._offset, self._frozen_at)

    def restore(self, setting: ClockSetting) -> None:
        """Set it as another worker has, or as it was before a restart."""
        with self._lock:
            self._offset, self._frozen_at = setting

    def _move(self, to: Instant) -> Instant:
        if self._frozen_at is not None:
            self._frozen_at = to
        else:
            self._offset = to - self._source()
        self._latest = max(self._latest, to)
        return to


@lru_cache(maxsize=256)
def zone(minutes: int) -> timezone:
    """Give the time zone `minutes` east of Greenwich."""
    return timezone(timedelta(minutes=minutes))


def as_datetime(at: Instant, offset: int = 0) -> datetime:
    """Turn an instant into an aware datetime, `offset` minutes east of Greenwich."""
    return (EPOCH + timedelta(microseconds=at)).astimezone(zone(offset))


def as_instant(moment: datetime) -> Instant:
    """Turn an aware datetime into an instant, exactly."""
    return (moment - EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=4096)  # pollers ask for the same few again and again
def rfc3339(at: Instant, offset: int = 0) -> str:
    """Write an instant as RFC 3339 has it, `offset` minutes east of Greenwich."""
    return as_datetime(at, offset).isoformat()


@lru_cache(maxsize=64)
def _http_date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC), usegmt=True)


def http_date(at: Instant) -> str:
    """Write an instant as RFC 9110 §5.6.7 has it in `Date`."""
    return _http_date(at // SECOND)
