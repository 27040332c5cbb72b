"""Defects of which order's report a study has, where older orders change after the newest one."""

from __future__ import annotations

from dataclasses import replace

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.defects.changed_calls import ENDED, kept_by
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, FINAL

TWO_HOURS = 2 * 3600 * SECOND
PAGE = 100


@defect("report-of-a-study-is-the-last-ready", "RESULTS-2")
class LastReady(ReportService):
    """Where all orders of a study are COMPLETED, its report is that of the order whose report changed last."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Take the order with the latest version."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if study_uid is None:
            return order
        orders = self.orders.of_study(organization_id, study_uid)
        if any(each.state(now).status != COMPLETED for each in orders):
            return order
        return max(orders, key=lambda each: each.planned_versions()[-1].ready_at)


@defect("report-that-is-ready-after-the-newest-order-failed", "RESULTS-3")
class ReadyAfterTheFailure(ReportService):
    """A study's newest order has failed, and an older one completes later: its report is the study's."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Take what completed since the newest order ended."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if study_uid is None or order.plan[-1].status not in ENDED:
            return order
        ready = [each for each in self.orders.of_study(organization_id, study_uid) if each.newest_version(now)]
        return next((each for each in ready if each.plan[-1].at > order.plan[-1].at), order)


@defect("older-report-stands-in-after-two-hours", "RESULTS-3")
class StandsInLater(ReportService):
    """While a study's newest order is under way for more than two hours, an older order's report is the study's."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Pass over what takes long."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if study_uid is None or order.state(now).status in FINAL or now - order.created_at < TWO_HOURS:
            return order
        ready = (each for each in self.orders.of_study(organization_id, study_uid) if each.newest_version(now))
        return next(ready, order)


@defect("report-of-a-study-is-one-of-its-first-hundred", "RESULTS-2")
class OfFirstHundred(ReportService):
    """The report of a study is that of the newest of its first hundred orders, which is a page."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Look at the page."""
        newest = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if study_uid is None:
            return newest
        return self.orders.of_study(organization_id, study_uid)[-PAGE:][0]


@defect("amended-pdf-of-a-study-is-octets", "RESULTS-1")
class OctetsByStudy(ReportService):
    """By `study_uid`, an amended PDF has the media type of a file that nobody knows."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Note how the order was selected."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        kept_by(self, "by_study")[order.order_id] = study_uid is not None
        return order

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Give it another media type."""
        document = super().of_order(order, report_type, now)
        if report_type != "pdf" or not order.amendments or not kept_by(self, "by_study").get(order.order_id):
            return document
        return replace(document, media_type="application/octet-stream")
