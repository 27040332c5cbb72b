"""Makes the clients and orders of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from secrets import token_urlsafe

from pacsimile_fixtures import identifiers
from pacsimile_fixtures.departments import department
from pacsimile_fixtures.people import Patient
from pacsimile_mock.clock import SECOND, Instant, as_datetime
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.orders import lifecycle, polls
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.polls import Polls
from pacsimile_mock.seed.model import Moves, OrderPlan, Scenario
from pacsimile_spec.statuses import RECEIVED

INSTANT, MANUAL, POLLS = "instant", "manual", "polls"
PACES = {INSTANT: 0.0, "demo": 1.0, "realtime": 20.0, MANUAL: 0.0, POLLS: 0.0}
"""The factor of each pace for durations. `manual`: only the control API moves orders; `polls`: only status calls do."""

PROCESSING_TIME = 60 * SECOND
BETWEEN = 7 * SECOND
"""The time between two orders of one entry of a scenario, at most."""


def clients(scenario: Scenario, suffix: str) -> Iterator[Client]:
    """Make the clients; with a suffix, append it to their ids, and draw random secrets."""
    for plan in scenario.clients:
        secret = token_urlsafe(18) if suffix else plan.client_secret
        yield Client(plan.client_id + suffix, secret, plan.organization_id, plan.scopes)


def orders(scenario: Scenario, seed: int, pace: str, start: Instant, next_number: Callable[[], int]) -> Iterator[Order]:
    """Make the orders of a scenario; each is a pure function of seed, number and start.

    Args:
        scenario: The scenario.
        seed: The seed of the world.
        pace: One of `PACES`.
        start: The instant at which the world starts.
        next_number: Returns the number of the next order.
    """
    studies: dict[str, int] = {}
    patients, arrivals = _patients(scenario), _arrivals(scenario)
    for plan in scenario.orders:
        for index in range(plan.count):
            number = next_number()
            study = studies.setdefault(_study(plan), number) if _study(plan) else number
            created_at = start - plan.created_ago + index * min(BETWEEN, plan.created_ago // plan.count)
            order = _order(plan, seed, number, study, created_at)
            order.patient = patients.get((plan.organization_id, _study(plan)), plan.patient)
            order.images_at = start - arrivals[_study(plan)] if _study(plan) else None
            _plan(order, plan, start, pace)
            yield order


def _study(plan: OrderPlan) -> str:
    """Return a key that the orders of one study share; empty for an order with a study of its own."""
    return f"label {plan.study}" if plan.study else plan.study_uid or ""


def _patients(scenario: Scenario) -> dict[tuple[str, str], Patient]:
    """Return the patients in the scenario, by organization and study: all orders of a study share its patient."""
    plans = ((plan, plan.patient) for plan in scenario.orders if _study(plan))
    return {(plan.organization_id, _study(plan)): patient for plan, patient in plans if patient is not None}


def _arrivals(scenario: Scenario) -> dict[str, Instant]:
    """Return how long before the start the images of each study arrived, which is when its first order was received."""
    plans = [plan for plan in scenario.orders if _study(plan)]
    return {_study(plan): plan.created_ago for plan in sorted(plans, key=lambda plan: plan.created_ago)}


def _order(plan: OrderPlan, seed: int, number: int, study: int, created_at: Instant) -> Order:
    return Order(
        number=number,
        seed=seed,
        organization_id=plan.organization_id,
        order_id=identifiers.order_id(seed, number),
        study_uid=plan.study_uid or identifiers.study_uid(seed, study),
        study_number=study,
        study_group=plan.group,
        created_at=created_at,
        submitted=number,
        plan=lifecycle.parked(created_at, RECEIVED, created_at),
        offset=offset(seed, created_at),
        report_types=plan.report_types,
        report_files=plan.report_files,
    )


def offset(seed: int, created_at: Instant) -> int:
    """Return the UTC offset in minutes of an order's times: the one of the world's department on that day."""
    return department(seed).offset(as_datetime(created_at))


def _plan(order: Order, plan: OrderPlan, start: Instant, pace: str) -> None:
    """Plan whether the order stays, moves with time, or moves with status calls."""
    if plan.moves is None:
        _park(order, plan, start)
    elif pace == POLLS or (plan.moves.by_polls and pace not in (INSTANT, MANUAL)):
        order.polls = _polls(plan.moves)
    elif pace != MANUAL:
        _move_with_time(order, plan.moves, PACES[pace])


def _park(order: Order, plan: OrderPlan, start: Instant) -> None:
    changed_at = min(order.created_at + PROCESSING_TIME, start)
    order.plan = lifecycle.parked(order.created_at, plan.status or RECEIVED, changed_at)
    completed = lifecycle.completes_at(order.plan)
    if plan.amended_ago is not None and completed is not None:
        order.amendments = (max(start - plan.amended_ago, completed + 1),)


def _move_with_time(order: Order, moves: Moves, factor: float) -> None:
    starts, finishes, amended = (
        order.created_at + int(at * factor) for at in (moves.starts, moves.finishes, moves.amended or 0)
    )
    order.plan = lifecycle.moving(order.created_at, starts, finishes, moves.outcome)
    if moves.amended is not None:
        order.amendments = (max(amended, finishes + 1),)


def _polls(moves: Moves) -> Polls:
    if moves.by_polls:
        return polls.planned(moves.starts, moves.finishes, moves.outcome, moves.amended)
    starts, finishes, amended = polls.DEFAULT_CALLS
    return polls.planned(starts, finishes, moves.outcome, None if moves.amended is None else amended)
