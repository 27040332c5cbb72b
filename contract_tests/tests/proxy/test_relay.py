"""A client, the proxy and a service that is played byte by byte: what each side does reaches the other as it is."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from contract_tests.tests.helpers.proxied import Proxied, proxied
from pacsimile_contract.proxy.events import ExchangeFinished, MistakeMade, PassedUnjudged
from pacsimile_contract.target.model import Client, Target

PATIENCE = 20
CALL = b"GET /status?order_id=A HTTP/1.1\r\nhOST: %s\r\nX-Secret: kept-from-all-files\r\naccept:  */*\r\n\r\n"
ANSWER = b"HTTP/1.1 200 Fine indeed\r\nx-B: 1\r\nX-a:2\r\nContent-Length: 2\r\n\r\n{}"

Play = Callable[[socket.socket], None]


@contextmanager
def played(*plays: Play) -> Iterator[str]:
    """Serve connections, each by its play; a play that fails is told at the end."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(PATIENCE)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for play in plays:
                connection, _ = listener.accept()
                connection.settimeout(PATIENCE)
                with connection:
                    play(connection)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.join(PATIENCE)
        listener.close()
    assert not failed, failed


def target_at(url: str) -> Target:
    return Target(url, url + "/oauth2", {"primary": Client("primary", "me", "a-secret-of-mine")})


def connected(proxy: Proxied) -> socket.socket:
    host, port = proxy.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    connection.settimeout(PATIENCE)
    return connection


def until(connection: socket.socket, end: bytes) -> bytes:
    data = b""
    while not data.endswith(end):
        piece = connection.recv(65536)
        assert piece, data
        data += piece
    return data


def rest(connection: socket.socket) -> bytes:
    data = b""
    while piece := connection.recv(65536):
        data += piece
    return data


def exchanges(proxy: Proxied) -> list[tuple[int | None, str | None]]:
    """Return status and failure of each call that was judged."""
    told = [event.exchange for event in proxy.events if isinstance(event, ExchangeFinished)]
    return [(exchange.status, exchange.failure) for exchange in told]


def host_of(url: str) -> bytes:
    return url.removeprefix("http://").encode()


def answering(service: socket.socket) -> None:
    until(service, b"\r\n\r\n")
    service.sendall(ANSWER)


def test_each_byte_passes_but_the_name_in_host() -> None:
    """The order, the case and the blanks of fields are those of the other side, on one connection for all calls."""
    heard: list[bytes] = []

    def play(service: socket.socket) -> None:
        for _ in range(2):
            heard.append(until(service, b"\r\n\r\n"))
            service.sendall(ANSWER)

    with played(play) as url, proxied(target_at(url)) as proxy, connected(proxy) as client:
        for _ in range(2):
            client.sendall(CALL % host_of(proxy.url))
            assert until(client, b"{}") == ANSWER
    assert heard == [CALL % host_of(url)] * 2
    assert exchanges(proxy) == [(200, None)] * 2
    assert proxy.done is not None
    sent = proxy.done.exchanges[0].request.headers
    assert dict(sent)["X-Secret"] == "$HIDDEN"


def test_pipelined_calls_and_an_answer_byte_by_byte() -> None:
    """What is sent at once passes at once; a HEAD's length is no body."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"

    def play(service: socket.socket) -> None:
        asked = b""
        while asked.count(b"\r\n\r\n") < 2:
            asked += service.recv(65536)
        for byte in head + ANSWER:
            service.send(bytes([byte]))

    with played(play) as url, proxied(target_at(url)) as proxy, connected(proxy) as client:
        call = CALL % host_of(proxy.url)
        client.sendall(call.replace(b"GET", b"HEAD") + call)
        assert until(client, b"{}") == head + ANSWER
    assert exchanges(proxy) == [(200, None)]  # HEAD is none of the described methods


def test_a_client_that_waits_for_100() -> None:
    """The interim answer comes before the body leaves."""
    head = b"POST /reports?organizationId=o HTTP/1.1\r\nHost: a.example\r\n"
    head += b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"

    def play(service: socket.socket) -> None:
        until(service, b"\r\n\r\n")
        service.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        assert until(service, b"{}") == b"{}"
        service.sendall(ANSWER)

    with played(play) as url, proxied(target_at(url)) as proxy, connected(proxy) as client:
        client.sendall(head.replace(b"a.example", host_of(proxy.url)))
        assert until(client, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"{}")
        assert until(client, b"{}") == ANSWER
    assert exchanges(proxy) == [(200, None)]


def test_a_large_answer_streams() -> None:
    """The client has the first half before the service sends the second."""
    head, half = b"HTTP/1.1 200 OK\r\nContent-Length: 6000000\r\n\r\n", b"x" * 3_000_000
    received = threading.Event()

    def play(service: socket.socket) -> None:
        until(service, b"\r\n\r\n")
        service.sendall(head + half)
        assert received.wait(PATIENCE)
        service.sendall(half)

    with played(play) as url, proxied(target_at(url)) as proxy, connected(proxy) as client:
        client.sendall(CALL % host_of(proxy.url))
        _take(client, len(head) + len(half))
        received.set()
        _take(client, len(half))
    assert exchanges(proxy)[0][0] == 200


def _take(connection: socket.socket, count: int) -> None:
    while count:
        piece = connection.recv(min(count, 1 << 20))
        assert piece
        count -= len(piece)


def _cut(service: socket.socket) -> None:
    until(service, b"\r\n\r\n")
    service.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")


def _close(service: socket.socket) -> None:
    until(service, b"\r\n\r\n")


def _garbage(service: socket.socket) -> None:
    until(service, b"\r\n\r\n")
    service.sendall(b"SSH-2.0-none\r\n")


def _until_close(service: socket.socket) -> None:
    until(service, b"\r\n\r\n")
    service.sendall(b"HTTP/1.0 200 OK\r\n\r\nall")


@pytest.mark.parametrize(
    ("play", "got", "told"),
    [
        (_cut, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", (None, "cut off")),
        (_close, b"", (None, "closed")),
        (_garbage, b"SSH-2.0-none\r\n", (None, "not HTTP (SSH)")),
        (_until_close, b"HTTP/1.0 200 OK\r\n\r\nall", (200, None)),
    ],
)
def test_what_a_service_breaks_off(play: Play, got: bytes, told: tuple[int | None, str | None]) -> None:
    """The client gets what came, and then the end of the connection."""
    with played(play) as url, proxied(target_at(url)) as proxy, connected(proxy) as client:
        client.sendall(CALL % host_of(proxy.url))
        assert rest(client) == got
    assert exchanges(proxy) == [told]


def test_a_reset_stays_a_reset() -> None:
    """A client that is reset retries otherwise than one whose connection ends."""

    def play(service: socket.socket) -> None:
        until(service, b"\r\n\r\n")
        service.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with played(play) as url, proxied(target_at(url)) as proxy, connected(proxy) as client:
        client.sendall(CALL % host_of(proxy.url))
        with pytest.raises(ConnectionResetError):
            rest(client)
    assert exchanges(proxy) == [(None, "reset")]


def test_a_service_that_is_not_there() -> None:
    """The client's connection ends without a byte, and a line says why."""
    free = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{free.getsockname()[1]}"
    free.close()
    with proxied(target_at(url)) as proxy, connected(proxy) as client:
        client.sendall(CALL % host_of(proxy.url))
        with pytest.raises(ConnectionResetError):
            rest(client)
    assert exchanges(proxy) == [(None, "refused")]
    assert any("cannot be reached" in event.why for event in proxy.events if isinstance(event, PassedUnjudged))


