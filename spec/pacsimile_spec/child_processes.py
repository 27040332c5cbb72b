"""Processes that Ctrl-C in the terminal does not reach, and that end with the process that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

ENDS_WITH_INPUT = "PACSIMILE_ENDS_WITH_INPUT"
"""Set for a process whose standard input is a pipe from the process that started it: it ends when that closes."""


def process_group() -> dict[str, Any]:
    """Return the arguments of `subprocess.Popen` that start a process in a group of its own."""
    if os.name == "nt":
        return {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    return {"process_group": 0}


def end_with_input(environment: Mapping[str, str]) -> None:
    """Send SIGTERM to this process at the end of its standard input, if the variable `ENDS_WITH_INPUT` asks for it."""
    if ENDS_WITH_INPUT in environment:
        threading.Thread(target=_wait_for_end, daemon=True).start()


def _wait_for_end() -> None:
    with suppress(OSError):
        while os.read(0, 1024):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
