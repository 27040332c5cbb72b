"""How fast and how much may be asked: rates, the number of requests, the time of the run."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pacsimile_contract.errors import SHARE_SPENT, BudgetSpent, Ended
from pacsimile_contract.target.model import Limits


class Pace:
    """Keeps a run within its limits. One object a run, shared by its threads."""

    rehearsed = False
    """Whether nothing is really sent (see `runner/dry_run.py`)."""

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._stopped = threading.Event()
        self._limits, self._clock, self._sleep = limits, clock, sleep or self._stopped.wait
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}
        self._end = clock() + limits.max_time
        self.requests = 0
        self._share: int | None = None
        self._soon: float | None = None

    @property
    def remaining(self) -> float:
        """Seconds that the run may still take."""
        return self._end - self._clock()

    @property
    def patience(self) -> float:
        """Seconds that anything may be waited for now: what remains of the run, or of the hurry that it is in."""
        return self.remaining if self._soon is None else min(self.remaining, self._soon - self._clock())

    @property
    def hurried(self) -> bool:
        """Whether the run is in a hurry."""
        return self._soon is not None

    def is_soon(self, seconds: float = 0.0, *, token: bool) -> bool:
        """Whether a request that waits for so many seconds, and for its turn, is no loss of time.

        In a hurry it has half of the patience: the other half is for what follows.
        """
        with self._lock:
            turn = self._next.get("token" if token else "api", 0.0)
        return not self.hurried or max(seconds, turn - self._clock()) <= self.patience / 2

    @contextmanager
    def hurry(self, seconds: float) -> Iterator[None]:
        """Be in a hurry: whoever could wait for more than so many seconds from now does without it."""
        self._soon = self._clock() + seconds
        try:
            yield
        finally:
            self._soon = None

    @property
    def spent_reason(self) -> str:
        """Why nothing is asked any more, once the time of the run is over."""
        return f"max_time of {self._limits.max_time:g} s is used up"

    @property
    def stopped(self) -> bool:
        """Whether the run was stopped: nothing more is asked."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End the run: whoever waits is woken, and whoever asks or waits from now on is told that it is over."""
        self._stopped.set()

    def check(self) -> None:
        """Raise Ended once the run was stopped."""
        if self.stopped:
            raise Ended

    @property
    def left(self) -> int:
        """Requests that may still be asked: of the run, or of the share that is being spent where that is less."""
        most = self._limits.max_requests
        return max((most if self._share is None else min(most, self._share)) - self.requests, 0)

    @contextmanager
    def share(self, most: int | None) -> Iterator[None]:
        """Let at most so many requests be asked within (None: as many as the run may), by whichever thread."""
        self._share = None if most is None else self.requests + most
        try:
            yield
        finally:
            self._share = None

    def take(self, *, token: bool) -> None:
        """Wait for a slot and count one request; BudgetSpent where none is left."""
        self.check()
        rate = self._limits.token_rate if token else self._limits.rate
        with self._lock:
            if self.requests >= self._limits.max_requests:
                raise BudgetSpent(f"not reached: max_requests of {self._limits.max_requests} is used up")
            if self._share is not None and self.requests >= self._share:
                raise BudgetSpent(SHARE_SPENT)
            wait = self._reserve("token" if token else "api", rate)
            self.requests += 1
        self.wait_within_budget(wait)

    def _reserve(self, kind: str, rate: float) -> float:
        now = self._clock()
        slot = max(self._next.get(kind, now), now)
        if slot >= self._end:
            raise BudgetSpent(f"not reached: {self.spent_reason}")
        self._next[kind] = slot + (1 / rate if rate else 0.0)
        return slot - now

    def wait_beyond_budget(self, seconds: float) -> None:
        """Sleep, and move the end of the run by as much: a wait that the operator asked for costs no `max_time`."""
        if seconds > 0:
            self._end += seconds
            self._sleep(seconds)
            self.check()

    def wait_within_budget(self, seconds: float) -> None:
        """Sleep; BudgetSpent at once if the run would end before."""
        if seconds > self.remaining:
            raise BudgetSpent(f"not reached: {self.spent_reason}")
        if seconds > 0:
            self._sleep(seconds)
        self.check()
