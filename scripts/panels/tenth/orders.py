"""Faults of the mock in statuses and in the orders of a study."""

from __future__ import annotations

from dataclasses import replace

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderFacts, OrderService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import CANCELLED, PROCESSING


@defect("panel-column-of-creation-has-whole-seconds", "STATUS-2")
class WholeSeconds(OrderService):
    """`created_at` is kept in whole seconds: of two orders in one second, the one submitted later is the newest."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Compare as the column has it."""
        return order.created_at // SECOND, order.submitted


@defect("panel-progress-does-not-touch-updated-at", "STATUS-7")
class ProgressDoesNotTouch(OrderService):
    """`updated_at` is set by a trigger on the status: progress within PROCESSING does not move it."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Date the order by the change of its status."""
        facts = super().facts(order, now)
        if facts.state.status != PROCESSING:
            return facts
        at = next(milestone.at for milestone in order.plan if milestone.status == PROCESSING)
        return replace(facts, state=facts.state._replace(updated_at=at))


@defect("panel-cancelled-orders-count-as-deleted", "ORDERID-1")
class CountAsDeleted(OrderService):
    """The model leaves out what was cancelled, as if it were deleted: it is not among the order ids of its study."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """List what the default scope of the model has."""
        orders = super().listed(organization_id, study_uid)
        kept = [order for order in orders if order.plan[-1].status != CANCELLED]
        if not kept:
            raise self.unknown_study(study_uid)
        return kept
