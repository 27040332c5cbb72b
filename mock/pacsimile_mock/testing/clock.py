"""A world's clock as a test sees it."""

from __future__ import annotations

from datetime import datetime, timedelta

from pacsimile_mock.testing.control import CalledWorld
from pacsimile_spec import durations
from pacsimile_spec.durations import Duration


class TestClock:
    """The world's clock."""

    __test__ = False

    def __init__(self, world: CalledWorld) -> None:
        self._world = world

    def now(self) -> datetime:
        """Tell the time."""
        return datetime.fromisoformat(self._world.call("GET", "/clock")["now"])

    def advance(
        self, by: Duration = 0, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0
    ) -> None:
        """Move it ahead, by a duration such as `"1h30m"` or by so many of each unit: orders move, tokens expire."""
        more = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self._world.call("POST", "/clock", {"advance": durations.seconds(by) + more.total_seconds()})

    def set(self, at: datetime | str) -> None:
        """Set it to a time with an offset, such as `"2100-01-01T08:00:00Z"`, not before its present one."""
        self._world.call("POST", "/clock", {"set": at})

    def freeze(self) -> None:
        """Stop it."""
        self._world.call("POST", "/clock", {"freeze": True})

    def run(self) -> None:
        """Let it run on."""
        self._world.call("POST", "/clock", {"run": True})
