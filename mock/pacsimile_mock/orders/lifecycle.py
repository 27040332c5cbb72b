"""The life-cycle of an order: a table of milestones, and its state at an instant as a pure function of it.

No timers and no threads: an order moves when it is looked at, and everybody who looks sees the same (STATUS-5 … 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED, FINAL, PROCESSING, RECEIVED


class Milestone(NamedTuple):
    """The status and progress of an order from `at` until the next milestone."""

    at: Instant
    status: str
    progress: int


Plan = tuple[Milestone, ...]
"""An order's milestones, oldest first; the first says when it was received."""


class State(NamedTuple):
    """The state of an order at one instant."""

    status: str
    progress: int
    updated_at: Instant
    completed_at: Instant | None


PROGRESS_STEPS: Sequence[tuple[float, int]] = ((0.0, 5), (0.25, 25), (0.5, 50), (0.75, 75), (0.9, 90))
"""Parts of the processing time, and the progress from then on."""

OUTCOMES = (COMPLETED, FAILED, CANCELLED)


def state_at(plan: Plan, now: Instant) -> State:
    """Return the state at `now`; before the first milestone it is that of the first.

    `updated_at` moves with each change, also of several at one instant: each further change adds 1 µs.
    """
    current, updated_at = plan[0], plan[0].at
    for milestone in plan[1:]:
        if milestone.at > now:
            break
        current, updated_at = milestone, max(milestone.at, updated_at + 1)
    completed_at = current.at if current.status == COMPLETED else None
    return State(current.status, current.progress, updated_at, completed_at)


def completes_at(plan: Plan) -> Instant | None:
    """Return when the plan completes the order; None where it never does."""
    last = plan[-1]
    return last.at if last.status == COMPLETED else None


def next_change(plan: Plan, now: Instant) -> Instant | None:
    """Return when the state changes next; None where nothing is planned."""
    return next((milestone.at for milestone in plan if milestone.at > now), None)


def moving(received: Instant, started: Instant, finished: Instant, outcome: str) -> Plan:
    """Plan an order that is received, processed step by step, and ends as `outcome`."""
    length = finished - started
    steps = [Milestone(started + int(part * length), PROCESSING, progress) for part, progress in PROGRESS_STEPS]
    if outcome != COMPLETED:
        steps = steps[:3]
    end = Milestone(finished, outcome, 100 if outcome == COMPLETED else steps[-1].progress)
    return (Milestone(received, RECEIVED, 0), *steps, end)


def parked(received: Instant, status: str, changed: Instant, progress: int | None = None) -> Plan:
    """Plan an order that reached `status` at `changed` and stays in it."""
    first = Milestone(received, RECEIVED, 0)
    if status == RECEIVED:
        return (first,)
    reached = {COMPLETED: 100, PROCESSING: 40}.get(status, 50) if progress is None else progress
    return (first, Milestone(max(changed, received), status, reached))


def with_status(plan: Plan, now: Instant, status: str, progress: int | None = None) -> Plan:
    """Return a plan in which the order takes `status` at `now`; what was planned for later is dropped.

    Raises ValueError where the life-cycle does not allow the change (STATUS-5, STATUS-6).
    """
    state = state_at(plan, now)
    _check_change(state, status, progress)
    if progress is None:
        progress = 100 if status == COMPLETED else max(state.progress, 5 if status == PROCESSING else 0)
    past = tuple(milestone for milestone in plan if milestone.at <= now) or plan[:1]
    return (*past, Milestone(max(now, past[-1].at), status, progress))


def _check_change(state: State, status: str, progress: int | None) -> None:
    if state.status in FINAL:
        raise ValueError(f"the order is {state.status}, which is final: make another order")
    if status == RECEIVED and state.status != RECEIVED:
        raise ValueError(f"the order is {state.status}: it does not go back to RECEIVED")
    if status == COMPLETED and progress not in (None, 100):
        raise ValueError("COMPLETED has progress 100: leave progress out")
    if status != COMPLETED and progress is not None and not state.progress <= progress < 100:
        raise ValueError(f"progress must be {state.progress} to 99: it never falls, and 100 means COMPLETED")


def seconds_until(at: Instant, now: Instant) -> int:
    """Return the whole seconds from `now` to `at`, rounded up, for `Retry-After`: 1 to 3600 (PROTO-4)."""
    return min(max(-((now - at) // SECOND), 1), 3600)
