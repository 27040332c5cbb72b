"""Sends the answers of faults: late, in pieces, cut short, or not at all because the connection is reset.

Waits happen on the event loop, so that no other call is delayed, and end at once when the server stops.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from typing import Any

from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.faults.delivery import FaultDelivery
from pacsimile_mock.faults.effects import Drip, Effect, Reset, Truncate
from pacsimile_mock.logs import LOG
from pacsimile_mock.serving.connections import LINGER_NOT, connections

CLOSING = 5.0
"""Seconds that a connection that was reset may take to be gone."""

SETTLING = 0.1
"""Seconds in which the head and what there is of a body leave: what ends short takes with it what has not left yet."""

Ready = tuple[int, list[tuple[str, str]], bytes]
"""An answer that is ready to leave: its status, headers and body."""


class Wire:
    """One answer on its way to one client; `executor` closes the journal entry, None: the event loop does."""

    def __init__(self, scope: Any, proto: Any, stopping: asyncio.Event, executor: Executor | None) -> None:
        self._scope = scope
        self._proto = proto
        self._executor = executor
        self._gone = asyncio.ensure_future(proto.client_disconnect())
        self._stop = asyncio.ensure_future(stopping.wait())

    async def deliver(self, ready: Ready, delivery: FaultDelivery) -> None:
        """Send an answer as its fault has it, and close its journal entry with what the client got."""
        try:
            await self._pause(delivery.delay)
            sent = await self._send(ready, delivery.effect)
        finally:
            self._gone.cancel()
            self._stop.cancel()
        whole = sent == len(ready[2]) and not delivery.effect.needs_reset
        await self._close(partial(delivery.close, sent, whole))

    async def _close(self, close: Callable[[], None]) -> None:
        """Close the journal entry, in the executor where there is one."""
        try:
            if self._executor is None:
                close()
            else:
                await asyncio.get_running_loop().run_in_executor(self._executor, close)
        except Unavailable as error:
            LOG.warning("what a client got could not be written to the journal: %s", error)

    async def _pause(self, seconds: float) -> None:
        """Wait; no longer than the client does, or the server lives."""
        if seconds > 0:
            await asyncio.wait((self._gone, self._stop), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)

    async def _send(self, ready: Ready, effect: Effect) -> int:
        """Send, and tell how many bytes of the body left."""
        if isinstance(effect, Reset):
            return await self._reset()
        if isinstance(effect, Truncate):
            return await self._stream(ready, [ready[2][: effect.length(ready[2])]], 0)
        if isinstance(effect, Drip):
            return await self._stream(ready, _pieces(ready[2], effect.piece_bytes), effect.interval)
        self._proto.response_bytes(*ready)
        return 0 if self._gone.done() else len(ready[2])

    async def _stream(self, ready: Ready, parts: Iterable[bytes], interval: float) -> int:
        """Send the parts under the whole body's length: what ends short of it closes the connection."""
        status, headers, body = ready
        named = [header for header in headers if header[0] != "content-length"]
        transport = self._proto.response_stream(status, [*named, ("content-length", str(len(body)))])
        sent = 0
        with suppress(RuntimeError, OSError):  # the client has gone
            for part in parts:
                if sent:
                    await self._pause(0 if self._stop.done() else interval)
                await transport.send_bytes(part)
                sent += len(part)
        if sent < len(body):
            await asyncio.wait((self._gone,), timeout=SETTLING)
        return sent

    async def _reset(self) -> int:
        """Reset the connection, and wait until it is gone: returning earlier would send an answer."""
        if self._gone.done():
            return 0
        open_connections = list(connections(self._scope))
        for connection in open_connections:
            with connection, suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
                connection.shutdown(socket.SHUT_RD)  # the server takes it for gone and closes it
        if open_connections:
            await asyncio.wait((self._gone,), timeout=CLOSING)
        else:
            LOG.warning("the connection of %s could not be found to be reset: it is closed instead", self._scope.client)
            self._proto.response_stream(503, [("content-length", "1")])
        return 0


def _pieces(body: bytes, size: int) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))
