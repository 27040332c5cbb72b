"""How many `GET /status` a second at 16 kept connections: ours against Prism, in alternating rounds.

    python benchmarks/status.py --rounds 5 --seconds 5

Ours checks the token and the parameters, looks the order up and writes its journal. Prism is measured as users start
it, and with `-v error`, which spares it its log. `wrk` makes the load, with one thread on the same machine, so that
only the ratios travel. Exit status 1 where ours makes less than twice as many as Prism as users start it, or its p99 is
worse.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field

from servers import CannotMeasure, Serving, pacsimile, prism

BAR = 2.0
"""Times as many as Prism as users start it, at least."""

CONNECTIONS = 16
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass
class Measured:
    """What was seen of one server."""

    serving: Serving
    idle: float | None
    rates: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second, the median of the rounds."""
        return statistics.median(self.rates)

    @property
    def p99(self) -> float:
        """The 99th percentile of the latency in milliseconds, the median of the rounds."""
        return statistics.median(self.p99s)


def measure(rounds: int, seconds: int) -> bool:
    """Load the servers in turn, print what was seen, and tell whether the bar is held."""
    with ExitStack() as stack:
        servers = {
            "pacsimile": stack.enter_context(pacsimile()),
            "Prism": stack.enter_context(prism()),
            "Prism -v error": stack.enter_context(prism("-v", "error")),
        }
        measured = {name: Measured(serving, serving.megabytes) for name, serving in servers.items()}
        for number in range(rounds + 1):
            for one in measured.values():
                rate, p99 = load(one.serving, seconds)
                if number > 0:  # the first round warms up
                    one.rates.append(rate)
                    one.p99s.append(p99)
        table(measured, rounds, seconds)
    ours, theirs = measured["pacsimile"], measured["Prism"]
    held = ours.rate >= BAR * theirs.rate and ours.p99 <= theirs.p99
    print(
        f"  ratio to Prism {ours.rate / theirs.rate:.2f}, bar {BAR} and p99 no worse: {'held' if held else 'NOT HELD'}"
    )
    return held


def load(serving: Serving, seconds: int) -> tuple[float, float]:
    """Load a server; gives requests a second, and the 99th percentile of the latency in milliseconds."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    command += ["-H", f"Authorization: Bearer {serving.token}", f"http://{serving.host}:{serving.port}{serving.target}"]
    seen = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in seen or "Socket errors" in seen:
        raise CannotMeasure(f"not every call was answered 200:\n{seen}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", seen)
    p99 = re.search(r"99%\s+([\d.]+)([a-z]+)", seen)
    assert rate is not None, seen
    assert p99 is not None, seen
    return float(rate[1]), float(p99[1]) * UNITS[p99[2]]


def table(measured: dict[str, Measured], rounds: int, seconds: int) -> None:
    """Print what was seen."""
    print(f"GET /status at {CONNECTIONS} connections, medians of {rounds} rounds of {seconds} s, in turn")
    print(f"  {'':<24} {'requests/s':>10} {'(lowest to highest)':>20} {'p99 ms':>7} {'MB idle':>8} {'after':>6}")
    for name, one in measured.items():
        after = one.serving.megabytes if one.serving.process.poll() is None else None
        spread = f"({min(one.rates):.0f} to {max(one.rates):.0f})"
        memory = f"{one.idle or 0:>8.0f} {after or 0:>6.0f}"
        print(f"  {name:<24} {one.rate:>10.0f} {spread:>20} {one.p99:>7.1f} {memory}")


def main() -> int:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description="Measure GET /status at 16 connections.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="that each server is loaded in a round")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        print("status: wrk is missing, which makes the load: apt install wrk", file=sys.stderr)
        return 2
    try:
        return 0 if measure(max(given.rounds, 1), max(given.seconds, 1)) else 1
    except CannotMeasure as error:
        print(f"status: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
