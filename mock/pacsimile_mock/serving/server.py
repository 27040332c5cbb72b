"""Runs granian on sockets that are bound here; no other module uses granian."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.server.embed import Server as EmbeddedServer

from pacsimile_mock.serving.front import Front
from pacsimile_mock.serving.sockets import BACKLOG
from pacsimile_mock.tls import Tls

DEADLINE = 10.0
"""Seconds that requests under way get to finish after SIGTERM or Ctrl-C."""

IMPATIENT = 0.5
"""Seconds after which a second signal ends the server at once; sooner, it is the same signal, sent to the group too."""


class ServerEnded(Exception):
    """The server stopped serving by itself."""


class _OnSocket(EmbeddedServer):
    """granian's embedded server on a socket that is bound already."""

    def __init__(self, front: Front, listener: socket.socket, tls: Tls | None) -> None:
        super().__init__(
            front,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            log_enabled=False,
            **_tls_settings(tls),
        )
        self._listener = listener
        self.workers_kill_timeout = DEADLINE

    def _init_shared_socket(self) -> None:
        self._shd = SocketHolder(self._listener.fileno(), False, BACKLOG)
        self._sfd, self._ssp = self._shd.get_fd(), None


def _tls_settings(tls: Tls | None) -> dict[str, Any]:
    """What granian takes of certificates; TLS 1.2 at least (SEC-4)."""
    if tls is None:
        return {}
    return {
        "ssl_cert": tls.certificate,
        "ssl_key": tls.key,
        "ssl_protocol_min": SSLProtocols.tls12,
        "ssl_ca": tls.client_authority,
        "ssl_client_verify": tls.client_authority is not None,
    }


def run(
    wsgi: Any,
    listeners: list[socket.socket],
    ready: Callable[[], None],
    *,
    uses_database: bool = False,
    tls: Tls | None = None,
) -> None:
    """Serve the application until SIGTERM or Ctrl-C; `ready` is called once requests are served."""
    logging.getLogger("_granian").setLevel(logging.CRITICAL)
    front = Front(wsgi, wsgi.allowance, uses_database=uses_database)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(front, [_OnSocket(front, listener, tls) for listener in listeners], ready))
    front.close()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


async def _serve(front: Front, servers: list[_OnSocket], ready: Callable[[], None]) -> None:
    stopping = front.stopping
    _on_signals(stopping)
    running = [asyncio.create_task(server.serve()) for server in servers]
    await asyncio.sleep(0)
    gc.freeze()  # what was imported stays: looking through it again and again would hold up calls for some 15 ms
    try:
        ready()  # may fail, as where nobody reads what it prints
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait([stopped, *running], return_when=asyncio.FIRST_COMPLETED)
        unasked = not stopping.is_set()
    finally:
        for server in servers:
            server.stop()
        await asyncio.wait(running, timeout=DEADLINE)
    if unasked:
        raise ServerEnded("the server ended although nobody asked it to: please report it, with what stands above")


def _on_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    first: list[float] = []

    def stop() -> None:
        if first and loop.time() - first[0] > IMPATIENT:
            os._exit(130)
        first.append(loop.time())
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows has no such handlers on the loop
            with contextlib.suppress(ValueError):
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
