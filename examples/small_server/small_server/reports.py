"""An order's report as JSON, text, PDF or HL7 v2. All say the same, and always the same (RESULTS-6, RESULTS-7)."""

import base64
import hashlib
import json
import textwrap
from dataclasses import asdict
from typing import Any

from small_server.clock import rfc3339
from small_server.content import BANNER, PROCEDURE, RADIOLOGIST, Reading, patient_of, reading_of
from small_server.hl7v2 import write_hl7v2
from small_server.orders import Order, Version
from small_server.pdf import write_pdf
from small_server.wire import Response

MEDIA_TYPES = {
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
    "hl7v2": "application/hl7-v2+er7",
    "csv": "text/csv",
}


def order_report(organization_id: str, version: Version, report_type: str) -> Response:
    """Return the version in the requested type, with the headers that name it."""
    if report_type == "json":
        body = to_json(_document(organization_id, version))
    elif report_type == "hl7v2":
        body = write_hl7v2(version, patient_of(organization_id, version.order), reading_of(version))
    else:
        body = to_text_or_pdf(_lines(organization_id, version), report_type)
    headers = {"X-Report-Id": version.report_id, "X-Order-Id": version.order.order_id}
    return report_response(body, report_type, version.report_id, headers)


def report_response(body: bytes, report_type: str, stem: str, headers: dict[str, str]) -> Response:
    """Return report bytes with their digest (RFC 9530) and a file name without patient data."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
    headers = {
        "Content-Disposition": f'attachment; filename="{stem}.{report_type}"',
        "Content-Digest": f"sha-256=:{digest}:",
        **headers,
    }
    return Response(body, MEDIA_TYPES[report_type], 200, headers)


def to_json(document: dict[str, Any]) -> bytes:
    """Return readable JSON in UTF-8."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8")


def to_text_or_pdf(lines: list[str], report_type: str) -> bytes:
    """Return lines as text, or wrapped between words on PDF pages. Identifiers are never broken."""
    if report_type == "txt":
        return "".join(line + "\n" for line in lines).encode("utf-8")
    wrapped = [textwrap.wrap(line, 100, break_long_words=False, break_on_hyphens=False) or [""] for line in lines]
    return write_pdf([part for parts in wrapped for part in parts])


def _times(version: Version) -> dict[str, str]:
    order = version.order
    return {
        "completed_at": rfc3339(version.completed_at, version.offset),
        "started_at": rfc3339(min(order.created_at + 1000, version.completed_at)),
        "received_at": rfc3339(order.created_at, order.offset),
        "acquired_at": rfc3339(order.created_at - 600_000),
        "ordered_at": rfc3339(order.created_at - 3_600_000),
    }


def _measurements(reading: Reading) -> list[dict[str, Any]]:
    return [{"name": f"Nodule diameter, {reading.side} lung", "value": reading.millimetres, "unit": "mm"}]


def _document(organization_id: str, version: Version) -> dict[str, Any]:
    order: Order = version.order
    reading = reading_of(version)
    return {
        "synthetic": True,
        "banner": BANNER,
        "report_status": version.report_status,
        "patient": asdict(patient_of(organization_id, order)),
        "study_uid": order.study_uid,
        "study_group": order.study_group,
        "accession_number": reading.accession_number,
        "order_id": order.order_id,
        "report_id": version.report_id,
        "supersedes": version.supersedes,
        "radiologist": RADIOLOGIST,
        "procedure": PROCEDURE,
        "indication": "Follow-up.",
        "technique": "Helical acquisition without contrast.",
        "findings": list(reading.findings),
        "measurements": _measurements(reading),
        "impression": reading.impression,
        "times": _times(version),
    }


def _lines(organization_id: str, version: Version) -> list[str]:
    order, patient, reading = version.order, patient_of(organization_id, version.order), reading_of(version)
    return [
        BANNER,
        "",
        "AMENDED REPORT" if version.number > 1 else "FINAL REPORT",
        f"Report: {version.report_id}",
        f"Order: {order.order_id}",
        f"Study: {order.study_uid}",
        f"Accession: {reading.accession_number}",
        "",
        f"Patient: {patient.mrn}",
        f"Name: {patient.family_name}, {patient.given_name}",
        f"Born: {patient.birth_date}  Sex: {patient.sex}",
        "",
        str(PROCEDURE["name"]),
        "",
        "FINDINGS",
        *reading.findings,
        "",
        "IMPRESSION",
        reading.impression,
        "",
        ", ".join(RADIOLOGIST.values()),
        BANNER,
    ]
