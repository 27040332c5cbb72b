"""Defects of orders that offer some types of a report, and serve another one beside them."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.changed_calls import kept_by
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect


@defect("text-is-served-with-pdf", "CONS-2")
class TextWithPdf(ReportService):
    """An order that offers `pdf` serves `txt` too, of which the PDF is made."""

    def check_offered(self, report_type: str, offered: Sequence[str], whose: str) -> None:
        """Let the text pass."""
        if report_type != "txt" or "pdf" not in offered:
            super().check_offered(report_type, offered, whose)


@defect("any-type-of-a-study-is-served", "CONS-2")
class AnyTypeOfAStudy(ReportService):
    """By `study_uid`, every type is served, whichever of them the order offers."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Note how the order was selected."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        kept_by(self, "by_study")[order.order_id] = study_uid is not None
        return order

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Serve it without a look at what is offered."""
        if not kept_by(self, "by_study").get(order.order_id) or order.newest_version(now) is None:
            return super().of_order(order, report_type, now)
        self.check_ruled_out(report_type, of_group=False)
        return self.document(order, self.version(order, now), report_type)