def test_what_is_no_http_passes_both_ways() -> None:
    """Nobody judges it."""

    def play(service: socket.socket) -> None:
        assert until(service, b"!") == b"\x00\x01 what is this!"
        service.sendall(b"\x02 neither that")

    with played(play) as url, proxied(target_at(url)) as proxy, connected(proxy) as client:
        client.sendall(b"\x00\x01 what is this!")
        assert rest(client) == b"\x02 neither that"
    assert exchanges(proxy) == []


def test_an_upgrade_passes() -> None:
    """After 101 both sides speak what they like."""

    def play(service: socket.socket) -> None:
        until(service, b"\r\n\r\n")
        service.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n")
        service.sendall(until(service, b"."))

    with played(play) as url, proxied(target_at(url)) as proxy, connected(proxy) as client:
        client.sendall(CALL % host_of(proxy.url))
        assert until(client, b"\r\n\r\n").startswith(b"HTTP/1.1 101")
        client.sendall(b"GET / is no request here.")
        assert rest(client) == b"GET / is no request here."


def test_a_client_that_sends_no_more_still_gets_its_answer() -> None:
    """The service hears that, and answers."""

    def play(service: socket.socket) -> None:
        assert rest(service).endswith(b"\r\n\r\n")
        service.sendall(ANSWER)

    with played(play) as url, proxied(target_at(url)) as proxy, connected(proxy) as client:
        client.sendall(CALL % host_of(proxy.url))
        client.shutdown(socket.SHUT_WR)
        assert rest(client) == ANSWER


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n", b"HTTP/1.1 501 "),
        (b"GET /status HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"HTTP/1.1 421 "),
    ],
)
def test_what_the_proxy_answers_itself(request_: bytes, status: bytes) -> None:
    """The answer says that it is the proxy's, and the service hears nothing."""
    with proxied(target_at("http://127.0.0.1:9")) as proxy, connected(proxy) as client:
        client.sendall(request_)
        answer = rest(client)
    assert answer.startswith(status)
    assert b"pacsimile proxy: " in answer
    assert exchanges(proxy) == []


@pytest.mark.parametrize(
    "path",
    ["/status?order_id=A&client_secret=kept-from-all-files", "/oauth2/token?client_id=me&client_secret=abc"],
    ids=["where the API has no secret", "too short to be sought in all texts"],
)
def test_a_secret_in_an_address_is_not_kept(path: str) -> None:
    """What is said of the client stays: that it wrote a secret there."""
    call = CALL.replace(b"/status?order_id=A", path.encode())
    with played(answering) as url, proxied(target_at(url)) as proxy, connected(proxy) as client:
        client.sendall(call % host_of(proxy.url))
        until(client, b"{}")
    secret = path.rpartition("=")[2]
    (exchange,) = (event.exchange for event in proxy.events if isinstance(event, ExchangeFinished))
    assert secret not in f"{exchange.request.url} {exchange.sent.url} {list(exchange.given.values())}"
    assert any(isinstance(event, MistakeMade) and event.id == "ADVICE-SECRET-IN-URL" for event in proxy.events)


@pytest.mark.parametrize(("path", "hint"), [(None, "your client its address"), ("/v2/status", "dialect")])
def test_a_run_without_a_call_says_what_to_look_at(path: str | None, hint: str) -> None:
    """Else a client that never met the proxy would look like a service without a fault."""
    with played(*[answering] if path else []) as url, proxied(target_at(url)) as proxy:
        if path:
            with connected(proxy) as client:
                client.sendall(CALL.replace(b"/status", path.encode()) % host_of(proxy.url))
                until(client, b"{}")
    assert proxy.done is not None
    assert "no call of the API came through the proxy" in proxy.done.notes[0]
    assert hint in proxy.done.notes[0]
