"""Follows a journal that several processes write, by polling the database for new entries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Any

from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.journal.follower import BEAT, HEARTBEAT_SECONDS, event
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.query import JournalQuery
from pacsimile_mock.journal.store import JournalStore

INTERVAL = 0.2
"""Seconds from one poll to the next where nothing was new."""
BATCH = 100
"""Entries that one poll reads at most."""


class DatabaseFollower:
    """Yields the calls of all workers that match, in the order of their numbers."""

    def __init__(self, store: JournalStore, match: JournalQuery) -> None:
        self._store, self._match = store, match
        self._seen = store.last()
        self._lost = 0

    async def events(self, *ends: Awaitable[Any]) -> AsyncIterator[bytes]:
        """Yield events until one of `ends` completes: the client disconnects, or the server stops."""
        ending = [asyncio.ensure_future(end) for end in ends]
        try:
            yield BEAT
            quiet_since = time.monotonic()
            while not any(end.done() for end in ending):
                entries = await asyncio.to_thread(self._poll)
                for entry in entries:
                    if event_bytes := self._event(entry):
                        quiet_since = time.monotonic()
                        yield event_bytes
                if time.monotonic() - quiet_since > HEARTBEAT_SECONDS:
                    quiet_since = time.monotonic()
                    yield BEAT
                if not entries:
                    await asyncio.wait(ending, timeout=INTERVAL, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ending:
                end.cancel()

    def _poll(self) -> Sequence[Entry]:
        """Read new entries; none while the database does not answer."""
        try:
            return self._store.after(self._seen, BATCH)
        except Unavailable:
            return ()

    def _event(self, entry: Entry) -> bytes | None:
        """Return the event of an entry, None where it does not match; a gap in the numbers counts as lost entries."""
        self._lost += entry.number - self._seen - 1
        self._seen = entry.number
        if self._match.difference(entry):
            return None
        lost, self._lost = self._lost, 0
        return event(entry, lost)

    def close(self) -> None:
        """Do nothing: nothing is held from one poll to the next."""
