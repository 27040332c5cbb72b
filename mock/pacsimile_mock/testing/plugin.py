"""The pytest fixture `pacsimile`: a world for each test, a server for each session and each xdist worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pacsimile_mock.testing.server import Server
    from pacsimile_mock.testing.world import TestWorld


@pytest.fixture(scope="session")
def pacsimile_server() -> Iterator[Server]:
    """A mock on a free port, for the session; started when the first test asks for it."""
    from pacsimile_mock.testing.server import Server

    with Server("--scenario", "empty") as server:
        yield server


@pytest.fixture
def pacsimile(pacsimile_server: Server) -> Iterator[TestWorld]:
    """A world of this test's own: empty, its clock running; ended afterwards."""
    world = pacsimile_server.world()
    yield world
    world.delete()
