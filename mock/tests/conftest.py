"""What the mock's tests share."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from mock.tests.helpers.databases import Databases, Postgresql, engine_of, started_postgresql
from mock.tests.helpers.described import Control
from mock.tests.helpers.faulty import Faulty
from mock.tests.helpers.in_process import Caller, Service
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.orders.store import Store
from pacsimile_mock.storage.database.registry import SqlRegistry
from pacsimile_mock.storage.registry import MemoryRegistry


@pytest.fixture
def service() -> Service:
    """A mock without a socket, its world empty and its clock standing."""
    return Service()


@pytest.fixture
def caller(service: Service) -> Caller:
    """A client of `hospital` that may do everything."""
    return service.client()


@pytest.fixture
def faults(service: Service) -> Faulty:
    """The faults of the mock's default world."""
    return Faulty(service)


@pytest.fixture
def control(service: Service) -> Control:
    """The control API of that mock, its calls all held against the description."""
    return Control(service)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL, started for the first test that asks for it."""
    with started_postgresql() as server:
        yield server


@pytest.fixture
def databases(tmp_path: Path, request: pytest.FixtureRequest) -> Databases:
    """Where empty databases come from."""
    return Databases(tmp_path, partial(request.getfixturevalue, "postgresql"))


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Store]:
    """An empty store of each kind."""
    if request.param == "memory":
        yield MemoryRegistry().store("world")
        return
    registry = SqlRegistry(engine_of(databases.empty(request.param)))
    registry.add("world", WorldOptions())
    yield registry.store("world")
    registry.engine.close()
