"""Servers on one database, in the test's own process: what one of them does, the others see on their next call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from mock.tests.helpers.in_process import Caller, Reply, Service
from pacsimile_mock.config import WorldOptions

MANUAL = WorldOptions(scenario="empty", pace="manual")


class Server(Service):
    """A server on a database; its control API is asked by `control`."""

    def control(self, method: str, path: str, content: Any = None) -> Reply:
        """Ask the control API; it must agree."""
        reply = self.asked(method, path, content)
        assert reply.status < 300, reply.body
        return reply

    def asked(self, method: str, path: str, content: Any = None) -> Reply:
        """Ask the control API."""
        headers = {"Authorization": f"Bearer {self.state.control_token}"}
        return self.call(method, f"/_mock{path}", headers, None if content is None else json.dumps(content).encode())

    def as_client(self, caller: Caller) -> Caller:
        """The same client, with the same token, at this server."""
        here = copy(caller)
        here.service = self
        return here


@contextmanager
def serving(
    url: str, count: int = 2, options: WorldOptions = MANUAL, allow_hosts: tuple[str, ...] = ()
) -> Iterator[list[Server]]:
    """So many servers on the database of a URL."""
    servers = [Server(options, database=url, allow_hosts=allow_hosts) for _ in range(count)]
    try:
        yield servers
    finally:
        for server in servers:
            server.state.close()
