"""Listens for clients and gives each connection a relay, until it is told to stop."""

import asyncio
import socket
import ssl
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from pacsimile_contract.proxy.relay import Relay, Surroundings

SWITCH_INTERVAL = 0.0005
"""Seconds after which the thread that judges gives way to the one that passes bytes on."""


def serve(
    surroundings: Surroundings,
    listeners: Sequence[socket.socket],
    ready: Callable[[], None],
    *,
    tls: ssl.SSLContext | None = None,
    seconds: float | None = None,
) -> None:
    """Serve on bound sockets until KeyboardInterrupt, or for so many seconds, and end all connections."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        _runner()(_serve(surroundings, listeners, ready, tls, seconds))
    except KeyboardInterrupt:  # the usual end
        pass
    finally:
        sys.setswitchinterval(before)


def _runner() -> Callable[[Coroutine[Any, Any, None]], None]:
    """Return what runs the event loop: uvloop's where there is one."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


async def _serve(
    surroundings: Surroundings,
    listeners: Sequence[socket.socket],
    ready: Callable[[], None],
    tls: ssl.SSLContext | None,
    seconds: float | None,
) -> None:
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(lambda: Relay(surroundings).client, sock=listener, ssl=tls, start_serving=True)
        for listener in listeners
    ]
    ready()
    try:
        await asyncio.sleep(3600 * 24 * 3650 if seconds is None else seconds)
    finally:
        for server in servers:
            server.close()
        for relay in list(surroundings.relays):
            relay.close()
        await asyncio.sleep(0)
