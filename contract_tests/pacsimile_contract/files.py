"""What only the operator may see: `private/` of the report folder, never an artifact, readable by its owner alone."""

import contextlib
import os
from pathlib import Path

_IGNORED = "# real identifiers: keep this folder out of repositories and artifacts\n*\n"


def private_folder(report: Path) -> Path:
    """Return `private/` of a report folder (0700), made where it is not there, with a .gitignore that keeps it in."""
    folder = report / "private"
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # a file system without modes
        folder.chmod(0o700)
    write_private(folder / ".gitignore", _IGNORED)
    return folder


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read (0600), from its first byte on."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123 (a descriptor)
        file.write(text)
