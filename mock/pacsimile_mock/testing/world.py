"""A world as a test sees it: credentials for the client, and a hand on orders, clock, faults and journal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from pacsimile_mock.testing.control import Control

FINISHES_AFTER = timedelta(minutes=15)
"""When an order that is RECEIVED or PROCESSING completes by itself, by the world's clock."""


PACE = "realtime"
"""How fast the orders of a scenario move that says nothing of it: not while a test runs."""


def world_options(scenario: str, seed: int | None, pace: str | None, more: dict[str, Any]) -> dict[str, Any]:
    """What a world is to be made of; seed and pace are the scenario's where they are None."""
    given = {"seed": seed, "pace": pace, **more}
    return {"scenario": scenario, **{name: value for name, value in given.items() if value is not None}}


class TestOrder:
    """An order, moved by hand or by the clock."""

    __test__ = False  # pytest would take the name for a test's

    def __init__(self, world: TestWorld, told: dict[str, Any]) -> None:
        self._world = world
        self.order_id: str = told["order_id"]
        self.study_uid: str = told["study_uid"]
        self.study_group: str | None = told["study_group"]
        self.organization_id: str = told["organization_id"]

    @property
    def told(self) -> dict[str, Any]:
        """What the control API tells of it now: status, progress, plan, reports and whether they are acknowledged."""
        found: dict[str, Any] = self._world.call("GET", f"/orders/{quote(self.order_id, safe='')}")
        return found

    @property
    def status(self) -> str:
        """Its status now."""
        return str(self.told["status"])

    @property
    def report_ids(self) -> list[str]:
        """Its reports, oldest version first."""
        return [one["report_id"] for one in self.told["reports"]]

    @property
    def acknowledged(self) -> bool:
        """Whether the newest version of its report was acknowledged."""
        reports = self.told["reports"]
        return bool(reports and reports[-1]["acknowledged"])

    def start(self) -> None:
        """Let its processing begin."""
        self._move("start")

    def progress(self, percent: int) -> None:
        """Set how far it is."""
        self._move("progress", {"progress": percent})

    def finish(self) -> None:
        """Complete it: its report is ready at once."""
        self._move("finish")

    def fail(self) -> None:
        """Let it fail."""
        self._move("fail")

    def cancel(self) -> None:
        """Cancel it."""
        self._move("cancel")

    def amend(self) -> str:
        """Amend its report, and tell the new version's id."""
        self._move("amend")
        return self.report_ids[-1]

    def _move(self, action: str, content: dict[str, Any] | None = None) -> None:
        self._world.call("POST", f"/orders/{quote(self.order_id, safe='')}/{action}", content or {})


class TestClock:
    """The world's clock."""

    __test__ = False

    def __init__(self, world: TestWorld) -> None:
        self._world = world

    def now(self) -> datetime:
        """Tell the time."""
        return datetime.fromisoformat(self._world.call("GET", "/clock")["now"])

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Move it ahead: orders move, tokens expire."""
        by = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self._world.call("POST", "/clock", {"advance": by.total_seconds()})

    def set(self, at: datetime) -> None:
        """Set it to a time with an offset, not before its present one."""
        self._world.call("POST", "/clock", {"set": at.isoformat()})

    def freeze(self) -> None:
        """Stop it."""
        self._world.call("POST", "/clock", {"freeze": True})

    def run(self) -> None:
        """Let it run on."""
        self._world.call("POST", "/clock", {"run": True})


class TestJournal:
    """What the client asked, and what it was told."""

    __test__ = False

    def __init__(self, world: TestWorld) -> None:
        self._world = world

    def calls(self, operation: str | None = None, **match: str | int) -> int:
        """Count the calls of an operation; narrow by client_id, status, requirement, method, since, until."""
        return int(self._world.call("GET", "/journal?" + _query(operation, match, limit=1))["count"])

    def entries(self, operation: str | None = None, **match: str | int) -> list[dict[str, Any]]:
        """The calls themselves, oldest first, a thousand at the most."""
        found: list[dict[str, Any]] = self._world.call("GET", "/journal?" + _query(operation, match, limit=1000))[
            "entries"
        ]
        return found

    def expect(self, operation: str | None = None, **expectation: Any) -> None:
        """Fail the test unless so many calls (exactly, at_least, at_most) match; the closest one is told."""
        wanted = {**({"operation": operation} if operation else {}), **expectation}
        told = self._world.call("POST", "/journal/verify", {"expectations": [wanted]})["expectations"][0]
        if not told["met"]:
            near = "; ".join(told.get("difference", ()))
            raise AssertionError(told["reason"] + (f"; the closest call: {near}" if near else ""))


def _query(operation: str | None, match: dict[str, str | int], *, limit: int) -> str:
    return urlencode({**({"operation": operation} if operation else {}), **match, "limit": limit})


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
        """Call something of this world over the control API."""
        return self._control(method, f"/worlds/{self.name}{path}", content)

    def order(
        self,
        status: str = "RECEIVED",
        *,
        finishes: timedelta | None = FINISHES_AFTER,
        polls: int | None = None,
        organization_id: str | None = None,
        **fields: Any,
    ) -> TestOrder:
        """Submit an order; one that is RECEIVED or PROCESSING completes after `finishes`, or never where it is None.

        With `polls` the status call of that number finds it COMPLETED, and the one before PROCESSING.
        """
        wanted: dict[str, Any] = {"organization_id": organization_id or self.organization_id, **fields}
        if polls is not None:
            wanted["moves"] = {"starts": max(polls - 1, 1), "finishes": polls, "unit": "polls"}
        elif status in ("RECEIVED", "PROCESSING") and finishes is not None:
            end = finishes.total_seconds()
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

    def fault(self, effect: dict[str, Any], *, limit: dict[str, Any] | None = None, **match: Any) -> str:
        """Set a fault for calls that match (operation, nth, every, ...), and tell its id."""
        wanted = {"match": match, "effect": effect, **({"limit": limit} if limit else {})}
        return str(self.call("POST", "/faults", wanted)["id"])

    def clear_faults(self) -> None:
        """Take all faults away."""
        self.call("DELETE", "/faults")

    def delete(self) -> None:
        """End the world."""
        self._control("DELETE", f"/worlds/{self.name}")
