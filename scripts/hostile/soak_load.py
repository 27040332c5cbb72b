"""The load of `soak.py`. Each class uses or mistreats the server in one way, in its own thread."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import Any

from mock.tests.helpers.hostile_requests import credentials_of, hostile_requests
from mock.tests.helpers.served import PATIENCE, Served, read_all, reset

FOLLOWERS = 16
HOSTILE_A_ROUND = 500
EFFECTS: tuple[dict[str, Any], ...] = (
    {"latency_ms": 50},
    {"reset": True},
    {"drip": {"bytes": 64, "interval_ms": 20}},
    {"truncate": True},
)


class Load:
    """What all players share: the server, when to stop, the number of answers, and the time of polls."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.stopping = threading.Event()
        self.counts: Counter[str] = Counter()
        self.latencies: deque[float] = deque()
        self.failures: list[str] = []
        self._control = {"Authorization": f"Bearer {served.line['control_token']}"}
        self._prefix = served.line["control_url"].removeprefix(served.url)

    def control(self, method: str, path: str, content: object = None) -> Any:
        """Call the control API, and return the JSON of the answer."""
        body = None if content is None else json.dumps(content).encode()
        reply = self.served.call(method, self._prefix + path, self._control, body)
        if reply.status >= 400:
            self.failures.append(f"{method} {path} was answered {reply.status}: {reply.body[:300]!r}")
        return reply.json if reply.body else None

    def bare(self, target: str, small: bool = False) -> socket.socket:
        """Send a GET with the token, and return the connection. `small` makes the system's receive buffer small."""
        authorization = self._control["Authorization"] if target.startswith("/_mock") else f"Bearer {self.served.token}"
        connection = socket.socket()
        if small:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE)
        connection.connect(self.served.address)
        head = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {authorization}\r\n\r\n"
        connection.sendall(head.encode())
        return connection

    def play(self, player: Callable[[Load], Iterator[float]]) -> None:
        """Play until it is time to stop. A player yields the seconds of each pause."""
        name = player.__name__
        try:
            for pause in player(self):
                self.counts[name] += 1
                if self.stopping.wait(pause):
                    return
        except Exception as error:
            self.failures.append(f"{name}: {type(error).__name__}: {error}")


def polls(load: Load) -> Iterator[float]:
    """Ask for a status over a persistent connection, and measure the time."""
    target = f"/status?order_id=NO-SUCH&organizationId={load.served.organization_id}"
    token, fetched = load.served.token, time.monotonic()
    connection = http.client.HTTPConnection(*load.served.address, timeout=PATIENCE)
    while True:
        began = time.perf_counter()
        connection.request("GET", target, headers={"Authorization": f"Bearer {token}"})
        connection.getresponse().read()
        load.latencies.append(time.perf_counter() - began)
        if time.monotonic() - fetched > 60:
            load.served.tokens.clear()
            token, fetched = load.served.token, time.monotonic()
        yield 0.004


def listings(load: Load) -> Iterator[float]:
    """List reports, read one, and get a token, as a client does."""
    organization = load.served.organization_id
    while True:
        for report in load.served.get(f"/reports?organizationId={organization}&limit=5").json["reports"]:
            read = load.served.get(f"/results?report_type=pdf&order_id={report['order_id']}")
            if read.status != 200:
                load.failures.append(f"the report of {report['order_id']} was answered {read.status}")
        load.served.call("GET", "/oauth2/token", {"Authorization": load.served.basic()})
        yield 0.2


def stalled_followers(load: Load) -> Iterator[float]:
    """Follow the journal and never read. Follow again when the connection was closed."""
    held: list[socket.socket] = []
    while True:
        held = [connection for connection in held if not _closed(connection)]
        while len(held) < FOLLOWERS:
            held.append(load.bare("/_mock/worlds/default/journal/follow", small=True))
        yield 0.5


def _closed(connection: socket.socket) -> bool:
    """Tell whether the server closed or reset a connection, without reading from it."""
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1) != b"\x01"


def worlds_with_faults(load: Load) -> Iterator[float]:
    """Create a world with a fault, call it, and delete it."""
    draw = random.Random(1)
    while True:
        made = load.control("POST", "/worlds", {"scenario": "demo", "seed": draw.randrange(1000)})
        name, client = made["world"], made["clients"][0]
        fault = {"match": {"operation": "getStatus"}, "effect": draw.choice(EFFECTS)}
        load.control("POST", f"/worlds/{name}/faults", fault)
        with contextlib.suppress(OSError, http.client.HTTPException):
            target = f"/w/{name}/status?order_id=NO-SUCH"
            load.served.call("GET", target, {"Authorization": f"Bearer {_token(load.served, client)}"})
        load.control("DELETE", f"/worlds/{name}")
        yield 0.2


def _token(served: Served, client: dict[str, str]) -> str:
    form = f"grant_type=client_credentials&client_id={client['client_id']}&client_secret={client['client_secret']}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return str(served.call("POST", "/oauth2/token", headers, form.encode()).json["access_token"])


def clients_that_die(load: Load) -> Iterator[float]:
    """Break connections off: within a head, within a body, before the answer, within the answer."""
    organization = load.served.organization_id
    orders = load.served.get(f"/reports?organizationId={organization}&limit=1").json["reports"]
    large = f"/results?report_type=pdf&order_id={orders[0]['order_id']}"
    while True:
        for part in (b"GET /status HT", load.served.head("POST", "/reports", "Content-Length: 5000") + b"{"):
            connection = load.served.connect()
            connection.sendall(part)
            reset(connection)
        reset(load.bare(large))
        connection = load.bare(large, small=True)
        connection.recv(100)
        reset(connection)
        yield 0.1


def hostile_calls(load: Load) -> Iterator[float]:
    """Send hostile requests, and calls with the largest possible journal entries."""
    for seed in range(1_000_000):
        reading, writing = credentials_of(load.served, 0), credentials_of(load.served, 1)
        for request in hostile_requests(seed, HOSTILE_A_ROUND, reading, writing):
            load.served.raw(request.to(b""))
            query = "&".join(f"{seed}-{n}=" + "x" * 200 for n in range(50))
            load.served.call("GET", f"/nothing?{query}")
            yield 0.01


def connections_that_idle(load: Load) -> Iterator[float]:
    """Connect, send nothing, and disconnect."""
    while True:
        held = [load.served.connect() for _ in range(5)]
        yield 1.0
        for connection in held:
            connection.shutdown(socket.SHUT_WR)
            read_all(connection)
            connection.close()


PLAYERS = (
    polls,
    listings,
    stalled_followers,
    worlds_with_faults,
    clients_that_die,
    hostile_calls,
    connections_that_idle,
)
