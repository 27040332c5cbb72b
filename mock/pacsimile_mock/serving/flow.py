"""Holds a stream back while its client does not read: granian itself takes whatever it is given, without end.

`send_bytes` of granian puts a piece into an unbounded channel and never waits. So the connection is asked before each
piece whether the system has room for it; pieces then wait in the source, which has a bound of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import select
import socket
import time
from typing import Any

from pacsimile_mock.serving.connections import LINGER_NOT, connections

PATIENCE = 30.0
"""Seconds that a client may leave everything unread; then its connection is closed."""

BURST = 64 * 1024
"""Bytes that are given to granian before it gets time to pass them on."""

TURN = 0.005
"""Seconds of that time."""

INTERVAL = 0.1
"""Seconds between looks at a connection without room."""

SYSTEM_BUFFER = 256 * 1024
"""Bytes that the system is asked to keep of what the client has not read; Linux takes twice as many."""

UNSEEN = 8 * 1024 * 1024
"""Bytes after which a stream ends whose connection cannot be found, as on Windows: the client may connect again."""


class Flow:
    """One stream's way out. It holds a duplicate of the connection until `close`."""

    def __init__(self, scope: Any, stopping: asyncio.Event, patience: float = PATIENCE) -> None:
        self._stopping = stopping
        self._patience = patience
        self._connection = next(connections(scope), None)
        self._burst = 0
        self._sent = 0
        if self._connection is not None:
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SYSTEM_BUFFER)

    async def room(self, size: int) -> bool:
        """Wait until a piece of `size` bytes may be sent; False where the stream is to end."""
        if self._burst >= BURST:
            self._burst = 0
            await asyncio.sleep(TURN)
        self._burst += size
        self._sent += size
        if self._connection is None:
            return self._sent <= UNSEEN
        return await self._writable(self._connection)

    async def _writable(self, connection: socket.socket) -> bool:
        given_up = time.monotonic() + self._patience
        while (state := _state(connection)) != select.POLLOUT:
            if self._stopping.is_set() or state:  # an error, or the end of the connection
                return False
            if time.monotonic() > given_up:
                _end(connection)
                return False
            await asyncio.sleep(INTERVAL)
        return True

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()


def _state(connection: socket.socket) -> int:
    """Tell what `poll` says of a connection now."""
    poll = select.poll()
    poll.register(connection, select.POLLOUT)
    return next((state for _, state in poll.poll(0)), 0)


def _end(connection: socket.socket) -> None:
    """Reset a connection: what was not read is dropped, here and in granian."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        connection.shutdown(socket.SHUT_RDWR)
