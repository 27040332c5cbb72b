"""HTTP/1.1 by `http.client`, not h11, which for one wrong field refuses an answer whole: status and body are evidence.

Kept connections, raw targets, repeated headers, deadlines. No rules: see transport.
"""

import contextlib
import http.client
import socket
import ssl
import struct
import time
from urllib.parse import urlsplit

from pacsimile_contract.client.bodies import Room, decoded, read
from pacsimile_contract.client.connections import Connection, Connections
from pacsimile_contract.client.deadlines import HeadPastBound, Unfinished, timed_response
from pacsimile_contract.client.other_protocols import not_http
from pacsimile_contract.evidence.bounds import PastBound, longest_body
from pacsimile_contract.evidence.exchange import Answer, Cut, Request
from pacsimile_spec.plain import one_line

SEVERAL_TIMEOUTS = 6
"""A whole exchange ends after so many timeouts."""


MOST_IDLE = 8
"""Connections that are kept for one host: as many as ever ask at once in a run of `verify`."""


class WireError(Exception):
    """No whole answer came; the text says how it ended: `refused`, `timeout`, `closed`, `reset`, ..."""


class Wire:
    """Sends requests and returns answers. Up to `most_idle` connections are kept for the next to a host."""

    def __init__(
        self, context: ssl.SSLContext | None = None, proxy: str | None = None, most_idle: int = MOST_IDLE
    ) -> None:
        self._context, self._proxy = context, proxy
        self._idle = Connections(most_idle)
        self._busy: set[http.client.HTTPConnection] = set()
        self._room = Room()

    def send(
        self,
        request: Request,
        timeout: float,
        *,
        fresh: bool = False,
        again: bool = False,
        total_timeout: float | None = None,
    ) -> Answer:
        """Send and read the whole answer; WireError where none came.

        `timeout` bounds the seconds to the first byte and between two bytes, `total_timeout` those of the whole answer:
        at most six timeouts. `fresh` uses a new connection, `again` the one on which the same URL was asked for last,
        if it is still open. A kept connection that the server closed in the meantime is replaced once, for GET and HEAD
        only: whatever changes data never goes on a kept one.
        """
        repeatable = request.method in ("GET", "HEAD") and request.raw is None
        total_timeout = (
            SEVERAL_TIMEOUTS * timeout if total_timeout is None else min(total_timeout, SEVERAL_TIMEOUTS * timeout)
        )
        timeout, end = min(timeout, total_timeout), time.monotonic() + total_timeout
        connection = self._take(request.url, timeout, fresh=fresh or not repeatable, again=again)
        try:
            return self._exchange(connection, request, timeout, end)
        except WireError as error:
            if not (connection.used and str(error) in ("closed", "reset")):
                raise
        return self._exchange(self._open(request.url, timeout), request, timeout, end)

    def close(self) -> None:
        """Close every idle connection."""
        self._idle.close()

    def abort(self) -> None:
        """Cut off every exchange that is under way, from another thread; who waits for it gets a WireError at once."""
        for connection in list(self._busy):
            sock = connection.sock
            if sock is not None:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)  # not TLS's own, which is for one thread alone

    def _take(self, url: str, timeout: float, *, fresh: bool, again: bool) -> Connection:
        kept = None if fresh else self._idle.take(url, again=again)
        return kept or self._open(url, timeout)

    def _open(self, url: str, timeout: float) -> Connection:
        parts = urlsplit(url)
        via = urlsplit(self._proxy) if self._proxy else parts
        host, port = via.hostname or "", via.port or (443 if via.scheme == "https" else 80)
        if parts.scheme == "https":
            opened: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=timeout, context=self._context
            )
            if self._proxy:
                opened.set_tunnel(parts.hostname or "", parts.port or 443)
        else:
            opened = http.client.HTTPConnection(host, port, timeout=timeout)
        return Connection(opened)

    def _exchange(self, connection: Connection, request: Request, timeout: float, end: float) -> Answer:
        self._busy.add(connection.http)
        sent = False
        try:
            connection.http.response_class = timed_response(timeout, end)
            if request.raw is None:
                self._write(connection.http, request, timeout)
            else:
                _write_raw(connection.http, request.raw)
            sent = True
            _cut(connection.http, request.cut)
            response = connection.http.getresponse() if request.raw is None else _response(connection.http, request)
            answer = answer_of(response, longest_body(request.operation), self._room)
        except HeadPastBound as error:
            connection.http.close()
            return Answer(error.status, (), exceeded_bound=str(error))
        except (OSError, http.client.HTTPException, WireError) as error:
            connected = sent or connection.http.sock is not None
            connection.http.close()
            raise WireError(
                reason_of(error) if connected or not isinstance(error, TimeoutError) else NO_CONNECTION
            ) from error
        except BaseException:
            connection.http.close()
            raise
        finally:
            self._busy.discard(connection.http)
        connection.used = True
        if response.will_close or request.cut or request.raw is not None or answer.exceeded_bound is not None:
            connection.http.close()
        else:
            self._idle.keep(connection, request.url)
        return answer

    def _write(self, http_: http.client.HTTPConnection, request: Request, timeout: float) -> None:
        parts = urlsplit(request.url)
        target = request.url if self._proxy and parts.scheme == "http" else raw_target(request.url)
        if http_.sock is not None:
            http_.sock.settimeout(timeout)
        http_.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
        names = {name.lower() for name, _ in request.headers}
        if "host" not in names:
            http_.putheader("Host", parts.netloc.rpartition("@")[2])
        for name, value in request.headers:
            http_.putheader(name, _header_bytes(value))
        framed = bool(names & {"content-length", "transfer-encoding"})
        if not framed and (request.body is not None or request.method not in ("GET", "HEAD")):
            http_.putheader("Content-Length", str(len(request.body or b"")))
        http_.endheaders(request.body)


