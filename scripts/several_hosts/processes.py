"""Processes that are killed and waited for, and ports for them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from ports import free_port as free_port

PATIENCE = 90
"""Seconds after which something hangs; a busy machine is slow."""


def children(parent: int) -> list[int]:
    """Return the processes that a process has started, and those that they have started."""
    started: list[int] = []
    with suppress(FileNotFoundError):
        for thread in Path(f"/proc/{parent}/task").iterdir():
            started += map(int, (thread / "children").read_text().split())
    return started + [each for child in started for each in children(child)]


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill(pids: Iterable[int]) -> int:
    """Kill processes, wait until they are gone, and return how many there were.

    Raises:
        SystemExit: There was nothing to kill, or one survived.
    """
    killed = [pid for pid in pids if is_alive(pid)]
    if not killed:
        raise SystemExit("a kill found no process")
    for pid in killed:
        with suppress(ProcessLookupError):  # with its parent
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, killed)))
    return len(killed)


def kill_all(process: subprocess.Popen[bytes]) -> int:
    """Kill a process with all that it has started, as the end of a machine would; return how many."""
    count = kill([process.pid, *children(process.pid)])
    process.wait(PATIENCE)
    return count


def wait_until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait for a condition.

    Raises:
        SystemExit: It did not hold in time.
    """
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {patience:.0f} s in vain for: {condition.__qualname__}")
        time.sleep(0.05)
