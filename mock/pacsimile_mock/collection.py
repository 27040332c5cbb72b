"""The garbage collector, spared what is made by the thousand and stays: a look through it holds up all calls."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

MANY = 1_000
"""Objects of ours from which on it matters."""

_lock = Lock()
_making = 0


@contextmanager
def spared(count: int) -> Iterator[None]:
    """Put collection off while so many objects are made that stay, and leave them out of it for good, if it pays."""
    if count < MANY:
        yield
        return
    _change(1)
    try:
        yield
    finally:
        _change(-1)


def _change(by: int) -> None:
    global _making
    with _lock:
        _making += by
        if _making:
            gc.disable()
        else:
            gc.freeze()
            gc.enable()