def answer_of(response: http.client.HTTPResponse, most: int, room: Room) -> Answer:
    """Read a body of `most` bytes; of a longer one, coded or not, status and headers alone are an answer.

    Raises:
        WireError: it is cut off.
    """
    headers = tuple(response.getheaders())
    version = "HTTP/1.0" if response.version == 10 else "HTTP/1.1"
    try:
        with room.reading() as share:
            raw = read(response, most, share)
            if raw is None:
                raise WireError("cut off")
            body = decoded(raw, response.getheader("Content-Encoding", ""), most, share)
    except PastBound as error:
        return Answer(response.status, headers, version=version, exceeded_bound=str(error))
    return Answer(response.status, headers, body, raw, version)


def _cut(http_: http.client.HTTPConnection, cut: Cut | None) -> None:
    """End our side of the connection as asked; a WireError says that no answer was waited for."""
    if cut is None or http_.sock is None:
        return
    if cut == "half-closed":
        if isinstance(http_.sock, ssl.SSLSocket):
            raise WireError("TLS connections cannot be half-closed")
        http_.sock.shutdown(socket.SHUT_WR)
        return
    if cut == "reset":
        http_.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise WireError(f"{cut} by us")


def _write_raw(http_: http.client.HTTPConnection, raw: bytes) -> None:
    """Send bytes as they are; a server that has heard enough may answer and close before the last of them."""
    http_.connect()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        http_.sock.sendall(raw)


def _response(http_: http.client.HTTPConnection, request: Request) -> http.client.HTTPResponse:
    """Read the head of the answer to raw bytes, of which the connection's own object knows nothing."""
    response = http_.response_class(http_.sock, method=request.method)
    try:
        response.begin()
    except BaseException:
        response.close()
        raise
    return response


def raw_target(url: str) -> str:
    """Return path and query of an absolute URL exactly as written."""
    _, _, rest = url.partition("://")
    start = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
    target = rest[start:]
    return target if target.startswith("/") else "/" + target


def _header_bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8")


def reason_of(error: Exception) -> str:
    """Return why no answer came, in the words of `WireError`."""
    if isinstance(error, WireError):
        return str(error)
    if isinstance(error, Unfinished):
        return f"timeout: {error}"
    for kind, text in _REASONS:
        if isinstance(error, kind):
            return text
    return not_http(error) if isinstance(error, http.client.HTTPException) else _system(error)


NO_CONNECTION = "timeout: no connection"
"""The failure of a call that nobody accepted or refused in time."""
NO_TLS = "TLS: this port does not speak TLS"
"""The failure of a call over TLS to a port that answers without TLS."""


def _system(error: Exception) -> str:
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return NO_TLS
    if isinstance(error, ssl.SSLError):
        return f"TLS: {getattr(error, 'verify_message', None) or error.reason or type(error).__name__}"
    if str(error).startswith("Tunnel connection failed"):
        return f"the proxy answers {one_line(str(error).partition(': ')[2])[:3]}"
    return f"unreachable ({getattr(error, 'strerror', None) or type(error).__name__})"


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (ConnectionRefusedError, "refused"),
    (http.client.RemoteDisconnected, "closed"),
    (http.client.IncompleteRead, "cut off"),
    (ConnectionResetError, "reset"),
    (BrokenPipeError, "reset"),
    (TimeoutError, "timeout"),
)
