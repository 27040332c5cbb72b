"""Keeps the garbage collector from objects that are made by the thousand: a collection holds up all calls."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

MANY = 1_000
"""Objects from which on collection is paused."""

_lock = Lock()
_making = 0


@contextmanager
def collection_paused(count: int) -> Iterator[None]:
    """Pause collection while `count` objects that stay are made, and never look at them again; of few, do nothing."""
    if count < MANY:
        yield
        return
    with collection_delayed():
        try:
            yield
        finally:
            gc.freeze()


@contextmanager
def collection_delayed() -> Iterator[None]:
    """Pause collection while objects are made that are soon dropped; it is made up for later."""
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
            gc.enable()
