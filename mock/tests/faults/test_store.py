"""Where faults are kept: in memory and in databases alike, counted one by one, also by many workers at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from mock.tests.helpers.databases import Databases, engine_of
from pacsimile_mock.config import ServerOptions, WorldOptions
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.exchange import Call
from pacsimile_mock.faults.matching import CallView
from pacsimile_mock.faults.model import parse
from pacsimile_mock.faults.store import FaultStore, MemoryFaults
from pacsimile_mock.storage.database.registry import SqlRegistry
from pacsimile_mock.worlds.worlds import Worlds


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, databases: Databases) -> Iterator[FaultStore]:
    """An empty store of each kind."""
    if request.param == "memory":
        yield MemoryFaults()
        return
    registry = SqlRegistry(engine_of(databases.empty(request.param)))
    registry.add("world", WorldOptions())
    yield registry.faults("world")
    registry.engine.close()


def test_faults_are_kept_in_order_and_numbers_are_never_given_twice(store: FaultStore) -> None:
    """Also not after the newest was taken away."""
    first, second = store.add("{}", 5), store.add('{"a":1}', 6)
    assert store.saved() == [first, second]
    assert (second.content, second.set_at, second.matched, second.triggered) == ('{"a":1}', 6, 0, 0)
    assert store.remove(second.number)
    assert not store.remove(second.number)
    third = store.add("{}", 7)
    assert third.number not in (first.number, second.number)
    store.clear()
    assert list(store.saved()) == []


def test_calls_are_counted_one_by_one(store: FaultStore) -> None:
    """Each number is given once, and no more calls are taken than may be, also when many ask at once."""
    number = store.add("{}", 5).number
    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(lambda _: store.count_match(number), range(60)))
        taken = list(pool.map(lambda _: store.count_trigger(number, 7), range(60)))
    assert sorted(counted) == list(range(1, 61))
    assert sorted(taken) == [0] * 53 + list(range(1, 8))
    assert [store.count_trigger(number, None) for _ in range(2)] == [8, 9]
    assert [(one.matched, one.triggered) for one in store.saved()] == [(60, 9)]


def test_what_is_gone_counts_nothing(store: FaultStore) -> None:
    """Another worker may have taken it away."""
    number = store.add("{}", 5).number
    store.remove(number)
    assert store.count_match(number) == 0
    assert store.count_trigger(number, None) == 0


Worker = Callable[[], Worlds]


@pytest.fixture(params=["sqlite", "postgresql"])
def worker(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Worker]:
    """Starts what a worker has, on one database for all."""
    options = ServerOptions(world=WorldOptions(scenario="empty"), database=databases.empty(request.param))
    with ExitStack() as started:

        def start() -> Worlds:
            worlds = ServerState(options, "http://127.0.0.1:8080").worlds
            assert isinstance(worlds.registry, SqlRegistry)
            started.callback(worlds.registry.engine.close)
            return worlds

        yield start


def test_workers_and_restarts_know_the_same_faults(worker: Worker) -> None:
    """What one sets all meet, in its turn; what one clears is gone; a restart forgets neither faults nor counts."""
    one, other = worker(), worker()
    fault = parse({"match": {"every": 2}, "effect": {"status": 503}, "limit": {"count": 3}})
    one.default.open_faults().add(fault, one.default.clock.now())
    found = []
    for worlds in (one, other, other, one, worker()):
        worlds.refresh()
        faults = worlds.default.faults
        assert faults is not None
        met = faults.select(CallView("getStatus", Call("GET", "/status", "", {}), lambda: None), 0)
        found.append(met is not None)
    assert found == [False, True, False, True, False]
    other.default.open_faults().clear()
    one.refresh()
    assert one.default.faults is not None
    assert one.default.faults.rules == ()


def test_a_key_rotated_by_one_worker_is_withdrawn_by_all(worker: Worker) -> None:
    """In that world alone."""
    one, other = worker(), worker()
    second = one.create(WorldOptions(scenario="empty"))
    before = one.keys.current.kid
    one.default.rotate_keys()
    other.refresh()
    assert before in other.default.jwt.revoked_ids
    assert other.keys.current.kid == one.keys.current.kid != before
    found = other.find(second.name)
    assert found is not None
    assert before not in found.jwt.revoked_ids
