"""Previews of reports. Nothing of a report can run: only a PDF is embedded, all else is shown as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Response

from pacsimile_mock.console.control_calls import Refused
from pacsimile_mock.console.visit import Visit, secured
from pacsimile_mock.errors import Refusal
from pacsimile_mock.reports.model import Document
from pacsimile_spec.report_types import REPORT_TYPES

LONGEST = 200_000
"""Characters of a text that are shown."""
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
"""The policy of a PDF in its frame: the browser's own viewer needs these."""


def show(visit: Visit, order_id: str, report_type: str) -> Response:
    """Preview an order's report as it is now, without a call of a client: it acknowledges and journals nothing."""
    document = _document(visit, order_id, report_type)
    return visit.page(
        "report", "orders", f"{order_id}: {report_type}", order_id=order_id, report_type=report_type,
        media_type=document.media_type, size=len(document.content), report_id=document.report_id,
        kind=_KINDS.get(report_type, "text"), content=_shown(document),
    )  # fmt: skip


def send(visit: Visit, order_id: str, report_type: str) -> Response:
    """Send the bytes: a PDF for its frame, anything else to be saved."""
    document = _document(visit, order_id, report_type)
    is_pdf = report_type == "pdf"
    response = Response(document.content, content_type=document.media_type if is_pdf else "application/octet-stream")
    extension = REPORT_TYPES[report_type].extension
    how = "inline" if is_pdf else "attachment"
    response.headers["Content-Disposition"] = f'{how}; filename="{document.name}.{extension}"'
    return secured(response, FILE_POLICY if is_pdf else "default-src 'none'; sandbox")


def _document(visit: Visit, order_id: str, report_type: str) -> Document:
    world = visit.world
    order = world.store.find_order(order_id)
    if order is None:
        raise Refused(404, f"there is no order {order_id[:100]!r} in this world")
    if report_type not in REPORT_TYPES:
        raise Refused(404, f"there is no report type {report_type[:100]!r}")
    try:
        return world.reports.of_order(order, report_type, world.clock.now())
    except Refusal as error:
        raise Refused(404, error.detail) from None


def _shown(document: Document) -> Any:
    """Return the content as its template needs it."""
    kind = _KINDS.get(document.report_type, "text")
    if kind == "pdf":
        return None
    if kind == "tree":
        return json.loads(document.content)
    if kind == "segments":
        return list(_segments(document.content.decode("utf-8", "replace")))
    if kind == "tags":
        return list(_tags(document.content))
    return document.content.decode("utf-8", "replace")[:LONGEST]


_KINDS = {
    "pdf": "pdf", "json": "tree", "fhir": "tree", "hl7v2": "segments", "dicom_sr": "tags", "dicom_pdf": "tags",
}  # fmt: skip


def _segments(message: str) -> Iterator[dict[str, Any]]:
    """Yield the segments of an HL7 v2 message, each with its fields by number."""
    for line in filter(None, message.replace("\n", "\r").split("\r")):
        name, *fields = line.split("|")
        first = 2 if name == "MSH" else 1  # MSH-1 is the separator itself
        rows = [
            {"number": f"{name}-{first + place}", "value": value[:500]} for place, value in enumerate(fields) if value
        ]
        yield {"name": name, "fields": rows}


def _tags(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the elements of a DICOM object with their depth, tag, VR, name and value."""
    import io

    from pydicom import dcmread

    def elements(dataset: Any, depth: int) -> Iterator[dict[str, Any]]:
        for element in dataset:
            is_sequence = element.VR == "SQ"
            value = f"{len(element.value)} items" if is_sequence else _value(element)
            yield {"depth": depth, "tag": str(element.tag), "vr": element.VR, "name": element.name, "value": value}
            for item in element.value if is_sequence else ():
                yield from elements(item, depth + 1)

    dataset = dcmread(io.BytesIO(content))
    yield from elements(dataset.file_meta, 0)
    yield from elements(dataset, 0)


def _value(element: Any) -> str:
    if isinstance(element.value, bytes):
        return f"{len(element.value):,} bytes"
    return str(element.value)[:300]
