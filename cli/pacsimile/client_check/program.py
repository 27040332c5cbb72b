"""The user's program: a process and all that it starts, its output, and its end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Thread

from pacsimile.client_check.program_output import ProgramOutput

GRACE = 3.0
"""Seconds that a program gets to end after it was asked to."""
PIECE = 65536


class CannotStart(Exception):
    """The program cannot be started. The message says why."""


class Program:
    """A process in a group of its own, so that all it starts can be ended with it.

    Attributes:
        escaped: Whether a process left the group, as daemons do, and still writes after the end.

    Args:
        command: its words.
        variables: its environment.
        output: takes what it writes to standard output and standard error.

    Raises:
        CannotStart: there is no such program, or it may not be run.
    """

    def __init__(self, command: Sequence[str], variables: Mapping[str, str], output: ProgramOutput) -> None:
        group = {"creationflags": 0x200} if sys.platform == "win32" else {"start_new_session": True}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own command
                _runnable(command),
                env=dict(variables),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                **group,
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise CannotStart(f"{command[0]!r} cannot be started: {reason}") from None
        self.escaped = False
        self._reader = Thread(target=self._read, args=(output,), daemon=True)
        self._reader.start()

    def _read(self, output: ProgramOutput) -> None:
        assert self._process.stdout is not None
        with suppress(OSError), self._process.stdout:
            while piece := os.read(self._process.stdout.fileno(), PIECE):
                output.add(piece)

    @property
    def status(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._process.poll()

    def stop(self) -> bool:
        """Ask it to end, and end it after a while; return whether it ended when it was asked."""
        self._ask()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE)
        asked = self.status is not None
        self.clear()
        return asked

    def _ask(self) -> None:
        if sys.platform == "win32":
            with suppress(OSError):
                self._process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            self._signal(signal.SIGTERM)

    def clear(self) -> bool:
        """End at once what is left of the program and of what it started; return whether something was."""
        if sys.platform == "win32":
            left = self.status is None
            tree = ["taskkill", "/T", "/F", "/PID", str(self._process.pid)]
            subprocess.run(tree, capture_output=True, check=False)  # noqa: S603 - our own command
        else:
            left = self._signal(signal.SIGKILL)
        self._process.wait()
        self._reader.join(1.0)  # a process that left the group may keep the pipe open
        self.escaped = self._reader.is_alive()
        return left

    def _signal(self, number: int) -> bool:
        """Send a signal to the group; return whether there was a process in it."""
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True


def _runnable(command: Sequence[str]) -> Sequence[str]:
    """Return a command as the system runs it: on Windows, npm is `npm.cmd`, which no process finds by itself."""
    if sys.platform == "win32":
        return [shutil.which(command[0]) or command[0], *command[1:]]
    return command


def ended_with(status: int) -> str:
    """Return an exit status in words; empty for success."""
    if status >= 0:
        return f"exit status {status}" if status else ""
    with suppress(ValueError):
        return f"signal {signal.Signals(-status).name}"
    return f"signal {-status}"
