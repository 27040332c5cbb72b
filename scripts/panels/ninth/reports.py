"""Faults of the mock in the reports of orders."""

from __future__ import annotations

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.exchange import Answer
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import RECEIVED


@defect("ninth-order-counts-once-it-is-processed", "RESULTS-3")
class CountsOnceProcessed(ReportService):
    """For reports, an order counts among its study's once it is processed: before that, an older report is served."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Look for the most recent order that has begun."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if order_id is not None or order.state(now).status != RECEIVED:
            return order
        orders = self.orders.of_study(organization_id, order.study_uid)
        return next((begun for begun in orders if begun.state(now).status != RECEIVED), order)


@defect("ninth-offer-is-checked-before-the-state", "RESULTS-5")
class OfferBeforeState(ReportService):
    """A type that the order does not offer is refused first, since that is cheap: with 404 before it is COMPLETED."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Check the type as a whole, then the state."""
        self.check_ruled_out(report_type, of_group=False)
        self.check_offered(report_type, self.orders.offered(order), f"The order {order.order_id}")
        return super().of_order(order, report_type, now)


@defect("ninth-message-counts-as-delivered", "RESULTS-6")
class MessageIsDelivered(Pipeline):
    """Who fetches the HL7 v2 message has it delivered, as over MLLP: its report is acknowledged."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Mark the report of a message as received."""
        answer = super().serve(operation_id, request)
        if operation_id == "getResult" and request.values["report_type"] == "hl7v2":
            report_id = dict(answer.headers)["X-Report-Id"]
            self.world.queue.acknowledge(request.organization_id, [report_id], request.now)
        return answer


@defect("ninth-structured-reports-are-filed-by-study", "RESULTS-7")
class FiledByStudy(ReportService):
    """DICOM structured reports are filed by study UID and version: a study's second order gets the first's report."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Take the file if it is there."""
        made = super().made(order, version, report_type)
        if report_type != "dicom_sr":
            return made
        files: dict[tuple[str, str, int], bytes] = self.__dict__.setdefault("files", {})
        return files.setdefault((order.organization_id, order.study_uid, version.number), made)
