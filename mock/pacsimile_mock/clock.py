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
LATEST: Instant = (datetime(9001, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
"""Where moving a clock ends; what is planned from there can still be written, and a clock that runs has centuries."""


def system_time() -> Instant:
    """Tell the machine's time, in microseconds since the epoch."""
    return time.time_ns() // 1_000


class ClockSetting(NamedTuple):
    """How a clock is set: microseconds ahead of the machine's, and where it comes to stand if it is frozen."""

    offset: Instant = 0
    frozen_at: Instant | None = None


class Clock:
    """A clock that runs from an offset or stands still, can be set and advanced, and never goes backwards.

    `notice` is how far ahead a freeze takes effect: the time that word of it needs to reach all who share the setting.
    Until then all of them run, so that nobody has told a later time than the one where all will stand.
    """

    def __init__(self, source: Callable[[], Instant] = system_time, notice: Instant = 0) -> None:
        self._source = source
        self._notice = notice
        self._setting = ClockSetting()
        self._as_of = 0
        self._latest: Instant = 0
        self._lock = Lock()

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._setting.frozen_at is not None

    def now(self) -> Instant:
        """Tell the time; never earlier than any time told before, even if the machine's clock is set back."""
        offset, frozen_at = self._setting
        now = self._source() + offset
        if frozen_at is not None and now > frozen_at:
            now = frozen_at
        if now <= self._latest:
            return self._latest
        self._latest = now
        return now

    def advance(self, by: Instant) -> Instant:
        """Move the clock `by` microseconds ahead (0 asks) and tell the new time."""
        if by < 0:
            raise ValueError("a clock is never moved backwards: give 0 or more seconds")
        with self._lock:
            return self._move(self._base() + by)

    def set(self, at: Instant) -> Instant:
        """Set the clock to `at`, which must not lie before its present time."""
        with self._lock:
            if at < self._base():
                raise ValueError(f"a clock is never moved backwards: it is {rfc3339(self._base())} there already")
            return self._move(at)

    def begin(self, at: Instant) -> Instant:
        """Stand still at `at`, which may lie in the past: for a clock that has told nobody the time yet."""
        with self._lock:
            self._setting, self._latest = ClockSetting(at - self._source(), at), at
            return at

    def freeze(self) -> Instant:
        """Stop the clock where it is."""
        with self._lock:
            if not self.frozen:
                self._setting = self._setting._replace(frozen_at=self.now() + self._notice)
            return self.now()

    def run(self) -> Instant:
        """Let a frozen clock run on from where it stands."""
        with self._lock:
            if self.frozen:
                self._setting = ClockSetting(self.now() - self._source())
            return self.now()

    @property
    def setting(self) -> ClockSetting:
        """How it is set."""
        return self._setting

    @property
    def settles_in(self) -> Instant:
        """Microseconds until a freeze takes effect; 0 where none is under way."""
        offset, frozen_at = self._setting
        return 0 if frozen_at is None else max(frozen_at - self._source() - offset, 0)

    def restore(self, setting: ClockSetting, as_of: int = 0, *, anew: bool = False) -> None:
        """Set it as another worker has, or as it was before a restart; word that is older than other word is late.

        Args:
            setting: The clock's setting.
            as_of: The generation that the word is of.
            anew: Whether what was heard before is void; then the clock may go back.
        """
        with self._lock:
            if anew or as_of >= self._as_of:
                self._setting, self._as_of = setting, as_of
                self._latest = 0 if anew else self._latest

    def _base(self) -> Instant:
        """Where it stands, or will come to stand; else the time."""
        return self.now() if self._setting.frozen_at is None else max(self._setting.frozen_at, self.now())

    def _move(self, to: Instant) -> Instant:
        if to > LATEST:
            raise ValueError("a clock is not moved beyond the year 9000: beyond 9999 no time could be written")
        ahead = to - self._source()
        self._setting = ClockSetting(max(self._setting.offset, ahead), to) if self.frozen else ClockSetting(ahead)
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
    second, fraction = divmod(at, SECOND)
    minute, second = divmod(second, 60)
    before, after = _minute(minute, offset)
    return f"{before}{second:02d}.{fraction:06d}{after}" if fraction else f"{before}{second:02d}{after}"


@lru_cache(maxsize=4096)  # the reports of a long listing have different instants, and the same minutes
def _minute(minute: int, offset: int) -> tuple[str, str]:
    """Return what stands before and behind the seconds of a minute."""
    text = as_datetime(minute * 60 * SECOND, offset).isoformat()
    return text[:17], text[19:]


@lru_cache(maxsize=64)
def _http_date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC), usegmt=True)


def http_date(at: Instant) -> str:
    """Write an instant as RFC 9110 §5.6.7 has it in `Date`."""
    return _http_date(at // SECOND)
