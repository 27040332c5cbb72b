"""Finds out whether connections can be reset on this system, which requires a list of their descriptors."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

DESCRIPTORS = (Path("/proc/self/fd"), Path("/dev/fd"))
"""Folders in which Unix lists the descriptors of a process."""


@cache
def descriptors() -> Path | None:
    """Return the folder that lists this process's descriptors; None where there is none, as on Windows."""
    if sys.platform == "win32":
        return None
    return next((folder for folder in DESCRIPTORS if folder.is_dir()), None)


def can_reset() -> bool:
    """Whether a connection can be reset."""
    return descriptors() is not None
