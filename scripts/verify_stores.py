#!/usr/bin/env python
"""Judge the mock on every store, with one worker and with four, with each token format. The verdicts must be the same.

    scripts/verify_stores.py
    scripts/verify_stores.py --level full --seed 7
    scripts/verify_stores.py --seeds 20 --jobs 2 --one-worker      # seeds 0 to 19, on each store by one worker

It needs what `make test` needs, and starts a PostgreSQL. Exit status 1 if verdicts differ, or if one is FAIL.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mock.tests.helpers.databases import Postgresql, sqlite_url, started_postgresql
from mock.tests.helpers.served import serving
from scripts.verify_in_process import verify

TOKENS = ("jwt", "opaque")
SERVERS = (("memory", 1), ("sqlite", 1), ("sqlite", 4), ("postgresql", 1), ("postgresql", 4))


def main() -> None:
    """Judge all. Print a line for each, and every verdict that differs from the first one's."""
    parser = argparse.ArgumentParser(description="Compare the verdicts on the mock over its stores.")
    parser.add_argument("--level", default="standard")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, default=1, help="how many")
    parser.add_argument("--jobs", type=int, default=1, help="servers at a time")
    parser.add_argument("--one-worker", action="store_true", help="leave out the servers of four workers")
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.seeds)
    expected: dict[int, Mapping[str, str]] = {}
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, started_postgresql() as postgresql:
        chosen = servers(Path(folder), postgresql, 1 if given.one_worker else 4)
        with ProcessPoolExecutor(given.jobs, get_context("spawn")) as pool:
            judged = [pool.submit(judge, *server, given.level, seeds) for server in chosen]
            for done in judged:  # in this order, since the others are compared with the first
                name, began, runs = done.result()
                counts = Counter(verdict for verdicts in runs.values() for verdict in verdicts.values())
                told = ", ".join(f"{verdict} {count}" for verdict, count in counts.most_common())
                print(f"{name:<29} {len(runs)} seeds: {told}   ({time.time() - began:.1f} s)", flush=True)
                for seed, verdicts in runs.items():
                    for difference in differences(expected.setdefault(seed, verdicts), verdicts):
                        wrong += 1
                        print(f"    seed {seed}: {difference}", flush=True)
    raise SystemExit(1 if wrong else 0)


def servers(folder: Path, postgresql: Postgresql, most_workers: int) -> Iterator[tuple[str, Path, list[str]]]:
    """Yield each server's name, folder and options."""
    for (kind, workers), tokens in product(SERVERS, TOKENS):
        if workers > most_workers:
            continue
        name = f"{kind}, {workers} worker{'s' if workers > 1 else ''}, {tokens}"
        place = folder / name.replace(", ", "-").replace(" ", "-")
        place.mkdir()
        url = {"memory": None, "sqlite": sqlite_url(place), "postgresql": postgresql.empty_database()}[kind]
        database = [] if url is None else ["--database", url, "--workers", str(workers)]
        yield name, place, ["--token-format", tokens, *database]


def judge(
    name: str, place: Path, options: list[str], level: str, seeds: range
) -> tuple[str, float, dict[int, Mapping[str, str]]]:
    """Serve and judge. Return the name, the time of the beginning, and the verdict of each requirement by seed."""
    began, runs = time.time(), {}
    with serving(place, *options) as served:
        token = ["--control-token", str(served.line["control_token"])]
        for seed in seeds:
            arguments = [served.url, "--level", level, "--seed", str(seed), *token]
            run = verify(arguments, place / f"report-{seed}")
            if not run.verdicts:
                raise RuntimeError(f"verify ended with {run.exit_status}:\n{run.said}")
            runs[seed] = run.verdicts
    return name, began, runs


def differences(expected: Mapping[str, str], verdicts: Mapping[str, str]) -> list[str]:
    """Return the verdicts that are not as expected, or fail."""
    names = [name for name in {**expected, **verdicts} if expected.get(name) != verdicts.get(name)]
    failed = [name for name, verdict in verdicts.items() if verdict == "FAIL" and name not in names]
    return [f"{name}: {verdicts.get(name)}, not {expected.get(name)}" for name in names] + [
        f"{name}: FAIL" for name in failed
    ]


if __name__ == "__main__":
    main()
