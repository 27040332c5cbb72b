"""Processes that Ctrl-C in the terminal does not reach: whoever started them ends them."""

from __future__ import annotations

import os
import subprocess
from typing import Any


def process_group() -> dict[str, Any]:
    """Return the arguments of `subprocess.Popen` that start a process in a group of its own."""
    if os.name == "nt":
        return {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    return {"process_group": 0}
