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
from threading import Event, Thread, current_thread, main_thread
from typing import TypeVar

from pacsimile_contract.errors import UsageError
from pacsimile_contract.runner.signals import ENDINGS

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
    with _interrupted_once() as interrupted:
        try:
            for done in as_completed([pool.submit(_run_interruptibly, work, item) for item in items]):
                result = done.result()
                if result is None:
                    raise BrokenProcessPool
                yield result[0]
        except BrokenProcessPool:
            why = "a process of this run was ended from outside, for want of memory? Try fewer --workers"
            raise UsageError(why) from None
        finally:  # whoever stops listening waits for what has begun, and for no more
            if interrupted.is_set():
                for child in [process for process in active_children() if process not in others]:
                    child.terminate()
            pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupted_once() -> Iterator[Event]:
    """Let each signal that raises KeyboardInterrupt do so once, and note it.

    A second Ctrl-C, however soon, would leave processes behind. They end in a moment.
    """
    interrupted, main = Event(), current_thread() is main_thread()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, *ENDINGS) if main}

    def interrupt(number: int, frame: object) -> None:
        for each in caught:
            signal.signal(each, _ignore_signal)
        interrupted.set()
        raise KeyboardInterrupt

    caught = {number: handler for number, handler in before.items() if callable(handler)}
    for number in caught:
        signal.signal(number, interrupt)
    try:
        yield interrupted
    finally:
        for number, handler in caught.items():
            signal.signal(number, handler)


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
