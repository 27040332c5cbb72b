"""Defects of which of a study's orders is the most recent."""

from __future__ import annotations

from typing import Any

from pacsimile_mock.clock import Instant, rfc3339
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED


@defect("oldest-order-wins", "STATUS-2")
class OldestWins(OrderService):
    """A study is told by its oldest order."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Take the last of the list."""
        return self.of_study(organization_id, study_uid)[-1]


@defect("last-submitted-wins", "STATUS-2")
class LastSubmittedWins(OrderService):
    """A study is told by the order submitted last, not by the latest `created_at`."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Rank by submission alone."""
        return 0, order.submitted


@defect("created-at-compared-as-text", "STATUS-2")
class ComparedAsText(OrderService):
    """Times are compared as they are written, whatever their offsets."""

    def recency(self, order: Order) -> Any:
        """Rank by the text."""
        return rfc3339(order.created_at, order.offset), order.submitted


@defect("tie-goes-to-earlier-submission", "STATUS-2")
class TieToEarlier(OrderService):
    """Of two orders created at one instant the one submitted first wins."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Turn the tie-break round."""
        return order.created_at, -order.submitted


@defect("newest-completed-wins", "STATUS-2")
class NewestCompletedWins(OrderService):
    """A study is told by its newest COMPLETED order, although a newer one is under way."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Prefer what is done."""
        orders = self.of_study(organization_id, study_uid)
        return next((order for order in orders if order.plan[-1].status == COMPLETED), orders[0])
