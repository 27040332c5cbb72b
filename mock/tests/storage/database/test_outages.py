"""A database that does not answer for a while: 503 with Retry-After, nothing is lost, and it heals (BATCH-14)."""

import logging
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mock.tests.helpers.databases import Databases, Postgresql
from mock.tests.helpers.in_process import Caller, Reply
from mock.tests.helpers.processes import working
from mock.tests.helpers.sharing import Server, serving
from pacsimile_mock import database_errors
from pacsimile_mock.storage.database import connections, engine, sqlite

UNAVAILABLE = (503, "service-unavailable")


@pytest.fixture(autouse=True)
def outage_not_told_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has its first outage, and health looks each time."""
    monkeypatch.setattr(engine, "PROBE_KEPT", 0.0)
    monkeypatch.setattr(database_errors.OUTAGE, "_warned_at", None)


def assert_refused(reply: Reply) -> None:
    """A problem that says when to come again."""
    assert reply.refusal == UNAVAILABLE
    assert 1 <= int(reply.headers["Retry-After"]) <= 3600
    assert reply.headers["X-Request-Id"]


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What standard error was told; no traceback is among it."""
    assert not any(record.exc_info for record in caplog.records)
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


class FullDisk:
    """A disk that can be full: of the file's pages no more may be used than are used."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        connect = sqlite.SqliteEngine.connect

        def limited(engine: sqlite.SqliteEngine) -> Any:
            connection = connect(engine)
            connection.execute(f"PRAGMA max_page_count = {1 if self.full else 1_000_000}")  # 1: no more than there are
            return connection

        monkeypatch.setattr(sqlite.SqliteEngine, "connect", limited)

    @contextmanager
    def filled(self, server: Server) -> Iterator[None]:
        """Be full for a while."""
        registry = server.state.worlds.registry
        self.full = True
        registry.close()
        yield
        self.full = False
        registry.close()


def test_a_full_disk(databases: Databases, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """What would have to be written is refused, what is only read is answered; then all is as it was."""
    disk = FullDisk(monkeypatch)
    with serving(databases.empty("sqlite"), 1) as (server,):
        caller, ids = server.client(), server.ready(300)
        assert caller.listing(limit=200) == ids[:200]
        with disk.filled(server):
            refused = server.asked("POST", "/worlds/default/orders", orders(server, 5_000))
            assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
            order_id = server.world.store.find_report(ids[0], 2**62).order_id
            assert [caller.get("/status", order_id=order_id).status for _ in range(3)] == [200] * 3
        assert sorted(warnings(caplog)) == [
            "the database does not answer: database or disk is full; calls are answered 503 until it does",
            "the journal cannot be written: database or disk is full; calls are served without it",
        ]
        assert len(list(server.world.store.orders_of("hospital"))) == 300
        assert caller.acknowledge() == ids[:200]
        assert caller.listing() == ids[200:]


@contextmanager
def nothing_written() -> Iterator[None]:
    """Let the system take no byte more for any file, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_journal_on_a_full_disk(databases: Databases, caplog: pytest.LogCaptureFixture) -> None:
    """It is told once, and then how many calls are missing. No other calls have their numbers, so advice knows it."""
    with serving(databases.empty("sqlite"), 1) as (server,):
        caller = server.client()
        for missing in (3, 2):
            with nothing_written():
                replies = [caller.get("/status", order_id="ORD-1") for _ in range(missing)]
            assert {reply.status for reply in replies} == {404}
            assert advice(server) == {"calls": 0, "complete": False, "advice": []}
            caller.get("/status", order_id="ORD-1")
            assert (advice(server)["calls"], advice(server)["complete"]) == (1, False)
        assert [entry.number for entry in server.world.journal.entries()] == [1, 5, 8]
        told = warnings(caplog)
        assert [line.partition(": ")[0] for line in told[::2]] == ["the journal cannot be written"] * 2
        assert told[1::2] == [f"the journal is written again, without {count} calls" for count in (3, 2)]


def advice(server: Server) -> dict[str, Any]:
    """What is said of the calls now."""
    judged: dict[str, Any] = server.control("GET", "/worlds/default/journal/advice").json
    return judged


def ready(server: Server) -> tuple[int, bool]:
    """What health says now."""
    reply = server.call("GET", "/_mock/health")
    return reply.status, reply.json["ready"]


