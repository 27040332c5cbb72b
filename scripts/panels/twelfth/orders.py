"""Faults of the mock in orders, reports and study groups, and between organizations."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import normalize

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, RECEIVED

PAGE = 100
LAG = 1 * SECOND
WEEK = 7 * 24 * 3600 * SECOND
KEPT = 30.0
"""Seconds that the members of a group are kept."""


@defect("twelfth-progress-leaves-the-time-of-change", "STATUS-7")
class ProgressLeavesTheTime(OrderService):
    """`updated_at` is set where the status or the report changes, but not where only the progress does."""

    def state(self, order: Order, now: Instant) -> State:
        """Leave out the milestones at which the status stays."""
        plan = tuple(
            milestone
            for place, milestone in enumerate(order.plan)
            if place == 0 or milestone.status != order.plan[place - 1].status
        )
        return super().state(order, now)._replace(updated_at=replace(order, plan=plan).state(now).updated_at)


@defect("twelfth-group-names-match-in-any-normal-form", "STATUS-8")
class AnyNormalForm(ReportService):
    """Names of groups are compared after normalization, so that two names that look alike are one group."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Compare the composed forms."""
        composed = normalize("NFC", study_group)
        return tuple(
            order
            for order in self.store.orders_of(organization_id)
            if order.study_group is not None and normalize("NFC", order.study_group) == composed
        )


@defect("twelfth-order-ids-end-after-the-first-page", "ORDERID-1")
class EndAfterTheFirstPage(OrderService):
    """The order ids of a study are read by a query that gives a hundred rows, and nobody asks for the next page."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Return a page."""
        return super().listed(organization_id, study_uid)[:PAGE]


@defect("twelfth-report-of-a-study-is-the-one-completed-last", "RESULTS-2")
class CompletedLast(ReportService):
    """Of a study's COMPLETED orders, the report is that of the one completed last, not of the one created last."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Sort by completion where the most recent order is COMPLETED."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if order_id is not None or order.state(now).status != COMPLETED:
            return order
        orders = self.orders.of_study(organization_id, order.study_uid)
        return max(orders, key=lambda one: one.state(now).completed_at or 0)


@defect("twelfth-group-does-not-wait-for-received-orders", "GROUP-3")
class DoesNotWaitForReceived(ReportService):
    """A group waits for its orders in process, but not for one that is still RECEIVED."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Leave out what nobody works on yet, unless that is everything."""
        begun = [order for order in members if order.state(now).status != RECEIVED]
        super().check_group_state(begun or members, now)


@defect("twelfth-members-of-a-group-are-kept-for-half-a-minute", "GROUP-5")
class MembersAreKept(ReportService):
    """Which orders a group has is kept for half a minute after it was asked for: an order that joins is left out."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Keep the members for a while."""
        kept: dict[tuple[str, str], tuple[float, Sequence[Order]]] = self.__dict__.setdefault("kept", {})
        until, members = kept.get((organization_id, study_group), (0.0, ()))
        if time.monotonic() >= until:
            members = super().members(organization_id, study_group)
            if members:
                kept[organization_id, study_group] = time.monotonic() + KEPT, members
        return members


@defect("twelfth-acknowledged-reports-are-purged-after-a-week", "BATCH-10")
class PurgedAfterAWeek(ReportService):
    """A job removes the documents of acknowledged reports a week after they were completed."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Refuse what the job has removed."""
        version = order.newest_version(now)
        if (
            version is not None
            and now - version.ready_at > WEEK
            and self.store.is_acknowledged(order.organization_id, version.report_id)
        ):
            raise self.orders.unknown_order(order.order_id)
        return super().of_order(order, report_type, now)


@defect("twelfth-study-keeps-the-group-of-its-first-order", "CONS-2")
class GroupOfTheFirstOrder(OrderService):
    """A study has a column for its group, set by its first order: by study, a later order has that group too."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None) -> Order:
        """Take the group from the study's first order."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid)
        if order_id is not None or order.polls is not None:
            return order
        first = self.of_study(organization_id, order.study_uid)[-1]
        return order if first.study_group == order.study_group else replace(order, study_group=first.study_group)


@defect("twelfth-state-is-checked-before-the-owner", "SEC-1")
class StateBeforeOwner(ReportService):
    """Whether an order has a report yet is checked before whose it is: another organization's unfinished one is 409."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Find the order among all, and check its state first."""
        order = None if order_id is None else self.store.find_order(order_id)
        if order is not None and order.organization_id != organization_id:
            self.check_state(order.state(now), order, now)
        return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)


@defect("twelfth-newest-order-is-looked-for-among-all-organizations", "SEC-3")
class NewestAmongAll(OrderService):
    """The subquery for a study's newest order does not name the organization: a newer one elsewhere hides one's own."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Look for the newest of all, and then whether it is the caller's."""
        own = super().most_recent(organization_id, study_uid)
        others = [order for name in self.store.organizations() for order in self.store.orders_of_study(name, study_uid)]
        if max(others, key=self.recency).organization_id != organization_id:
            raise self.unknown_study(study_uid)
        return own


@defect("twelfth-reports-are-read-from-a-copy-a-second-behind", "CONS-1")
class ASecondBehind(ReportService):
    """Reports are read from a copy of the database that is a second behind the one that the status comes from."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Serve what there was a second ago."""
        return super().of_order(order, report_type, now - LAG)
