"""What can go wrong with a database."""

from __future__ import annotations

import time

from pacsimile_mock.logs import LOG

BETWEEN_WARNINGS = 60.0
"""Seconds: an outage is told of once, not with each call."""


class DatabaseError(Exception):
    """The database cannot be used at all; the message says what to do."""


class Unavailable(DatabaseError):
    """The database does not answer for the moment: a full disk, a lock, a server that went away."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the database does not answer: {reason}")
        self.reason = reason


class WorldEnded(Exception):
    """The world is not there any more: another call ended it while this one was answered."""

    def __init__(self) -> None:
        super().__init__("the world has ended")


class Outage:
    """Says on standard error that the database does not answer, once in a while."""

    def __init__(self) -> None:
        self._told_at: float | None = None

    def tell(self, error: Unavailable) -> None:
        """Tell, unless it was told a short while ago."""
        now = time.monotonic()
        if self._told_at is None or now - self._told_at > BETWEEN_WARNINGS:
            self._told_at = now
            LOG.warning("%s; calls are answered 503 until it does", error)


OUTAGE = Outage()
"""The one of this process."""
