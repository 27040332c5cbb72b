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
        self._unseen = Counter[str]()
        """Calls of each world that are missing while no gap shows it yet."""

    def missed(self, world: str, owed: int, error: Unavailable, *, served: bool) -> None:
        """Note a call that is not in its world's journal.

        Args:
            world: the world's name.
            owed: the numbers that the next call has to leave free: this call's, and those owed already.
            error: why.
            served: whether the call was answered all the same. If it was refused, that has been told of already.
        """
        with self._lock:
            self._numbers[world] += owed
            self._unseen[world] += 1
            self._missing += 1
            if served and not self._told:
                self._told = True
                LOG.error("the journal cannot be written: %s; calls are served without it", error.reason)

    def unseen(self, world: str) -> bool:
        """Tell whether calls of a world are missing that no gap in its numbers shows yet."""
        return self._unseen[world] > 0

    def take_owed(self, world: str) -> int:
        """Return how many calls the next number of a world has to pass over, and forget them."""
        if not self._numbers:
            return 0
        with self._lock:
            return self._numbers.pop(world, 0)

    def forget(self, world: str) -> None:
        """Forget the missing calls of a world, which has ended."""
        with self._lock:
            self._numbers.pop(world, None)
            self._unseen.pop(world, None)

    def ended(self, world: str, left_free: int) -> None:
        """Note that a call was written, and how many numbers of missing calls it has left free."""
        if not self._missing and not left_free:
            return
        with self._lock:
            self._unseen[world] = max(self._unseen[world] - left_free, 0)
            told, missing = self._told, self._missing
            self._told, self._missing = False, 0
        if told:
            LOG.warning("the journal is written again, without %d calls", missing)
