"""Faults on real sockets: what a client sees of each, that nobody else does, and that none holds up the end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mock.tests.helpers.served import PATIENCE, Served, read_all, serving

LIST = "/reports?organizationId=demo-hospital&limit=1"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mock of its own: faults are its world's."""
    with serving(tmp_path_factory.mktemp("faulty"), "--pace", "manual") as running:
        yield running


def control(served: Served, method: str, path: str, content: Any = None) -> Any:
    """Call the control API about the default world."""
    headers = {"Authorization": f"Bearer {served.line['control_token']}"}
    body = None if content is None else json.dumps(content).encode()
    reply = served.call(method, f"/_mock/worlds/default{path}", headers, body)
    assert reply.status < 300, reply.body
    return reply.json if reply.body else None


@contextmanager
def fault(served: Served, effect: dict[str, Any], **match: Any) -> Iterator[dict[str, Any]]:
    """Let calls go wrong while the block runs."""
    _ = served.token  # fetched before anything goes wrong
    made = control(served, "POST", "/faults", {"effect": effect, "match": {"operation": "listReports", **match}})
    try:
        yield made
    finally:
        control(served, "DELETE", "/faults")


def received(served: Served, address: tuple[str, int] | None = None) -> tuple[bytes, str]:
    """What came of a call on a kept connection, and how it ended: `whole`, `closed`, or `reset`."""
    with socket.create_connection(address or served.address, timeout=PATIENCE) as connection:
        return exchanged(connection, served.head("GET", LIST, close=False))


def exchanged(connection: socket.socket, request: bytes) -> tuple[bytes, str]:
    """Send a request, and read until its answer is whole or the connection ends."""
    connection.sendall(request)
    data = b""
    while True:
        try:
            part = connection.recv(1 << 16)
        except ConnectionResetError:
            return data, "reset"
        data += part
        if not part:
            return data, "closed"
        head, _, body = data.partition(b"\r\n\r\n")
        if len(body) == announced(head):
            return data, "whole"


def announced(head: bytes) -> int | None:
    """The length that a head announces."""
    found = re.search(rb"(?im)^content-length: (\d+)\r?$", head + b"\r")
    return int(found[1]) if found else None


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("lost", [True, "request"])
def test_a_reset_is_seen_as_one(faulty: Served, host: str, lost: Any) -> None:
    """ECONNRESET, and no byte of an answer; the next connection is as ever."""
    with fault(faulty, {"reset": lost}):
        assert received(faulty, (host, faulty.address[1])) == (b"", "reset")
    assert received(faulty, (host, faulty.address[1]))[1] == "whole"


def test_a_reset_strikes_one_connection_alone(faulty: Served) -> None:
    """Others of the same client, idle or held at that moment, live on."""
    with faulty.connect() as idle, faulty.connect() as held:
        assert exchanged(idle, faulty.head("GET", LIST, close=False))[1] == "whole"
        with fault(faulty, {"latency_ms": 500}, nth=1) as made:
            held.sendall(faulty.head("GET", LIST, close=False))
            until_met(faulty, made)
            control(faulty, "POST", "/faults", {"effect": {"reset": True}, "match": {"operation": "listReports"}})
            assert received(faulty) == (b"", "reset")
            assert held.recv(15) == b"HTTP/1.1 200 OK"
        assert exchanged(idle, faulty.head("GET", LIST, close=False))[1] == "whole"


def test_what_was_asked_is_done_unless_the_request_is_lost(faulty: Served) -> None:
    """An acknowledgement whose answer is lost has taken effect; one that never came has not."""
    path = f"/reports?organizationId={faulty.organization_id}"
    headers = {"Authorization": f"Bearer {faulty.token}", "Content-Type": "application/json"}
    listed = faulty.listing()
    for lost, taken in (("request", 0), ("answer", 1)):
        with fault(faulty, {"reset": lost}, operation="acknowledgeReports"), pytest.raises(ConnectionResetError):
            faulty.call("POST", path, headers, json.dumps({"report_ids": listed[:1]}).encode())
        assert faulty.listing() == listed[taken:]


