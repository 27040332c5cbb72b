"""A service whose bytes drip: slow but complete is an answer, endless is none, and nothing hangs."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from pacsimile_contract.client import deadlines
from pacsimile_contract.client.wire import Wire, WireError
from pacsimile_contract.evidence.exchange import Request

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"
DRIP = 0.02


def _drip(listening: socket.socket, content: bytes, endless: bytes) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(65536)
        try:
            connection.sendall(content)
            while endless:
                connection.sendall(endless)
                time.sleep(DRIP)
            connection.recv(1)
        except OSError:
            return


@pytest.fixture
def dripping() -> Iterator[Callable[[bytes, bytes], str]]:
    """Return a function that starts a server: it sends some bytes at once, then others again and again."""
    opened: list[tuple[socket.socket, threading.Thread]] = []

    def start(content: bytes, endless: bytes = b"") -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=_drip, args=(listening, content, endless), daemon=True)
        thread.start()
        opened.append((listening, thread))
        return f"http://127.0.0.1:{listening.getsockname()[1]}/status"

    yield start
    for listening, thread in opened:
        thread.join(10)
        listening.close()


@pytest.mark.parametrize(
    ("content", "endless"),
    [
        (b"", b"HTTP"),
        (b"HTTP/1.1 200 OK\r\n", b"X"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["status line", "header", "body", "chunks", "until closed", "interim answers"],
)
@pytest.mark.parametrize("raw", [False, True])
def test_what_drips_without_end_ends(
    dripping: Callable[[bytes, bytes], str], content: bytes, endless: bytes, raw: bool
) -> None:
    """No single wait is long, but the whole is: after `whole` seconds it is a timeout, wherever in the answer."""
    url, began = dripping(content, endless), time.monotonic()
    request = Request("GET", url, raw=b"GET /status HTTP/1.1\r\n\r\n" if raw else None)
    with pytest.raises(WireError, match="timeout"):
        Wire().send(request, 30.0, total_timeout=0.3)
    assert 0.25 < time.monotonic() - began < 20


def test_six_timeouts_are_the_most(dripping: Callable[[bytes, bytes], str]) -> None:
    """Whatever the run has left."""
    began = time.monotonic()
    with pytest.raises(WireError, match="timeout"):
        Wire().send(Request("GET", dripping(HEAD[:20], b"x")), 0.1, total_timeout=1000.0)
    assert time.monotonic() - began < 10


def test_silence_ends_after_one_timeout(dripping: Callable[[bytes, bytes], str]) -> None:
    """To the first byte, and between two."""
    for content in (b"", HEAD, HEAD + b"x"):
        began = time.monotonic()
        with pytest.raises(WireError, match="timeout"):
            Wire().send(Request("GET", dripping(content, b"")), 0.2)
        assert 0.15 < time.monotonic() - began < 10


def test_slow_but_complete_is_an_answer(dripping: Callable[[bytes, bytes], str]) -> None:
    """It took longer than a timeout in all, and never so long between two bytes."""
    url = dripping(HEAD.replace(b"12", b"60"), b"x")
    wire = Wire()
    assert wire.send(Request("GET", url), 1.0).body == b"x" * 60
    wire.close()


def test_a_body_beyond_our_limit_is_called_so(
    dripping: Callable[[bytes, bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """That an answer is not read to its end is our doing: the bound is told, beside the status."""
    monkeypatch.setattr("pacsimile_contract.client.wire.longest_body", lambda operation: 5)
    answer = Wire().send(Request("GET", dripping(HEAD + b"abcdefghijkl", b"")), 5.0)
    assert (answer.status, answer.body, answer.exceeded_bound) == (200, b"", "a body longer than 0 MiB")


@pytest.mark.parametrize(
    ("content", "endless", "words"),
    [
        (HEAD.replace(b"12", b"999999"), b"x", r"timeout: it drips: \d+ bytes in 0.\d+ s, and no end"),
        (b"HTTP/1.1 200 OK\r\n", b"X", r"timeout: it drips: "),
        (HEAD.replace(b"12", b"40000000"), b"x" * 65536, r"timeout: it does not end: \d+ bytes in 0.\d+ s"),
        (HEAD + b"x", b"", r"timeout: it stops after \d+ bytes"),
        (b"", b"", r"timeout$"),
    ],
    ids=["a body drips", "a head drips", "a body is endless", "a body stops", "silence"],
)
def test_how_an_answer_did_not_end_is_said(
    dripping: Callable[[bytes, bytes], str], content: bytes, endless: bytes, words: str
) -> None:
    """That something came is not the same as that nothing did."""
    with pytest.raises(WireError, match=f"^{words}"):
        Wire().send(Request("GET", dripping(content, endless)), 30.0 if endless else 0.3, total_timeout=0.5)


@pytest.mark.parametrize(("limit", "words"), [("DRIPS_AFTER", "it drips"), ("LONGEST", "it d")])
def test_a_begun_answer_is_waited_for_less_long(
    dripping: Callable[[bytes, bytes], str], monkeypatch: pytest.MonkeyPatch, limit: str, words: str
) -> None:
    """Once it drips, or goes on beyond its timeout, six timeouts are not waited for."""
    assert max(deadlines.DRIPS_AFTER, deadlines.LONGEST) <= 30
    monkeypatch.setattr(deadlines, limit, 0.2)
    timeout = 1.0 if limit == "LONGEST" else 60.0
    with pytest.raises(WireError, match=f"timeout: {words}"):
        Wire().send(Request("GET", dripping(HEAD.replace(b"12", b"999999"), b"x")), timeout)
