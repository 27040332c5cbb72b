"""A world's journal as a test sees it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from pacsimile_mock.testing.control import CalledWorld
from pacsimile_spec.operation_ids import JournalledId

_BOUNDS = ("exactly", "at_least", "at_most")


class TestJournal:
    """What the client asked, and what it was told."""

    __test__ = False

    def __init__(self, world: CalledWorld) -> None:
        self._world = world

    def calls(self, operation: JournalledId | None = None, **match: str | int) -> int:
        """Count the calls of an operation; narrow by client_id, status, requirement, method, since, until.

        ControlError for what no call can be: an operation, a client, a requirement or a method that does not exist.
        """
        return int(self._world.call("GET", "/journal?" + _query(operation, match, limit=1))["count"])

    def entries(self, operation: JournalledId | None = None, **match: str | int) -> list[dict[str, Any]]:
        """The calls themselves, oldest first, a thousand at the most; `order="newest"` gives the latest first."""
        entries: list[dict[str, Any]] = self._world.call("GET", "/journal?" + _query(operation, match, limit=1000))[
            "entries"
        ]
        return entries

    def expect(self, operation: JournalledId | None = None, **expectation: Any) -> None:
        """Fail the test unless so many calls (exactly, at_least, at_most) match; the closest one is told.

        ControlError for what no call can be, which would pass for ever.
        """
        wanted = _given(operation, expectation)
        verdict = self._world.call("POST", "/journal/verify", {"expectations": [wanted]})["expectations"][0]
        if not verdict["met"]:
            near = "; ".join(verdict.get("difference", ()))
            reason = f"{_described(operation, expectation)}: {verdict['reason']}"
            raise AssertionError(reason + (f"; the closest call: {near}" if near else ""))


def _given(operation: str | None, match: dict[str, Any]) -> dict[str, Any]:
    return {**({} if operation is None else {"operation": operation}), **match}


def _described(operation: str | None, expectation: dict[str, Any]) -> str:
    """Name the calls that are counted, such as `getStatus status=503`."""
    narrowed = [f"{name}={value}" for name, value in expectation.items() if name not in _BOUNDS]
    return " ".join([operation or "any operation", *narrowed])


def _query(operation: str | None, match: dict[str, str | int], *, limit: int) -> str:
    return urlencode({**_given(operation, match), "limit": limit})
