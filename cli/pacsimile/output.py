"""The streams of a command: what happens if nobody reads them any more, or if they cannot be written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import click

UNREAD = 141
"""Exit status if the reader is gone, as with `| head`. Shells report it for SIGPIPE."""
UNWRITTEN = 4
"""Exit status if a stream cannot be written, as on a full disk. Nothing is known about the result then."""


def colour() -> bool | None:
    """Tell whether to write in colour, for `click.echo`: as the stream allows, unless NO_COLOR is set."""
    return False if os.environ.get("NO_COLOR") else None


class Unread(Exception):
    """A broken pipe as an error that click does not handle. It has its own rule for BrokenPipeError."""


@contextmanager
def unread_raised() -> Iterator[None]:
    """Turn BrokenPipeError into Unread."""
    try:
        yield
    except BrokenPipeError:
        raise Unread from None


@contextmanager
def written() -> Iterator[None]:
    """End the command quietly with UNREAD if standard output or error has lost its reader, the same for every command.

    A stream that cannot be written for another reason is reported in one line. A closed stream (`>&-`) is the null
    device.
    """
    _open_closed()
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
    except (BrokenPipeError, Unread):
        _discard()
        raise SystemExit(UNREAD) from None
    except OSError as error:
        with suppress(OSError):
            click.echo(f"pacsimile: the output cannot be written: {error.strerror or error}", err=True)
        _discard()
        raise SystemExit(UNWRITTEN) from None


def _open_closed() -> None:
    """Open the null device in place of each closed standard stream, so that no file or socket gets its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            with suppress(OSError):
                os.fstat(number)
                continue
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
    if sys.stdout is None:
        sys.stdout = _null(1)
    if sys.stderr is None:
        sys.stderr = _null(2)


def _null(number: int) -> TextIO:
    return open(number, "w", encoding="utf-8", closefd=False)


def _discard() -> None:
    """Discard what is still buffered, including the interpreter's last flush."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
            continue
        with suppress(OSError, ValueError):  # a stream without a descriptor has no buffer
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
