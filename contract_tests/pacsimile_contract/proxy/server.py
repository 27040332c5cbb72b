"""Listens for clients and gives each connection a relay, until it is told to stop."""

import asyncio
import socket
import ssl
import sys
from collections.abc import Callable, Sequence

from pacsimile_contract.proxy.relay import Relay
from pacsimile_contract.proxy.relay_context import RelayContext

SWITCH_INTERVAL = 0.0005
"""Seconds after which the thread that judges gives way to the one that passes bytes on."""


class ProxyServer:
    """Serves on bound sockets, which it closes at the end; `tls` is how it speaks with clients, None for clear text."""

    def __init__(
        self, context: RelayContext, listeners: Sequence[socket.socket], tls: ssl.SSLContext | None = None
    ) -> None:
        self._context, self._listeners, self._tls = context, listeners, tls
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()

    def run(self, ready: Callable[[], None], seconds: float | None = None) -> None:
        """Serve until `stop` or KeyboardInterrupt, or for so many seconds, and end all connections.

        `ready` is called once clients can connect; what it raises ends all and is raised.
        """
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL)
        try:
            asyncio.run(self._serve(ready, seconds))
        except KeyboardInterrupt:  # the usual end
            pass
        finally:
            sys.setswitchinterval(before)

    def stop(self) -> None:
        """End, from another thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopped.set)

    async def _serve(self, ready: Callable[[], None], seconds: float | None) -> None:
        self._loop = asyncio.get_running_loop()
        servers = [
            await self._loop.create_server(lambda: Relay(self._context).client, sock=listener, ssl=self._tls)
            for listener in self._listeners
        ]
        try:
            ready()
            await asyncio.wait_for(self._stopped.wait(), seconds)
        except TimeoutError:  # the time is over
            pass
        finally:
            for server in servers:
                server.close()
            for relay in list(self._context.relays):
                relay.close()
            await asyncio.sleep(0)
