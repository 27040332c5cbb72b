"""What a relay does as each thing happens on either side, one after another, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from pacsimile_contract.proxy.copied_call import CopiedCall
from pacsimile_contract.proxy.relay import Relay
from pacsimile_contract.proxy.relay_context import RelayContext
from pacsimile_contract.proxy.routing import Names, Origin, Routes
from pacsimile_contract.target.model import Target

CALL = b"GET /status?order_id=A HTTP/1.1\r\nHost: localhost\r\n\r\n"
TOKEN = b"GET /oauth2/token HTTP/1.1\r\nHost: localhost\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
NOT_OURS = b"GET /status HTTP/1.1\r\nHost: evil.example\r\n\r\n"
CLOSE_DELIMITED = b"HTTP/1.1 200 OK\r\n\r\n"
API, LOGIN = "api.example", "login.example"


class _Transport:
    """Remembers what is done to a connection."""

    def __init__(self, *, tls: bool = False) -> None:
        self.written, self.done, self.is_reading = b"", list[str](), True
        self._extra = {"ssl_object": object()} if tls else {}

    def get_extra_info(self, name: str) -> object:
        return self._extra.get(name)

    def is_closing(self) -> bool:
        return "close" in self.done or "abort" in self.done

    def write(self, data: bytes) -> None:
        self.written += data

    def write_eof(self) -> None:
        self.done.append("eof")

    def close(self) -> None:
        self.done.append("close")

    def abort(self) -> None:
        self.done.append("abort")

    def pause_reading(self) -> None:
        self.is_reading = False

    def resume_reading(self) -> None:
        self.is_reading = True


class _Played:
    """A relay between a client and a service that are played; hears what the relay sees."""

    def __init__(self, *, token_elsewhere: bool = False, tls: bool = False, refuses: bool = False) -> None:
        self.finished_calls, self.words, self._refuses, self._tls = list[CopiedCall](), list[str](), refuses, tls
        target = Target(f"http://{API}", f"http://{LOGIN if token_elsewhere else API}/oauth2", {})
        self.context = RelayContext(Routes(target), Names(()), self)
        self.relay, self.transport = Relay(self.context), _Transport()
        self.sides = dict[str, Any]()
        self.relay.client.connection_made(self.transport)
        asyncio.get_running_loop().create_connection = self._connect

    async def _connect(self, factory: Callable[[], Any], host: str, *_: object, **__: object) -> None:
        await asyncio.sleep(0)
        if self._refuses:
            raise ConnectionRefusedError
        side = self.sides[host] = factory()
        side.connection_made(_Transport(tls=self._tls))

    def finished(self, call: CopiedCall) -> None:
        self.finished_calls.append(call)

    def passed(self, why: str) -> None:
        self.words.append(why)

    def unreachable(self, origin: Origin, error: OSError) -> str:
        self.words.append(origin.url)
        return "refused"

    async def send(self, data: bytes) -> None:
        """Let the client send, and the relay connect where it has to."""
        self.relay.client.data_received(data)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(4):
            await asyncio.sleep(0)

    @property
    def failures(self) -> list[str | None]:
        return [call.failure for call in self.finished_calls]


def play(steps: Callable[[_Played], Awaitable[None]], **given: bool) -> _Played:
    """Run steps, and return what was played."""

    async def work() -> _Played:
        played = _Played(**given)
        await steps(played)
        return played

    return asyncio.run(work())


def test_the_other_address_waits_for_the_first_ones_answer() -> None:
    """Else a client that pipelines would get its answers in another order than it asked."""

    async def steps(played: _Played) -> None:
        await played.send(CALL + TOKEN)
        assert list(played.sides) == [API]
        played.sides[API].data_received(ANSWER)
        await played.settle()
        assert played.sides[LOGIN].transport.written == TOKEN.replace(b"localhost", LOGIN.encode())
        assert played.transport.written == ANSWER

    assert play(steps, token_elsewhere=True).failures == [None]


@pytest.mark.parametrize("how", ["ended", "lost"])
def test_an_address_that_is_not_asked_may_end_its_connection(how: str) -> None:
    """The client's stays; the next call to that address gets a new one."""

    async def steps(played: _Played) -> None:
        await played.send(CALL)
        played.sides[API].data_received(ANSWER)
        await played.send(TOKEN)
        first = played.sides[API]
        first.eof_received() if how == "ended" else first.connection_lost(None)
        assert not played.transport.is_closing()
        played.sides[LOGIN].data_received(ANSWER)
        await played.send(CALL)
        assert played.sides[API] is not first
        assert played.sides[API].transport.written

    play(steps, token_elsewhere=True)


def test_a_refusal_waits_for_the_answers_before_it() -> None:
    """A client that pipelines reads them in the order in which it asked."""

    async def steps(played: _Played) -> None:
        await played.send(CALL + NOT_OURS)
        assert played.transport.written == b""
        played.sides[API].data_received(ANSWER)
        assert played.transport.written.startswith(ANSWER + b"HTTP/1.1 421 ")

    played = play(steps)
    assert played.words == ["refused: this name is not ours: start the proxy with --allow-host and that name"]
    assert played.transport.done == ["close"]


def test_a_request_whose_end_cannot_be_told_is_not_judged() -> None:
    """Nor is one that was under way before it: its room is given back, and all bytes pass."""
    odd = CALL.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: gzip\r\n\r\n")

    async def steps(played: _Played) -> None:
        await played.send(CALL)
        await played.send(odd + b"rest")
        await played.send(b"and more")
        assert played.sides[API].transport.written.endswith(b"restand more")
        played.sides[API].data_received(ANSWER)
        assert played.transport.written == ANSWER

    played = play(steps)
    assert played.finished_calls == []
    assert played.words == ["passed on, not judged: bytes that are no well-formed HTTP/1.1"]
    assert played.context.room.taken == 0


