"""A world of a mock with clients and orders for a load: their reports become ready while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pacsimile_contract.load.job import Poller
from pacsimile_contract.load.permission import pollers
from pacsimile_contract.load.plan import Plan
from pacsimile_contract.provider.mock_worlds import Mock
from pacsimile_contract.target.model import GivenDialect, Target

FEWEST, MOST = 20, 20_000
CALLS_PER_ORDER = 8
"""Calls for each order: questions about its status, the report, and its share of listings and acknowledgements."""
FAILS_EVERY = 10
AT_ONCE = 1000


@contextmanager
def world(
    mock: Mock, plan: Plan, clients: int, seed: int, dialect: GivenDialect | None, **options: Any
) -> Iterator[tuple[Target, list[Poller]]]:
    """Make a world with clients of so many organizations, each with orders; delete it afterwards.

    Args:
        mock: The mock.
        plan: The load, by which the number of orders and their times are chosen.
        clients: How many clients, each of an organization of its own.
        seed: The seed of the world's data.
        dialect: How it spells the contract; None for the mock's own dialect.
        options: Other members of `POST /_mock/worlds`.
    """
    with mock.world(dialect=dialect, scenario="empty", seed=seed, pace="manual", **options) as target:
        while len({client.organization_id for client in target.clients.values()}) < clients:
            target = mock.add_organization(target)
        chosen = pollers(target, None, (), clients)
        each = round(min(max(plan.expected_calls / CALLS_PER_ORDER, FEWEST), MOST) / len(chosen)) or 1
        yield target, [replace(poller, orders=tuple(_submit(mock, target, poller, plan, each))) for poller in chosen]


def _submit(mock: Mock, target: Target, poller: Poller, plan: Plan, number: int) -> Iterator[str]:
    """Submit orders that become final one after the other, the last when nine tenths of the load are over."""
    organization = target.clients[poller.client].organization_id
    orders = [_order(organization, place, plan.duration * 0.9 * place / number) for place in range(number)]
    for first in range(0, number, AT_ONCE):
        yield from mock.submit(target, orders[first : first + AT_ONCE])


def _order(organization: str | None, place: int, finishes: float) -> dict[str, Any]:
    outcome = {"outcome": "FAILED"} if place % FAILS_EVERY == FAILS_EVERY - 1 else {}
    moves = {"starts": round(finishes / 2, 3), "finishes": round(finishes, 3), **outcome}
    return {"organization_id": organization, "moves": moves}
