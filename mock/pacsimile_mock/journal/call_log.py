"""Writes a line for each call to standard error while the server runs. A slow terminal never holds a call up."""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress
from threading import Event, Lock, Thread

import click

from pacsimile_mock.journal.call_line import call_line
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.query import describe

LINES_PER_SECOND = 200
"""More than anybody can read. Of calls that come faster, the log says how many it left out."""
WAITING = LINES_PER_SECOND
PAUSE_SECONDS = 0.1
AT_ONCE = int(LINES_PER_SECOND * PAUSE_SECONDS)
END_SECONDS = 2.0
"""How long the end of the server waits for a terminal that does not take the last lines."""


class CallLog:
    """Queues calls and lets a thread of its own write their lines, at most `LINES_PER_SECOND`."""

    def __init__(self) -> None:
        self._colour = False if os.environ.get("NO_COLOR") else None
        self._waiting: deque[tuple[str, Entry]] = deque()
        self._left_out = 0
        self._lock = Lock()
        self._woken, self._ended = Event(), Event()
        self._thread: Thread | None = None

    def write(self, world: str, entry: Entry) -> None:
        """Queue a call, from whichever thread answers it."""
        with self._lock:
            if len(self._waiting) >= WAITING:
                self._left_out += 1
                return
            self._waiting.append((world, entry))
            if self._thread is None:
                self._thread = Thread(target=self._run, name="call-log", daemon=True)
                self._thread.start()
        self._woken.set()

    def close(self) -> None:
        """Write what waits, unless the terminal does not take it."""
        self._ended.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(END_SECONDS)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._woken.wait()
            self._woken.clear()
            while self._write_some():
                if self._ended.wait(PAUSE_SECONDS):
                    break
        while self._write_some():
            pass

    def _write_some(self) -> bool:
        """Write the lines of a pause's share of the calls that wait. Return whether there were any."""
        with self._lock:
            calls = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            left_out = 0 if self._waiting else self._left_out
            self._left_out -= left_out
        lines = [call_line(describe(entry), world) for world, entry in calls]
        if left_out:
            lines.append(f"… and {left_out:,} more calls: see `pacsimile journal`")
        if lines:
            with suppress(OSError, ValueError):  # nobody reads it any more
                click.echo("\n".join(lines), err=True, color=self._colour)
        return bool(lines)
