"""A mock in a process of its own, for as long as the tests run."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import datetime
from types import TracebackType
from typing import IO, Any

from pacsimile_mock.testing.control import OverHttp
from pacsimile_mock.testing.world import PACE, TestWorld, world_options

PATIENCE_SECONDS = 20.0


class ServerDidNotStart(RuntimeError):
    """The server ended before it served; the message is what it said."""


class Server:
    """Starts `pacsimile serve` on a free port of loopback, and ends it; give further options as words.

    Commands such as `pacsimile worlds` do not find it: what a person types in a terminal is about a mock of theirs.
    """

    def __init__(self, *options: str) -> None:
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self._said: IO[str] | None = None
        self.line: dict[str, Any] = {}

    def start(self) -> Server:
        """Start, and wait until requests are served."""
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by stop
        fixed = ["--port", "0", "--json", "--no-runtime-file", "--pace", PACE]
        command = [sys.executable, "-m", "pacsimile", "serve", *fixed, *self._options]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, stderr=self._said, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ServerDidNotStart(self._last_words())
        self.line = json.loads(line)
        return self

    def _last_words(self) -> str:
        assert self._process is not None
        assert self._said is not None
        self._process.wait(PATIENCE_SECONDS)
        self._said.seek(0)
        reason = self._said.read().strip() or "the server ended without a word"
        self.stop()
        return reason

    @property
    def url(self) -> str:
        """Where it serves."""
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
        """Make a world of its own: credentials that lead to it, orders, a clock and a journal.

        With `time`, which has an offset, it begins then, and its clock stands there.
        """
        control = OverHttp(self.line["control_url"], self.line["control_token"])
        made = control("POST", "/worlds", world_options(scenario, seed, pace, {"time": time, **options}))
        return TestWorld(control, self.url, made)

    def stop(self) -> None:
        """End it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdout, self._said):
            if stream is not None:
                stream.close()
        self._process = None

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
