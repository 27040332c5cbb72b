"""Servers on a database as processes, and the processes that they start."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mock.tests.helpers.served import PATIENCE, Served, command, environment


def children(parent: int) -> list[int]:
    """The processes that a process has started."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return [pid for pid, ppid in rows if ppid == parent]


def alive(pid: int) -> bool:
    """Whether a process runs still."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(shown.strip()) and not shown.startswith("Z")


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait, within reason."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def working(folder: Path, url: str, workers: int = 2, *options: str) -> Iterator[Served]:
    """Serve on a database, whatever becomes of the server and whatever it says."""
    errors = folder / "stderr.txt"
    with errors.open("wb") as stderr:
        process = subprocess.Popen(
            command("serve", "--port", "0", "--json", "--database", url, "--workers", str(workers), *options),
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment(folder),
        )
    with process:
        assert process.stdout is not None
        served = Served(process, json.loads(process.stdout.readline()), errors)
        try:
            yield served
        finally:
            process.terminate()
            process.wait(PATIENCE)
