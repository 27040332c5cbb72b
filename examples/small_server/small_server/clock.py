"""Time: one clock for the whole server, and instants as whole milliseconds since 1970.

The answers show whole milliseconds. So two instants that look equal also compare as equal.
"""

import time
from datetime import UTC, datetime, timedelta

SECOND = 1000
HOUR = 3600 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """The server's clock: the machine's, plus the time that tests let pass. It never runs backwards."""

    def __init__(self) -> None:
        self._offset = 0
        self._latest = 0

    def now(self) -> int:
        """Return the present instant in milliseconds."""
        self._latest = max(self._latest, time.time_ns() // 1_000_000 + self._offset)
        return self._latest

    def advance(self, milliseconds: int) -> None:
        """Let time pass. Tokens expire with it, and `Date` follows it."""
        self._offset += milliseconds


def rfc3339(instant: int, offset: str = "Z") -> str:
    """Write an instant with the given offset, which is `Z` or `+hh:mm`."""
    shift = 0
    if offset != "Z":
        shift = (int(offset[1:3]) * 60 + int(offset[4:6])) * (-1 if offset[0] == "-" else 1)
    local = _EPOCH + timedelta(milliseconds=instant, minutes=shift)
    return local.replace(tzinfo=None).isoformat(timespec="milliseconds") + offset
