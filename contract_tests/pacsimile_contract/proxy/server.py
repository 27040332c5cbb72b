"""Listens for clients and gives each connection a relay, until it is told to stop."""

import asyncio
import socket
import ssl
import sys
from collections.abc import Callable, Sequence

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
        asyncio.run(_serve(surroundings, listeners, ready, tls, seconds))
    except KeyboardInterrupt:  # the usual end
        pass
    finally:
        sys.setswitchinterval(before)


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
    try:
        ready()
        await asyncio.sleep(3600 * 24 * 3650 if seconds is None else seconds)
    finally:
        for server in servers:
            server.close()
        for relay in list(surroundings.relays):
            relay.close()
        await asyncio.sleep(0)
