"""Ending a run from outside: SIGTERM, by which a job is cancelled, ends it as Ctrl-C does, with a partial report."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """Let SIGTERM raise KeyboardInterrupt here; outside the main thread, where no signal can be caught, do nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
