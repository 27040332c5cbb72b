"""How far a run is: one line that is written over on a terminal, elsewhere a plain line every half minute."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from pacsimile_contract.findings.registry import Scenario
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.ink import Ink, Piece, verdict
from pacsimile_contract.reporting.words import ORDER
from pacsimile_spec import requirements

EVERY = 30.0
"""Seconds between two lines where a line cannot be written over."""
TICK = 1.0
"""Seconds after which a line on a terminal is written anew."""


class Progress:
    """Keeps what a run does and how much is left, and writes it. `clock` gives seconds of a monotonic clock."""

    def __init__(self, ink: Ink, clock: Callable[[], float] = time.monotonic) -> None:
        self._ink, self._clock = ink, clock
        self._began = self._written = clock()
        self.counts: Counter[Verdict] = Counter()
        self._of: Mapping[str, str] = {}
        self._name, self._done, self._total = "", 0, 0
        self._lock = threading.RLock()
        self._over = threading.Event()

    def begin(self, scenarios: Sequence[Scenario]) -> None:
        """Start the clock of a run of these scenarios."""
        self._of = {one.name: one.requirements[0] for one in scenarios if one.requirements}
        self._began = self._written = self._clock()

    def step(self, name: str, done: int, total: int) -> None:
        """Note that a scenario begins: `done` of `total` are over."""
        with self._lock:
            self._name, self._done, self._total = name, done, total
            self.show()

    def show(self) -> None:
        """Write how far the run is, where it is time to."""
        with self._lock:
            now = self._clock()
            if self._over.is_set() or not self._total:
                return
            if self._ink.moves:
                self._ink.bar(*self._line(now))
            elif now - self._written >= EVERY:
                self._written = now
                self._ink.line(*self._line(now))

    def _line(self, now: float) -> list[Piece]:
        elapsed, clause = now - self._began, requirements().get(self._of.get(self._name, ""))
        left = elapsed / self._done * (self._total - self._done) if self._done >= _ENOUGH else None
        counts = [piece for one in ORDER if self.counts[one] for piece in (", ", verdict(one), f" {self.counts[one]}")]
        about = f", about {_time(left)} left" if left is not None else ""
        what = clause.named if clause is not None else self._name
        return [f"{self._done} of {self._total}, {_time(elapsed)}{about}", *counts, f"  {what}"]

    def watch(self) -> None:
        """Write the line anew every second from another thread, until `end`."""

        def tick() -> None:
            while not self._over.wait(TICK):
                self.show()

        threading.Thread(target=tick, name="progress", daemon=True).start()

    def end(self) -> None:
        """Write no more."""
        with self._lock:
            self._over.set()

    @property
    def lock(self) -> threading.RLock:
        """Held by whoever writes to the same stream."""
        return self._lock


_ENOUGH = 8
"""Scenarios after which it can be said how long the rest takes."""


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
