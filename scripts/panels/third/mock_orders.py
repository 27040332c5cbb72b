"""Faults of the mock in the status of orders, and in the orders of a study."""

from __future__ import annotations

from collections.abc import Mapping

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem, invalid_parameter
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import CANCELLED, COMPLETED

SMALL_STEP = 10
"""Points of progress below which a step is not worth a write."""


@defect("mock-most-recent-order-is-the-last-changed", "STATUS-2")
class LastChanged(OrderService):
    """The most recent order is the one whose row was changed last: an amendment of an older one makes it that."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Rank by the last change."""
        return max(order.plan[-1].at, *order.amendments, order.created_at), order.submitted


@defect("mock-updated-at-is-cut-to-the-second", "STATUS-6")
class CutToSecond(OrderService):
    """`updated_at` has whole seconds, `created_at` microseconds: a new order was updated before it was created."""

    def state(self, order: Order, now: Instant) -> State:
        """Cut the time."""
        state = super().state(order, now)
        return state._replace(updated_at=state.updated_at // SECOND * SECOND)


@defect("mock-small-step-of-progress-leaves-updated-at", "STATUS-7")
class SmallSteps(OrderService):
    """A step of progress below ten points is shown, but the row's `updated_at` is written for greater steps only."""

    def state(self, order: Order, now: Instant) -> State:
        """Leave the times of small steps out."""
        state = super().state(order, now)
        if state.status == COMPLETED:
            return state
        noted = order.plan[0]
        for milestone in order.plan[1:]:
            small = milestone.status == noted.status and milestone.progress - noted.progress < SMALL_STEP
            if milestone.at <= now and not small:
                noted = milestone
        return state._replace(updated_at=min(noted.at, state.updated_at))


@defect("mock-order-is-looked-up-by-its-number", "STATUS-8")
class ByNumber(OrderService):
    """The table's key is the number that an order's id ends with: what stands before it is not compared."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Look for the number where the whole id is not there."""
        try:
            return super().by_id(organization_id, order_id)
        except Problem:
            number = order_id.rpartition("-")[2]
            for order in self.store.orders_of(organization_id):
                if order.order_id.rpartition("-")[2] == number:
                    return order
            raise


@defect("mock-cancelled-order-is-not-listed-with-its-study", "ORDERID-1")
class WithoutCancelled(OrderService):
    """`/orderId` leaves out orders that were cancelled, as the list of a user interface does, unless all were."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Leave the cancelled ones out."""
        orders = super().listed(organization_id, study_uid)
        return [order for order in orders if order.plan[-1].status != CANCELLED] or orders


@defect("mock-component-0-of-a-uid-is-refused", "ORDERID-4")
class ComponentZero(Pipeline):
    """The pattern of a UID forbids leading zeros, and with them the component `0`: a valid UID answers 400."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Refuse a component that begins with 0."""
        values = super().parameters(operation_id, call)
        if any(component == "0" for component in values.get("study_uid", "").split(".")):
            raise invalid_parameter("study_uid", "is not a DICOM UID", "ORDERID-4")
        return values
