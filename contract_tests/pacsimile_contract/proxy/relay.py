"""Passes the bytes of one client's connection on to the service and back, and copies the calls.

The client's connection ends with that to the service, and the other way round: what one side does to its connection,
the proxy does to the other. If the token endpoint has another address, there is a connection to that too. A request to
one address waits until those to the other are answered.
"""

import asyncio
from collections import deque
from functools import partial

from pacsimile_contract.proxy.connections import Side, Upstream, set_reading
from pacsimile_contract.proxy.copied_call import CopiedCall, connection_name
from pacsimile_contract.proxy.framing import Body, Head, Opaque, Piece, RequestFramer
from pacsimile_contract.proxy.relay_context import RelayContext
from pacsimile_contract.proxy.routing import Origin, refusal_of, with_host

LINGER = 2.0
"""Seconds that a client has to end its side of a connection that the service has ended."""
CLOSED, RESET = "closed", "reset"
"""Why a call has no answer: the connection was closed before, or reset."""


class Relay:
    """Serves one connection of a client."""

    def __init__(self, context: RelayContext) -> None:
        self._context = context
        self.client = Side(self._made, self._from_client, self._client_ended, self._client_lost, self._client_flow)
        self._name = connection_name()
        self._framer = RequestFramer()
        self._waiting: deque[Piece] = deque()
        self._upstreams: dict[Origin, Upstream] = {}
        self._current: Upstream | None = None
        self._sending: CopiedCall | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._over = False

    def _made(self) -> None:
        self._context.relays.add(self)

    def close(self) -> None:
        """End both connections."""
        self._finish()
        self.client.transport.abort()

    # what comes from the client

    def _from_client(self, data: bytes) -> None:
        if self._framer.is_opaque and not self._waiting and self._current is not None:
            self._current.side.write(data)
            return
        self._waiting.extend(self._framer.feed(data))
        self._pump()

    def _pump(self) -> None:
        """Pass on what waits, as far as its connection is open and free."""
        pieces: list[bytes] = []
        while self._waiting and self._connecting is None and not self._over:
            piece = self._waiting[0]
            if isinstance(piece, Head) or (isinstance(piece, Opaque) and self._current is None):
                self._write(pieces)
                if not self._begin(piece):
                    break
            self._waiting.popleft()
            pieces.append(self._passed_on(piece))
        self._write(pieces)
        if not self._waiting and self._connecting is None and self.client.has_ended:
            self._end_upstream()

    def _write(self, pieces: list[bytes]) -> None:
        data = b"".join(pieces)
        pieces.clear()
        if data and self._current is not None:
            self._current.side.write(data)

    def _begin(self, piece: Head | Opaque) -> bool:
        """Choose the connection for what begins here; return False if it has to wait, or is refused."""
        if isinstance(piece, Head):
            if (refusal := refusal_of(piece, self._context.names)) is not None:
                return self._refuse(*refusal)
            origin = self._context.routes.find(piece.line[1])
        else:
            origin = self._context.routes.base
        upstream = self._upstreams.get(origin)
        if self._current is not None and self._current is not upstream and self._current.calls:
            return False  # the answers of the other address come first
        if upstream is None:
            self._connecting = asyncio.ensure_future(self._connect(origin, piece))
            self.client.transport.pause_reading()
            return False
        self._current = upstream
        return True

    def _refuse(self, status: str, words: str) -> bool:
        """Answer for the proxy itself, once what was asked before is answered."""
        if any(upstream.calls for upstream in self._upstreams.values()):
            return False
        body = f"pacsimile proxy: {words}\n".encode()
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
            "Via: 1.1 pacsimile-proxy\r\nConnection: close\r\n\r\n"
        )
        self.client.write(head.encode() + body)
        self._context.sink.passed(f"refused: {words}")
        self._waiting.clear()
        self._finish()
        self.client.transport.close()
        return False

    def _passed_on(self, piece: Piece) -> bytes:
        """Copy a piece, and return the bytes that go to the service."""
        current = self._current
        assert current is not None
        if isinstance(piece, Head):
            origin = next(origin for origin, upstream in self._upstreams.items() if upstream is current)
            piece = with_host(piece, origin, self._context.names)
            self._sending = CopiedCall(piece, origin.url, self._name, self._context.room)
            current.calls.append(self._sending)
            if len(current.calls) == 1:
                current.framer.method = self._sending.method
            if self._framer.is_opaque:  # the end of its body cannot be found
                self._stop_framing(current)
            return piece.raw
        if isinstance(piece, Body):
            if self._sending is not None:
                self._sending.add_sent(piece.content)
            return piece.raw
        if isinstance(piece, Opaque):
            self._stop_framing(current)
            return piece.raw
        self._sending = None
        return b""

    def _stop_framing(self, current: Upstream) -> None:
        """Judge nothing of this connection any more: the ends of its messages cannot be found."""
        if not current.framer.is_opaque:
            self._context.sink.passed("passed on, not judged: bytes that are no well-formed HTTP/1.1")
        for call in current.calls:
            call.release()
        current.calls.clear()
        current.framer.make_opaque()
        self._sending = None

    def _client_ended(self) -> None:
        rest = b"" if self._framer.is_opaque else self._framer.make_opaque()
        if rest:
            self._waiting.append(Opaque(rest))
        self._pump()

    def _end_upstream(self) -> None:
        current = self._current
        if current is None:
            self._close_lingering()
        elif current.side.can_half_close:
            for call in current.calls:
                call.cut = "half-closed"
            current.side.end()
        elif not current.calls:
            self._finish()

    def _client_lost(self, error: Exception | None) -> None:
        for upstream in self._upstreams.values():
            if error is not None:
                upstream.side.reset()
        self._finish(by_client=True)

    def _client_flow(self, may_write: bool) -> None:
        for upstream in self._upstreams.values():
            set_reading(upstream.side, may_write)

    # the service

    async def _connect(self, origin: Origin, piece: Head | Opaque) -> None:
        upstream = Upstream(
            Side(
                lambda: None,
                lambda data: self._from_service(upstream, data),
                lambda: self._service_ended(upstream),
                lambda error: self._service_lost(upstream, error),
                lambda may_write: set_reading(self.client, may_write),
            )
        )
        context = self._context.tls if origin.scheme == "https" else None
        name = origin.host if context is not None else None
        connect = partial(asyncio.get_running_loop().create_connection, lambda: upstream.side, origin.host, origin.port)
        try:
            await connect(ssl=context, server_hostname=name)
        except OSError as error:
            self._connecting = None
            self._failed_to_connect(origin, piece, error)
            return
        self._connecting = None
        self._upstreams[origin] = upstream
        set_reading(self.client, True)
        self._pump()

    def _failed_to_connect(self, origin: Origin, piece: Head | Opaque, error: OSError) -> None:
        """End the client's connection without a byte, as a service that cannot be reached gives none."""
        failure = self._context.sink.unreachable(origin, error)
        if isinstance(piece, Head):
            call = CopiedCall(piece, origin.url, self._name, self._context.room)
            call.end(failure)
            self._context.sink.finished(call)
        self._finish()
        self.client.reset()

    def _from_service(self, upstream: Upstream, data: bytes) -> None:
        self.client.write(data)
        if upstream.framer.is_opaque or not upstream.calls:
            return
        for piece in upstream.framer.feed(data):
            if not upstream.calls:
                return
            call = upstream.calls[0]
            if isinstance(piece, Head | Body):
                call.add_answered(piece.raw)
                if isinstance(piece, Head) and piece.line[1] == b"101":
                    self._upgrade(upstream)
                    return
            else:
                self._finish_call(upstream)
        if self._waiting and not upstream.calls:
            self._pump()
        elif self.client.has_ended and not upstream.calls and not upstream.side.can_half_close:
            self._finish()

    def _upgrade(self, upstream: Upstream) -> None:
        """Stop framing: both sides speak another protocol from here on."""
        self._finish_call(upstream)
        self._stop_framing(upstream)
        if rest := self._framer.make_opaque():
            self._waiting.append(Opaque(rest))
            self._pump()

    def _finish_call(self, upstream: Upstream, failure: str | None = None) -> None:
        call = upstream.calls.popleft()
        call.end(failure)
        if upstream.calls:
            upstream.framer.method = upstream.calls[0].method
        self._context.sink.finished(call)

    def _service_ended(self, upstream: Upstream) -> None:
        self._end_calls(upstream, CLOSED)
        if self._over:
            return
        if upstream is not self._current:
            self._drop(upstream)
            return
        if self.client.has_ended:
            self._close_lingering()
        else:
            self.client.end()
            asyncio.get_running_loop().call_later(LINGER, self._close_lingering)

    def _service_lost(self, upstream: Upstream, error: Exception | None) -> None:
        self._end_calls(upstream, CLOSED if error is None else RESET)
        if self._over:
            return
        if upstream is not self._current:
            self._drop(upstream)
        elif error is not None:
            self._finish()
            self.client.reset()
        else:
            self._close_lingering()

    def _end_calls(self, upstream: Upstream, how: str) -> None:
        """End the calls that wait for an answer. A body that lasts until the connection's end is whole by that."""
        while upstream.calls:
            rest = b"" if upstream.framer.is_opaque else upstream.framer.make_opaque()
            call = upstream.calls[0]
            call.add_answered(rest)
            self._finish_call(upstream, how if how == RESET or not call.answer else None)

    def _drop(self, upstream: Upstream) -> None:
        self._upstreams = {origin: other for origin, other in self._upstreams.items() if other is not upstream}
        upstream.side.transport.close()

    def _close_lingering(self) -> None:
        self._finish()
        self.client.transport.close()

    def _finish(self, *, by_client: bool = False) -> None:
        """End the connections to the service. Calls that have not ended are reported as far as they came."""
        if self._over:
            return
        self._over = True
        if self._connecting is not None:
            self._connecting.cancel()
        for upstream in self._upstreams.values():
            for call in upstream.calls if by_client else ():
                call.cut = "left"
            self._end_calls(upstream, CLOSED)
            upstream.side.transport.close()
        self._context.relays.discard(self)
