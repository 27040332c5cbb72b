"""Read files that users name. None can block or exhaust a command: only regular files of limited size are read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

MIB = 1024 * 1024
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class UnusableFile(Exception):
    """A file cannot be used. The message says why, without the file's name."""


def read(path: Path, most: int) -> bytes:
    """Read a regular file of at most `most` bytes. Raise UnusableFile if that is not possible."""
    with opened(path, most) as file:
        content = _content(file, most)
    if len(content) > most:
        raise UnusableFile(_too_large(most))
    return content


def read_text(path: Path, most: int) -> str:
    """Read a regular file as UTF-8, with or without a byte order mark. Raise UnusableFile if that is not possible."""
    try:
        return read(path, most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableFile(f"it is not UTF-8 (at byte {error.start})") from None


@contextmanager
def opened(path: Path, most: int) -> Iterator[BinaryIO]:
    """Open a regular file of at most `most` bytes for reading. Raise UnusableFile if that is not possible.

    It never waits for the other end of a pipe.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _WITHOUT_WAITING)
    except (OSError, ValueError) as error:  # ValueError: no file can have this name
        raise UnusableFile(getattr(error, "strerror", None) or "no file has such a name") from None
    try:
        _check(os.fstat(descriptor), most)
        file = os.fdopen(descriptor, "rb", buffering=MIB)
    except BaseException:
        os.close(descriptor)
        raise
    with file:
        yield file


def check(path: Path, most: int = MIB) -> None:
    """Raise UnusableFile unless it is a regular file of at most `most` bytes, for a library that opens it itself."""
    with opened(path, most):
        return


def _check(status: os.stat_result, most: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnusableFile("Is a directory")
    if not stat.S_ISREG(status.st_mode):
        raise UnusableFile("is a pipe, socket or device; expected a regular file")
    if status.st_size > most:
        raise UnusableFile(_too_large(most))


def _content(file: BinaryIO, most: int) -> bytes:
    try:
        return file.read(most + 1)
    except OSError as error:
        raise UnusableFile(error.strerror or "cannot be read") from None


def _too_large(most: int) -> str:
    return f"is larger than {most // MIB} MiB"
