"""SIGTERM and Ctrl-C: requests under way are finished, exit status 0, and not a word on standard error."""

import signal
import socket
import time
from pathlib import Path

import pytest

from mock.tests.helpers.databases import sqlite_url
from mock.tests.helpers.processes import wait_until
from mock.tests.helpers.served import Served, read_all, serving, statuses
from pacsimile.server_start import start
from pacsimile_mock.config import ServerOptions, WorldOptions
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.serving.workers import CannotStart, Workers

SIGNALS = [signal.SIGTERM, signal.SIGINT]
TARGET = "/reports?organizationId=demo-hospital"
BODY = b'{"report_ids": ["unknown"]}'


def refuses_connections(served: Served) -> bool:
    """Whether nobody listens any more."""
    try:
        served.connect().close()
    except ConnectionError:
        return True
    return False


def begin(served: Served, connection: socket.socket) -> None:
    """Begin a POST; on return the server has taken it, and waits for its body."""
    lines = ("Content-Type: application/json", f"Content-Length: {len(BODY)}", "Expect: 100-continue")
    connection.sendall(served.head("POST", TARGET, *lines, close=False))
    assert connection.recv(1 << 10) == b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize("number", SIGNALS)
def test_an_idle_server_ends_at_once(tmp_path: Path, number: int) -> None:
    """Also with connections that are kept open, used and unused."""
    with serving(tmp_path) as served:
        kept = [served.connect() for _ in range(3)]
        kept[0].sendall(served.head("GET", TARGET, close=False))
        assert kept[0].recv(1 << 20).startswith(b"HTTP/1.1 200 ")
        began = time.monotonic()
        assert served.stop(number) == 0
        assert time.monotonic() - began < 8
        for connection in kept:
            assert read_all(connection) == b""
            connection.close()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_body_that_is_still_arriving_is_waited_for(tmp_path: Path, number: int) -> None:
    """The request is finished and answered; new connections are not taken meanwhile."""
    with serving(tmp_path) as served, served.connect() as connection:
        begin(served, connection)
        served.process.send_signal(number)
        wait_until(lambda: refuses_connections(served))
        for byte in BODY:
            time.sleep(0.01)
            connection.sendall(bytes([byte]))
        received = read_all(connection)
        assert statuses(received) == [200]
        assert b'"not_found":["unknown"]' in received
        assert served.process.wait(10) == 0


@pytest.mark.parametrize("number", SIGNALS)
def test_a_report_that_is_being_rendered_is_finished(tmp_path: Path, number: int) -> None:
    """The first PDF loads a library and takes its time; it arrives whole."""
    with serving(tmp_path) as served:
        order_id = served.get(TARGET).json["reports"][0]["order_id"]
        target = f"/results?order_id={order_id}&report_type=pdf"
        with served.connect() as connection:
            connection.sendall(served.head("GET", "/nowhere", close=False) + served.head("GET", target, close=False))
            first = connection.recv(1 << 16)  # the other request is taken as soon as this one is answered
            time.sleep(0.03)
            served.process.send_signal(number)
            received = first + read_all(connection)
        assert statuses(received) == [404, 200]
        head, _, body = received[received.rindex(b"HTTP/1.1 200") :].partition(b"\r\n\r\n")
        assert f"content-length: {len(body)}\r\n".encode() in head.lower() + b"\r\n"
        assert body.rstrip().endswith(b"%%EOF")
        assert served.process.wait(10) == 0


def test_the_same_signal_twice_at_once_is_one(tmp_path: Path) -> None:
    """A terminal sends Ctrl-C to the whole group, and a parent may send it on: requests are finished all the same."""
    with serving(tmp_path) as served, served.connect() as connection:
        begin(served, connection)
        for _ in range(3):
            served.process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        connection.sendall(BODY)
        assert statuses(read_all(connection)) == [200]
        assert served.process.wait(10) == 0


def test_a_second_signal_ends_at_once(tmp_path: Path) -> None:
    """Who is impatient does not wait for a body that never comes: exit status 130, as after Ctrl-C."""
    ended: list[int] = []
    with pytest.raises(AssertionError), serving(tmp_path) as served, served.connect() as connection:
        begin(served, connection)
        served.process.send_signal(signal.SIGINT)
        wait_until(lambda: refuses_connections(served))
        time.sleep(0.7)
        began = time.monotonic()
        served.process.send_signal(signal.SIGINT)
        ended.append(served.process.wait(10))
        assert time.monotonic() - began < 5
    assert ended == [130]
    assert (tmp_path / "stderr.txt").read_text() == ""


def test_the_port_is_free_again_afterwards(tmp_path: Path) -> None:
    """Connections that were open do not keep it: a restart on the same port works at once."""
    with serving(tmp_path) as served:
        port = served.address[1]
        with served.connect() as connection:
            connection.sendall(served.head("GET", TARGET, close=False))
            connection.recv(1 << 20)
            assert served.stop() == 0
    with serving(tmp_path, "--port", str(port)) as served:
        assert served.address[1] == port
        assert served.get(TARGET).status == 200


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    """No child process listens on after its parent's end, however that came: the port refuses connections."""
    with pytest.raises(AssertionError), serving(tmp_path, forked=False) as served:
        served.get(TARGET)
        served.process.kill()
        served.process.wait(10)
        with pytest.raises(ConnectionError):
            socket.create_connection(served.address, timeout=5).close()


def test_a_server_without_its_workers_leaves_no_connection_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's end would wait twenty seconds for the threads of a pool of PostgreSQL."""
    closed = list[ServerState]()

    def fail(self: Workers, ready: object) -> None:
        for listener in self.listeners:
            listener.close()
        raise CannotStart

    monkeypatch.setattr(Workers, "run", fail)
    monkeypatch.setattr(ServerState, "close", lambda self: closed.append(self))
    options = ServerOptions(port=0, workers=2, database=sqlite_url(tmp_path), world=WorldOptions("empty"))
    with pytest.raises(CannotStart):
        start(options, None, as_json=True, listed=False)
    assert len(closed) == 1
    closed[0].worlds.registry.close()
