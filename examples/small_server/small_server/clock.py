"""Time: one clock for the whole server, and instants as whole milliseconds since 1970.

Whole milliseconds because that is what the answers show: two instants that print alike must also compare alike.
"""

import time
from datetime import UTC, datetime, timedelta

SECOND = 1000
HOUR = 3600 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """The server's clock: the machine's, plus what tests let pass. It never runs backwards."""

    def __init__(self) -> None:
        self._offset = 0
        self._latest = 0

    def now(self) -> int:
        """The present instant in milliseconds."""
        self._latest = max(self._latest, time.time_ns() // 1_000_000 + self._offset)
        return self._latest

    def advance(self, milliseconds: int) -> None:
        """Let time pass: tokens expire with it, `Date` follows it."""
        self._offset += milliseconds


def rfc3339(instant: int, offset: str = "Z") -> str:
    """Write an instant with the given offset, `Z` or `+hh:mm` as it stands."""
    shift = 0
    if offset != "Z":
        shift = (int(offset[1:3]) * 60 + int(offset[4:6])) * (-1 if offset[0] == "-" else 1)
    local = _EPOCH + timedelta(milliseconds=instant, minutes=shift)
    return local.replace(tzinfo=None).isoformat(timespec="milliseconds") + offset