@pytest.mark.parametrize(("effect", "share"), [(True, 0.5), ({"bytes": 0}, 0), ({"bytes": 10}, None)])
def test_a_truncated_body_ends_short_of_its_length(faulty: Served, effect: Any, share: float | None) -> None:
    """The head is whole, the connection closes before the body is."""
    with fault(faulty, {"truncate": effect}):
        data, end = received(faulty)
    head, _, body = data.partition(b"\r\n\r\n")
    length = announced(head)
    assert length is not None
    assert end == "closed"
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert len(body) == (10 if share is None else int(length * share))


def test_malformed_json_is_whole_by_its_length(faulty: Served) -> None:
    """The connection is kept; only the content is broken."""
    with fault(faulty, {"malformed": True}), faulty.connect() as connection:
        for _ in range(2):
            data, end = exchanged(connection, faulty.head("GET", LIST, close=False))
            assert end == "whole"
            with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
                json.loads(data.partition(b"\r\n\r\n")[2])


def test_a_dripping_body_comes_in_drops(faulty: Served) -> None:
    """So many bytes at a time, and whole in the end."""
    parts: list[bytes] = []
    with fault(faulty, {"drip": {"bytes": 100, "interval_ms": 40}}), faulty.connect() as connection:
        connection.sendall(faulty.head("GET", LIST))
        began = time.monotonic()
        while part := connection.recv(1 << 16):
            parts.append(part)
        took = time.monotonic() - began
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    assert len(body) == announced(head)
    assert json.loads(body)["count"] == 1
    drops = -(-len(body) // 100)
    assert drops > 2
    assert len(parts) >= drops
    assert took >= 0.04 * (drops - 1)


def test_latency_holds_up_nobody_else(faulty: Served) -> None:
    """Eight calls wait for two seconds; all others are answered meanwhile as ever."""
    order = json.loads(faulty.get(LIST).body)["reports"][0]["order_id"]
    with fault(faulty, {"latency_ms": 2000}), ThreadPoolExecutor(8) as pool:
        held = [pool.submit(timed, faulty, LIST) for _ in range(8)]
        time.sleep(0.1)
        others = sorted(timed(faulty, f"/status?order_id={order}") for _ in range(25))
        assert not any(one.done() for one in held)
        waits = [one.result() for one in held]
    assert min(waits) >= 2.0
    assert others[12] < 0.2


def timed(served: Served, target: str) -> float:
    """How long a call takes, in seconds."""
    began = time.monotonic()
    assert served.get(target).status == 200
    return time.monotonic() - began


def test_a_delay_goes_with_another_effect(faulty: Served) -> None:
    """Late, and then refused or reset."""
    with fault(faulty, {"latency_ms": 60, "status": 503}):
        began = time.monotonic()
        assert received(faulty)[0].startswith(b"HTTP/1.1 503 ")
        assert time.monotonic() - began >= 0.06
    with fault(faulty, {"latency_ms": 60, "reset": True}):
        began = time.monotonic()
        assert received(faulty) == (b"", "reset")
        assert time.monotonic() - began >= 0.06


@pytest.mark.parametrize("effect", [{"latency_ms": 30_000}, {"drip": {"bytes": 1, "interval_ms": 30_000}}])
def test_a_client_that_leaves_ends_its_wait(faulty: Served, effect: dict[str, Any]) -> None:
    """The journal learns at once that it got nothing, or not all; the server goes on."""
    with fault(faulty, effect) as made:
        with faulty.connect() as connection:
            connection.sendall(faulty.head("GET", LIST, close=False))
            until_met(faulty, made)
        told = journalled(faulty, lambda entry: not entry["delivered"])
    assert told["fault"].startswith(made["id"])
    assert told["bytes_sent"] in (0, 1)
    assert told["duration_us"] < 25_000_000
    assert received(faulty)[1] == "whole"


def until_met(served: Served, made: dict[str, Any]) -> None:
    """Wait until a call has met the fault."""
    ends = time.monotonic() + 10
    while not control(served, "GET", f"/faults/{made['id']}")["met"]:
        assert time.monotonic() < ends
        time.sleep(0.01)


def journalled(served: Served, told: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The journal's latest entry of a listing, once it tells what is waited for: it is closed after the answer left."""
    ends = time.monotonic() + 10
    while True:
        entry: dict[str, Any] = control(served, "GET", "/journal?operation=listReports&limit=1000")["entries"][-1]
        if told(entry) or time.monotonic() > ends:
            return entry
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("effect", "share"),
    [({"reset": True}, 0), ({"truncate": True}, 0.5), ({"drip": {"bytes": 200, "interval_ms": 1}}, 1)],
)
def test_the_journal_tells_what_the_client_got(faulty: Served, effect: dict[str, Any], share: float) -> None:
    """The fault by name, the bytes that left, and whether the answer was whole."""
    with fault(faulty, effect) as made:
        whole = 0 if share == 0 else announced(received(faulty)[0].partition(b"\r\n\r\n")[0])
        if share == 0:
            received(faulty)
        told = journalled(faulty, lambda entry: entry["delivered"] == (share == 1))
    assert whole is not None
    assert (told["fault"], told["status"]) == (f"{made['id']} {made['name']}", 200)
    assert (told["bytes_sent"], told["delivered"]) == (int(whole * share), share == 1)


@pytest.mark.parametrize("effect", [{"latency_ms": 60_000}, {"drip": {"bytes": 1, "interval_ms": 60_000}}])
def test_sigterm_is_not_held_up(tmp_path: Path, effect: dict[str, Any]) -> None:
    """What waits is answered at once, whole, and the server ends with status 0."""
    with serving(tmp_path, "--pace", "manual") as running, running.connect() as waiting:
        listing = running.head("GET", LIST)
        made = control(running, "POST", "/faults", {"effect": effect, "match": {"operation": "listReports"}})
        waiting.sendall(listing)
        until_met(running, made)
        began = time.monotonic()
        assert running.stop(signal.SIGTERM) == 0
        assert time.monotonic() - began < 5
        data = read_all(waiting)
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert len(body) == announced(head)


def test_a_reset_reaches_through_tls(tmp_path: Path) -> None:
    """The connection below is what is reset: no goodbye of TLS, no end, ECONNRESET."""
    with serving(tmp_path, "--tls", "--pace", "manual", PACSIMILE_TLS_DIR=str(tmp_path / "tls")) as running:
        trusting = ssl.create_default_context(cafile=str(tmp_path / "tls" / "ca.pem"))
        wanted = json.dumps({"effect": {"reset": True}, "match": {"operation": "getToken"}}).encode()
        bearer = f"Authorization: Bearer {running.line['control_token']}\r\nContent-Length: {len(wanted)}"
        head = f"POST /_mock/worlds/default/faults HTTP/1.1\r\nHost: localhost\r\n{bearer}\r\n\r\n"
        with over_tls(running, trusting) as connection:
            assert exchanged(connection, head.encode() + wanted)[0].startswith(b"HTTP/1.1 201 ")
        with over_tls(running, trusting) as connection:
            connection.sendall(b"GET /oauth2/token HTTP/1.1\r\nHost: localhost\r\n\r\n")
            records = b""
            with socket.socket(fileno=os.dup(connection.fileno())) as below:  # TLS has other names for its end
                below.settimeout(PATIENCE)
                with pytest.raises(ConnectionResetError):
                    while part := below.recv(1 << 16):
                        records += part
        assert len(records) < 1000  # no answer: what a handshake leaves


@contextmanager
def over_tls(served: Served, trusting: ssl.SSLContext) -> Iterator[socket.socket]:
    """A connection over TLS."""
    with (
        socket.create_connection(served.address, timeout=PATIENCE) as plain,
        trusting.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        yield connection


def test_workers_share_faults(tmp_path: Path) -> None:
    """Whichever of them answers: the nth call is that of all, and a count is never exceeded."""
    database = f"sqlite:///{tmp_path / 'state.db'}"
    with serving(tmp_path, "--database", database, "--workers", "2", "--pace", "manual") as running:
        _ = running.token
        for match, limit in (({"nth": 5}, {}), ({}, {"count": 7})):
            wanted = {"effect": {"status": 503}, "match": {"operation": "listReports", **match}, "limit": limit}
            made = control(running, "POST", "/faults", wanted)
            with ThreadPoolExecutor(4) as pool:
                found = list(pool.map(lambda _: running.get(LIST).status, range(24)))
            assert found.count(503) == (1 if match else 7)
            assert control(running, "GET", f"/faults/{made['id']}")["met"] == found.count(503)
            control(running, "DELETE", "/faults")
        assert running.get(LIST).status == 200
