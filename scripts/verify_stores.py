#!/usr/bin/env python
"""Judge the mock on every store, with one worker and with four, with each token format. The verdicts must be the same.

    scripts/verify_stores.py
    scripts/verify_stores.py --level full --seed 7

It needs what `make test` needs, and starts a PostgreSQL. Exit status 1 if verdicts differ, or if one is FAIL.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mock.tests.helpers.databases import Postgresql, sqlite_url, started_postgresql
from mock.tests.helpers.served import serving

TOKENS = ("jwt", "opaque")
SERVERS = (("memory", 1), ("sqlite", 1), ("sqlite", 4), ("postgresql", 1), ("postgresql", 4))


def main() -> None:
    """Judge all. Print a line for each, and every verdict that differs from the first one's."""
    parser = argparse.ArgumentParser(description="Compare the verdicts on the mock over its stores.")
    parser.add_argument("--level", default="standard")
    parser.add_argument("--seed", default="0")
    given = parser.parse_args()
    expected: dict[str, str] = {}
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, started_postgresql() as postgresql:
        for name, place, options in servers(Path(folder), postgresql):
            began = time.monotonic()
            verdicts = judged(place, options, given.level, given.seed)
            expected = expected or verdicts
            counts = ", ".join(f"{verdict} {count}" for verdict, count in Counter(verdicts.values()).most_common())
            print(f"{name:<29} {counts}   ({time.monotonic() - began:.1f} s)", flush=True)
            for difference in differences(expected, verdicts):
                wrong += 1
                print(f"    {difference}", flush=True)
    raise SystemExit(1 if wrong else 0)


def servers(folder: Path, postgresql: Postgresql) -> Iterator[tuple[str, Path, list[str]]]:
    """Yield each server's name, folder and options."""
    for (kind, workers), tokens in product(SERVERS, TOKENS):
        name = f"{kind}, {workers} worker{'s' if workers > 1 else ''}, {tokens}"
        place = folder / name.replace(", ", "-").replace(" ", "-")
        place.mkdir()
        url = {"memory": None, "sqlite": sqlite_url(place), "postgresql": postgresql.empty_database()}[kind]
        database = [] if url is None else ["--database", url, "--workers", str(workers)]
        yield name, place, ["--token-format", tokens, *database]


def judged(place: Path, options: list[str], level: str, seed: str) -> dict[str, str]:
    """Serve and judge. Return the verdict of each requirement."""
    with serving(place, *options) as served:
        command = [sys.executable, "-m", "pacsimile", "verify", served.url, "--level", level, "--seed", seed]
        token = ["--control-token", str(served.line["control_token"]), "--report", str(place / "report")]
        done = subprocess.run([*command, *token], capture_output=True, text=True, check=False)
    report = place / "report" / "report.json"
    if not report.exists():
        raise SystemExit(f"verify ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return {row["requirement"]: row["verdict"] for row in json.loads(report.read_text())["verdicts"]}


def differences(expected: dict[str, str], verdicts: dict[str, str]) -> list[str]:
    """Return the verdicts that are not as expected, or fail."""
    names = [name for name in expected | verdicts if expected.get(name) != verdicts.get(name)]
    failed = [name for name, verdict in verdicts.items() if verdict == "FAIL" and name not in names]
    return [f"{name}: {verdicts.get(name)}, not {expected.get(name)}" for name in names] + [
        f"{name}: FAIL" for name in failed
    ]


if __name__ == "__main__":
    main()
