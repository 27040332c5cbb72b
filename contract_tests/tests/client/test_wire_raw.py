"""Raw bytes: what no HTTP library would send, and what may come back."""

import socket
import threading
from collections.abc import Iterator

import pytest

from pacsimile_contract.client.wire import Wire, WireError
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.transcript.curl import curl

HUGE = 8 * 1024 * 1024


def _serve(listening: socket.socket, replies: dict[bytes, bytes], heard: list[bytes]) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            start = connection.recv(4096)
            heard.append(start)
            connection.sendall(next((reply for word, reply in replies.items() if word in start), b""))


@pytest.fixture
def server() -> Iterator[tuple[str, list[bytes]]]:
    """A server that reads once, answers by a word in it, and closes: its address, and what it heard."""
    listening, heard = socket.create_server(("127.0.0.1", 0)), list[bytes]()
    replies = {
        b"\xff": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno",
        b"interim": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
        b"bare": b"not http at all",
        b"colon": b"HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\nnonsense\r\nConnection: close\r\n\r\nno",
        b"sign": b"HTTP/1.1 500 Oops\r\nX(A): b\r\nContent-Length: 2\r\n\r\nno",
        b"coded": b"HTTP/1.1 500 Oops\r\nTransfer-Encoding: gzip, chunked\r\n\r\nno",
        b"lengths": b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nno!",
    }
    thread = threading.Thread(target=_serve, args=(listening, replies, heard))
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", heard
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(10)


def raw(url: str, content: bytes) -> Request:
    """Return raw bytes meant as a GET of that address."""
    return Request("GET", url + "/status", raw=content, hostile=True)


def test_bytes_leave_as_they_are(server: tuple[str, list[bytes]]) -> None:
    """Nothing is added, nothing encoded; the answer is read like any other, interim ones aside."""
    url, heard = server
    wire, content = Wire(), b"GET /status?order_id=\xff\x00 HTTP/1.1\r\n\r\n"
    answer = wire.send(raw(url, content), 5.0)
    assert (answer.status, answer.body, heard) == (400, b"no", [content])
    assert wire.send(raw(url, b"GET /interim"), 5.0).status == 204


@pytest.mark.parametrize(
    ("content", "failure"), [(b"silence", "closed"), (b"bare", "not HTTP"), (b"x" * HUGE, "closed|reset")]
)
def test_no_answer_says_how_it_ended(server: tuple[str, list[bytes]], content: bytes, failure: str) -> None:
    """A closed connection, also before the last byte was taken, and an answer that is no HTTP."""
    with pytest.raises(WireError, match=failure):
        Wire().send(raw(server[0], content), 5.0)


def test_a_reader_can_repeat_raw_bytes() -> None:
    """Not with curl, which would tidy them up; and without the token in them."""
    redactor = Redactor("salt")
    redactor.add_secret("the-token", "$TOKEN")
    asked = raw("http://127.0.0.1:9", b"GET /\xff'%s HTTP/1.1\r\nAuthorization: Bearer the-token\r\n\r\n")
    line = curl(Exchange(1, asked), redactor)
    assert line.startswith("printf '%b' ")
    assert line.endswith("| nc 127.0.0.1 9")
    assert r"\xff" in line
    assert r"Bearer $TOKEN\r\n\r\n" in line


@pytest.mark.parametrize("fault", ["colon", "sign", "coded", "lengths"])
def test_an_answer_with_one_wrong_field_is_evidence(server: tuple[str, list[bytes]], fault: str) -> None:
    """Its status and body are judged; a strict parser would leave nothing of it."""
    answer = Wire().send(raw(server[0], f"GET /{fault}".encode()), 5.0)
    assert (answer.status, answer.body) == (500, b"no")
