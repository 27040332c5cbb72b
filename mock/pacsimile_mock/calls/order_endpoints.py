"""`getStatus` and `getOrderIds`."""

from __future__ import annotations

from typing import Protocol

from pacsimile_mock.calls import serialization
from pacsimile_mock.calls.request import Request
from pacsimile_mock.exchange import Answer
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.orders.store import Store


class OrderWorld(Protocol):
    """A world with orders."""

    orders: OrderService
    store: Store


def get_status(world: OrderWorld, request: Request) -> Answer:
    """Return the status of an order, by its id or as the most recent of a study (STATUS-1, STATUS-2)."""
    orders, values = world.orders, request.values
    with world.store.reading():
        order = orders.selected(
            request.organization_id, order_id=values.get("order_id"), study_uid=values.get("study_uid")
        )
        if order.polls is not None:
            orders.count(order, request.now)
        facts = orders.facts(order, request.now)
    request.call.seen.order_status = facts.state.status
    return Answer.of_json(200, serialization.order_status(facts))


def get_order_ids(world: OrderWorld, request: Request) -> Answer:
    """List the orders of a study, newest first (ORDERID-1, ORDERID-2)."""
    study_uid = request.values["study_uid"]
    orders = world.orders.listed(request.organization_id, study_uid)
    request.call.seen.order_ids = [order.order_id for order in orders]
    return Answer.of_json(200, serialization.order_ids(study_uid, orders))
