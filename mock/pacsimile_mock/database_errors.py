"""Errors of the database that keeps worlds."""

from __future__ import annotations

import time

from pacsimile_mock.logs import LOG

BETWEEN_WARNINGS = 60.0
"""Seconds from one warning of an outage to the next."""


class DatabaseError(Exception):
    """The database cannot be used at all; the message says what to do."""


class Unavailable(DatabaseError):
    """The database does not answer for the moment: a full disk, a lock, a server that went away."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the database does not answer: {reason}")
        self.reason = reason


class WorldEnded(Exception):
    """The world was ended by another call while this one was answered."""

    def __init__(self) -> None:
        super().__init__("the world has ended")


class Outage:
    """Warns that the database does not answer, at intervals and not with each call."""

    def __init__(self) -> None:
        self._warned_at: float | None = None

    def warn(self, error: Unavailable) -> None:
        """Log a warning, unless the last one was a short while ago."""
        now = time.monotonic()
        if self._warned_at is None or now - self._warned_at > BETWEEN_WARNINGS:
            self._warned_at = now
            LOG.warning("%s; calls are answered 503 until it does", error)


OUTAGE = Outage()
"""The instance of this process."""
