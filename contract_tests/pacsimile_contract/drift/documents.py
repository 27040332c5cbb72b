"""The structure of a report that is no JSON, as a JSON value without its texts: segments, tags, columns."""

from __future__ import annotations

import csv
import io
from typing import Any

from pacsimile_contract.documents import er7, part10


def structure(report_type: str | None, body: bytes) -> Any:
    """Return the structure of a report: None where the type has none that is read cheaply, or it cannot be read."""
    if report_type == "hl7v2":
        return _message(body)
    if report_type in ("dicom_sr", "dicom_pdf"):
        return _file(body)
    return _table(body) if report_type == "csv" else None


def _message(body: bytes) -> Any:
    """Return the segments of an HL7 v2 message by name, each with the fields that are not empty: `OBX-5`."""
    text = er7.decode(body)
    if text is None or not text.startswith("MSH"):
        return None
    found: dict[str, Any] = {}
    for segment in er7.segments(text, text[3:4] or "|"):
        fields = {f"{segment.name}-{number}": None for number, value in enumerate(segment.fields) if number and value}
        found.setdefault(segment.name, []).append(fields)
    return found


def _file(body: bytes) -> Any:
    """Return the tags of a DICOM file: (gggg,eeee)."""
    try:
        read = part10.read(body)
    except (part10.Malformed, ValueError):
        return None
    return {f"({group:04X},{element:04X})": None for group, element in (*read.meta, *read.dataset)}


def _table(body: bytes) -> Any:
    """Return the columns of a CSV file."""
    try:
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    return dict.fromkeys(rows[0]) if rows else None
