"""How long from launch to the first authenticated 200: ours against Prism, in turn, medians of several launches.

    python benchmarks/start.py --launches 9

Ours has to issue a token first; Prism takes any. Files and caches are warm: the first launch of each does not count.
Exit status 1 where ours takes more than half as long as Prism.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from servers import CannotMeasure, pacsimile, prism

BAR = 0.5
"""Of Prism's time, at most."""


def measure(launches: int) -> bool:
    """Launch both in turn, print the medians, and tell whether the bar is held."""
    with pacsimile() as warm, prism():
        order_id = warm.order_id
    ours, theirs = [], []
    for _ in range(launches):
        with pacsimile(order_id) as serving:
            ours.append(serving.seconds)
        with prism() as serving:
            theirs.append(serving.seconds)
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"start to first authenticated 200, {launches} launches of each, in seconds: median (fastest to slowest)")
    for name, seconds in (("pacsimile", ours), ("Prism", theirs)):
        print(f"  {name:<24} {statistics.median(seconds):.3f} ({min(seconds):.3f} to {max(seconds):.3f})")
    print(f"  ratio {ratio:.2f}, bar {BAR}: {'held' if ratio <= BAR else 'NOT HELD'}")
    return ratio <= BAR


def main() -> int:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description="Measure the time from launch to the first authenticated 200.")
    parser.add_argument("--launches", type=int, default=9, help="of each server")
    try:
        return 0 if measure(max(parser.parse_args().launches, 1)) else 1
    except CannotMeasure as error:
        print(f"start: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
