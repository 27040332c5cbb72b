"""Faults of the mock in statuses, in the orders of a study, and in reports."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from pacsimile_fixtures import reports
from pacsimile_mock.clock import SECOND, Instant, as_datetime
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.reports import content
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.statuses import CANCELLED, PROCESSING

PRINTED = ("pdf", "dicom_pdf")
PRINTING: Instant = 2 * SECOND
"""How long it takes until an amended report is printed."""
UNKNOWN_FOR = 3.0
"""Seconds for which an unknown group stays unknown."""


@defect("panel-13-orders-of-one-second-are-ranked-by-submission", "STATUS-2")
class RankedBySecond(OrderService):
    """`created_at` is compared in whole seconds, as the column keeps it; within a second the later submission wins."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Drop the fraction."""
        return order.created_at // SECOND, order.submitted


@defect("panel-13-progress-does-not-move-updated-at", "STATUS-7")
class DatedByStatus(OrderService):
    """Progress is written past the model that dates its changes: `updated_at` follows changes of status only."""

    def state(self, order: Order, now: Instant) -> State:
        """Date a PROCESSING order by the beginning of its processing."""
        state = super().state(order, now)
        if state.status != PROCESSING:
            return state
        since = next(milestone.at for milestone in order.plan if milestone.status == PROCESSING)
        return state._replace(updated_at=max(since, order.plan[0].at + 1))


@defect("panel-13-cancelled-orders-are-not-among-the-order-ids", "ORDERID-1")
class WithoutCancelled(OrderService):
    """The query for a study's order ids leaves cancelled orders out, as the one for the work list does."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Leave cancelled orders out unless there are no others."""
        orders = self.of_study(organization_id, study_uid)
        return [order for order in orders if order.plan[-1].status != CANCELLED] or orders


@defect("panel-13-report-of-the-order-before-a-cancelled-one", "RESULTS-3")
class CancelledOrderIsPassedOver(ReportService):
    """For a study's report a cancelled order counts as withdrawn: the report of the order before it is served."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Pass over cancelled orders."""
        if order_id is not None:
            return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        orders = self.orders.of_study(organization_id, study_uid or "")
        return next((order for order in orders if order.state(now).status != CANCELLED), orders[0])


@defect("panel-13-amended-report-is-printed-two-seconds-later", "RESULTS-11")
class PrintedLater(ReportService):
    """A job prints amended reports: for two seconds PDF and DICOM PDF are those of the former version, by a new id."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Serve the former version's bytes until the job is done."""
        document = super().of_order(order, report_type, now)
        version = self.version(order, now)
        former = order.planned_version(version.number - 1) if version.number > 1 else None
        if former is None or report_type not in PRINTED or now - version.ready_at >= PRINTING:
            return document
        return replace(document, content=self.document(order, former, report_type).content)


@defect("panel-13-group-csv-has-first-versions", "GROUP-5")
class FirstVersionsInCsv(ReportService):
    """The CSV of a group was written before there were amendments: it has the first version of each report."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Put first versions into the CSV."""
        document = super().group_document(organization_id, study_group, members, report_type, now)
        if report_type != "csv":
            return document
        made = content.of_group(organization_id, study_group, members, now)
        first = [
            replace(member, content=content.of_order(order, order.planned_versions()[0])) if member.content else member
            for member, order in zip(made.members, members, strict=True)
        ]
        return replace(document, content=reports.render_group(replace(made, members=tuple(first)), report_type))


@defect("panel-13-group-report-is-dated-by-completions", "GROUP-5")
class DatedByCompletions(ReportService):
    """A group's report is dated by the last completion of an order, although it has versions that are newer."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Take the latest `completed_at` of the orders."""
        made = content.of_group(organization_id, study_group, members, now)
        completions = [at for order in members if (at := order.state(now).completed_at) is not None]
        made = replace(made, created_at=as_datetime(max(completions)))
        rendered = reports.render_group(made, report_type)
        return Document(rendered, report_type, REPORT_TYPES[report_type].media_type, "study-group-report")


@defect("panel-13-unknown-group-stays-unknown-for-three-seconds", "CONS-1")
class UnknownForAWhile(ReportService):
    """That a group is unknown is cached for three seconds: an order that begins the group meanwhile is not seen."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Keep the lack of orders."""
        missing: dict[tuple[str, str], float] = self.__dict__.setdefault("missing", {})
        key = (organization_id, study_group)
        if time.monotonic() < missing.get(key, 0.0):
            return ()
        orders = super().members(organization_id, study_group)
        if not orders:
            missing[key] = time.monotonic() + UNKNOWN_FOR
        return orders
