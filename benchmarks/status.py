"""How many `GET /status` a second at 16 kept connections: ours against its peers, in alternating rounds.

    python benchmarks/status.py --rounds 5 --seconds 5

Ours checks the token and the parameters, looks the order up and writes its journal. Each peer is measured as its users
start it; Prism also with `-v error`, which spares it its log, and WireMock also without its journal. `wrk` makes the
load, with one thread on the same machine, so that only the ratios travel. Exit status 1 where a bar is not held.
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

from peers import PEERS, prism, wiremock
from servers import CannotMeasure, Serving, pacsimile

PRISM_BAR = 6.0
"""Times as many calls as Prism as users start it, at least."""
WIREMOCK_BAR = 1.2
"""Times as many as WireMock with its journal, at least."""
P99_BAR = 0.2
"""Of Prism's 99th percentile, at most."""

CONNECTIONS = 16
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass
class Measured:
    """What was seen of one server."""

    serving: Serving
    idle: float | None
    rates: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)
    after: float | None = None
    """Megabytes after the load."""

    @property
    def rate(self) -> float:
        """Requests a second, the median of the rounds."""
        return statistics.median(self.rates)

    @property
    def p99(self) -> float:
        """The 99th percentile of the latency in milliseconds, the median of the rounds."""
        return statistics.median(self.p99s)


def measure(rounds: int, seconds: int) -> dict[str, Measured]:
    """Load the servers in turn, and return what was seen of each."""
    with ExitStack() as stack:
        servers = {
            "pacsimile": stack.enter_context(pacsimile()),
            **{name: stack.enter_context(peer()) for name, peer in PEERS.items()},
            "Prism -v error": stack.enter_context(prism("-v", "error")),
            "WireMock, no journal": stack.enter_context(wiremock("--no-request-journal")),
        }
        measured = {name: Measured(serving, serving.megabytes) for name, serving in servers.items()}
        for number in range(rounds + 1):
            for server in measured.values():
                rate, p99 = load(server.serving, seconds)
                if number > 0:  # the first round warms up
                    server.rates.append(rate)
                    server.p99s.append(p99)
        for server in measured.values():
            server.after = server.serving.megabytes if server.serving.process.poll() is None else None
    return measured


def report(measured: dict[str, Measured], seconds: int) -> bool:
    """Print what was seen, and tell whether the bars are held."""
    table(measured, len(measured["pacsimile"].rates), seconds)
    ours, prism, wiremock = measured["pacsimile"], measured["Prism"], measured["WireMock"]
    bars = {
        f"rate to Prism's {ours.rate / prism.rate:.2f}, bar {PRISM_BAR}": ours.rate >= PRISM_BAR * prism.rate,
        f"rate to WireMock's {ours.rate / wiremock.rate:.2f}, bar {WIREMOCK_BAR}": ours.rate
        >= WIREMOCK_BAR * wiremock.rate,
        f"p99 to Prism's {ours.p99 / prism.p99:.2f}, bar {P99_BAR}": ours.p99 <= P99_BAR * prism.p99,
    }
    for words, held in bars.items():
        print(f"  {words}: {'held' if held else 'NOT HELD'}")
    return all(bars.values())


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
    for name, server in measured.items():
        spread = f"({min(server.rates):.0f} to {max(server.rates):.0f})"
        memory = f"{server.idle or 0:>8.0f} {server.after or 0:>6.0f}"
        print(f"  {name:<24} {server.rate:>10.0f} {spread:>20} {server.p99:>7.1f} {memory}")


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
        seconds = max(given.seconds, 1)
        return 0 if report(measure(max(given.rounds, 1), seconds), seconds) else 1
    except CannotMeasure as error:
        print(f"status: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
