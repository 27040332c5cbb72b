"""Moves orders by status calls: each call is counted, and some calls change the order.

The status then follows from the plan, the time and the calls: a call that is due adds its change to the plan, at its
instant.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from pacsimile_mock.orders.lifecycle import PROGRESS_STEPS
from pacsimile_spec.statuses import COMPLETED, PROCESSING

AMENDED = "AMENDED"
"""Takes the place of a step's status: the report is amended."""

DEFAULT_CALLS = (2, 4, 6)
"""The numbers of the calls that start, end and amend an order by default."""


class Step(NamedTuple):
    """A change of an order, and the status call, counted from 1, that makes it."""

    call: int
    status: str
    progress: int


class Polls(NamedTuple):
    """How many status calls were made, and the changes that later ones make."""

    made: int
    steps: tuple[Step, ...]


def planned(starts: int, finishes: int, outcome: str, amended: int | None = None) -> Polls:
    """Plan an order that is PROCESSING at the call `starts`, and takes `outcome` at the call `finishes`."""
    length = finishes - starts
    parts = PROGRESS_STEPS if outcome == COMPLETED else PROGRESS_STEPS[:3]
    progress = {starts + ceil(part * length): percent for part, percent in parts}
    steps = [Step(call, PROCESSING, percent) for call, percent in progress.items() if call < finishes]
    last = steps[-1].progress if steps else 0
    steps.append(Step(finishes, outcome, 100 if outcome == COMPLETED else last))
    if amended is not None:
        steps.append(Step(amended, AMENDED, 100))
    return Polls(0, tuple(steps))