def test_health_where_nothing_can_be_written(databases: Databases) -> None:
    """The system takes no byte more for any file: the server is not ready, and is again without a restart."""
    with serving(databases.empty("sqlite"), 1) as (server,):
        assert ready(server) == (200, True)
        with nothing_written():
            assert ready(server) == (503, False)
        wait_until_asked_again()
        assert ready(server) == (200, True)


def test_health_of_what_may_only_be_read(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that is read-only, or a standby: ready it is not."""
    connect = sqlite.SqliteEngine.connect

    def reading(engine: sqlite.SqliteEngine) -> Any:
        connection = connect(engine)
        connection.execute("PRAGMA query_only = ON")
        return connection

    with serving(databases.empty("sqlite"), 1) as (server,):
        server.state.worlds.registry.close()
        monkeypatch.setattr(sqlite.SqliteEngine, "connect", reading)
        assert ready(server) == (503, False)


def test_a_file_that_is_gone(databases: Databases) -> None:
    """Deleted or replaced while it is in use: what is written is lost, so health says so."""
    url = databases.empty("sqlite")
    with serving(url, 1) as (server,):
        path = Path(url.removeprefix("sqlite:///"))
        aside = path.rename(path.with_name("aside.db"))
        assert ready(server) == (503, False)
        path.touch()
        reply = server.call("GET", "/_mock/health")
        assert reply.json["detail"].endswith(f"{path} was deleted or replaced while it was in use")
        path.unlink()
        aside.rename(path)
        assert ready(server) == (200, True)


def orders(server: Server, count: int) -> list[dict[str, Any]]:
    """So many orders, as the control API takes them."""
    return [{"organization_id": server.client().client.organization_id, "status": "COMPLETED"}] * count


def test_a_file_that_another_program_holds(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A backup that takes too long, say: reads go on, writes are refused after a while."""
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.1)
    url = databases.empty("sqlite")
    with serving(url, 1) as (server,):
        caller, ids = server.client(), server.ready(3)
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert_refused(caller.get("/reports", organizationId="hospital"))
        assert_refused(caller.post(None))
        assert caller.get("/status", order_id="ORD-1").status == 404
        assert caller.ask_token().status == 200
        other.execute("ROLLBACK")
        other.close()
        assert caller.listing() == ids
        assert len(warnings(caplog)) == 1


CALLS: dict[str, Callable[[Caller], Reply]] = {
    "status": lambda caller: caller.get("/status", order_id="ORD-1"),
    "order ids": lambda caller: caller.get("/orderId", study_uid="1.2.3"),
    "listing": lambda caller: caller.get("/reports", organizationId="hospital"),
    "acknowledgement": lambda caller: caller.post(None),
    "token": lambda caller: caller.ask_token(),
    "introspection": lambda caller: caller.call("POST", "/oauth2/introspect", b"token=x"),
    "unknown path": lambda caller: caller.get("/nothing"),
    "unknown path in a world": lambda caller: caller.get("/w/default/nothing"),
    "path in a world": lambda caller: caller.get("/w/default/status", order_id="ORD-1"),
    "keys": lambda caller: caller.get("/oauth2/jwks"),
    "keys of a world": lambda caller: caller.get("/w/default/oauth2/jwks"),
    "metadata of a world": lambda caller: caller.get("/.well-known/oauth-authorization-server/w/default/oauth2"),
}


@pytest.fixture
def stopped(postgresql: Postgresql, databases: Databases) -> Iterator[tuple[Server, Caller, list[str]]]:
    """A server whose PostgreSQL has stopped, with three reports that were listed; and started again at the end."""
    with serving(databases.empty("postgresql"), 1) as (server,):
        caller, ids = server.client(), server.ready(3)
        assert caller.listing() == ids
        postgresql.stop()
        try:
            yield server, caller, ids
        finally:
            postgresql.start()


