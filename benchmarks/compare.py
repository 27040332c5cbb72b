"""Start and `GET /status` of ours and its peers in one run: what each prints ends with its bars, held or not.

python benchmarks/compare.py [--plot docs/img/benchmark.svg] [--launches 9] [--rounds 5] [--seconds 5]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median

import chart
import start
import status
from servers import CannotMeasure


def main() -> int:
    """Measure both, and draw them if asked to; the exit status is 0 only if every bar is held."""
    parser = argparse.ArgumentParser(description="Measure ours beside its peers.")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="SVG file to draw the medians in")
    parser.add_argument("--launches", type=int, default=9, help="of each server")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="that each server is loaded in a round")
    given = parser.parse_args()
    try:
        starts = start.measure(given.launches)
        loads = status.measure(given.rounds, given.seconds)
    except CannotMeasure as error:
        print(f"compare: {error}", file=sys.stderr)
        return 2
    held = [start.report(starts), status.report(loads, given.seconds)]
    if given.plot is not None:
        panels = [
            chart.Panel("Launch to the first answer, seconds", {name: median(times) for name, times in starts.items()}),
            chart.Panel("GET /status a second", {name: server.rate for name, server in loads.items()}),
            chart.Panel("99th percentile, milliseconds", {name: server.p99 for name, server in loads.items()}),
            chart.Panel("Memory after the load, MB", {name: server.after or 0 for name, server in loads.items()}),
        ]
        given.plot.write_text(chart.svg(panels), encoding="utf-8")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
