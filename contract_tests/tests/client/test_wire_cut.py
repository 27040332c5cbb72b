"""Ending our side of a connection early: what a client that breaks off does to a server."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from pacsimile_contract.client.wire import Wire, WireError
from pacsimile_contract.evidence.exchange import Cut, Request

ANSWER = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno"


@dataclass
class Listener:
    """A server for one connection: reads until the other side ends it, then answers."""

    url: str
    seen: bytes = b""
    ended: str = ""
    done: threading.Event = field(default_factory=threading.Event)


def _serve(listening: socket.socket, found: Listener) -> None:
    connection, _ = listening.accept()
    with connection:
        try:
            while piece := connection.recv(65536):
                found.seen += piece
            found.ended = "closed"
            connection.sendall(ANSWER)
        except ConnectionError:
            found.ended = "reset"
    found.done.set()


@pytest.fixture
def listen() -> Iterator[Callable[[], Listener]]:
    """Return a function that starts such a server."""
    opened: list[tuple[socket.socket, threading.Thread]] = []

    def start() -> Listener:
        listening = socket.create_server(("127.0.0.1", 0))
        found = Listener(f"http://127.0.0.1:{listening.getsockname()[1]}")
        thread = threading.Thread(target=_serve, args=(listening, found))
        thread.start()
        opened.append((listening, thread))
        return found

    yield start
    for listening, thread in opened:
        thread.join(10)
        listening.close()


def half(url: str, cut: Cut) -> Request:
    """Return a POST that announces more than it sends."""
    return Request("POST", url + "/reports", (("Content-Length", "100"),), b'{"report', cut=cut)


def test_after_half_closing_the_answer_is_read(listen: Callable[[], Listener]) -> None:
    """The server sees the end of what was announced, and its refusal arrives."""
    server, wire = listen(), Wire()
    answer = wire.send(half(server.url, "half-closed"), 5.0)
    assert (answer.status, answer.body) == (400, b"no")
    assert server.done.wait(10)
    assert server.seen.endswith(b'\r\n\r\n{"report')


@pytest.mark.parametrize(("cut", "ended"), [("left", "closed"), ("reset", "reset")])
def test_leaving_waits_for_no_answer(listen: Callable[[], Listener], cut: Cut, ended: str) -> None:
    """The connection is closed in order, or reset; the exchange says that it was us."""
    server, wire = listen(), Wire()
    with pytest.raises(WireError, match=f"{cut} by us"):
        wire.send(half(server.url, cut), 5.0)
    assert server.done.wait(10)
    assert server.ended == ended
