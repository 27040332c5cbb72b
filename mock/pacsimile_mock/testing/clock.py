"""Lets a test read and move a world's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from pacsimile_mock.testing.control import CalledWorld
from pacsimile_mock.testing.tracebacks import is_refusal
from pacsimile_spec import durations
from pacsimile_spec.durations import Duration

__tracebackhide__ = is_refusal


class TestClock:
    """The clock of a world."""

    __test__ = False

    def __init__(self, world: CalledWorld) -> None:
        self._world = world

    def now(self) -> datetime:
        """Return the time."""
        return datetime.fromisoformat(self._world.call("GET", "/clock")["now"])

    def advance(
        self, by: Duration = 0, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0
    ) -> None:
        """Advance the clock by a duration plus the given units; orders move and tokens expire accordingly.

        Args:
            by: A duration as text such as `"1h30m"`, as a timedelta, or in seconds.
            seconds: Seconds to add.
            minutes: Minutes to add.
            hours: Hours to add.
            days: Days to add.
        """
        more = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self._world.call("POST", "/clock", {"advance": durations.seconds(by) + more.total_seconds()})

    def set(self, at: datetime | str) -> None:
        """Set the clock to a later time with a UTC offset, such as `"2100-01-01T08:00:00Z"`."""
        self._world.call("POST", "/clock", {"set": at})

    def freeze(self) -> None:
        """Freeze the clock."""
        self._world.call("POST", "/clock", {"freeze": True})

    def run(self) -> None:
        """Let a frozen clock run."""
        self._world.call("POST", "/clock", {"run": True})
