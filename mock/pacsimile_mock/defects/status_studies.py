"""Defects of the choice of a study's most recent order."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from pacsimile_mock.clock import Instant, rfc3339
from pacsimile_mock.defects.batch_types import offers
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, PROCESSING


@defect("oldest-order-wins", "STATUS-2")
class OldestWins(OrderService):
    """The status of a study is that of its oldest order."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Return the oldest order."""
        return self.of_study(organization_id, study_uid)[-1]


@defect("last-submitted-wins", "STATUS-2")
class LastSubmittedWins(OrderService):
    """The status of a study is that of the order submitted last, not of the one with the latest `created_at`."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Compare only the submission."""
        return 0, order.submitted


@defect("created-at-compared-as-text", "STATUS-2")
class ComparedAsText(OrderService):
    """Times are compared as text, without regard to their offsets."""

    def recency(self, order: Order) -> Any:
        """Compare the text."""
        return rfc3339(order.created_at, order.offset), order.submitted


@defect("tie-goes-to-earlier-submission", "STATUS-2")
class TieToEarlier(OrderService):
    """Of two orders created at the same instant the one submitted first counts as more recent."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Reverse the order of submission."""
        return order.created_at, -order.submitted


@defect("tie-goes-to-an-id", "STATUS-2")
class TieToAnId(OrderService):
    """Of orders created at the same instant the one whose id has the greatest digest counts as the most recent."""

    def recency(self, order: Order) -> Any:
        """Compare digests of ids, which have nothing to do with the order of submission."""
        return order.created_at, crc32(order.order_id.encode())


@defect("newest-completed-wins", "STATUS-2")
class NewestCompletedWins(OrderService):
    """The status of a study is that of its newest COMPLETED order, although a newer order is under way."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Prefer a COMPLETED order."""
        orders = self.of_study(organization_id, study_uid)
        return next((order for order in orders if order.plan[-1].status == COMPLETED), orders[0])


@defect("most-progress-wins", "STATUS-2")
class FurthestWins(OrderService):
    """Of a study's orders that are under way, the status is that of the one with the most progress."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Look at the progress where the newest order is in PROCESSING."""
        orders = self.of_study(organization_id, study_uid)
        under_way = [order for order in orders if order.plan[-1].status == PROCESSING]
        if orders[0] not in under_way:
            return orders[0]
        return max(under_way, key=lambda order: order.plan[-1].progress)


@defect("most-recent-of-ten-orders", "STATUS-2")
class MostRecentOfTen(OrderService):
    """The most recent order of a study is sought among the first ten."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Leave out later ones."""
        return self.of_study(organization_id, study_uid)[-10:][0]


@defect("most-recent-of-a-page-of-orders", "STATUS-2")
class MostRecentOfAPage(OrderService):
    """The status of a study is sought among its first 200 orders: where it has more, it is that of an old one."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Look at the page."""
        orders = self.of_study(organization_id, study_uid)
        return orders[-min(len(orders), 200)]


@defect("study-of-the-newest-order-with-json", "STATUS-2")
class NewestWithJson(OrderService):
    """A study is joined with the JSON documents: its most recent order is the newest that is offered as JSON."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Return that one, if there is any."""
        orders = self.of_study(organization_id, study_uid)
        return next((order for order in orders if offers(order, "json")), orders[0])
