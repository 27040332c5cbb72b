"""Holds a stream back while its client does not read.

`send_bytes` of granian puts a piece into an unbounded channel and never waits. So the connection is polled for room
before each piece is sent; pieces wait in the source, which has a bound of its own.
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
"""Seconds that a client may read nothing; then its connection is closed."""

BURST = 64 * 1024
"""Bytes that granian is given before it gets time to send them."""

TURN = 0.005
"""Seconds of that time."""

INTERVAL = 0.1
"""Seconds from one poll of a full connection to the next."""

SYSTEM_BUFFER = 256 * 1024
"""The size of the send buffer in bytes; Linux doubles it."""

UNSEEN = 8 * 1024 * 1024
"""Bytes after which a stream ends whose connection cannot be found, as on Windows; the client may connect again."""


class Backpressure:
    """Paces one stream. It holds a duplicate of the connection until `close`."""

    def __init__(self, scope: Any, stopping: asyncio.Event, patience: float = PATIENCE) -> None:
        self._stopping = stopping
        self._patience = patience
        self._connection = next(connections(scope), None)
        self._burst = 0
        self._sent = 0
        if self._connection is not None:
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SYSTEM_BUFFER)

    async def wait_for_room(self, size: int) -> bool:
        """Wait until a piece of `size` bytes may be sent; return False where the stream is to end."""
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
        """Close the duplicate of the connection."""
        if self._connection is not None:
            self._connection.close()


def _state(connection: socket.socket) -> int:
    """Return what `poll` says of a connection now."""
    poll = select.poll()
    poll.register(connection, select.POLLOUT)
    return next((state for _, state in poll.poll(0)), 0)


def _end(connection: socket.socket) -> None:
    """Reset a connection; what was not read is dropped, in granian too."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        connection.shutdown(socket.SHUT_RDWR)
