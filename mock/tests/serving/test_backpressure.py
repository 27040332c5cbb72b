"""A stream goes no faster than it is read: granian would keep all that it is given."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace

import pytest

from pacsimile_mock.clock import Clock
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal import follower
from pacsimile_mock.journal.follower import MemoryFollower
from pacsimile_mock.journal.follower_limit import FollowerLimit, LimitedSource
from pacsimile_mock.journal.journal import Journal
from pacsimile_mock.journal.query import JournalQuery
from pacsimile_mock.journal.store import MemoryJournalStore
from pacsimile_mock.serving import backpressure, connections
from pacsimile_mock.serving.backpressure import Backpressure

PIECE = b"x" * 16_384
MOST = 64 * 1024 * 1024
"""Bytes: far more than the system takes for somebody who does not read."""


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A server's and a client's side of one connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
        server.setblocking(False)
        with client, server:
            yield server, client


def scope(server: socket.socket, client: socket.socket) -> SimpleNamespace:
    """What granian says of a connection."""
    here, there = server.getsockname(), client.getsockname()
    return SimpleNamespace(server=f"{here[0]}:{here[1]}", client=f"{there[0]}:{there[1]}")


def sent(server: socket.socket, stream: Backpressure) -> int:
    """Send until backpressure ends it, as a server does that keeps what the system does not take; tell how much."""

    async def send() -> int:
        waiting, total = bytearray(), 0
        while total < MOST and await stream.wait_for_room(len(PIECE)):
            waiting += PIECE
            total += len(PIECE)
            with suppress(OSError):
                del waiting[: server.send(waiting)]
        return total

    return asyncio.run(send())


def test_nothing_more_is_sent_to_somebody_who_does_not_read(pair: tuple[socket.socket, socket.socket]) -> None:
    """And after a while the connection is reset."""
    server, client = pair
    stream = Backpressure(scope(server, client), asyncio.Event(), patience=0)
    assert sent(server, stream) < MOST
    server.close()
    stream.close()
    with pytest.raises(ConnectionResetError):
        while client.recv(1 << 20):
            pass


def test_a_server_that_stops_does_not_wait(pair: tuple[socket.socket, socket.socket]) -> None:
    """However long the client would be waited for."""
    stopping = asyncio.Event()
    stopping.set()
    stream = Backpressure(scope(*pair), stopping)
    assert sent(pair[0], stream) < MOST
    stream.close()


def test_a_client_that_left_is_not_waited_for(pair: tuple[socket.socket, socket.socket]) -> None:
    """Its connection has no room, and never will."""
    server, client = pair
    stream = Backpressure(scope(server, client), asyncio.Event(), patience=3600)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, connections.LINGER_NOT)
    client.close()
    assert sent(server, stream) < MOST
    stream.close()


def test_where_connections_cannot_be_found_a_stream_ends(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows: after so many bytes that granian may hold them."""
    monkeypatch.setattr(connections, "descriptors", lambda: None)
    assert sent(pair[0], Backpressure(scope(*pair), asyncio.Event())) <= backpressure.UNSEEN


@pytest.mark.parametrize(("name", "most"), [("BOUND", 5), ("BOUND_BYTES", 40_000)])
def test_what_waits_for_a_follower_is_bounded(name: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In number and in bytes; the first event that it reads then tells how many it lost."""
    monkeypatch.setattr(follower, name, most)
    journal = Journal(Clock(), MemoryJournalStore())
    following = MemoryFollower(journal, JournalQuery())
    for number in range(100):
        query = "&".join(f"{number}-{n}=" + "x" * 200 for n in range(20))
        journal.write(Call("GET", "/status", query, {}), Answer(404, b"", None), {}, 0)

    async def read() -> list[dict[str, int]]:
        events = following.events(asyncio.Event().wait())
        await anext(events)  # a comment
        told = [json.loads((await anext(events)).split(b"data: ")[1])]
        while told[-1]["number"] < 100:
            told.append(json.loads((await anext(events)).split(b"data: ")[1]))
        await events.aclose()
        return told

    told = asyncio.run(read())
    assert 0 < len(told) < 10
    assert [one["lost_before"] for one in told] == [100 - len(told), *[0] * (len(told) - 1)]
    assert journal.listeners == ()


def test_followers_are_limited_and_released_once() -> None:
    """However often a source is closed."""
    limit = FollowerLimit(2)
    source = MemoryFollower(Journal(Clock(), MemoryJournalStore()), JournalQuery())
    assert [limit.acquire() for _ in range(3)] == [True, True, False]
    limited = LimitedSource(source, limit)
    limited.close()
    limited.close()
    assert [limit.acquire() for _ in range(2)] == [True, False]