def test_a_call_before_bytes_that_are_no_http_passes_whole() -> None:
    """Though the client sent both at once: its body is passed on, and not kept."""
    post = b"POST /reports HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"

    async def steps(played: _Played) -> None:
        await played.send(post + b"\x00 no request")
        sent = post.replace(b"localhost", API.encode())
        assert played.sides[API].transport.written == sent + b"\x00 no request"

    assert play(steps).context.room.taken == 0


def test_half_a_head_reaches_the_service_as_the_client_ends() -> None:
    """What a client sent is what the service gets, though it is no request."""

    async def steps(played: _Played) -> None:
        await played.send(b"GET /sta")
        assert played.sides == {}
        played.relay.client.eof_received()
        await played.settle()
        assert played.sides[API].transport.written == b"GET /sta"
        assert played.sides[API].transport.done == ["eof"]

    play(steps)


def test_a_client_that_says_nothing_is_let_go() -> None:
    """No connection to the service is made for it."""

    async def steps(played: _Played) -> None:
        played.relay.client.eof_received()
        assert played.transport.done == ["close"]

    assert play(steps).sides == {}


def test_tls_has_no_half_of_a_connection() -> None:
    """A client that sends no more gets the answer, and then both connections end."""

    async def steps(played: _Played) -> None:
        await played.send(CALL)
        played.relay.client.eof_received()
        service = played.sides[API].transport
        assert service.done == []
        played.sides[API].data_received(ANSWER)
        assert service.done == ["close"]

    played = play(steps, tls=True)
    assert played.failures == [None]
    assert played.finished_calls[0].cut is None


def test_tls_between_two_calls_ends_with_the_client() -> None:
    """Nothing is waited for."""

    async def steps(played: _Played) -> None:
        await played.send(CALL)
        played.sides[API].data_received(ANSWER)
        played.relay.client.eof_received()
        assert played.sides[API].transport.done == ["close"]

    play(steps, tls=True)


def test_a_slow_reader_slows_the_other_side() -> None:
    """The proxy keeps nothing for it."""

    async def steps(played: _Played) -> None:
        await played.send(CALL)
        service = played.sides[API].transport
        played.relay.client.pause_writing()
        assert not service.is_reading
        played.relay.client.resume_writing()
        assert service.is_reading
        played.sides[API].pause_writing()
        assert not played.transport.is_reading
        service.close()
        played.relay.client.pause_writing()  # a connection that ends is left alone
        assert service.is_reading

    play(steps)


@pytest.mark.parametrize("lost", [True, False])
def test_a_client_that_leaves_before_its_call_could_be_sent(*, lost: bool) -> None:
    """The connection that was being made ends; nothing is told of a call that the service never heard."""

    async def steps(played: _Played) -> None:
        played.relay.client.data_received(CALL)
        await asyncio.sleep(0)
        played.relay.client.connection_lost(None) if lost else played.relay.close()
        await played.settle()

    played = play(steps)
    assert played.finished_calls == []
    assert all(side.transport.is_closing() for side in played.sides.values())
    assert played.context.relays == set()


@pytest.mark.parametrize("error", [None, ConnectionResetError()])
def test_a_client_that_leaves_a_call_is_noted(error: Exception | None) -> None:
    """With a reset too, which the service gets as one."""

    async def steps(played: _Played) -> None:
        await played.send(CALL)
        played.relay.client.connection_lost(error)
        assert played.sides[API].transport.done[:1] == ["close" if error is None else "abort"]

    assert [call.cut for call in play(steps).finished_calls] == ["left"]


def test_more_than_was_asked_for_passes() -> None:
    """A second answer belongs to no call."""

    async def steps(played: _Played) -> None:
        await played.send(CALL)
        played.sides[API].data_received(ANSWER + ANSWER)
        assert played.transport.written == ANSWER + ANSWER

    assert play(steps).failures == [None]


def test_a_client_that_speaks_on_after_it_asked_for_an_upgrade() -> None:
    """What it sent as the beginning of a next request was the other protocol's."""

    async def steps(played: _Played) -> None:
        await played.send(CALL + b"GET hello")
        assert not played.sides[API].transport.written.endswith(b"hello")
        played.sides[API].data_received(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        assert played.sides[API].transport.written.endswith(b"GET hello")

    play(steps)


@pytest.mark.parametrize("data", [CALL, b"\x00 no request"])
def test_a_service_that_cannot_be_reached(data: bytes) -> None:
    """A call fails by that; of what is no call it is only said."""

    async def steps(played: _Played) -> None:
        await played.send(data)
        assert played.transport.done == ["abort"]

    played = play(steps, refuses=True)
    assert played.failures == (["refused"] if data == CALL else [])
    assert played.words == [f"http://{API}"]


def test_the_service_ends_and_the_client_lingers() -> None:
    """An answer that lasts until the connection's end is whole by that; a client that never ends is let go."""

    async def steps(played: _Played) -> None:
        await played.send(CALL)
        played.sides[API].data_received(CLOSE_DELIMITED)
        played.sides[API].eof_received()
        assert played.transport.done == ["eof"]
        played.sides[API].connection_lost(None)
        assert played.transport.done == ["eof", "close"]
        played.sides[API].eof_received()
        played.sides[API].data_received(b"late")
        assert played.transport.done == ["eof", "close"]
        assert played.transport.written == CLOSE_DELIMITED

    assert play(steps).failures == [None]
