"""Follows a journal that several processes write: looks again and again for what they have kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Any

from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.journal.follower import BEAT, HEARTBEAT_SECONDS, event
from pacsimile_mock.journal.keeper import Keeper
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.query import Match

INTERVAL = 0.2
"""Seconds between looks at a journal in which nothing was new."""
AT_ONCE = 100
"""Entries that are read by one look, and wait until they were sent."""


class Poller:
    """One who follows the calls of all workers that match, in the order of their numbers."""

    def __init__(self, keeper: Keeper, match: Match) -> None:
        self._keeper, self._match = keeper, match
        self._seen = keeper.last()
        self._lost = 0

    async def events(self, *ends: Awaitable[Any]) -> AsyncIterator[bytes]:
        """Give events until one of `ends` comes: the client goes, or the server stops."""
        ending = [asyncio.ensure_future(end) for end in ends]
        try:
            yield BEAT
            quiet_since = time.monotonic()
            while not any(end.done() for end in ending):
                found = await asyncio.to_thread(self._look)
                for entry in found:
                    if told := self._told(entry):
                        quiet_since = time.monotonic()
                        yield told
                if time.monotonic() - quiet_since > HEARTBEAT_SECONDS:
                    quiet_since = time.monotonic()
                    yield BEAT
                if not found:
                    await asyncio.wait(ending, timeout=INTERVAL, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ending:
                end.cancel()

    def _look(self) -> Sequence[Entry]:
        """Read what is new; nothing while the database does not answer."""
        try:
            return self._keeper.after(self._seen, AT_ONCE)
        except Unavailable:
            return ()

    def _told(self, entry: Entry) -> bytes | None:
        """The event of an entry, if it is one that is followed; a gap in the numbers was dropped before it was read."""
        self._lost += entry.number - self._seen - 1
        self._seen = entry.number
        if self._match.difference(entry):
            return None
        lost, self._lost = self._lost, 0
        return event(entry, lost)

    def close(self) -> None:
        """Nothing is held between looks."""
