"""Gives a test a world: credentials for its client, and control of orders, clock, faults and journal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from pacsimile_mock.testing.clock import TestClock
from pacsimile_mock.testing.control import Control, ControlError
from pacsimile_mock.testing.journal import TestJournal
from pacsimile_mock.testing.order import TestOrder
from pacsimile_mock.testing.tracebacks import is_refusal
from pacsimile_spec.durations import Duration, seconds
from pacsimile_spec.operation_ids import OperationId

__tracebackhide__ = is_refusal

FINISHES_AFTER = timedelta(minutes=15)
"""The default time, by the world's clock, after which an order that is RECEIVED or PROCESSING completes."""

PACE = "realtime"
"""The pace of scenarios without one: so slow that orders do not move while a test runs."""


def world_options(scenario: str, seed: int | None, pace: str | None, more: dict[str, Any]) -> dict[str, Any]:
    """Return the members of `POST /_mock/worlds`; the scenario decides seed and pace where they are None.

    Raises:
        ControlError: The dialect's file cannot be read, or says what no service can.
    """
    return {"scenario": scenario, **_without_none(seed=seed, pace=pace, **{**more, "dialect": _dialect(more)})}


def _dialect(options: dict[str, Any]) -> Any:
    """Return the dialect as the control API takes it: a path is read here."""
    dialect = options.get("dialect")
    if not isinstance(dialect, str | Path) or "\n" in str(dialect):
        return dialect
    from pacsimile_spec.dialects import DialectError, dialect_text, parse_dialect

    try:
        text = dialect_text(dialect)
        parse_dialect(text, str(dialect))
    except DialectError as error:
        raise ControlError(str(error)) from None
    return text


def _without_none(**values: Any) -> dict[str, Any]:
    """Return the values that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def _below(path: str) -> str:
    """Return a path below the world's, with the leading slash that the caller may omit."""
    return path if path.startswith(("/", "?")) or not path else f"/{path}"


class TestWorld:
    """A world of one test: a client with `client_id` and `client_secret` uses it at `url`, without being changed."""

    __test__ = False

    def __init__(self, control: Control, url: str, fields: dict[str, Any]) -> None:
        self._control = control
        self.name: str = fields["world"]
        self.url = url
        self.oauth2_endpoint = f"{url}/oauth2"
        self.token_endpoint = url + fields["token_endpoint"].removeprefix(fields["base_url"])
        self.clients: list[dict[str, Any]] = fields["clients"]
        self.client_id: str = self.clients[0]["client_id"]
        self.client_secret: str = self.clients[0]["client_secret"]
        self.organization_id: str = self.clients[0]["organization_id"]
        self.clock = TestClock(self)
        self.journal = TestJournal(self)

    def call(self, method: str, path: str, content: Any = None) -> Any:
        """Call the control API of this world, and return the JSON of the answer.

        Args:
            method: The HTTP method.
            path: The path below the world's, such as `groups`; `""` for the world itself.
            content: JSON for the body, which may contain a timedelta or a datetime; None for no body.

        Raises:
            ControlError: The control API refused the call.
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
        """Submit an order.

        Args:
            status: The first status.
            finishes: When an order that is RECEIVED or PROCESSING completes; None for never.
            polls: The number of the status call that returns COMPLETED; the call before it returns PROCESSING.
            organization_id: The organization; None for the world's first one.
            fields: Other members of `POST /_mock/worlds/{world}/orders`.
        """
        content: dict[str, Any] = {"organization_id": organization_id, **fields}
        if polls is not None:
            content["moves"] = {"starts": max(polls - 1, 1), "finishes": polls, "unit": "polls"}
        elif status in ("RECEIVED", "PROCESSING") and finishes is not None:
            end = seconds(finishes)
            content["moves"] = {"starts": 0 if status == "PROCESSING" else end / 2, "finishes": end}
        else:
            content["status"] = status
        return TestOrder(self, self.call("POST", "/orders", content))

    def client(self, *scopes: str, organization_id: str | None = None) -> dict[str, Any]:
        """Make another client, by default with all scopes, and return its id, secret, organization and scopes."""
        content = {"organization_id": organization_id or self.organization_id, **({"scopes": scopes} if scopes else {})}
        fields: dict[str, Any] = self.call("POST", "/clients", content)
        return fields

    def state(self, name: str, **params: Any) -> dict[str, Any]:
        """Make a provider state in this organization, and return its values."""
        values: dict[str, Any] = self.call(
            "POST", "/states", {"state": name, "params": {"organization_id": self.organization_id, **params}}
        )
        return values

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
        """Set a fault, and return its id.

        Args:
            effect: The effect, as in the control API.
            operation: The operation whose calls match; None for all.
            count: The number of calls after which the fault ends.
            seconds: The duration by the world's clock after which the fault ends.
            limit: `count` and `seconds` as in the control API.
            match: Other conditions, such as `nth` or `every`.
        """
        conditions = match if operation is None else {"operation": operation, **match}
        limits = {**(limit or {}), **_without_none(count=count, seconds=seconds)}
        content = {"match": conditions, "effect": effect, "limit": limits}
        return str(self.call("POST", "/faults", content)["id"])

    def advice(self) -> list[dict[str, Any]]:
        """Return what the clients of this world did wrong, with why it matters and what to do; empty for nothing."""
        advice: list[dict[str, Any]] = self.call("GET", "/journal/advice")["advice"]
        return advice

    def expect_good_client(self) -> None:
        """Fail the test if a client of this world made a mistake, or no call.

        Raises:
            AssertionError: A client made a mistake, and the message is the advice; or none made a call.
        """
        judged = self.call("GET", "/journal/advice")
        if not judged["calls"]:
            raise AssertionError(f"your client made no call: its base URL in this test is {self.url}")
        if judged["advice"]:
            from pacsimile_advice.presentation import as_text

            raise AssertionError("\n".join(["what the client did wrong:", *as_text(judged["advice"], judged["calls"])]))

    def clear_faults(self) -> None:
        """Remove all faults."""
        self.call("DELETE", "/faults")

    def delete(self) -> None:
        """End the world."""
        self._control("DELETE", f"/worlds/{self.name}")
