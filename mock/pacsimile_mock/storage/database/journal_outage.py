"""Calls that no journal has, because the database could not be written: they are told of, and numbers leave room."""

from __future__ import annotations

from collections import Counter
from threading import Lock

from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.logs import LOG


class JournalOutage:
    """Logs once that calls are served without the journals of a process, and later how many calls are missing there."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told, self._missing = False, 0
        self._numbers = Counter[str]()
        """Calls of each world that its next number has to pass over, so that whoever reads the journal sees a gap."""

    def missed(self, world: str, calls: int, error: Unavailable, *, served: bool) -> None:
        """Note a call that is not in its world's journal.

        Args:
            world: the world's name.
            calls: how many calls the next number there has to pass over: this one, and those that it should have.
            error: why.
            served: whether the call was answered all the same. If it was refused, that has been told of already.
        """
        with self._lock:
            self._numbers[world] += calls
            self._missing += 1
            if served and not self._told:
                self._told = True
                LOG.error("the journal cannot be written: %s; calls are served without it", error.reason)

    def passed_over(self, world: str) -> int:
        """Return how many calls the next number of a world has to pass over, and forget them."""
        if not self._numbers:
            return 0
        with self._lock:
            return self._numbers.pop(world, 0)

    def ended(self) -> None:
        """Note that a call was written."""
        if not self._missing:
            return
        with self._lock:
            told, missing = self._told, self._missing
            self._told, self._missing = False, 0
        if told:
            LOG.warning("the journal is written again, without %d calls", missing)
