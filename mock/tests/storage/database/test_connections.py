"""Connections to PostgreSQL are kept and shared out; nobody waits long for one, and the reason is told."""

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from mock.tests.helpers.databases import Databases
from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.storage.database import connections
from pacsimile_mock.storage.database.connections import Connections
from pacsimile_mock.storage.database.postgresql import PostgresqlEngine

MOST = 2


@pytest.fixture
def pool(databases: Databases) -> Iterator[Connections]:
    """Two connections at most."""
    engine = PostgresqlEngine(databases.empty("postgresql"))
    pool = Connections(engine.connect, MOST)
    yield pool
    pool.close()


def test_who_gives_back_serves_the_next(pool: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same connections again and again; where all are in use, a caller waits, but not for ever."""
    monkeypatch.setattr(connections, "WAIT", 0.1)
    taken = [pool.take() for _ in range(MOST)]
    with pytest.raises(Unavailable, match="all connections to it are in use"):
        pool.take()
    for connection in taken:
        pool.give_back(connection)
    again = [pool.take() for _ in range(MOST)]
    assert set(map(id, again)) == set(map(id, taken))
    for connection in again:
        pool.give_back(connection)


def test_who_waits_is_served_as_soon_as_one_is_given_back(pool: Connections) -> None:
    """He does not look only once in a while."""
    taken = [pool.take() for _ in range(MOST)]
    threading.Timer(0.01, pool.give_back, taken[:1]).start()
    assert pool.take() is taken[0]
    for connection in taken:
        pool.give_back(connection)


def test_a_broken_connection_is_not_handed_out(pool: Connections) -> None:
    """Another is opened in its place, at once."""
    first, second = pool.take(), pool.take()
    first_id = first.info.backend_pid
    pool.give_back(first)
    second.execute("SELECT pg_terminate_backend(%s, 10000)", (first_id,))  # it has ended when that returns
    again = pool.take()
    assert again.execute("SELECT 1").fetchone() == (1,)
    assert again.info.backend_pid != first_id
    for connection in (second, again):
        pool.give_back(connection)


def test_a_server_that_cannot_be_reached_is_not_waited_for() -> None:
    """The driver's reason is told; and for a moment nobody asks again."""
    tries = []

    def refused() -> psycopg.Connection:
        tries.append(time.monotonic())
        raise psycopg.OperationalError("nobody\nlistens")

    pool = Connections(refused, MOST)
    began = time.monotonic()
    for _ in range(10):
        with pytest.raises(Unavailable, match="nobody listens"):
            pool.take()
    assert time.monotonic() - began < connections.WAIT / 2
    assert len(tries) < 10
    pool.close()


def test_a_pool_that_was_closed_is_opened_anew(pool: Connections) -> None:
    """What was taken before is closed when it is given back."""
    taken = pool.take()
    pool.close()
    pool.give_back(taken)
    assert taken.closed
    assert pool._pool is None
    connection = pool.take()
    assert connection.execute("SELECT 1").fetchone() == (1,)
    pool.give_back(connection)
