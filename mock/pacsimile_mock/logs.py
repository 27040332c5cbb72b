"""What the server says of itself on standard error: a line of text, or of JSON. Calls are the journal's."""

from __future__ import annotations

import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

from pacsimile_spec.plain import inert_json, printable

FORMATS = ("text", "json")
LOG = logging.getLogger("pacsimile")


class _Handler(logging.Handler):
    """Writes to standard error as it is now."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, with the traceback, if any, below it."""
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            return  # nobody reads it any more


class _Text(logging.Formatter):
    """A record as text: nothing that a caller sent rules the terminal, or begins a line that a CI runner obeys."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line, and a traceback below it."""
        return printable(super().format(record))


class _Json(logging.Formatter):
    """A record as a line of JSON: time, level, process, message; facts and a traceback where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line."""
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "pid": os.getpid(),
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return inert_json(orjson.dumps(fields).decode())


def set_up(log_format: str) -> None:
    """Let all that is logged in this process be written as `text` or `json` from now on."""
    root, handler = logging.getLogger(), _Handler()
    handler.setFormatter(_Json() if log_format == "json" else _Text("pacsimile: %(message)s"))
    root.handlers = [*(other for other in root.handlers if not isinstance(other, _Handler)), handler]
    LOG.setLevel(logging.INFO)


def log_lifecycle(message: str, **facts: Any) -> None:
    """Log that the server begins or ends, where lines are for machines; people have read it elsewhere."""
    handlers = [handler for handler in logging.getLogger().handlers if isinstance(handler, _Handler)]
    if any(isinstance(handler.formatter, _Json) for handler in handlers):
        LOG.info(message, extra={"facts": facts})
