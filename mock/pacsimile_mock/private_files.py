"""Creates files with keys, secrets or calls so that only their owner can ever read them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

PRIVATE = 0o600


def claim(path: Path) -> None:
    """Make an empty file that only its owner can read, where there is none; one that exists keeps its mode.

    The file is made with its mode in one step: no other program can open it in between.

    Raises:
        OSError: the file cannot be made.
    """
    try:
        os.close(os.open(path.resolve(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
    except FileExistsError:
        return


def opener(path: str, flags: int) -> int:
    """Open a file as `open` does; one that is made here is its owner's alone."""
    return os.open(path, flags, PRIVATE)


def exposed(paths: Iterable[Path]) -> list[Path]:
    """Return those of the files that others on this machine may read or write: by their mode, or as their owners.

    None where files have no modes.
    """
    return [] if os.name == "nt" else [path for path in paths if path.is_file() and _is_exposed(path.stat())]


def _is_exposed(found: os.stat_result) -> bool:
    return bool(stat.S_IMODE(found.st_mode) & 0o077) or found.st_uid != os.geteuid()
