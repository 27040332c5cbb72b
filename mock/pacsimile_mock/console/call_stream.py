"""Follows a journal for somebody who looks at it: a few updates a second, whatever the rate of the calls.

It listens to nothing. It looks at the journal now and then, so that a call costs no more when a page is open.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.journal.follower import BEAT, HEARTBEAT_SECONDS, event
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.query import JournalQuery
from pacsimile_mock.journal.store import BOUND, JournalStore

UPDATE_SECONDS = 0.2
SHOWN = 25
"""The most calls of an update. Of more, the newest are sent, and the first of them says how many were left out."""


class CallStream:
    """Yields the calls of a journal that match, as server-sent events.

    Args:
        store: the journal.
        match: what calls must be.
        after: the number of the last call that is known; None for the latest.
    """

    def __init__(self, store: JournalStore, match: JournalQuery, after: int | None = None) -> None:
        self._store, self._match = store, match
        self._seen = store.last() if after is None else min(after, store.last())

    async def events(self, *ends: Awaitable[Any]) -> AsyncIterator[bytes]:
        """Yield updates until one of `ends` completes: the client disconnects, or the server stops."""
        ending = [asyncio.ensure_future(end) for end in ends]
        quiet = HEARTBEAT_SECONDS  # so that it begins with a beat
        try:
            while not any(end.done() for end in ending):
                update = await asyncio.to_thread(self._update)
                if not update and quiet >= HEARTBEAT_SECONDS:
                    update = BEAT
                quiet = 0.0 if update else quiet + UPDATE_SECONDS
                if update:
                    yield update
                await asyncio.wait(ending, timeout=UPDATE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ending:
                end.cancel()

    def _update(self) -> bytes:
        """Return the events of the calls since the last update; nothing while the database does not answer."""
        try:
            if self._store.last() <= self._seen:
                return b""
            entries = self._store.after(self._seen, BOUND)
        except Unavailable:
            return b""
        if not entries:
            return b""
        lost = entries[0].number - self._seen - 1  # dropped from the journal before they were looked at
        self._seen = entries[-1].number
        matching = [entry for entry in entries if not self._match.difference(entry)]
        lost += max(len(matching) - SHOWN, 0)
        return b"".join(_events(matching[-SHOWN:], lost))

    def close(self) -> None:
        """Stop following; there is nothing to take back."""


def _events(entries: list[Entry], lost: int) -> list[bytes]:
    return [event(entry, 0 if place else lost) for place, entry in enumerate(entries)]
