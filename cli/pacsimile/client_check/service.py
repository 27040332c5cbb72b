"""The mock that programs are run against: one of our own, which may restart, or one that runs already."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from pacsimile_mock.testing.server import Server
from pacsimile_mock.testing.world import TestWorld
from pacsimile_spec.control_client import ControlClient


class Service(Protocol):
    """A mock."""

    url: str
    client: ControlClient

    def restart(self) -> None:
        """Stop the server, and start it again on the same port with the same data."""


class RunningService:
    """A mock that the user runs."""

    def __init__(self, client: ControlClient) -> None:
        self.client = client
        self.url = client.url.removesuffix("/_mock")

    def restart(self) -> None:
        """Refuse: it is the user's. The condition that restarts a mock has an `OwnService`, so nothing calls this."""
        raise NotImplementedError("a mock that the user runs is not restarted")


class OwnService:
    """A mock that is started here, and ends with the block.

    Args:
        kept: whether it keeps its data in a file, so that it can be restarted.
    """

    def __init__(self, *, kept: bool = False) -> None:
        self._kept, self._closing = kept, ExitStack()

    def __enter__(self) -> OwnService:
        """Start it.

        Raises:
            ServerDidNotStart: it ended before it was ready.
        """
        options = ["--scenario", "empty"]
        if self._kept:
            folder = self._closing.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
            options += ["--database", f"sqlite:///{Path(folder).resolve().as_posix()}/state.db"]
        self._options = options
        self._start()
        self._closing.callback(lambda: self._server.stop())
        return self

    def _start(self, *more: str) -> None:
        self._server = Server(*self._options, *more).start()
        self.url = self._server.url
        self.client = ControlClient(self._server.line["control_url"], self._server.line["control_token"])

    def restart(self) -> None:
        """Stop the server, and start it again on the same port with the same data."""
        self._server.stop()
        self._start("--port", self.url.rpartition(":")[2])

    def __exit__(self, *error: object) -> None:
        self._closing.close()


def new_world(service: Service, scenario: str | None, seed: int, *, ahead: float = 0.0, **options: Any) -> TestWorld:
    """Make a world.

    Args:
        service: the mock.
        scenario: what it starts from; None for no orders.
        seed: the seed of its data.
        ahead: seconds by which its clock is ahead of the machine's.
        options: other members of `POST /_mock/worlds`.

    Raises:
        ControlRefused: the scenario cannot be used.
    """
    content: dict[str, Any] = {"scenario": scenario or "empty", "seed": seed, **options}
    if ahead:
        content["time"] = (datetime.now(UTC) + timedelta(seconds=ahead)).isoformat()
    world = TestWorld(service.client.call, service.url, service.client.call("POST", "/worlds", content))
    if ahead:
        world.clock.run()
    return world
