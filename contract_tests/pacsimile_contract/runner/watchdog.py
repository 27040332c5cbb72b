"""The bound of a run's time that does not depend on what runs: no scenario or checker can outlast it, or Ctrl-C.

Work is done in a thread of its own, and watched from the caller's. Signals would not do: they reach the main thread
alone, and no call that blocks; on Windows there is no alarm. A thread that is stopped gets an exception where it runs
Python, and what it waits for is ended (`stop`). One that does not heed that is left behind: it is a daemon, so that the
process can end, and it can ask nothing any more, since the transport was stopped.
"""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.errors import Ended, OutOfTime
from pacsimile_contract.threads import POLL_INTERVAL, ThreadedWork

Result = TypeVar("Result")

GRACE = 1.5
"""Seconds beyond the run's time that a piece of work may take to end by itself: each call in it has ended by then."""
GRACE_OF_ALL = 3.0
"""Seconds beyond the run's time that all of its work may take together: a scenario, and then what judges the run."""
STOP_TIMEOUT = 0.5
"""Seconds that stopped work has to end before it is left behind."""
RESEND_INTERVAL = 0.05
"""Seconds between two exceptions that are sent to work which has not ended: one may be swallowed on its way."""


class Watchdog:
    """Does a run's work, each piece to its end or to the end of the run's time. `stop` ends what the work waits for."""

    def __init__(self, pace: Pace, stop: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._stop, self._clock = pace, stop, clock
        self._over: float | None = None
        """When the run's time was first seen to be over."""

    def watch(self, work: Callable[[], Result], grace: float = GRACE) -> Result:
        """Return what the work returns, or raise what it raises.

        Raises:
            OutOfTime: it went on for `grace` seconds after the run's time was over, counted from the work's beginning
                where that came later. It was stopped. Or it was not begun: earlier work has used up the time of all.
            KeyboardInterrupt: Ctrl-C came meanwhile. It was stopped.
        """
        began = self._clock()
        self._check(began, grace)
        working = ThreadedWork(work)
        try:
            self._await(working, began, grace)
        except BaseException:
            self._end(working)
            raise
        return working.result()

    def _await(self, working: ThreadedWork[Result], began: float, grace: float) -> None:
        while not working.is_over(POLL_INTERVAL):
            self._check(began, grace)

    def _check(self, began: float, grace: float) -> None:
        """Raise OutOfTime where work that began then has to end."""
        if self._pace.remaining > 0:
            self._over = None
            return
        now = self._clock()
        self._over = now if self._over is None else self._over
        if now >= min(self._over + GRACE_OF_ALL, max(self._over, began) + grace):
            raise OutOfTime(f"not reached: {self._pace.spent_reason}")

    def _end(self, working: ThreadedWork[Result]) -> None:
        self._stop()
        until = self._clock() + STOP_TIMEOUT
        _hush_callbacks()
        while not working.is_over(0) and self._clock() < until:
            working.interrupt()
            working.is_over(RESEND_INTERVAL)


def _hush_callbacks() -> None:
    """Print nothing of an `Ended` that is raised where nobody can catch it.

    Such places are a callback of the interpreter, as of a garbage collection, and the last steps of a thread. Python
    would print a traceback of it. The next one is raised elsewhere. The hook stays: work that was left behind may meet
    its last `Ended` long after.
    """
    former = sys.unraisablehook
    if getattr(former, "hushes_ended", False):
        return

    def hook(unraisable: "sys.UnraisableHookArgs") -> None:
        if not issubclass(unraisable.exc_type, Ended):
            former(unraisable)

    hook.hushes_ended = True  # type: ignore[attr-defined]
    sys.unraisablehook = hook
