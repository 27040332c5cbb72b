"""How long from launch to the first authenticated 200: ours against its peers, in turn, medians of several launches.

    python benchmarks/start.py --launches 9

Ours has to issue a token first; the peers take any. Files and caches are warm: the first launch of each does not count.
Exit status 1 where ours takes more than 0.35 of Prism's time.
"""

from __future__ import annotations

import argparse
import sys
from statistics import median

from peers import PEERS
from servers import CannotMeasure, pacsimile

BAR = 0.35
"""Of Prism's time, at most."""


def measure(launches: int) -> dict[str, list[float]]:
    """Launch all in turn, and return the seconds of each launch by server."""
    with pacsimile() as warm:
        order_id = warm.order_id
    for peer in PEERS.values():
        with peer():
            pass
    starts = {"pacsimile": lambda: pacsimile(order_id), **PEERS}
    seconds: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(launches):
        for name, start in starts.items():
            with start() as serving:
                seconds[name].append(serving.seconds)
    return seconds


def report(seconds: dict[str, list[float]]) -> bool:
    """Print the medians, and tell whether the bar is held."""
    launches = len(seconds["pacsimile"])
    ours, prism = median(seconds["pacsimile"]), median(seconds["Prism"])
    print(f"start to first authenticated 200, {launches} launches of each, in seconds: median (fastest to slowest)")
    for name, times in seconds.items():
        spread = f"({min(times):.3f} to {max(times):.3f})"
        print(f"  {name:<24} {median(times):.3f} {spread}, {median(times) / prism:.2f} of Prism's")
    held = ours <= BAR * prism
    print(f"  ratio to Prism {ours / prism:.2f}, bar {BAR}: {'held' if held else 'NOT HELD'}")
    return held


def main() -> int:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description="Measure the time from launch to the first authenticated 200.")
    parser.add_argument("--launches", type=int, default=9, help="of each server")
    try:
        return 0 if report(measure(max(parser.parse_args().launches, 1))) else 1
    except CannotMeasure as error:
        print(f"start: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
