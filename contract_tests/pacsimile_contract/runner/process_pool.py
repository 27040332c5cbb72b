"""Work done side by side, each piece in a process: threads would share one core."""

import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Event, Thread
from typing import TypeVar

from pacsimile_contract.errors import UsageError

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_YOUNG = 500_000
"""New objects before a garbage collection. A run keeps about 150,000, and few of them are garbage."""

_interrupted = Event()
"""Whether this process is to do no more."""


def side_by_side(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    """Yield what `work` makes of each item, as it is done: `workers` at once, in this process where one is enough.

    `work`, items and results must be picklable. At Ctrl-C `work` gets a KeyboardInterrupt too, once,
    wherever it runs, and no process is left. UsageError where one was ended from outside.
    """
    workers = min(workers, len(items))
    if workers <= 1:
        yield from map(work, items)
        return
    others = active_children()
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin)
    try:
        for done in as_completed([pool.submit(_run_interruptibly, work, item) for item in items]):
            result = done.result()
            if result is None:
                raise BrokenProcessPool
            yield result[0]
    except BrokenProcessPool:
        why = "a process of this run was ended from outside, for want of memory? Try fewer --workers"
        raise UsageError(why) from None
    except KeyboardInterrupt:
        with _ignore_sigint():  # a second Ctrl-C would leave them behind; they end in a moment
            for child in [process for process in active_children() if process not in others]:
                child.terminate()
            pool.shutdown(cancel_futures=True)
        raise
    finally:  # whoever stops listening waits for what has begun, and for no more
        pool.shutdown(cancel_futures=True)


@contextmanager
def _ignore_sigint() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin() -> None:
    gc.set_threshold(MOST_YOUNG, 10, 10)
    _exit_with_parent()


def _exit_with_parent() -> None:
    """End where the parent ends without a word; between two pieces of work, leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _run_interruptibly(work: Callable[[Item], Result], item: Item) -> tuple[Result] | None:
    """Do the work, which SIGINT and SIGTERM interrupt; None where they did, also for what was on its way here then."""
    if _interrupted.is_set():
        return None
    signal.signal(signal.SIGINT, _interrupt_once)
    signal.signal(signal.SIGTERM, _interrupt_once)
    try:
        return (work(item),)
    except KeyboardInterrupt:
        return None
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _interrupt_once(number: int, frame: object) -> None:
    signal.signal(signal.SIGINT, _ignore_signal)  # not SIG_IGN: one may be on its way
    signal.signal(signal.SIGTERM, _ignore_signal)
    _interrupted.set()
    raise KeyboardInterrupt


def _ignore_signal(number: int, frame: object) -> None:
    """Do nothing: the work is ending already."""
