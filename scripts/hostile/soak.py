#!/usr/bin/env python
"""Mistreat a server for minutes, and check that its memory, descriptors and threads do not grow.

    scripts/hostile/soak.py --seconds 20                    the short form
    scripts/hostile/soak.py --seconds 600 --json soak.json --svg docs/img/soak.svg

It starts `pacsimile serve` on loopback. The load comes all at once, at a pace for one processor: followers that never
read, worlds created and deleted, faults, clients that die during a call, hostile heads and bodies, listings and polls.
Linux's /proc is read every second. Exit status 1 if a figure grows, memory exceeds 160 MB, or a well-behaved client
gets no answer.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from soak_load import PLAYERS, Load
from soak_plot import Panel, svg

from mock.tests.helpers.served import PATIENCE, serving

MOST_MEGABYTES = 160.0
MOST_SECONDS = 3_600
GROWTH = {"rss_mb": 12.0, "descriptors": 40.0, "threads": 4.0}
"""How much the median of the last quarter may exceed that of the second quarter."""


def soak(seconds: int) -> dict[str, Any]:
    """Run the load, and return the figures of each second."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), "--pace", "manual") as served:
        load = Load(served)
        threads = [threading.Thread(target=load.play, args=(player,), daemon=True) for player in PLAYERS]
        for thread in threads:
            thread.start()
        seen = [_second(load, number) for number in range(seconds)]
        load.stopping.set()
        for thread in threads:
            thread.join(PATIENCE)
        return {"seconds": seconds, "calls": dict(load.counts), "failures": load.failures, "samples": seen}


def _second(load: Load, number: int) -> dict[str, float]:
    """Wait for a second, and read the figures of the process."""
    time.sleep(1)
    process = Path(f"/proc/{load.served.process.pid}")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    taken = sorted(load.latencies.popleft() for _ in range(len(load.latencies))) or [float(PATIENCE)]
    sample = {
        "second": number + 1,
        "rss_mb": int(status["VmRSS"].split()[0]) / 1024,
        "descriptors": len(list((process / "fd").iterdir())),
        "threads": int(status["Threads"]),
        "p50_ms": taken[len(taken) // 2] * 1_000,
        "p99_ms": taken[len(taken) * 99 // 100] * 1_000,
    }
    return {name: round(value, 2) for name, value in sample.items()}


def broken(record: dict[str, Any]) -> list[str]:
    """Return the broken promises."""
    reasons = list(record["failures"][:10])
    samples = record["samples"]
    most = max(sample["rss_mb"] for sample in samples)
    if most > MOST_MEGABYTES:
        reasons.append(f"it held {most:.0f} MB, more than {MOST_MEGABYTES:.0f}")
    quarter = max(len(samples) // 4, 1)
    for name, allowed in GROWTH.items():
        early, late = (
            statistics.median(sample[name] for sample in part)
            for part in (samples[quarter : 2 * quarter], samples[-quarter:])
        )
        if late > early + allowed:
            reasons.append(f"{name} grew from {early:.0f} to {late:.0f}, by more than {allowed:.0f}")
    return reasons


def plot(record: dict[str, Any]) -> str:
    """Draw the figures."""
    bounds = {"rss_mb": MOST_MEGABYTES}
    titles = {
        "rss_mb": "resident memory, MB",
        "descriptors": "descriptors",
        "threads": "threads",
        "p50_ms": "GET /status, median, ms",
        "p99_ms": "GET /status, 99th percentile, ms",
    }
    samples = record["samples"]
    panels = [Panel(title, [row[name] for row in samples], bounds.get(name)) for name, title in titles.items()]
    return svg(panels, f"scripts/hostile/soak.py --seconds {record['seconds']}")


def main() -> int:
    """Run the soak, write the requested files, and print a line of figures."""
    parser = argparse.ArgumentParser(description="Ill-use a server, and see that it stays as large as it is.")
    parser.add_argument("--seconds", type=int, default=20, help="how long, an hour at most")
    parser.add_argument("--json", type=Path, help="the file for what was seen each second")
    parser.add_argument("--svg", type=Path, help="the file for the curves")
    given = parser.parse_args()
    record = soak(min(max(given.seconds, 4), MOST_SECONDS))
    if given.json is not None:
        given.json.write_text(json.dumps(record, indent=1))
    if given.svg is not None:
        given.svg.parent.mkdir(parents=True, exist_ok=True)
        given.svg.write_text(plot(record))
    samples, reasons = record["samples"], broken(record)
    for name in ("rss_mb", "descriptors", "threads", "p50_ms", "p99_ms"):
        values = [sample[name] for sample in samples]
        print(f"{name:<12} median {statistics.median(values):>8.1f}  highest {max(values):>8.1f}")
    print("calls:", ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in record["calls"].items()))
    print(*(f"NOT KEPT: {reason}" for reason in reasons), sep="\n" if reasons else "")
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main())
