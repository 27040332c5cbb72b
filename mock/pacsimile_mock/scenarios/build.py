"""Fills a world with what a scenario says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from secrets import token_urlsafe

from pacsimile_fixtures import identifiers
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.orders import lifecycle
from pacsimile_mock.orders.lifecycle import Plan
from pacsimile_mock.orders.model import Order
from pacsimile_mock.scenarios.model import OrderPlan, Scenario

PACES: dict[str, float | None] = {"instant": 0.0, "demo": 1.0, "realtime": 20.0, "manual": None}
"""How much longer than in a demonstration things take; None: orders are moved by hand only."""

OFFSETS = (0, 60, -300, -480, 540, 330, 120, -210)
"""Zones in which times are written, minutes east of Greenwich."""

PROCESSING_TIME = 60 * SECOND
BETWEEN = 7 * SECOND
"""Between the orders of one line of a scenario."""


def clients(scenario: Scenario, world: str | None) -> Iterator[Client]:
    """Make the clients: as documented in the default world (None), with ids and secrets of their own elsewhere."""
    for plan in scenario.clients:
        client_id, secret = plan.client_id, plan.client_secret
        if world is not None:
            client_id, secret = f"{client_id}-{world}", token_urlsafe(18)
        yield Client(client_id, secret, plan.organization_id, plan.scopes)


def orders(scenario: Scenario, seed: int, pace: str, start: Instant, next_number: Callable[[], int]) -> Iterator[Order]:
    """Make the orders; each is a pure function of seed, number and start."""
    studies: dict[str, int] = {}
    for plan in scenario.orders:
        for index in range(plan.count):
            number = next_number()
            study = studies.setdefault(plan.study, number) if plan.study else number
            created_at = start - plan.created_ago + index * min(BETWEEN, plan.created_ago // plan.count)
            milestones = _milestones(plan, created_at, start, pace)
            yield _order(plan, seed, number, study, milestones, _amendments(plan, milestones, start))


def _amendments(plan: OrderPlan, milestones: Plan, start: Instant) -> tuple[Instant, ...]:
    completed = lifecycle.completes_at(milestones)
    if plan.amended_ago is None or completed is None:
        return ()
    return (max(start - plan.amended_ago, completed + 1),)


def _order(
    plan: OrderPlan, seed: int, number: int, study: int, milestones: Plan, amendments: tuple[Instant, ...]
) -> Order:
    return Order(
        number=number,
        seed=seed,
        organization_id=plan.organization_id,
        order_id=identifiers.order_id(seed, number),
        study_uid=identifiers.study_uid(seed, study),
        study_number=study,
        study_group=plan.group,
        created_at=milestones[0].at,
        submitted=number,
        plan=milestones,
        offset=offset(seed, number),
        amendments=amendments,
    )


def offset(seed: int, number: int) -> int:
    """The zone in which an order's times are written."""
    return identifiers.Draw(seed, "offset", number).choice(OFFSETS)


def _milestones(plan: OrderPlan, created_at: Instant, start: Instant, pace: str) -> Plan:
    if plan.moves is None:
        return lifecycle.parked(created_at, plan.status or "", min(created_at + PROCESSING_TIME, start))
    factor = PACES[pace]
    if factor is None:
        return lifecycle.parked(created_at, "RECEIVED", created_at)
    starts, finishes = (created_at + int(at * factor) for at in (plan.moves.starts, plan.moves.finishes))
    return lifecycle.moving(created_at, starts, finishes, plan.moves.outcome)
