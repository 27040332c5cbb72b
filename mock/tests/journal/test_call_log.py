"""Calls on standard error: a line that says all at a glance, and a log that never holds a call up."""

from __future__ import annotations

import io
import sys
import threading
from dataclasses import replace

import pytest

from pacsimile_mock.clock import Clock
from pacsimile_mock.journal import call_log
from pacsimile_mock.journal.call_line import LONGEST, call_line
from pacsimile_mock.journal.call_log import CallLog
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.query import describe

ENTRY = Entry(
    number=1, at=Clock().now(), request_id="r", method="GET", operation="getStatus", client_id="a-client",
    parameters={"order_id": "O"}, status=200, requirement=None, duration_us=1234, bytes_sent=10, path="/status",
)  # fmt: skip


def shown(world: str = "default", **changes: object) -> str:
    """The line of a call, without colours and without its time."""
    import click

    line = click.unstyle(call_line(describe(replace(ENTRY, **changes)), world))  # type: ignore[arg-type]  # any field
    return line.partition(" ")[2]


def test_a_line_says_what_was_asked_and_answered() -> None:
    assert shown() == "200 GET  /status?order_id=O 1.2 ms a-client"
    assert shown(method="POST", path="/reports") == "200 POST /reports order_id=O 1.2 ms a-client"
    assert shown("3fa9") == "[3fa9] 200 GET  /status?order_id=O 1.2 ms a-client"
    assert shown(client_id=None, claimed_client_id="x").endswith(" (x?)")
    assert shown(client_id=None).endswith(" -")
    assert shown(duration_us=2_500_000).endswith(" 2.5 s a-client")


def test_a_line_says_what_is_unusual() -> None:
    assert shown(status=404, requirement="STATUS-4", got="none").endswith("a-client  STATUS-4: none")
    assert shown(status=401, requirement="AUTH-9").endswith("a-client  AUTH-9")
    assert shown(fault="fault-1 status 503", delivered=False).endswith("  fault fault-1 status 503  not delivered")


def test_a_line_stays_a_line() -> None:
    """Whatever the client sent: no control sign rules the terminal, and nothing grows without bound."""
    line = shown(path="/a\x1b[31m\n\u202eb", parameters={"q": "x" * 5000}, got="y" * 5000)
    assert line.isprintable() and len(line) < 2 * LONGEST + 100


def test_a_terminal_that_takes_nothing_holds_no_call_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what it missed it is told the number, once it takes lines again; the end does not wait for it for ever."""

    class Slow(io.StringIO):
        released = threading.Event()

        def write(self, text: str) -> int:
            self.released.wait(30)
            return super().write(text)

    slow = Slow()
    monkeypatch.setattr(sys, "stderr", slow)
    monkeypatch.setattr(call_log, "PAUSE_SECONDS", 0.001)
    log = CallLog()
    for _ in range(5000):
        log.write("default", ENTRY)
    slow.released.set()
    log.close()
    lines = slow.getvalue().splitlines()
    left_out = int(lines[-1].split()[2].replace(",", ""))
    assert lines[-1].endswith(" more calls: see `pacsimile journal`")
    assert len(lines) - 1 + left_out == 5000


def test_a_log_that_nobody_reads_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    log = CallLog()
    log.write("default", ENTRY)
    log.close()
