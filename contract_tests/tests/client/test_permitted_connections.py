"""What HTTP lets a server do with connections and before an answer, and what we do to it in return."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from pacsimile_contract.client.requests import build
from pacsimile_contract.client.transport import Transport
from pacsimile_contract.client.wire import MOST_IDLE, Wire
from pacsimile_contract.evidence.exchange import Answer, Request
from pacsimile_contract.evidence.history import History
from pacsimile_contract.target.model import Target

PATIENCE = 20.0


class _Counting(BaseHTTPRequestHandler):
    """Counts the connections that are open; says 102 and 103 before it answers."""

    protocol_version = "HTTP/1.1"
    open: ClassVar[set[int]] = set()

    def setup(self) -> None:
        super().setup()
        self.open.add(id(self))

    def finish(self) -> None:
        super().finish()
        self.open.discard(id(self))

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        early = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        self.wfile.write(early + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Last: yes \t\r\n\r\nok")

    do_POST = do_GET  # noqa: N815 (the base's name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """Stay silent."""


@pytest.fixture
def url() -> Iterator[str]:
    """Serve, and return the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Counting)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/reports"
    server.shutdown()
    server.server_close()


def test_interim_answers_are_passed_over(url: str) -> None:
    """RFC 9110 section 15.2: any number of them may come before the last."""
    wire = Wire()
    answers = [wire.send(Request("GET", url), PATIENCE) for _ in range(2)]
    wire.close()
    assert [(one.status, one.body, dict(one.headers)["X-Last"]) for one in answers] == [(200, b"ok", "yes")] * 2


def test_few_connections_are_kept(url: str) -> None:
    """Whatever changes data opens one: a service that allows only so many is not filled with those that rest."""
    wire = Wire()
    for _ in range(2 * MOST_IDLE):
        assert wire.send(Request("POST", url, body=b"{}"), PATIENCE).status == 200
    end = time.monotonic() + PATIENCE
    while len(_Counting.open) > MOST_IDLE and time.monotonic() < end:
        time.sleep(0.01)
    assert len(_Counting.open) <= MOST_IDLE
    wire.close()


class _Naming(_Counting):
    """Says on which connection it was asked."""

    def do_GET(self) -> None:
        """Answer with the client's port."""
        said = str(self.client_address[1]).encode()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said))

    do_POST = do_GET  # noqa: N815 (the base's name)


def test_a_call_can_go_where_the_same_one_went_before(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server keeps for a connection shows there alone; a new one, or the last, shows what others see."""
    monkeypatch.setattr(_Counting, "do_GET", _Naming.do_GET)
    wire = Wire()

    def ask(path: str, **how: bool) -> bytes:
        return wire.send(Request("GET", url + path), PATIENCE, **how).body

    first, other = ask("?a"), ask("?b", fresh=True)
    assert first != other
    assert ask("?a", again=True) == first
    assert ask("?b") == first  # the one that was used last
    assert ask("?b", again=True) == first
    assert ask("?c", again=True) == first
    wire.close()
    assert ask("?a", again=True) not in (first, other)
    wire.close()


def test_every_second_repetition_goes_where_the_first_call_went(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each operation; a call that is sent for the first time goes anywhere."""
    asked: list[bool] = []

    class Asked(Wire):
        def send(self, *_: object, again: bool, **__: object) -> Answer:  # type: ignore[override]
            asked.append(again)
            return Answer(200, ())

    url = "http://127.0.0.1:9"
    transport = Transport(Target(url, url + "/oauth2", {}), History(), "0", wire=Asked())
    for order in ("A", "A", "A", "B", "B", "B"):
        transport.send(build(transport.target, "getStatus", {"order_id": order}))
    assert asked == [False, True, False, False, True, False]


class _Forgetful(_Counting):
    """Leaves the content of a GET on the connection."""

    def do_GET(self) -> None:
        """Read nothing but the head."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def test_what_a_get_left_on_its_connection_meets_the_call_behind_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PROTO-5: content that was not read is the beginning of the next request, on that connection alone."""
    monkeypatch.setattr(_Counting, "do_GET", _Forgetful.do_GET)
    transport = Transport(Target(url, url + "/oauth2", {}), History(), "0")
    plain = Request("GET", url)
    for content, status in ((None, 200), (b"left", 200), (None, 501), (None, 200)):
        assert transport.send(replace(plain, body=content)).status == status
    transport.close()


def test_what_follows_content_stays_on_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most later calls of a token take a new connection, but not the one behind a GET with content."""
    taken: list[bool] = []

    class Asked(Wire):
        def send(self, *_: object, fresh: bool, again: bool, **__: object) -> Answer:  # type: ignore[override]
            taken.append(fresh or again)
            return Answer(200, ())

    url = "http://127.0.0.1:9"
    transport = Transport(Target(url, url + "/oauth2", {}), History(), "0", wire=Asked())
    monkeypatch.setattr("pacsimile_contract.client.transport.FIRST_CALLS", 0)
    monkeypatch.setattr("pacsimile_contract.client.transport.REUSE_EVERY", 100)
    for body in (None, b"{}", None, None):
        transport.send(Request("GET", url, (("Authorization", "Bearer a"),), body))
    assert taken == [True, True, False, True]
