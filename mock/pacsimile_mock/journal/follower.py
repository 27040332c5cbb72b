"""Entries of a journal that this process alone writes, for somebody who follows: server-sent events."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Sequence
from threading import Lock
from typing import Any

import orjson

from pacsimile_mock.journal.journal import Journal
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.query import Match, shown

BOUND = 1_000
"""Entries that wait for one who reads slowly; then the oldest go, and the event after tells how many."""
BOUND_BYTES = 1024 * 1024
"""Bytes that they may take."""
HEARTBEAT_SECONDS = 15.0
BEAT = b": still here\n\n"


class Follower:
    """One who follows the calls of a journal that match."""

    def __init__(self, journal: Journal, match: Match) -> None:
        self._journal, self._match = journal, match
        self._waiting: deque[Entry] = deque()
        self._weight = 0
        self._lost = 0
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        journal.listeners += (self._hear,)

    def _hear(self, entry: Entry) -> None:
        """Take an entry, in whatever thread it was written."""
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
        """Give events until one of `ends` comes: the client goes, or the server stops."""
        self._loop = asyncio.get_running_loop()
        ending = [asyncio.ensure_future(end) for end in ends]
        try:
            yield BEAT
            while not any(end.done() for end in ending):
                while self._waiting:
                    yield self._next()
                if not await self._something(ending):
                    yield BEAT
        finally:
            for end in ending:
                end.cancel()
            self.close()

    def _next(self) -> bytes:
        """Take the oldest entry that waits, and tell how many were lost before it."""
        with self._lock:
            entry, lost, self._lost = self._waiting.popleft(), self._lost, 0
            self._weight -= entry.weight
        return event(entry, lost)

    async def _something(self, ending: Sequence[asyncio.Future[Any]]) -> bool:
        """Wait for an entry or an end; False where nothing came for long."""
        if self._waiting:
            return True
        waking = asyncio.ensure_future(self._woken.wait())
        done, _ = await asyncio.wait([waking, *ending], timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        waking.cancel()
        self._woken.clear()
        return bool(done)

    def close(self) -> None:
        """Stop following."""
        self._journal.listeners = tuple(one for one in self._journal.listeners if one != self._hear)


def event(entry: Entry, lost: int) -> bytes:
    """Write an entry as a server-sent event; `lost` entries before it were dropped."""
    told = orjson.dumps({**shown(entry), "lost_before": lost})
    return b"id: %d\nevent: call\ndata: %s\n\n" % (entry.number, told)
