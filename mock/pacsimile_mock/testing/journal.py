"""Lets a test read and check the journal of a world."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from pacsimile_mock.testing.control import CalledWorld
from pacsimile_mock.testing.tracebacks import is_refusal
from pacsimile_spec.operation_ids import JournalledId

__tracebackhide__ = is_refusal

_BOUNDS = ("exactly", "at_least", "at_most")


class TestJournal:
    """The calls of a world's clients, with their answers."""

    __test__ = False

    def __init__(self, world: CalledWorld) -> None:
        self._world = world

    def calls(self, operation: JournalledId | None = None, **match: str | int) -> int:
        """Count the calls of an operation.

        Args:
            operation: The operation; None for all calls.
            match: Filters: client_id, status, requirement, method, since, until.

        Raises:
            ControlError: The operation or the value of a filter does not exist.
        """
        return int(self._world.call("GET", "/journal?" + _query(operation, match, limit=1))["count"])

    def entries(self, operation: JournalledId | None = None, **match: str | int) -> list[dict[str, Any]]:
        """Return up to 1,000 calls, oldest first; with `order="newest"`, newest first. See `calls` for the filters."""
        entries: list[dict[str, Any]] = self._world.call("GET", "/journal?" + _query(operation, match, limit=1000))[
            "entries"
        ]
        return entries

    def expect(self, operation: JournalledId | None = None, **expectation: Any) -> None:
        """Fail the test unless the expected number of calls match; the failure names the closest call.

        Args:
            operation: The operation; None for all calls.
            expectation: Filters as in `calls`, with `exactly`, `at_least` or `at_most`; the default is at least one.

        Raises:
            AssertionError: Fewer or more calls match.
            ControlError: The operation or the value of a filter does not exist, so that no call could match.
        """
        filters = _filters(operation, expectation)
        verdict = self._world.call("POST", "/journal/verify", {"expectations": [filters]})["expectations"][0]
        if not verdict["met"]:
            difference = "; ".join(verdict.get("difference", ()))
            reason = f"{_description(operation, expectation)}: {verdict['reason']}"
            raise AssertionError(reason + (f"; the closest call: {difference}" if difference else ""))


def _filters(operation: str | None, match: dict[str, Any]) -> dict[str, Any]:
    return {**({} if operation is None else {"operation": operation}), **match}


def _description(operation: str | None, expectation: dict[str, Any]) -> str:
    """Describe the calls that are counted, such as `getStatus status=503`."""
    filters = [f"{name}={value}" for name, value in expectation.items() if name not in _BOUNDS]
    return " ".join([operation or "any operation", *filters])


def _query(operation: str | None, match: dict[str, str | int], *, limit: int) -> str:
    return urlencode({**_filters(operation, match), "limit": limit})
