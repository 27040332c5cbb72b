"""Sets faults in a mock without a socket, as the control API's users do, and sees what comes of them."""

from __future__ import annotations

import json
from typing import Any

from mock.tests.helpers.in_process import Caller, Reply, Service
from pacsimile_mock.journal.model import Entry


class Faulty:
    """Sets faults as the control API's users do."""

    def __init__(self, service: Service, world: str = "default") -> None:
        self.service = service
        self.path = f"/_mock/worlds/{world}/faults"

    def call(self, method: str, path: str = "", content: Any = None) -> Reply:
        """Call the control API."""
        headers = {"Authorization": f"Bearer {self.service.state.control_token}", "Content-Type": "application/json"}
        body = None if content is None else json.dumps(content).encode()
        return self.service.call(method, self.path + path, headers, body)

    def set(self, effect: dict[str, Any], match: dict[str, Any] | None = None, **limit: Any) -> dict[str, Any]:
        """Set a fault, and give what is shown of it."""
        reply = self.call("POST", content={"effect": effect, "match": match or {}, "limit": limit})
        assert reply.status == 201, reply.body
        shown: dict[str, Any] = reply.json
        return shown

    def shown(self, fault_id: str) -> dict[str, Any]:
        """What is shown of a fault now."""
        shown: dict[str, Any] = self.call("GET", f"/{fault_id}").json
        return shown


def entry(service: Service) -> Entry:
    """The latest entry of the journal."""
    return list(service.world.journal.entries())[-1]


def statuses(caller: Caller, count: int, path: str = "/orderId", **query: str) -> list[int]:
    """The statuses of so many calls; 404 where nothing goes wrong: there is no such study."""
    return [caller.get(path, **(query or {"study_uid": "1.2.3"})).status for _ in range(count)]
