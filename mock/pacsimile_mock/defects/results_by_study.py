"""Defects of reports that are asked for by study, or in one type alone, or of an order that ended early."""

from __future__ import annotations

from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.changed_calls import kept_by
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import CANCELLED, COMPLETED


@defect("message-of-a-study-is-the-newest-that-there-is", "RESULTS-3")
class NewestThatThereIs(ReportService):
    """As `hl7v2`, a study has the newest report that is ready, though a newer order is open or has failed."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Note which orders stand in for the most recent one."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        others = [] if study_uid is None else self.orders.of_study(organization_id, study_uid)
        kept_by(self, "others")[order.order_id] = others
        return order

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Take the first of them that is ready."""
        others = kept_by(self, "others").get(order.order_id, []) if report_type == "hl7v2" else []
        ready = [other for other in others if other.state(now).status == COMPLETED]
        return super().of_order(ready[0] if ready else order, report_type, now)


@defect("order-that-was-cancelled-before-it-began-is-not-ready", "RESULTS-4")
class CancelledBeforeItBegan(ReportService):
    """An order that was cancelled before its processing began answers as one that has not begun yet."""

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Ask the client to wait."""
        if state.status == CANCELLED and state.progress == 0:
            raise self.not_ready(f"The order {order.order_id} has not begun", self.retry_after([order], now))
        super().check_state(state, order, now)


@defect("page-of-a-report-is-kept-by-study", "RESULTS-7")
class KeptByStudy(ReportService):
    """Reports for people (`txt`, `pdf`) are kept by study and version: the first order of a study has them made."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Serve what is kept."""
        made = super().made(order, version, report_type)
        if report_type not in ("txt", "pdf"):
            return made
        key = (order.organization_id, order.study_uid, version.number, report_type)
        kept: bytes = kept_by(self, "pages").setdefault(key, made)
        return kept


@defect("structured-report-is-amended-once", "RESULTS-11")
class AmendedOnce(ReportService):
    """As `dicom_sr` and `fhir`, a report has one amendment at most: a third version says what the second did."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Render the second."""
        second = order.planned_version(2) if report_type in ("dicom_sr", "fhir") and version.number > 2 else None
        return super().made(order, second or version, report_type)
