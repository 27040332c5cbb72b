"""Defects of studies of which every order ended, or that lasted for months or have many orders."""

from __future__ import annotations

from pacsimile_mock.clock import SECOND
from pacsimile_mock.defects.changed_calls import ENDED
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import FINAL

DAY, NINETY, PAGE = 86_400 * SECOND, 90, 50


@defect("study-that-ended-without-report-has-no-orders", "ORDERID-1")
class EndedStudyEmpty(OrderService):
    """A study of which every order failed or was cancelled has no order ids any more."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Refuse a study that ended so."""
        orders = super().listed(organization_id, study_uid)
        if all(order.plan[-1].status in ENDED for order in orders):
            raise self.unknown_study(study_uid)
        return orders


@defect("study-that-ended-without-report-shows-its-oldest", "ORDERID-2")
class EndedStudyOldest(OrderService):
    """The status of a study of which every order failed or was cancelled is that of its oldest order."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Take the last of such a study's orders."""
        orders = self.of_study(organization_id, study_uid)
        return orders[-1] if all(order.plan[-1].status in ENDED for order in orders) else orders[0]


@defect("order-ids-of-an-ended-study-by-their-ends", "ORDERID-2")
class ByTheirEnds(OrderService):
    """Where every order of a study has ended, `/orderId` lists the one that ended last first."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Sort them by their ends."""
        orders = super().listed(organization_id, study_uid)
        if any(order.plan[-1].status not in FINAL for order in orders):
            return orders
        return sorted(orders, key=lambda order: order.plan[-1].at, reverse=True)


@defect("order-ids-of-ninety-days", "ORDERID-1")
class NinetyDays(OrderService):
    """`/orderId` leaves out orders that were created ninety days before the study's newest, as a work list would."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Leave them out."""
        orders = super().listed(organization_id, study_uid)
        return [order for order in orders if order.created_at > orders[0].created_at - NINETY * DAY]


@defect("order-ids-of-one-instant-end-a-page", "ORDERID-1")
class PagesByInstant(OrderService):
    """`/orderId` reads a study's orders by fifties, each from before the last instant: orders of it are lost."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Read the first two pages so."""
        orders = super().listed(organization_id, study_uid)
        page = orders[:PAGE]
        return page + [order for order in orders[PAGE:] if order.created_at < page[-1].created_at]


@defect("order-ids-in-full-pages", "ORDERID-1")
class FullPages(OrderService):
    """The orders of a study are read in pages of fifty; behind full ones, a rest is left out."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Return full pages."""
        orders = super().listed(organization_id, study_uid)
        return orders[: len(orders) // PAGE * PAGE or None]
