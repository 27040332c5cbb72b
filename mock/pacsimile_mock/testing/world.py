"""A world as a test sees it: credentials for the client, and a hand on orders, clock, faults and journal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pacsimile_mock.testing.clock import TestClock
from pacsimile_mock.testing.control import Control
from pacsimile_mock.testing.journal import TestJournal
from pacsimile_mock.testing.order import TestOrder
from pacsimile_spec.durations import Duration, seconds
from pacsimile_spec.operation_ids import OperationId

FINISHES_AFTER = timedelta(minutes=15)
"""When an order that is RECEIVED or PROCESSING completes by itself, by the world's clock."""

PACE = "realtime"
"""How fast the orders of a scenario move that says nothing of it: not while a test runs."""


def world_options(scenario: str, seed: int | None, pace: str | None, more: dict[str, Any]) -> dict[str, Any]:
    """What a world is to be made of; seed and pace are the scenario's where they are None."""
    given = {"seed": seed, "pace": pace, **more}
    return {"scenario": scenario, **{name: value for name, value in given.items() if value is not None}}


def _given(**values: Any) -> dict[str, Any]:
    """Those that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def _below(path: str) -> str:
    """The path below the world's; a slash before it may be left out."""
    return path if path.startswith(("/", "?")) or not path else f"/{path}"


class TestWorld:
    """A world of one test's own: `client_id` and `client_secret` lead an unmodified client to it, at `url`."""

    __test__ = False

    def __init__(self, control: Control, url: str, made: dict[str, Any]) -> None:
        self._control = control
        self.name: str = made["world"]
        self.url = url
        self.oauth2_endpoint = f"{url}/oauth2"
        self.token_endpoint = f"{url}/oauth2/token"
        self.clients: list[dict[str, Any]] = made["clients"]
        self.client_id: str = self.clients[0]["client_id"]
        self.client_secret: str = self.clients[0]["client_secret"]
        self.organization_id: str = self.clients[0]["organization_id"]
        self.clock = TestClock(self)
        self.journal = TestJournal(self)

    def call(self, method: str, path: str, content: Any = None) -> Any:
        """Call something of this world over the control API, such as `groups`; `""` is the world itself.

        `content` is JSON, in which a timedelta and a datetime may stand.
        """
        return self._control(method, f"/worlds/{self.name}{_below(path)}", content)

    def order(
        self,
        status: str = "RECEIVED",
        *,
        finishes: Duration | None = FINISHES_AFTER,
        polls: int | None = None,
        organization_id: str | None = None,
        **fields: Any,
    ) -> TestOrder:
        """Submit an order; one that is RECEIVED or PROCESSING completes after `finishes`, or never where it is None.

        With `polls` the status call of that number finds it COMPLETED, and the one before PROCESSING.
        """
        wanted: dict[str, Any] = {"organization_id": organization_id, **fields}
        if polls is not None:
            wanted["moves"] = {"starts": max(polls - 1, 1), "finishes": polls, "unit": "polls"}
        elif status in ("RECEIVED", "PROCESSING") and finishes is not None:
            end = seconds(finishes)
            wanted["moves"] = {"starts": 0 if status == "PROCESSING" else end / 2, "finishes": end}
        else:
            wanted["status"] = status
        return TestOrder(self, self.call("POST", "/orders", wanted))

    def client(self, *scopes: str, organization_id: str | None = None) -> dict[str, Any]:
        """Make another client; its id, secret, organization and scopes."""
        wanted = {"organization_id": organization_id or self.organization_id, **({"scopes": scopes} if scopes else {})}
        made: dict[str, Any] = self.call("POST", "/clients", wanted)
        return made

    def state(self, name: str, **params: Any) -> dict[str, Any]:
        """Make a provider state of this organization, as the contract tests know them."""
        made: dict[str, Any] = self.call(
            "POST", "/states", {"state": name, "params": {"organization_id": self.organization_id, **params}}
        )
        return made

    def fault(
        self,
        effect: dict[str, Any],
        operation: OperationId | None = None,
        *,
        count: int | None = None,
        seconds: Duration | None = None,
        limit: dict[str, Any] | None = None,
        **match: Any,
    ) -> str:
        """Set a fault for calls that match (operation, nth, every, ...), and tell its id.

        It is over when `count` calls met it, or after `seconds` of the world's clock; `limit` has both as the control
        API does.
        """
        named = match if operation is None else {"operation": operation, **match}
        until = {**(limit or {}), **_given(count=count, seconds=seconds)}
        wanted = {"match": named, "effect": effect, "limit": until}
        return str(self.call("POST", "/faults", wanted)["id"])

    def clear_faults(self) -> None:
        """Take all faults away."""
        self.call("DELETE", "/faults")

    def delete(self) -> None:
        """End the world."""
        self._control("DELETE", f"/worlds/{self.name}")
