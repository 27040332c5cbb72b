"""Defects of the retrieval of a study group's report."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.statuses import COMPLETED


@defect("group-type-ignored", "GROUP-1")
class GroupTypeIgnored(ReportService):
    """Whatever type of a group's report is asked for, json is served."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Serve json."""
        return super().group_document(organization_id, study_group, members, "json", now)


@defect("group-leaves-failed-out", "GROUP-2")
class GroupLeavesFailedOut(ReportService):
    """A group's report does not name the orders that failed or were cancelled."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Leave them out."""
        done = [order for order in members if order.state(now).status == COMPLETED]
        return super().group_document(organization_id, study_group, done, report_type, now)


@defect("group-ready-too-early", "GROUP-3")
class GroupTooEarly(ReportService):
    """A group's report is served as soon as one of its orders is COMPLETED."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look for one."""
        if not any(order.state(now).status == COMPLETED for order in members):
            super().check_group_state(members, now)


@defect("group-without-report-is-200", "GROUP-3")
class GroupWithoutReport(ReportService):
    """A group in which no order completed is answered with 200."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Refuse unfinished groups alone."""
        try:
            super().check_group_state(members, now)
        except Problem as problem:
            if problem.reason != "order-failed":
                raise


@defect("unknown-group-is-empty-200", "GROUP-4")
class UnknownGroupEmpty(ReportService):
    """An unknown group is answered with 200 and an empty report."""

    def of_group(self, organization_id: str, study_group: str, report_type: str, now: Instant) -> Document:
        """Serve nothing."""
        if not self.members(organization_id, study_group):
            return Document(b"", report_type, REPORT_TYPES[report_type].media_type, "study-group-report")
        return super().of_group(organization_id, study_group, report_type, now)


@defect("group-report-kept", "GROUP-5")
class GroupReportKept(ReportService):
    """A group's report, once made, is served for ever: an amendment does not change it."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Keep the first."""
        kept: dict[tuple[str, str, str], Document] = self.__dict__.setdefault("kept", {})
        key = (organization_id, study_group, report_type)
        if key not in kept:
            kept[key] = super().group_document(organization_id, study_group, members, report_type, now)
        return kept[key]


@defect("group-misses-one-impression", "GROUP-5")
class GroupMissesImpression(ReportService):
    """The last COMPLETED order of a group of several is not in the group's report."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Leave it out."""
        done = [order for order in members if order.state(now).status == COMPLETED]
        kept = [order for order in members if len(done) < 2 or order is not done[-1]]
        return super().group_document(organization_id, study_group, kept, report_type, now)


@defect("unknown-group-told-as-an-order", "GROUP-4")
class UnknownGroupAsOrder(ReportService):
    """An unknown study group is told as an unknown order."""

    def unknown_group(self, study_group: str) -> Problem:
        """Change the type of the problem."""
        problem = super().unknown_group(study_group)
        problem.reason = "order-not-found"
        return problem
