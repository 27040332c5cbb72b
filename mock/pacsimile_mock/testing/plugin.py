"""Provides the pytest fixture `pacsimile`: a world for each test, on one server for each session or xdist worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pacsimile_mock.testing.server import Server
    from pacsimile_mock.testing.world import TestWorld


@pytest.fixture(scope="session")
def pacsimile_server() -> Iterator[Server]:
    """Start a mock on a free port for the session, when the first test requests it."""
    from pacsimile_mock.testing.server import Server

    with Server("--scenario", "empty") as server:
        yield server


@pytest.fixture
def pacsimile_dialect() -> str | Path | None:
    """Return the dialect of the test's world: a shipped name, or a file. Override it; without it there is none."""
    return None


@pytest.fixture
def pacsimile(pacsimile_server: Server, pacsimile_dialect: str | Path | None) -> Iterator[TestWorld]:
    """Make an empty world with a running clock for one test, and end it afterwards."""
    world = pacsimile_server.world(dialect=pacsimile_dialect)
    yield world
    world.delete()
