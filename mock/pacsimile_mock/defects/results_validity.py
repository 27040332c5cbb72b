"""Defects of the format of reports: each breaks one rule of its type (RESULTS-8) and as little else as possible."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

Broken = Callable[[bytes], bytes]


def _order(name: str, report_type: str, summary: str, broken: Broken) -> None:
    """Register the defect that an order's report is invalid in one type."""

    class BrokenDocument(ReportService):
        def made(self, order: Order, version: Version, report_type_: str) -> bytes:
            """Break the rendered report."""
            whole = super().made(order, version, report_type_)
            return broken(whole) if report_type_ == report_type else whole

    BrokenDocument.__doc__ = summary
    defect(name, "RESULTS-8")(BrokenDocument)


def _group(name: str, report_type: str, summary: str, broken: Broken) -> None:
    """Register the defect that a study group's report is invalid in one type."""

    class BrokenDocument(ReportService):
        def group_document(
            self, organization_id: str, study_group: str, members: Sequence[Order], report_type_: str, now: Instant
        ) -> Document:
            """Break the rendered report."""
            whole = super().group_document(organization_id, study_group, members, report_type_, now)
            return replace(whole, content=broken(whole.content)) if report_type_ == report_type else whole

    BrokenDocument.__doc__ = summary
    defect(name, "RESULTS-8")(BrokenDocument)


def _half(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _edited(change: Callable[[dict[str, Any]], object]) -> Broken:
    """Return a function that changes a FHIR bundle: `change` gets the first resource of each type, by type."""

    def broken(whole: bytes) -> bytes:
        bundle = json.loads(whole)
        first: dict[str, Any] = {}
        for entry in bundle["entry"]:
            first.setdefault(entry["resource"]["resourceType"], entry["resource"])
        change(first)
        return json.dumps(bundle, ensure_ascii=False).encode()

    return broken


def _dicom(change: Callable[[Dataset], object]) -> Broken:
    def broken(whole: bytes) -> bytes:
        from pydicom import dcmread, dcmwrite

        dataset, file = dcmread(BytesIO(whole)), BytesIO()
        change(dataset)
        dcmwrite(file, dataset)
        return file.getvalue()

    return broken


def _without_meanings(dataset: Dataset) -> None:
    for item in dataset.ContentSequence:
        del item.ConceptNameCodeSequence[0].CodeMeaning


def _crossed_times(whole: bytes) -> bytes:
    report = json.loads(whole)
    times = report["times"]
    times["ordered_at"], times["acquired_at"] = times["acquired_at"], times["ordered_at"]
    return json.dumps(report, ensure_ascii=False, indent=2).encode()


def _all_final(whole: bytes) -> bytes:
    """Write the status of each order's report as if there were one."""
    report = json.loads(whole)
    for order in report["orders"]:
        order["report_status"] = order["report_status"] or "final"
    return json.dumps(report, ensure_ascii=False, indent=2).encode()


def _ragged(whole: bytes) -> bytes:
    """Add a cell to the last row."""
    return whole.removesuffix(b"\r\n") + b",\r\n"


_order("json-malformed", "json", "The json report ends with a comma too many.", lambda text: text.rstrip()[:-1] + b",}")
_order("json-acquired-before-it-was-ordered", "json", "The json report has two of its times crossed.", _crossed_times)
_order("txt-in-latin-1", "txt", "The text begins with a letter in Latin-1.", lambda text: b"\xa9 2026\n" + text)
_order("txt-with-terminal-colours", "txt", "The text has escape sequences in it.", lambda text: b"\x1b[1m" + text)
_order("pdf-truncated", "pdf", "The PDF ends in the middle.", _half)
_order("pdf-without-its-end", "pdf", "The PDF lacks its last bytes.", lambda document: document[:-8])
_order(
    "fhir-dangling-reference",
    "fhir",
    "The DiagnosticReport refers to a patient who is not in the bundle.",
    _edited(lambda first: first["DiagnosticReport"]["subject"].update(reference="urn:uuid:" + "0" * 32)),
)
_order(
    "fhir-empty-array",
    "fhir",
    "The patient in the FHIR bundle has an empty array.",
    _edited(lambda first: first["Patient"].update(telecom=[])),
)
_order(
    "fhir-time-without-offset",
    "fhir",
    "`issued` of the DiagnosticReport has no offset from UTC.",
    _edited(lambda first: first["DiagnosticReport"].update(issued="2026-03-01T10:09:00")),
)
_order("hl7v2-line-feeds", "hl7v2", "Line feeds end the segments.", lambda message: message.replace(b"\r", b"\n"))
_order("hl7v2-framed", "hl7v2", "The message is framed as MLLP has it.", lambda message: b"\x0b" + message + b"\x1c\r")
_order("hl7v2-of-2-3", "hl7v2", "MSH-12 says 2.3.", lambda message: message.replace(b"|2.5.1|", b"|2.3|", 1))
_order("dicom-sr-without-preamble", "dicom_sr", "The DICOM SR has no preamble.", lambda document: document[128:])
_order(
    "dicom-sr-codes-without-meaning", "dicom_sr", "Codes of the DICOM SR have no meaning.", _dicom(_without_meanings)
)
_order(
    "dicom-pdf-without-study-id",
    "dicom_pdf",
    "The DICOM PDF lacks an attribute of the study.",
    _dicom(lambda dataset: delattr(dataset, "StudyID")),
)
_order(
    "dicom-pdf-of-another-media-type",
    "dicom_pdf",
    "The DICOM PDF says that it encapsulates text.",
    _dicom(lambda dataset: setattr(dataset, "MIMETypeOfEncapsulatedDocument", "text/plain")),
)
_group("csv-ragged", "csv", "The last row of the csv has a cell too many.", _ragged)
_group(
    "csv-with-single-quotation-marks",
    "csv",
    "A quotation mark within a field of the csv is not doubled.",
    lambda document: document.replace(b'""', b'"'),
)
_group("csv-without-header", "csv", "The csv has no header.", lambda document: document.partition(b"\r\n")[2])
_group("group-final-reports-of-failed-orders-in-json", "json", "Orders that failed have a final report.", _all_final)
_group("group-pdf-truncated", "pdf", "The PDF of a group ends in the middle.", _half)
