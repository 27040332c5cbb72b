"""Defines a report as it is served."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A report's bytes, and the facts of its headers; the ids are None for a study group's report."""

    content: bytes
    report_type: str
    media_type: str
    name: str
    """Names the file, free of patient data."""
    order_id: str | None = None
    report_id: str | None = None
    supplied: bool = False
    """Whether the bytes are the user's own, which may be other than synthetic."""
