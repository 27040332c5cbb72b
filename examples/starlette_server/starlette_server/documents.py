"""The report of an order in each type that this server offers."""

from __future__ import annotations

import json
import textwrap

from starlette_server.content import BANNER, Content, json_content
from starlette_server.database import Order
from starlette_server.dicom import dicom_pdf, dicom_sr
from starlette_server.orders import UNFINISHED, offered_types
from starlette_server.pdf import pdf_of
from starlette_server.problems import Problem

ORDER_TYPES = ("json", "txt", "pdf", "dicom_sr", "dicom_pdf")
MEDIA_TYPES = {
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "dicom_sr": "application/dicom",
    "dicom_pdf": "application/dicom",
}
EXTENSIONS = {"dicom_sr": "dcm", "dicom_pdf": "dcm"}


def check_available(order: Order, report_type: str) -> None:
    """Refuse a report that there is not, or not in this type.

    Raises:
        Problem: for a type of study groups alone, then for the order's state, then for a type that it does not offer.
    """
    if report_type == "csv":
        raise Problem("report-type-not-available", "csv is a type of study groups alone.")
    if order.status in UNFINISHED:
        raise Problem("report-not-ready", "Ask again after the time that Retry-After gives.", {"Retry-After": "2"})
    if order.status == "FAILED":
        raise Problem("order-failed", "Submit the study again to get a report.")
    if order.status == "CANCELLED":
        raise Problem("order-cancelled", "Submit the study again to get a report.")
    if report_type not in offered_types(order):
        raise Problem("report-type-not-available", f"Ask for one of {', '.join(offered_types(order))}.")


def rendered(content: Content, report_type: str) -> bytes:
    """The bytes of a report in a type that its order offers."""
    match report_type:
        case "json":
            return json.dumps(json_content(content), ensure_ascii=False, indent=1).encode()
        case "txt":
            wrapped = (piece for line in report_lines(content) for piece in textwrap.wrap(line, 100) or [""])
            return "".join(f"{line}\n" for line in wrapped).encode()
        case "pdf":
            return pdf_of(report_lines(content))
        case "dicom_sr":
            return dicom_sr(content)
        case _:
            return dicom_pdf(content, pdf_of(report_lines(content)))


def report_lines(content: Content) -> list[str]:
    """The report as lines for people."""
    kind = content.kind
    side = {"L": ", left", "R": ", right", None: ""}[kind.laterality]
    heading = "AMENDED REPORT" if content.version > 1 else "FINAL REPORT"
    return [
        BANNER,
        "",
        f"{kind.name}: {heading}",
        f"Report: {content.report_id}" + (f", replaces {content.supersedes}" if content.supersedes else ""),
        f"Order: {content.order_id}",
        f"Accession number: {content.accession_number}",
        f"Study: {content.study_uid}",
        f"Patient: {content.family_name}, {content.given_name} ({content.sex})",
        f"Record number: {content.mrn}",
        f"Born: {content.birth_date}",
        *(f"{name.removesuffix('_at').capitalize()}: {time}" for name, time in content.times().items()),
        "",
        "INDICATION",
        kind.indication,
        "TECHNIQUE",
        kind.technique,
        "FINDINGS",
        *content.findings,
        "MEASUREMENTS",
        f"{kind.measured}{side}: {content.size:g} mm",
        "IMPRESSION",
        content.impression,
        "",
        f"Read by {content.reader[1]} {content.reader[0]}",
        BANNER,
    ]
