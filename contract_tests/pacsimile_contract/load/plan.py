"""What a load does: how fast, for how long, and how its clients poll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

DURATION = 60.0
RATE = 20.0
THINK = 1.0
POLL = 2.0
RAMP = 5.0
BATCH = 50
MOST_PROCESSES = 64
MOST_IN_FLIGHT = 1000
"""Calls of one process that wait for an answer at one time. Further arrivals wait, and their wait counts."""
LONGEST = 7 * 24 * 3600.0
"""The longest load, in seconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A load, as the user asked for it.

    Args:
        rate: Calls a second of all processes together. Without `users` they arrive at this rate, whatever the service
            does (open model). With `users` it is an upper bound.
        users: Users that each make one call after the other (closed model); None for the open model.
        think: Seconds that a user waits after each answer.
        duration: Seconds, the ramp included.
        ramp: Seconds in which rate or users rise from nothing.
        batch: The `limit` of a listing.
        poll: Seconds between two questions about the same order, and between two listings.
        report_type: The type in which reports are fetched where the order has it; None for the plainest.
        processes: How many processes make the load.
    """

    rate: float = RATE
    users: int | None = None
    think: float = THINK
    duration: float = DURATION
    ramp: float = RAMP
    batch: int = BATCH
    poll: float = POLL
    report_type: str | None = None
    processes: int = 1

    @property
    def is_open(self) -> bool:
        """Whether calls arrive at a rate of their own."""
        return self.users is None

    @property
    def expected_calls(self) -> float:
        """The calls that it makes at most."""
        rate = self.rate if self.users is None else min(self.rate, self.users / max(self.think, 0.02))
        return rate * (self.duration - min(self.ramp, self.duration) / 2)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Plan:
        """Return the plan of a JSON object that `as_json` made."""
        return cls(**members)

    def described(self) -> str:
        """Return it in words."""
        ramp = f", ramp {self.ramp:g} s" if self.ramp else ""
        many = f", {self.processes} processes" if self.processes > 1 else ""
        if self.users is None:
            return f"open model, {self.rate:g} calls a second for {self.duration:g} s{ramp}{many}"
        users = f"{self.users} user{'' if self.users == 1 else 's'}"
        return (
            f"closed model, {users}, think time {self.think:g} s, at most {self.rate:g} calls a second, "
            f"for {self.duration:g} s{ramp}{many}"
        )
