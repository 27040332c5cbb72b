"""Faults of the mock in the reports of orders and of study groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pacsimile_fixtures import reports
from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.lifecycle import completes_at
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports import content
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, RECEIVED

MOST_ROWS = 100
"""Rows that a query returns where it says nothing about it."""


@defect("panel-11-report-of-a-study-is-the-one-completed-last", "RESULTS-2")
class CompletedLast(ReportService):
    """Once a study's newest order is COMPLETED, its report is the one completed last, which may be an older order's."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Sort by completion."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if study_uid is None or order.state(now).status != COMPLETED:
            return order
        orders = self.orders.of_study(organization_id, study_uid)
        done = [one for one in orders if one.state(now).status == COMPLETED]
        return max(done, key=lambda one: (completes_at(one.plan) or 0, one.recency))


@defect("panel-11-structured-report-has-the-first-conclusion-alone", "RESULTS-7")
class FirstConclusionAlone(ReportService):
    """The DICOM SR has one item for the impression: of several conclusions it says the first."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Leave the others out."""
        if report_type != "dicom_sr":
            return super().made(order, version, report_type)
        whole = content.of_order(order, version)
        return reports.render(replace(whole, conclusions=whole.conclusions[:1]), report_type)


@defect("panel-11-third-version-calls-itself-final", "RESULTS-11")
class ThirdIsFinal(ReportService):
    """FHIR and HL7 v2 call version 2 amended; a third one is taken for no correction of the first, and called final."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Ask whether it is the second."""
        if version.number <= 2 or report_type not in ("fhir", "hl7v2"):
            return super().made(order, version, report_type)
        return reports.render(replace(content.of_order(order, version), status="final"), report_type)


@defect("panel-11-group-does-not-wait-for-what-has-not-begun", "GROUP-3")
class NotBegunIsNotWaitedFor(ReportService):
    """A group waits for orders that are PROCESSING; those that are still RECEIVED are not asked about."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Leave out what has not begun, unless nothing has."""
        begun = [order for order in members if order.state(now).status != RECEIVED]
        super().check_group_state(begun or members, now)


@defect("panel-11-group-has-a-hundred-orders-at-most", "PROTO-6")
class HundredAtMost(ReportService):
    """The orders of a group are read with the default limit of a hundred rows: later ones are not in its report."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Read one page."""
        return super().members(organization_id, study_group)[:MOST_ROWS]
