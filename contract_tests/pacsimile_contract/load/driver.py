"""Starts the processes of a load and follows them: this process imports no Locust, and is not touched by gevent.

Each process gets one JSON object on standard input: its `role` with what belongs to it. It writes JSON objects, one a
line: `port` (of a master), `connected` (of a worker), `progress`, and at the end `result`, `refused` or `failed`.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import IO, Any

from pacsimile_contract.errors import CannotTell, UsageError
from pacsimile_contract.load.histogram import Histogram
from pacsimile_contract.load.job import Job
from pacsimile_contract.load.results import Result
from pacsimile_spec.child_processes import process_group
from pacsimile_spec.extras import how_to_install

STOPS = 30.0
"""Seconds that a process gets to end after it was told to."""

Progress = Callable[[float, int, int, int, Histogram], object]
"""Told each second: elapsed seconds, calls, errors, violations, and all times."""


def check_installed() -> None:
    """Raise UsageError where Locust is not installed."""
    if find_spec("locust") is None:
        raise UsageError(f"a load needs Locust: install it with {how_to_install('load')}")


class Process:
    """A process of a load. It imports Locust while it waits for its order."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            # -P: a file of the working folder that is called locust.py is not meant
            [sys.executable, "-P", "-m", "pacsimile_contract.load.locust_process"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
            **process_group(),  # Ctrl-C is for the command, which lets the processes end in order
        )  # fmt: skip

    def give(self, order: dict[str, Any]) -> None:
        """Tell it what to do."""
        self._write(json.dumps(order))

    def _write(self, line: str) -> None:
        stream: IO[str] | None = self._process.stdin
        assert stream is not None
        with contextlib.suppress(OSError):  # it has ended
            stream.write(line + "\n")
            stream.flush()

    def line(self) -> dict[str, Any] | None:
        """Return the next of what it writes; None once it has ended."""
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        line: dict[str, Any] | None = json.loads(text) if text.endswith("\n") else None
        return line

    def stop(self) -> None:
        """Tell it to stop the load."""
        self._write("stop")

    def end(self) -> None:
        """Wait until it has ended; end it where it does not."""
        self.stop()
        try:
            self._process.wait(STOPS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()


def run(job: Job, progress: Progress, bind: tuple[str, int] | None = None) -> Result:
    """Make a load and return what it saw.

    Args:
        job: The load.
        progress: Told of it each second.
        bind: Where workers of other machines connect to; None for processes of this machine alone.

    Raises:
        UsageError: A client got no token, or workers were not there in time.
        CannotTell: A process of the load failed.
    """
    alone = job.plan.processes == 1 and bind is None
    with contextlib.ExitStack() as stack:
        main, *workers = (Process() for _ in range(1 + (0 if alone or bind else job.plan.processes)))
        for process in (main, *workers):
            stack.callback(process.end)
        if alone:
            main.give({"role": "alone", "job": job.as_json()})
        else:
            patience = max(job.target.limits.timeout, job.target.limits.listing_timeout) + 1
            main.give({
                "role": "master", "plan": job.plan.as_json(), "bind": list(bind or ("127.0.0.1", 0)),
                "patience": patience, "connects": WORKERS_CONNECT if bind else CONNECT,
            })  # fmt: skip
        return _follow(main, workers, job, progress)


CONNECT, WORKERS_CONNECT = 60.0, 600.0
"""Seconds that workers have to connect: of this machine, and of others, where somebody starts them."""


def _follow(main: Process, workers: Sequence[Process], job: Job, progress: Progress) -> Result:
    """Follow the process that has the result. The first Ctrl-C stops the load in order, the second one ends at once."""
    interrupted = False
    while True:
        try:
            line = main.line()
            if line is None:
                raise CannotTell("a process of the load ended before its time")
            if "port" in line:
                for worker in workers:
                    worker.give({"role": "worker", "job": job.as_json(), "master": ["127.0.0.1", line["port"]]})
            elif "progress" in line:
                _show_progress(line["progress"], progress)
            elif "result" in line:
                return Result.from_json(line["result"])
            else:
                _check(line, interrupted=interrupted)
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True
            main.stop()


def _check(line: dict[str, Any], *, interrupted: bool) -> None:
    """Raise what a process told instead of a result."""
    if "refused" in line:
        raise KeyboardInterrupt if interrupted else UsageError(line["refused"])
    if "failed" in line:
        raise CannotTell(f"internal error of the load, {line['failed']}")


def _show_progress(line: dict[str, Any], progress: Progress) -> None:
    times, processes = Histogram(), line["processes"]
    for process in processes:
        times.merge(Histogram.from_json(process["times"]))
    calls, failed, wrong = (sum(process[name] for process in processes) for name in ("calls", "failed", "violations"))
    progress(line["elapsed"], calls, failed, wrong, times)


def work(job: Job, master: tuple[str, int], connected: Callable[[], object]) -> None:
    """Make the share of a load that a master on another machine gives, until that one ends.

    Args:
        job: What is known here: the service and its clients. The plan comes from the master.
        master: Its address and port.
        connected: Told when the master is reached.

    Raises:
        CannotTell: It failed.
    """
    process = Process()
    try:
        process.give({"role": "worker", "job": job.as_json(), "master": list(master)})
        while (line := process.line()) is not None:
            if "failed" in line:
                raise CannotTell(f"no share of a load from {master[0]}:{master[1]} ({line['failed']})")
            if "connected" in line:
                connected()
    finally:
        process.end()
