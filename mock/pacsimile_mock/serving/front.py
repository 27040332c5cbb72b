"""Translates between granian's RSGI and the WSGI application.

Calls that take microseconds run on the event loop. Those that may render or list a great deal run in a small executor,
so that they hold up no other call.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from typing import Any

from pacsimile_mock.exchange import DELIVERY, STREAM, WIRE
from pacsimile_mock.serving.bodies import Bodies, Body
from pacsimile_mock.wsgi_calls import BODY_CAP, BODY_REFUSED, FORM_CAP, TOO_LARGE

PATHS_ON_THE_LOOP = ("/status", "/orderId", "/oauth2/token", "/_mock/health")
EXECUTOR_THREADS = 4

PLAIN = [("content-type", "text/plain; charset=utf-8")]
NO_HOST = "This is not valid HTTP/1.1: send one Host header, of ASCII (RFC 9112 section 3.2).\n"

LEFT_UNREAD = "pacsimile.left_unread"
CLOSES = ("connection", "close")
"""Tells a client that its connection ends, where the server may close it before the client has sent its whole body.

Without it (RFC 9112 section 9.6) a client such as Java's sends its next call on that connection and gets no answer.
"""

Headers = list[tuple[str, str]]
Environ = dict[str, Any]


class Front:
    """The RSGI application that granian calls; nothing that it calls knows of granian."""

    def __init__(self, wsgi: Any, allowance: Callable[[Environ], int], *, uses_database: bool = False) -> None:
        self._wsgi = wsgi
        self._allowance = allowance
        """Returns how many bytes of a body a call may send, by its headers."""
        self.bodies = Bodies()
        self._uses_database = uses_database
        """Whether any call may wait for a database, so that none may run on the event loop."""
        self._paths_on_the_loop = () if uses_database else PATHS_ON_THE_LOOP
        self.stopping = asyncio.Event()
        """Set when the server is to stop: what waits then ends at once."""
        self._executor = ThreadPoolExecutor(EXECUTOR_THREADS, thread_name_prefix="pacsimile")

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        if scope.http_version == "1.1" and len(scope.headers.get_all("host")) != 1:
            proto.response_str(400, PLAIN, NO_HOST)
            return
        environ = _environ(scope)
        if "CONTENT_LENGTH" not in environ and "HTTP_TRANSFER_ENCODING" not in environ:
            await self._answer(scope, environ, proto)
            return
        body = Body(self.bodies)
        try:
            await self._read(body, environ, proto)
            await self._answer(scope, environ, proto)
        finally:
            body.release()

    async def _read(self, body: Body, environ: Environ, proto: Any) -> None:
        """Read the body; more than a little of it is kept only where the headers alone do not refuse the call.

        What is left unread ends the connection, on which the client would go on, and which a balancer takes for that of
        a dead server. So as much as any call of the API may send is read in any case,
        unless the client waits to be asked for it (`Expect`).
        """
        length = environ.get("CONTENT_LENGTH")
        if length == "0":
            return
        small = length is not None and int(length) <= FORM_CAP
        cap = FORM_CAP if small else await self._allowed_bytes(environ)
        await body.read(environ, proto, cap if length is not None else max(cap, FORM_CAP))
        refused = TOO_LARGE in environ or BODY_REFUSED in environ
        if refused and not (_may_be_discarded(environ) and await body.discard(proto)):
            environ[LEFT_UNREAD] = True

    async def _allowed_bytes(self, environ: Environ) -> int:
        """Return how many bytes of a body a call may send; where that asks a database, not on the event loop."""
        if not self._uses_database:
            return self._allowance(environ)
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._allowance, environ)

    async def _answer(self, scope: Any, environ: Environ, proto: Any) -> None:
        if scope.path.endswith(self._paths_on_the_loop):
            status, headers, body = self._run(environ)
        else:
            status, headers, body = await asyncio.get_running_loop().run_in_executor(self._executor, self._run, environ)
        delivery = environ.get(DELIVERY)
        if STREAM in environ:
            await self._stream(scope, proto, (status, headers), environ[STREAM])
        elif delivery is not None:
            from pacsimile_mock.serving.wire import Wire

            executor = self._executor if self._uses_database else None
            await Wire(scope, proto, self.stopping, executor).deliver((status, headers, body), delivery)
        elif body or not _bodyless(status):
            proto.response_bytes(status, headers, body)
        else:
            proto.response_empty(status, headers)

    async def _stream(self, scope: Any, proto: Any, head: tuple[int, Headers], source: Any) -> None:
        """Send pieces as they come, no faster than they are read, until the client goes or the server stops."""
        from pacsimile_mock.serving.backpressure import Backpressure

        backpressure = Backpressure(scope, self.stopping)
        pieces = source.events(self.stopping.wait(), proto.client_disconnect())
        try:
            transport = proto.response_stream(head[0], [header for header in head[1] if header[0] != "content-length"])
            with suppress(Exception):  # granian names no type of its own for a client that went away
                async for piece in pieces:
                    if not await backpressure.wait_for_room(len(piece)):
                        break
                    await transport.send_bytes(piece)
        finally:
            await pieces.aclose()
            source.close()
            backpressure.close()

    def _run(self, environ: dict[str, Any]) -> tuple[int, Headers, bytes]:
        started: list[Any] = []

        def start_response(status: str, headers: Headers, exc_info: Any = None) -> Any:
            del exc_info
            started[:] = [status, headers]

        chunks: Iterable[bytes] = self._wsgi(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        headers = [(name.lower(), value) for name, value in started[1]]
        if LEFT_UNREAD in environ and environ["SERVER_PROTOCOL"].startswith("HTTP/1"):
            headers.append(CLOSES)
        return int(started[0][:3]), headers, body

    def close(self) -> None:
        """Let the threads end."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _may_be_discarded(environ: Environ) -> bool:
    """Whether a body that its length alone refuses is read all the same."""
    announced = int(environ.get("CONTENT_LENGTH", BODY_CAP + 1))
    return TOO_LARGE in environ and announced <= BODY_CAP and "HTTP_EXPECT" not in environ


def _bodyless(status: int) -> bool:
    return status in (204, 304)


def _environ(scope: Any) -> dict[str, Any]:
    host, _, port = scope.server.rpartition(":")
    client, _, port_of_client = scope.client.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client,
        "REMOTE_PORT": port_of_client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        WIRE: True,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # WSGI could not tell it from the name with hyphens
        key = _key(name)
        separator = "; " if key == "HTTP_COOKIE" else ", "  # HTTP/2 may split cookies (RFC 9113 section 8.2.3)
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    if "HTTP_AUTHORIZATION" in environ and scope.headers.get("authorization") is None:
        del environ["HTTP_AUTHORIZATION"]  # the first was not ASCII and is left out: no later one takes its place
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ


def _key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key
