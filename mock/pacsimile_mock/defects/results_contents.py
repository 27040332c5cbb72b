"""Defects of the contents of reports, in one type only: patient, impression, side, unit or version."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from pacsimile_fixtures import people, reports
from pacsimile_fixtures.composition import Measurement
from pacsimile_fixtures.findings import ReportContent
from pacsimile_fixtures.studies import Laterality
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports import content
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.report_types import ORDER_TYPES, REPORT_TYPES

Change = Callable[[ReportContent, Order], ReportContent]
"""Changes the content of a report."""

TITLES: Final = {name: REPORT_TYPES[name].title for name in ORDER_TYPES}


def _in_one_type(name: str, requirement: str, report_type: str, summary: str, change: Change) -> None:
    """Register the defect that one report type has other contents than the others."""

    class ChangedContent(ReportService):
        def made(self, order: Order, version: Version, report_type_: str) -> bytes:
            """Change the content before it is rendered."""
            if report_type_ != report_type:
                return super().made(order, version, report_type_)
            return reports.render(change(content.of_order(order, version), order), report_type)

    ChangedContent.__doc__ = summary
    defect(name, requirement)(ChangedContent)


def _another_patient(report: ReportContent, order: Order) -> ReportContent:
    on = report.received_at.date()
    return replace(report, patient=people.patient(order.seed, order.study_number + 1, on))


def _another_impression(report: ReportContent, order: Order) -> ReportContent:
    return replace(report, conclusions=("No acute abnormality.",))


def _a_finding_less(report: ReportContent, order: Order) -> ReportContent:
    return replace(report, findings=report.findings[1:])


def _another_study(report: ReportContent, order: Order) -> ReportContent:
    return replace(report, study_uid=f"{report.study_uid}.9")


def _another_order(report: ReportContent, order: Order) -> ReportContent:
    return replace(report, order_id=f"{report.order_id}9", accession_number=f"{report.accession_number[:-1]}X")


_OTHER_SIDE: Final[dict[Laterality | None, Laterality]] = {"L": "R", "R": "L", "B": "L", None: "R"}


def _other_side(report: ReportContent, order: Order) -> ReportContent:
    """Swap the side of the measurements; without a procedure's side, change only those that have one."""
    side = report.procedure.laterality
    procedure = replace(report.procedure, laterality=_OTHER_SIDE[side]) if side else report.procedure
    measured = report.measurements
    swapped = (replace(item, laterality=_OTHER_SIDE[item.laterality]) for item in measured if item.laterality)
    others = (item for item in measured if not item.laterality)
    return replace(report, procedure=procedure, measurements=(*swapped, *others))


def _other_unit(item: Measurement) -> Measurement:
    return replace(item, unit="mm" if item.unit == "cm" else "cm")


def _other_units(report: ReportContent, order: Order) -> ReportContent:
    return replace(report, measurements=tuple(map(_other_unit, report.measurements)))


def _ten_times(report: ReportContent, order: Order) -> ReportContent:
    return replace(report, measurements=tuple(replace(item, value=item.value * 10) for item in report.measurements))


def _final(report: ReportContent, order: Order) -> ReportContent:
    return replace(report, status="final")


def _first_version(report: ReportContent, order: Order) -> ReportContent:
    return content.of_order(order, order.planned_versions()[0])


def _register() -> None:
    for kind, title in TITLES.items():
        suffix = kind.replace("_", "-")
        names = f"another-patient-in-{suffix}", "RESULTS-10", kind
        _in_one_type(*names, f"The {title} names another order's patient, the other types do not.", _another_patient)
        if kind != "json":
            names = f"another-impression-in-{suffix}", "RESULTS-7", kind
            _in_one_type(*names, f"The {title} has another impression than the other types.", _another_impression)
            names = f"former-version-in-{suffix}", "RESULTS-11", kind
            _in_one_type(*names, f"After an amendment the {title} is still the first version's.", _first_version)
        if kind not in ("json", "txt", "pdf", "dicom_pdf"):
            names = f"a-finding-less-in-{suffix}", "RESULTS-7", kind
            _in_one_type(*names, f"The {title} leaves the first finding out.", _a_finding_less)
            names = f"another-study-uid-in-{suffix}", "RESULTS-7", kind
            _in_one_type(*names, f"The {title} names another study than the order's.", _another_study)
            names = f"other-side-in-{suffix}", "RESULTS-10", kind
            _in_one_type(*names, f"The {title} takes left for right.", _other_side)
            names = f"other-units-in-{suffix}", "RESULTS-10", kind
            _in_one_type(*names, f"The {title} has centimetres where the other types have millimetres.", _other_units)
    for kind in ("json", "fhir", "hl7v2"):
        names = f"amended-called-final-in-{kind}", "RESULTS-11", kind
        _in_one_type(*names, f"The {TITLES[kind]} of an amended report calls itself final.", _final)
    for kind in ("txt", "pdf"):
        names = f"other-units-in-{kind}", "RESULTS-10", kind
        _in_one_type(
            *names, f"The {TITLES[kind]} has centimetres where the other types have millimetres.", _other_units
        )
    names = "another-order-in-hl7v2", "RESULTS-7", "hl7v2"
    _in_one_type(*names, "The HL7 message carries another order's numbers.", _another_order)
    names = "decimal-point-lost-in-dicom-sr", "RESULTS-10", "dicom_sr"
    _in_one_type(*names, "The numbers of the DICOM SR are ten times those of the other types.", _ten_times)


_register()


@defect("another-impression-in-the-pdf-of-hl7v2", "RESULTS-7")
class AnotherPdfInside(ReportService):
    """The PDF inside the HL7 message has another impression than the message."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Replace the PDF."""
        own = super().made(order, version, report_type)
        if report_type != "hl7v2":
            return own
        report = content.of_order(order, version)
        contents = (report, _another_impression(report, order))
        before, after = (b64encode(reports.render(item, "pdf")) for item in contents)
        return own.replace(before, after)


@defect("former-report-id-after-an-amendment", "RESULTS-11")
class FormerReportId(ReportService):
    """After an amendment `X-Report-Id` is still that of the first version."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Return the id of the first version."""
        first = order.planned_versions()[0].report_id
        return replace(super().document(order, version, report_type), report_id=first)
