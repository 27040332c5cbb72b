"""What the server says of itself, for people and for programs."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest

from pacsimile_mock import logs


def handled(log_format: str, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO) -> str:
    """Log an error of ours in this format, and return what was written."""
    root = logging.getLogger()
    before = list(root.handlers)
    monkeypatch.setattr(sys, "stderr", stream)
    try:
        logs.set_up(log_format)
        try:
            raise KeyError("no\x1b[2Jsuch")
        except KeyError:
            logs.LOG.exception("it failed")
    finally:
        root.handlers = before
    return "" if stream.closed else stream.getvalue()


@pytest.mark.parametrize("log_format", logs.FORMATS)
def test_a_traceback_is_written_and_rules_no_terminal(log_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the line, or as a member of the line of JSON."""
    written = handled(log_format, monkeypatch, io.StringIO())
    assert "\x1b" not in written
    assert "KeyError" in written
    if log_format == "json":
        (line,) = written.splitlines()
        assert json.loads(line)["message"] == "it failed"
        assert json.loads(line)["exception"].startswith("Traceback")


def test_nobody_may_read_it_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the server goes on."""
    gone = io.StringIO()
    gone.close()
    assert handled("text", monkeypatch, gone) == ""
