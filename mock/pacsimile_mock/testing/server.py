"""Runs a mock in a process of its own while the tests run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime
from types import TracebackType
from typing import IO, Any

from pacsimile_mock.testing.control import HttpControl
from pacsimile_mock.testing.tracebacks import is_refusal
from pacsimile_mock.testing.world import PACE, TestWorld, world_options
from pacsimile_spec.child_processes import ENDS_WITH_INPUT, process_group

__tracebackhide__ = is_refusal

COMMAND = (sys.executable, "-P", "-m", "pacsimile")
"""What starts the command; without -P, a file of the working folder could take a module's place."""
STOP_SECONDS = 20.0
"""Seconds that the process gets to end by itself."""


class ServerDidNotStart(RuntimeError):
    """The server ended before it was ready; the message is its error output."""


class Server:
    """Starts `pacsimile serve` on a free port of loopback, and stops it. It ends too if this process is killed.

    Commands such as `pacsimile worlds` do not find this server: in a terminal they are about a mock that the user runs.

    Args:
        options: Further options of the command, one string for each word.
        survives_interrupt: Whether Ctrl-C in the terminal leaves it running, for whoever has calls to end first.
    """

    def __init__(self, *options: str, survives_interrupt: bool = False) -> None:
        self._options, self._survives_interrupt = options, survives_interrupt
        self._process: subprocess.Popen[str] | None = None
        self._stderr: IO[str] | None = None
        self.line: dict[str, Any] = {}

    def start(self) -> Server:
        """Start the server, and wait until it is ready.

        Raises:
            ServerDidNotStart: The process ended first.
        """
        self._stderr = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by stop
        fixed = ["--port", "0", "--json", "--no-runtime-file", "--pace", PACE]
        command = [*COMMAND, "serve", *fixed, *self._options]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr, text=True,
            env={**os.environ, ENDS_WITH_INPUT: "1"}, **(process_group() if self._survives_interrupt else {}),
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ServerDidNotStart(self._error_output())
        self.line = json.loads(line)
        return self

    def _error_output(self) -> str:
        assert self._process is not None
        assert self._stderr is not None
        self._process.wait(STOP_SECONDS)
        self._stderr.seek(0)
        reason = self._stderr.read().strip() or "the server ended without a word"
        self.stop()
        return reason

    @property
    def url(self) -> str:
        """The base URL of the server."""
        return str(self.line["url"])

    def world(
        self,
        scenario: str = "empty",
        *,
        seed: int | None = None,
        pace: str | None = None,
        time: datetime | str | None = None,
        **options: Any,
    ) -> TestWorld:
        """Make a new world, with its own credentials, orders, clock and journal.

        Args:
            scenario: The name of a scenario, or the path of a YAML file.
            seed: The seed; None for the scenario's.
            pace: The pace; None for the scenario's.
            time: The time, with a UTC offset, at which its clock starts frozen; None for a clock that runs from now.
            options: Other members of `POST /_mock/worlds`. `dialect` may be the path of a file too.
        """
        control = HttpControl(self.line["control_url"], self.line["control_token"])
        fields = control("POST", "/worlds", world_options(scenario, seed, pace, {"time": time, **options}))
        return TestWorld(control, self.url, fields)

    def stop(self) -> None:
        """Stop the server."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._stderr):
            if stream is not None:
                stream.close()
        self._process = None

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
