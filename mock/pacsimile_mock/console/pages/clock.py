"""The world's clock: stop it, move it, and see what will happen."""

from __future__ import annotations

from typing import Any

from flask import Response

from pacsimile_mock.clock import SECOND, rfc3339
from pacsimile_mock.console.control_calls import Refused
from pacsimile_mock.console.visit import Visit
from pacsimile_mock.orders.lifecycle import next_change, state_at

SHOWN = 50
STEPS = (("1 second", "1s"), ("1 minute", "1m"), ("1 hour", "1h"), ("1 day", "24h"))


def show(visit: Visit, message: str | None = None) -> Response:
    """Show the time, and the next change of each order."""
    clock = visit.of_world("GET", "/clock")
    return visit.page(
        "clock", "clock", "Clock", status=200 if message is None else 400, clock=clock, steps=STEPS,
        coming=_coming(visit), message=message,
    )  # fmt: skip


def move(visit: Visit) -> Response:
    """Advance the clock, set it, stop it or let it run."""
    given = visit.entered("advance", "set", "freeze", "run")
    change = {name: True if name in ("freeze", "run") else value for name, value in given.items()}
    try:
        visit.of_world("POST", "/clock", change)
    except Refused as error:
        return show(visit, str(error))
    return visit.go("clock")


def _coming(visit: Visit) -> list[dict[str, Any]]:
    """Return the next changes of orders, soonest first, each with how long it takes until then."""
    now = visit.world.clock.now()
    changes = []
    for organization_id in visit.world.store.organizations():
        for order in visit.world.store.orders_of(organization_id):
            at = next_change(order.plan, now) if order.plan else None
            if at is not None:
                changes.append((at, order.order_id, state_at(order.plan, at)))
    changes.sort(key=lambda change: change[:2])
    return [
        {
            "at": rfc3339(at), "order_id": order_id, "status": state.status, "progress": state.progress,
            "seconds": -(-(at - now) // SECOND),  # rounded up, so that the clock gets there
        }
        for at, order_id, state in changes[:SHOWN]
    ]  # fmt: skip
