"""Follows a journal that this process alone writes: its entries as server-sent events."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Sequence
from threading import Lock
from typing import Any

import orjson

from pacsimile_mock.journal.journal import Journal
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.query import JournalQuery, describe

BOUND = 1_000
"""Entries that wait for a slow reader; of more the oldest are dropped, and the next event says how many."""
BOUND_BYTES = 1024 * 1024
"""Bytes that they may take."""
HEARTBEAT_SECONDS = 15.0
BEAT = b": still here\n\n"


class MemoryFollower:
    """Yields the calls of a journal that match."""

    def __init__(self, journal: Journal, match: JournalQuery) -> None:
        self._journal, self._match = journal, match
        self._waiting: deque[Entry] = deque()
        self._weight = 0
        self._lost = 0
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        journal.listeners += (self._receive,)

    def _receive(self, entry: Entry) -> None:
        """Queue an entry, from whichever thread wrote it."""
        if self._match.difference(entry):
            return
        with self._lock:
            self._waiting.append(entry)
            self._weight += entry.weight
            while len(self._waiting) > BOUND or self._weight > BOUND_BYTES:
                self._weight -= self._waiting.popleft().weight
                self._lost += 1
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._woken.set)

    async def events(self, *ends: Awaitable[Any]) -> AsyncIterator[bytes]:
        """Yield events until one of `ends` completes: the client disconnects, or the server stops."""
        self._loop = asyncio.get_running_loop()
        ending = [asyncio.ensure_future(end) for end in ends]
        try:
            yield BEAT
            while not any(end.done() for end in ending):
                while self._waiting:
                    yield self._next()
                if not await self._wait(ending):
                    yield BEAT
        finally:
            for end in ending:
                end.cancel()
            self.close()

    def _next(self) -> bytes:
        """Return the event of the oldest entry that waits."""
        with self._lock:
            entry, lost, self._lost = self._waiting.popleft(), self._lost, 0
            self._weight -= entry.weight
        return event(entry, lost)

    async def _wait(self, ending: Sequence[asyncio.Future[Any]]) -> bool:
        """Wait for an entry or an end; return False at a timeout."""
        if self._waiting:
            return True
        waking = asyncio.ensure_future(self._woken.wait())
        done, _ = await asyncio.wait([waking, *ending], timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        waking.cancel()
        self._woken.clear()
        return bool(done)

    def close(self) -> None:
        """Stop following."""
        self._journal.listeners = tuple(listener for listener in self._journal.listeners if listener != self._receive)


def event(entry: Entry, lost: int) -> bytes:
    """Return an entry as a server-sent event; `lost` entries before it were dropped."""
    data = orjson.dumps({**describe(entry), "lost_before": lost})
    return b"id: %d\nevent: call\ndata: %s\n\n" % (entry.number, data)
