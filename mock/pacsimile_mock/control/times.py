"""Reads times in calls of the control API."""

from __future__ import annotations

import re
from datetime import UTC, datetime

EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)")


def start_time(text: str) -> str:
    """Read the time at which a world starts, and return it in UTC (RFC 3339).

    Raises:
        ValueError: It is not RFC 3339, or too early or too late for a clock.
    """
    at = parse_rfc3339(text)
    if not EARLIEST <= at < LATEST:
        raise ValueError(f"a world begins from {EARLIEST.year} to {LATEST.year - 1}, not {text[:100]!r}")
    return at.astimezone(UTC).isoformat()


def parse_rfc3339(text: str) -> datetime:
    """Read an RFC 3339 time with its offset.

    Raises:
        ValueError: The text is anything else.
    """
    if not RFC3339.fullmatch(text):
        raise ValueError(f"{text[:100]!r} is not an RFC 3339 time with an offset, such as 2026-01-31T08:00:00Z")
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError(f"{text[:100]!r} names a day or a time that does not exist") from None