def test_a_server_that_went_away(
    stopped: tuple[Server, Caller, list[str]], postgresql: Postgresql, caplog: pytest.LogCaptureFixture
) -> None:
    """Every call is refused alike, and told of once; when it is back, all is as it was, at the first call."""
    server, caller, ids = stopped
    for _ in range(2):
        for name, call in CALLS.items():
            reply = call(caller)
            assert reply.refusal == UNAVAILABLE, name
            assert_refused(reply)
    asked = server.asked("POST", "/states", {"state": "fresh_organization", "params": {}})
    assert (asked.status, asked.headers["Retry-After"]) == (503, "5")
    assert server.asked("POST", "/worlds/default/clock", {"advance": 10}).status == 503
    health = server.call("GET", "/_mock/health")
    assert (health.status, health.json["ready"], health.headers["Retry-After"]) == (503, False, "5")
    assert health.json["detail"].startswith("the database does not answer: ")
    before = server.world.clock.now()
    (told,) = warnings(caplog)
    assert told.startswith("the database does not answer: ")
    assert told.endswith("; calls are answered 503 until it does")
    postgresql.start()
    wait_until_asked_again()
    assert caller.acknowledge() == ids
    assert caller.listing() == []
    assert server.world.clock.now() == before
    assert not [name for name in server.world.clients if "org-" in name]


def wait_until_asked_again() -> None:
    """Let the moment pass in which a database that could not be reached is not asked again."""
    time.sleep(connections.PAUSE)


def test_connections_that_broke_meanwhile_are_not_used(databases: Databases, postgresql: Postgresql) -> None:
    """Who did not call during the outage does not notice it."""
    with serving(databases.empty("postgresql"), 2) as servers:
        callers = [server.client() for server in servers]
        with ThreadPoolExecutor(4) as pool:  # several connections each
            list(pool.map(lambda n: callers[n % 2].get("/status", order_id="ORD-1"), range(40)))
        postgresql.stop()
        postgresql.start()
        with ThreadPoolExecutor(4) as pool:
            replies = list(pool.map(lambda n: callers[n % 2].get("/status", order_id="ORD-1"), range(40)))
        assert {reply.status for reply in replies} == {404}


def test_an_outage_under_load_loses_nothing(databases: Databases, postgresql: Postgresql) -> None:
    """What was answered 200 is done, once; what was answered 503 is done wholly or not at all."""
    with serving(databases.empty("postgresql"), 2) as servers:
        clients = [server.client() for server in servers]
        ids = servers[0].ready(400)
        answered, refused, going = list[str](), list[Reply](), [True]

        def work(caller: Caller) -> None:
            while going[0]:
                listed = caller.get("/reports", organizationId="hospital", limit=5)
                reply = caller.post(None)
                assert {listed.status, reply.status} <= {200, 503}
                if reply.status == 200:
                    answered.extend(reply.json["acknowledged"])
                else:
                    refused.append(reply)
                    time.sleep(0.01)  # nor does a client call again at once

        with ThreadPoolExecutor(4) as pool:
            done = [pool.submit(work, caller) for caller in clients * 2]
            for _ in range(2):
                postgresql.stop()
                postgresql.start()
            wait_until_asked_again()
            going[0] = False
            for one in done:
                one.result()
        left = clients[0].listing()
        assert len(answered) == len(set(answered))
        assert not set(left) & set(answered)
        unknown = set(ids) - set(left) - set(answered)
        world = servers[0].world
        assert all(world.store.is_acknowledged("hospital", one) for one in (*answered, *unknown))
        assert answered
        assert refused


@pytest.mark.parametrize("workers", [1, 2])
def test_an_outage_as_it_is_served(workers: int, tmp_path: Path, databases: Databases, postgresql: Postgresql) -> None:
    """Over real sockets: 503 while it lasts, one line of a worker on standard error, and then all goes on."""
    with working(tmp_path, databases.empty("postgresql"), workers) as served:
        before = served.listing()
        path, headers = f"/reports?organizationId={served.organization_id}", {"Authorization": f"Bearer {served.token}"}
        postgresql.stop()
        replies = [served.call(method, path, headers) for method in ("GET", "POST") for _ in range(5)]
        replies += [served.get("/status?order_id=ORD-1") for _ in range(5)]
        health = served.get("/_mock/health").status
        postgresql.start()
        assert {(reply.status, reply.headers["retry-after"]) for reply in replies} == {(503, "5")}
        assert health == 503
        wait_until_asked_again()
        assert served.listing() == before
        said = served.errors.read_text().splitlines()
        assert 1 <= len(said) <= workers
        assert all(line.startswith("pacsimile: the database does not answer: ") for line in said)
        assert served.stop() == 0
