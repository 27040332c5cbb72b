"""What writes a line for each call of any world: the audit log, and the calls on standard error."""

from __future__ import annotations

from typing import Protocol

from pacsimile_mock.config import ServerOptions
from pacsimile_mock.journal.audit import STANDARD_ERROR, AuditLog
from pacsimile_mock.journal.model import Entry


class CallWriter(Protocol):
    """Writes a line for each call."""

    def write(self, world: str, entry: Entry) -> None:
        """Write the line of a call."""

    def close(self) -> None:
        """Write what waits, and free what it holds."""


def open_writers(options: ServerOptions) -> list[CallWriter]:
    """Open what the options ask for. Standard error gets each call once."""
    writers: list[CallWriter] = [] if options.audit_log is None else [AuditLog(options.audit_log)]
    if options.log_calls is not None and options.audit_log != STANDARD_ERROR:
        if options.log_calls == "json":
            writers.append(AuditLog(STANDARD_ERROR))
        else:
            from pacsimile_mock.journal.call_log import CallLog

            writers.append(CallLog())
    return writers
