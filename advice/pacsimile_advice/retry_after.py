"""Reads `Retry-After`."""

from __future__ import annotations

import math
from email.utils import parsedate_to_datetime


def seconds_to_wait(value: str, at: float) -> float | None:
    """Return the seconds that `Retry-After` asks to wait (RFC 9110 section 10.2.3); None where nobody can read it.

    Args:
        value: seconds, or a date.
        at: when it was sent, in seconds since 1970.
    """
    try:
        seconds = float(int(value)) if value.strip().isdecimal() else parsedate_to_datetime(value).timestamp() - at
    except (ValueError, OverflowError):
        return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None
