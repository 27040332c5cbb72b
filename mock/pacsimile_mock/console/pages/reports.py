"""Previews of reports. Nothing of a report can run: only a PDF is embedded, all else is shown as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from flask import Response

from pacsimile_mock.console.control_calls import Refused
from pacsimile_mock.console.visit import Visit, secured
from pacsimile_mock.errors import Refusal
from pacsimile_mock.reports.model import Document
from pacsimile_spec.report_types import REPORT_TYPES

LONGEST = 200_000
"""Characters of a text that are shown."""
MOST_PARTS = 5_000
"""Values of JSON, segments of HL7 and elements of DICOM that are shown."""
DEEPEST = 40
"""Levels of JSON that are shown."""
CUT = "…"
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
"""The policy of a PDF in its frame: the browser's own viewer needs these."""


def show(visit: Visit, order_id: str, report_type: str) -> Response:
    """Preview an order's report as it is now, without a call of a client: it acknowledges and journals nothing."""
    document = _document(visit, order_id, report_type)
    kind, content = _shown(document)
    return visit.page(
        "report", "orders", f"{order_id}: {report_type}", order_id=order_id, report_type=report_type,
        media_type=document.media_type, size=len(document.content), report_id=document.report_id,
        kind=kind, content=content, is_of_type=kind == _KINDS.get(report_type, "text"),
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


def _shown(document: Document) -> tuple[str, Any]:
    """Return how to show the content, and what its template then needs. What is not of its type is shown as text."""
    kind = _KINDS.get(document.report_type, "text")
    if kind == "pdf":
        return kind, None
    try:
        return kind, _READERS[kind](document.content)
    except Exception:  # a user's file may be anything, and its readers raise what they like
        return "text", _text(document.content)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")[:LONGEST]


def _tree(content: bytes) -> Any:
    """Return JSON, cut to what a page can show: of deep members and long lists there is a part."""
    left = MOST_PARTS

    def part(value: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if left < 0 or (depth == DEEPEST and isinstance(value, dict | list)):
            return CUT
        if isinstance(value, dict):
            return {name: part(member, depth + 1) for name, member in islice(value.items(), max(left, 1))}
        if isinstance(value, list):
            return [part(item, depth + 1) for item in islice(value, max(left, 1))]
        return value

    return part(json.loads(content.decode()), 0)


def _segments(content: bytes) -> list[dict[str, Any]]:
    """Return the segments of an HL7 v2 message, each with its fields by number. MSH-1 is the separator."""
    message = content.decode("utf-8", "replace")[:LONGEST].replace("\n", "\r").lstrip("\r")
    separator = message[3:4] if message.startswith("MSH") else "|"
    segments = []
    for line in islice(filter(None, message.split("\r")), MOST_PARTS):
        name, *fields = line.split(separator)
        first = 2 if name == "MSH" else 1
        rows = [
            {"number": f"{name}-{first + place}", "value": value[:500]} for place, value in enumerate(fields) if value
        ]
        segments.append({"name": name[:500], "fields": rows})
    return segments


def _tags(content: bytes) -> list[dict[str, Any]]:
    """Return the elements of a DICOM object with their depth, tag, VR, name and value."""
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
    return list(islice(chain(elements(dataset.file_meta, 0), elements(dataset, 0)), MOST_PARTS))


_KINDS = {
    "pdf": "pdf", "json": "tree", "fhir": "tree", "hl7v2": "segments", "dicom_sr": "tags", "dicom_pdf": "tags",
}  # fmt: skip
_READERS: dict[str, Callable[[bytes], Any]] = {"text": _text, "tree": _tree, "segments": _segments, "tags": _tags}


def _value(element: Any) -> str:
    if isinstance(element.value, bytes):
        return f"{len(element.value):,} bytes"
    return str(element.value)[:300]
