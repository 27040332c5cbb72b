"""Defects of reports that are kept by too little of their name, and of those of rare states and third versions."""

from __future__ import annotations

from dataclasses import replace

from pacsimile_fixtures import reports
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.changed_calls import ENDED, kept_by
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports import content
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect


@defect("patient-in-hl7v2-is-kept-by-study", "RESULTS-10")
class PatientKeptByStudy(ReportService):
    """The HL7 message names the patient of the study's last FHIR report, whichever organization asked for that."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Keep the patient by the study's UID."""
        whole, patients = content.of_order(order, version), kept_by(self, "patients")
        if report_type == "fhir":
            patients[order.study_uid] = whole.patient
        if report_type != "hl7v2" or order.study_uid not in patients:
            return super().made(order, version, report_type)
        return reports.render(replace(whole, patient=patients[order.study_uid]), report_type)


@defect("dicom-sr-is-kept-by-study-and-version", "RESULTS-7")
class DicomKeptByStudy(ReportService):
    """A structured DICOM report is kept by the study's UID and the version's number, whosever it is."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Keep only those of a study's only order in its organization."""
        if report_type != "dicom_sr" or len(self.store.orders_of_study(order.organization_id, order.study_uid)) > 1:
            return super().made(order, version, report_type)
        made = super().made(order, version, report_type)
        kept: bytes = kept_by(self, "dicom").setdefault((order.study_uid, version.number), made)
        return kept


@defect("report-of-a-study-that-ended-is-unknown", "RESULTS-4")
class EndedStudyUnknown(ReportService):
    """The report of a study of which every order failed or was cancelled answers 404."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Refuse a study that ended so."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        of_study = self.store.orders_of_study(organization_id, study_uid) if study_uid else ()
        if len(of_study) > 1 and all(one.plan[-1].status in ENDED for one in of_study):
            raise self.orders.unknown_study(order.study_uid)
        return order


@defect("third-version-calls-itself-final", "RESULTS-11")
class ThirdIsFinal(ReportService):
    """A report that was amended twice has the status of a first version in it; the listing calls it amended."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Render it so."""
        if version.number <= 2 or report_type == "json":
            return super().made(order, version, report_type)
        return reports.render(replace(content.of_order(order, version), status="final"), report_type)
