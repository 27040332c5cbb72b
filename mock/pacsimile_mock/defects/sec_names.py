"""Defects of isolation where two organizations have one name: a study's UID, or a group's name."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.changed_calls import kept_by
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect


@defect("report-of-a-shared-studys-order-is-readable", "SEC-3")
class SharedOrderReadable(ReportService):
    """The report of an order can be fetched by its id by each organization that has an order of the same study."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Ask who has the study, not who has the order."""
        order = self.store.find_order(order_id) if order_id else None
        if order is not None and self.store.orders_of_study(organization_id, order.study_uid):
            return order
        return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)


@defect("group-report-in-txt-is-kept-by-name", "SEC-8")
class GroupTextKeptByName(ReportService):
    """The text of a group's report is kept by the group's name: another organization gets that of the first one."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Serve what was made for the first organization that asked."""
        made = super().group_document(organization_id, study_group, members, report_type, now)
        if report_type != "txt":
            return made
        owner, document = kept_by(self, "texts").setdefault(study_group, (organization_id, made))
        kept: Document = made if owner == organization_id else document
        kept_by(self, "texts")[study_group] = (owner, kept)
        return kept
