"""Limits how many clients follow journals at a time: each holds a connection, and entries that it has not read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from threading import Lock
from typing import Any, Protocol

MOST_FOLLOWERS = 64
"""Followers of one process, of all its worlds."""


class Source(Protocol):
    """A source of events."""

    def events(self, *ends: Awaitable[Any]) -> AsyncIterator[bytes]:
        """Yield events until one of `ends` completes."""

    def close(self) -> None:
        """Release what the source holds; a second call does nothing."""


class FollowerLimit:
    """Counts followers, and refuses those beyond the limit."""

    def __init__(self, most: int = MOST_FOLLOWERS) -> None:
        self.most = most
        self._count = 0
        self._lock = Lock()

    def acquire(self) -> bool:
        """Count one follower more; return False where the limit is reached."""
        with self._lock:
            free = self._count < self.most
            self._count += free
        return free

    def release(self) -> None:
        """Count one follower less."""
        with self._lock:
            self._count -= 1


class LimitedSource:
    """A source that counts towards a limit until it is closed."""

    def __init__(self, source: Source, limit: FollowerLimit) -> None:
        self.events = source.events
        self._source = source
        self._limit: FollowerLimit | None = limit

    def close(self) -> None:
        """Close the source, and release its place once."""
        self._source.close()
        limit, self._limit = self._limit, None
        if limit is not None:
            limit.release()
