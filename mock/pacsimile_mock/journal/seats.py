"""How many may follow journals at a time: each holds a connection, and entries that it has not read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from threading import Lock
from typing import Any, Protocol

MOST = 64
"""Followers of one process, of all its worlds."""


class Source(Protocol):
    """Gives events, and lets go of what it holds."""

    def events(self, *ends: Awaitable[Any]) -> AsyncIterator[bytes]:
        """Give events until one of `ends` comes."""

    def close(self) -> None:
        """Let go; a second time nothing happens."""


class Seats:
    """Counts those who follow."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.taken = 0
        self._lock = Lock()

    def take(self) -> bool:
        """Take a seat; False where none is free."""
        with self._lock:
            free = self.taken < self.most
            self.taken += free
        return free

    def leave(self) -> None:
        """Give a seat back."""
        with self._lock:
            self.taken -= 1


class Seated:
    """A source on a seat, which it leaves when it is closed."""

    def __init__(self, source: Source, seats: Seats) -> None:
        self.events = source.events
        self._source = source
        self._seats: Seats | None = seats

    def close(self) -> None:
        """Close the source, and leave."""
        self._source.close()
        seats, self._seats = self._seats, None
        if seats is not None:
            seats.leave()
