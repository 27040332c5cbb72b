"""Faults of the mock in reports of orders and of study groups."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import RECEIVED


@defect("mock-received-order-is-not-yet-the-most-recent", "RESULTS-3")
class ReceivedIsPassedOver(ReportService):
    """`/results` by study leaves out orders that are RECEIVED, and serves the report of an older one."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Take the newest order that has begun."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if study_uid is None or order.state(now).status != RECEIVED:
            return order
        orders = self.orders.of_study(organization_id, study_uid)
        return next((older for older in orders if older.state(now).status != RECEIVED), order)


@defect("mock-fetched-pdf-counts-as-received", "RESULTS-6")
class FetchedPdf(ReportService):
    """Whoever fetches a report as `pdf` has acknowledged it."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Mark what was downloaded."""
        document = super().of_order(order, report_type, now)
        if report_type == "pdf" and document.report_id is not None:
            self.store.acknowledge(order.organization_id, [document.report_id], now)
        return document


@defect("mock-hl7v2-looks-the-patient-up-by-the-order", "RESULTS-10")
class PatientOfOrder(ReportService):
    """In `hl7v2`, a later order of a study has a patient of its own instead of the study's."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Join patients by the wrong number."""
        if report_type == "hl7v2":
            order = replace(order, study_number=order.number)
        return super().made(order, version, report_type)


@defect("mock-fhir-birth-date-passes-through-utc", "RESULTS-10")
class BirthDateInUtc(ReportService):
    """In `fhir`, a birth date is midnight of the order's zone, written in UTC: east of Greenwich, the day before."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Shift the date of orders that are east of Greenwich."""
        content = super().made(order, version, report_type)
        if report_type != "fhir" or order.offset <= 0:
            return content
        bundle = json.loads(content)
        for entry in bundle["entry"]:
            if entry["resource"]["resourceType"] == "Patient":
                born = date.fromisoformat(entry["resource"]["birthDate"])
                entry["resource"]["birthDate"] = (born - timedelta(days=1)).isoformat()
        return json.dumps(bundle, ensure_ascii=False, indent=2).encode()


@defect("mock-pdf-is-kept-by-order", "RESULTS-11")
class PdfKeptByOrder(ReportService):
    """`pdf` and `dicom_pdf` are kept by order, without the version: one that was fetched stays after an amendment."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Keep what is dear to render."""
        kept: dict[tuple[str, str], bytes] = self.__dict__.setdefault("kept", {})
        if report_type not in ("pdf", "dicom_pdf"):
            return super().made(order, version, report_type)
        key = (order.order_id, report_type)
        if key not in kept:
            kept[key] = super().made(order, version, report_type)
        return kept[key]


@defect("mock-group-has-one-order-of-a-study", "GROUP-2")
class OneOfAStudy(ReportService):
    """A group's orders are gathered by study: of two orders of one study, the report has the later one alone."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Keep one order for each study."""
        return list({order.study_uid: order for order in super().members(organization_id, study_group)}.values())


@defect("mock-group-that-was-served-waits-no-more", "GROUP-3")
class ServedOnce(ReportService):
    """That all orders of a group are final is remembered: an unfinished order that joins later delays nothing."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Check a group until it was complete."""
        complete: set[tuple[str, str | None]] = self.__dict__.setdefault("complete", set())
        key = (members[0].organization_id, members[0].study_group)
        if key not in complete:
            super().check_group_state(members, now)
            complete.add(key)


@defect("mock-group-report-follows-its-last-order", "GROUP-5")
class FollowsLastOrder(ReportService):
    """A group's report is kept until its last order changes, or another one joins: other amendments do not show."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Keep the document under a key that leaves orders out."""
        kept: dict[tuple[str, str, str, int, Instant], Document] = self.__dict__.setdefault("kept_of_groups", {})
        key = (organization_id, study_group, report_type, len(members), members[-1].state(now).updated_at)
        if key not in kept:
            kept[key] = super().group_document(organization_id, study_group, members, report_type, now)
        return kept[key]


@defect("mock-group-csv-has-first-versions", "GROUP-5")
class FirstVersionsInCsv(ReportService):
    """The `csv` of a group has the first version of each report, after an amendment too."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Join versions by their number 1 in one type."""
        if report_type == "csv":
            members = [replace(order, amendments=()) for order in members]
        return super().group_document(organization_id, study_group, members, report_type, now)
