"""Defects of what is told of an order: which one an id leads to, and how far it has come."""

from __future__ import annotations

from dataclasses import replace

from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderFacts, OrderService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import PROCESSING, RECEIVED


@defect("unknown-order-is-another", "STATUS-4")
class UnknownIsAnother(OrderService):
    """An unknown order is answered with the organization's first one."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Take any."""
        try:
            return super().by_id(organization_id, order_id)
        except Problem:
            if (any_order := next(iter(self.store.orders_of(organization_id)), None)) is None:
                raise
            return any_order


@defect("order-by-id-is-its-studys-newest", "STATUS-1")
class IdLeadsToStudy(OrderService):
    """An order's id leads to the most recent order of its study."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Take the study's newest."""
        return self.most_recent(organization_id, super().by_id(organization_id, order_id).study_uid)


@defect("order-id-by-prefix", "STATUS-8")
class IdByPrefix(OrderService):
    """The beginning of an order's id finds it."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Compare beginnings."""
        orders = self.store.orders_of(organization_id)
        found = next((order for order in orders if order.order_id.startswith(order_id)), None)
        return found or super().by_id(organization_id, order_id)


@defect("order-id-in-any-case", "STATUS-8")
class IdInAnyCase(OrderService):
    """An order's id is found in lower case too."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Compare without case."""
        return super().by_id(organization_id, order_id.upper())


@defect("status-goes-back", "STATUS-5")
class StatusGoesBack(OrderService):
    """An order that was seen in PROCESSING is told as RECEIVED afterwards."""

    def state(self, order: Order, now: Instant) -> State:
        """Go back from the second look on."""
        state, seen = super().state(order, now), self.__dict__.setdefault("seen", set())
        if state.status != PROCESSING:
            return state
        again = order.order_id in seen
        seen.add(order.order_id)
        return state._replace(status=RECEIVED, progress=0) if again else state


@defect("progress-falls", "STATUS-6")
class ProgressFalls(OrderService):
    """`progress` counts down while an order is processed."""

    def state(self, order: Order, now: Instant) -> State:
        """Count down."""
        state = super().state(order, now)
        return state._replace(progress=99 - state.progress) if state.status == PROCESSING else state


@defect("progress-100-while-processing", "STATUS-6")
class ProgressTooHigh(OrderService):
    """`progress` is 100 while the order is still processed."""

    def state(self, order: Order, now: Instant) -> State:
        """Tell it is done."""
        state = super().state(order, now)
        return state._replace(progress=100) if state.status == PROCESSING else state


@defect("completed-at-missing", "STATUS-6")
class CompletedAtMissing(OrderService):
    """`completed_at` stays null after completion."""

    def state(self, order: Order, now: Instant) -> State:
        """Leave it away."""
        return super().state(order, now)._replace(completed_at=None)


@defect("updated-at-stands-still", "STATUS-7")
class UpdatedAtStands(OrderService):
    """`updated_at` stays at `created_at`."""

    def state(self, order: Order, now: Instant) -> State:
        """Keep the first."""
        return super().state(order, now)._replace(updated_at=order.created_at)


@defect("created-at-moves", "STATUS-7")
class CreatedAtMoves(OrderService):
    """`created_at` moves with each change."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Tell the last change as the first."""
        facts = super().facts(order, now)
        return replace(facts, order=replace(order, created_at=facts.state.updated_at))


@defect("status-of-its-own", "PROTO-1")
class StatusOfItsOwn(OrderService):
    """An order that waits is told as QUEUED, which is no documented status."""

    def state(self, order: Order, now: Instant) -> State:
        """Invent a status."""
        state = super().state(order, now)
        return state._replace(status="QUEUED") if state.status == RECEIVED else state


@defect("unfinished-order-offers-types", "CONS-2")
class OffersEarly(OrderService):
    """`report_types` is filled before the order is COMPLETED."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Offer at once."""
        return replace(super().facts(order, now), report_types=self.offered(order))
