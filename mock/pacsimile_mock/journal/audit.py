"""The audit log: a line of JSON a call, refused ones too; rotation is left to the system (SEC-6)."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from logging import Handler, LogRecord, StreamHandler, makeLogRecord
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import cast

import orjson

from pacsimile_mock import private_files
from pacsimile_mock.clock import rfc3339
from pacsimile_mock.journal.model import Entry
from pacsimile_spec.plain import inert_json

STANDARD_ERROR = Path("-")
"""The path that means standard error."""


class _PrivateFile(WatchedFileHandler):
    """A file that only its owner can read. One that exists keeps its mode, so that a log collector can read it too."""

    def _open(self) -> TextIOWrapper:
        # closed by the handler
        file = open(self.baseFilename, self.mode, encoding=self.encoding, opener=private_files.opener)  # noqa: SIM115
        return cast("TextIOWrapper", file)


class AuditLog:
    """Appends to a file or to standard error. The file may be moved at any time: the next line begins a new one."""

    def __init__(self, path: Path) -> None:
        self._handler: Handler = (
            StreamHandler(sys.stderr) if path == STANDARD_ERROR else _PrivateFile(path, encoding="utf-8")
        )
        self._handler.format = _line  # type: ignore[method-assign]  # the record is the line

    def write(self, world: str, entry: Entry) -> None:
        """Write the line of a call."""
        self._handler.handle(makeLogRecord({"msg": line(world, entry)}))

    def close(self) -> None:
        """Close the file."""
        self._handler.close()


def line(world: str, entry: Entry) -> str:
    """Return a call as a line of JSON: no token, no secret, no patient data."""
    fields = {
        "time": rfc3339(entry.at),
        "world": world,
        "request_id": entry.request_id,
        "client_id": entry.client_id,
        "claimed_client_id": entry.claimed_client_id,
        "method": entry.method,
        "path": entry.path,
        "operation": entry.operation,
        "parameters": dict(entry.parameters),
        "status": entry.status,
        "requirement": entry.requirement,
        "duration_us": entry.duration_us,
        "bytes_sent": entry.bytes_sent,
        "fault": entry.fault,
    }
    return inert_json(orjson.dumps(fields).decode())


def _line(record: LogRecord) -> str:
    return str(record.msg)
