"""Starts processes that hear Ctrl-C, however the tests were started."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def heard() -> Iterator[None]:
    """Let processes that are started here hear SIGINT.

    A shell lets what it starts in the background ignore SIGINT, and a process inherits that. A test there would wait in
    vain for the end of the process.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
