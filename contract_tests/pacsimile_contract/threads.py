"""Work in a thread whose start cannot hang.

`threading.Thread.start` waits without an end for the thread to say that it runs. One that has no memory left to say so
keeps its caller for ever, and Ctrl-C only makes it start the next.
"""

import ctypes
import threading
import time
from _thread import start_new_thread
from collections.abc import Callable
from typing import Generic, TypeVar

from pacsimile_contract.errors import Ended

Result = TypeVar("Result")

START_TIMEOUT = 10.0
"""Seconds after which a thread that has not begun never will: it had no memory to."""
POLL_INTERVAL = 0.2
"""Seconds between two looks: a wait without an end could not be interrupted on Windows."""


class ThreadedWork(Generic[Result]):
    """Work that begins at once in a thread of its own, which ends with the process (a daemon).

    MemoryError where there is none for it.
    """

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._begun = self._over = False
        self._running = threading.Lock()
        """Taken until the work is over. An `Ended` within an `Event` would leave its lock taken for ever."""
        self._running.acquire()
        self._results: list[Result] = []
        self._error: BaseException | None = None
        self._started = time.monotonic()
        try:
            self._ident = start_new_thread(self._do, ())
        except RuntimeError as error:
            raise MemoryError(str(error)) from error

    def _do(self) -> None:
        self._begun = True
        try:
            self._results.append(self._work())
        except BaseException as error:  # raised where it is waited for
            self._error = error
        finally:
            self._running.release()

    def is_over(self, seconds: float) -> bool:
        """Return whether the work has ended, or does so within these seconds.

        Raises:
            MemoryError: it has not begun, and never will.
        """
        self._over = self._over or self._running.acquire(timeout=seconds)
        if not self._begun and time.monotonic() - self._started > START_TIMEOUT:
            raise MemoryError("a thread could not begin")
        return self._over

    def wait(self) -> None:
        """Wait for the end, however long it takes.

        Raises:
            MemoryError: it has not begun, and never will.
        """
        while not self.is_over(POLL_INTERVAL):
            pass

    def interrupt(self) -> None:
        """Raise Ended in the thread, once it runs Python again; where the interpreter has no way to, do nothing."""
        api = getattr(ctypes, "pythonapi", None)
        if api is not None:
            api.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._ident), ctypes.py_object(Ended))

    def result(self) -> Result:
        """Return what ended work came to, or raise what it raised."""
        self.raise_error()
        return self._results[0]

    def raise_error(self) -> None:
        """Raise what the work has raised, if it has; do nothing while it goes on."""
        if self._error is not None:
            raise self._error
