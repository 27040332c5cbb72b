"""Defects of a group's report that is put together from pieces: of its orders' documents, or of batches of orders."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.batch_types import offers
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect

BATCH = 20


@defect("group-leaves-out-orders-without-json", "GROUP-2")
class LeftOutWithoutJson(ReportService):
    """A group's report is put together from its orders' JSON documents: an order that offers none is not in it."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Leave it out, but where none has one."""
        known = [order for order in members if offers(order, "json")] or members
        return super().group_document(organization_id, study_group, known, report_type, now)


@defect("csv-of-a-group-in-full-batches", "GROUP-2")
class FullBatches(ReportService):
    """A group's report as csv is written in batches of twenty orders; behind full ones, a rest is left out."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Write full batches."""
        if report_type == "csv":
            members = members[: len(members) // BATCH * BATCH or None]
        return super().group_document(organization_id, study_group, members, report_type, now)
