"""Ending a run from outside: SIGTERM, by which a job is cancelled, ends it as Ctrl-C does, with a partial report.

So does SIGHUP, which a terminal sends when it is closed, unless it is ignored, as under `nohup`.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ENDINGS = tuple(number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None)
"""Windows has no SIGHUP."""


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """Let these signals raise KeyboardInterrupt here; outside the main thread, where none can be caught, do nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in ENDINGS}
    caught = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    for number in caught:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in caught.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
