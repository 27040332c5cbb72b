"""Shows the progress of a run: a line that is overwritten on a terminal, else a new line every half minute."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from pacsimile_contract.findings.registry import Scenario
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.console import Console, Piece, verdict
from pacsimile_contract.reporting.presentation import ORDER
from pacsimile_contract.threads import ThreadedWork
from pacsimile_spec import requirements

EVERY = 30.0
"""Seconds between two lines where a line cannot be overwritten."""
TICK = 1.0
"""Seconds between two updates of the line on a terminal."""


class Progress:
    """Tracks what a run does and how much is left, and writes it. `clock` returns seconds of a monotonic clock."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._began = self._written = clock()
        self.counts: Counter[Verdict] = Counter()
        self._requirements: Mapping[str, str] = {}
        self._name, self._done, self._total = "", 0, 0
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._watching: ThreadedWork[None] | None = None

    def begin(self, scenarios: Sequence[Scenario]) -> None:
        """Start the clock of a run of these scenarios."""
        self._requirements = {
            scenario.name: scenario.requirements[0] for scenario in scenarios if scenario.requirements
        }
        self._began = self._written = self._clock()

    def step(self, name: str, done: int, total: int) -> None:
        """Record that a scenario starts, after `done` of `total`."""
        with self._lock:
            self._name, self._done, self._total = name, done, total
            self.show()

    def show(self) -> None:
        """Write the progress, where it is due."""
        with self._lock:
            now = self._clock()
            if self._ended.is_set() or not self._total:
                return
            if self._console.interactive:
                self._console.bar(*self._line(now))
            elif now - self._written >= EVERY:
                self._written = now
                self._console.line(*self._line(now))

    def _line(self, now: float) -> list[Piece]:
        elapsed, clause = now - self._began, requirements().get(self._requirements.get(self._name, ""))
        remaining = elapsed / self._done * (self._total - self._done) if self._done >= _ENOUGH else None
        counts = [
            piece for word in ORDER if self.counts[word] for piece in (", ", verdict(word), f" {self.counts[word]}")
        ]
        about = f", about {_time(remaining)} left" if remaining is not None else ""
        subject = clause.named if clause is not None else self._name
        return [f"{self._done} of {self._total}, {_time(elapsed)}{about}", *counts, f"  {subject}"]

    def watch(self) -> None:
        """Update the line every second from another thread, until `end`."""

        def tick() -> None:
            while not self._ended.wait(TICK):
                self.show()

        self._watching = ThreadedWork(tick)

    def end(self) -> None:
        """Stop writing, and raise what the other thread has raised."""
        with self._lock:
            self._ended.set()
        if self._watching is not None:
            self._watching.raise_error()

    @property
    def lock(self) -> threading.RLock:
        """The lock that everything else that writes to the same stream must hold."""
        return self._lock


_ENOUGH = 8
"""Finished scenarios from which on the remaining time is estimated."""


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
