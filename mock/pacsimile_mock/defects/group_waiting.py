"""Defects of what a study group waits for: which of its orders are looked at, how far they must be, and which join."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, FINAL

PAGE = 100
NEARLY = 99


@defect("group-takes-99-for-done", "GROUP-3")
class TakesNearlyForDone(ReportService):
    """A group waits until each order has a progress of 99: an order that is nearly done is left out."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look at those that are not nearly done."""
        states = [(order, order.state(now)) for order in members]
        rest = [order for order, state in states if state.status in FINAL or state.progress < NEARLY]
        done = any(state.status == COMPLETED for _, state in states)
        super().check_group_state(rest if rest and done else members, now)


@defect("group-waits-for-its-first-hundred-orders", "GROUP-3")
class WaitsForAHundred(ReportService):
    """Whether a group is ready is asked of a hundred of its orders, which is a page: others may be unfinished."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look at a page of them, at its one end or the other."""
        page = sorted(members, key=lambda order: order.recency)
        if all(order.state(now).status in FINAL for order in page[:PAGE]):
            page = page[:PAGE]
        elif all(order.state(now).status in FINAL for order in page[-PAGE:]):
            page = page[-PAGE:]
        super().check_group_state(page, now)


@defect("group-waits-for-its-oldest-orders", "GROUP-3")
class WaitsForItsOldest(ReportService):
    """Whether a group is ready is asked of its orders by a query with a limit: the newest of many may be unfinished."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look at the oldest of them."""
        super().check_group_state(sorted(members, key=lambda order: order.recency)[:PAGE], now)


@defect("group-waits-for-its-newest-orders", "GROUP-3")
class WaitsForItsNewest(ReportService):
    """Whether a group is ready is asked of its orders by a query with a limit: the oldest of many may be unfinished."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look at the newest of them."""
        super().check_group_state(sorted(members, key=lambda order: order.recency)[-PAGE:], now)


@defect("order-that-joins-and-fails-is-left-out", "GROUP-5")
class JoinsAndFails(ReportService):
    """Once its report was served, a group takes in orders that complete: one that joins and fails is not in it."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Leave it out."""
        served: dict[tuple[str, str], set[str]] = self.__dict__.setdefault("served", {})
        known = served.setdefault((organization_id, study_group), {order.order_id for order in members})
        known |= {order.order_id for order in members if order.state(now).status == COMPLETED}
        taken = [order for order in members if order.order_id in known]
        return super().group_document(organization_id, study_group, taken, report_type, now)
