"""The audit log: a line of JSON a call, refused ones too; rotation is left to the system (SEC-6)."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext, suppress
from io import TextIOWrapper
from logging import Handler, LogRecord, StreamHandler, makeLogRecord
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import cast

import orjson

from pacsimile_mock import private_files
from pacsimile_mock.clock import rfc3339
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.logs import LOG
from pacsimile_spec.plain import inert_json

STANDARD_ERROR = Path("-")
"""The path that means standard error."""


class _PrivateFile(WatchedFileHandler):
    """A file that only its owner can read. One that exists keeps its mode, so that a log collector can read it too."""

    def _open(self) -> TextIOWrapper:
        # closed by the handler
        file = open(self.baseFilename, self.mode, encoding=self.encoding, opener=private_files.opener)  # noqa: SIM115
        if _is_torn(Path(self.baseFilename)):
            with suppress(OSError):  # the line that follows fails too, and is told of
                os.write(file.fileno(), b"\n")  # at once: other processes look too
        return cast("TextIOWrapper", file)

    def give_up(self) -> None:
        """Drop what could not be written: else it would be written again before anything else."""
        file, self.stream = self.stream, None  # the handler opens it again
        with suppress(OSError):
            if file is not None:
                file.close()


def _is_torn(path: Path) -> bool:
    """Whether the last line of a file has no end, as after a full disk or a killed process."""
    try:
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
    except OSError:  # empty, or no file that can be read
        return False


class AuditLog:
    """Appends to a file or to standard error. The file may be moved at any time: the next line begins a new one.

    If it cannot be written, as on a full disk, calls are served all the same. The log says so when that begins, and how
    many calls are missing when it ends.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._missing, self._failed = path, 0, False
        self._handler: Handler = (
            StreamHandler(sys.stderr) if path == STANDARD_ERROR else _PrivateFile(path, encoding="utf-8")
        )
        self._handler.format = _line  # type: ignore[method-assign]  # the record is the line
        self._handler.handleError = self._cannot_be_written  # type: ignore[method-assign]  # else it prints a traceback

    def write(self, world: str, entry: Entry) -> None:
        """Write the line of a call."""
        with self._handler.lock or nullcontext():
            self._failed = False
            record = makeLogRecord({"msg": line(world, entry)})
            try:
                self._handler.handle(record)
            except OSError:  # a file that was moved away, and cannot be begun anew
                self._cannot_be_written(record)
            if self._missing and not self._failed:
                LOG.warning("the audit log %s is written again, without %d calls", self._path, self._missing)
                self._missing = 0

    def _cannot_be_written(self, record: LogRecord) -> None:
        self._failed = True
        self._missing += 1
        if isinstance(self._handler, _PrivateFile):
            self._handler.give_up()
        if self._missing == 1:
            why = sys.exc_info()[1]
            reason = why.strerror if isinstance(why, OSError) and why.strerror else type(why).__name__
            LOG.error("the audit log %s cannot be written: %s; calls are served without it", self._path, reason)

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
