"""The streams of a command: what happens when nobody reads them any more, or when they cannot be written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import click

UNREAD = 141
"""Exit status where the reader went away, as of `| head`: what a shell shows for SIGPIPE."""
UNWRITTEN = 4
"""Exit status where a stream cannot be written, as on a full disk: nothing is known of what was asked for."""


def colour() -> bool | None:
    """Whether to write in colour, as `click.echo` takes it: as the stream is, unless NO_COLOR is set (no-color.org)."""
    return False if os.environ.get("NO_COLOR") else None


class Unread(Exception):
    """A broken pipe, in a form that click lets pass: it has a rule of its own for BrokenPipeError."""


@contextmanager
def unread_told() -> Iterator[None]:
    """Raise Unread for BrokenPipeError."""
    try:
        yield
    except BrokenPipeError:
        raise Unread from None


@contextmanager
def written() -> Iterator[None]:
    """End the command quietly with UNREAD once standard output or error has no reader; the same for every command.

    A stream that cannot be written for another reason is told in one line. A closed stream (`>&-`) is the null device.
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
    """Open the null device in the place of each standard stream that is closed: no file or socket gets its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            with suppress(OSError):
                os.fstat(number)
                continue
            os.open(os.devnull, os.O_RDWR)  # the lowest free number: this one
    if sys.stdout is None:
        sys.stdout = _null(1)
    if sys.stderr is None:
        sys.stderr = _null(2)


def _null(number: int) -> TextIO:
    return open(number, "w", encoding="utf-8", closefd=False)


def _discard() -> None:
    """Let what is still held go nowhere, the interpreter's last flush included."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
            continue
        with suppress(OSError, ValueError):  # one without a descriptor holds nothing back
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
