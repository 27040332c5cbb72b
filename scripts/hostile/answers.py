#!/usr/bin/env python
"""Judge a service that answers in a hostile way at one place: each run ends in time, in its memory, with a report.

    scripts/hostile/answers.py                                a draw of 40 cases of seed 1
    scripts/hostile/answers.py --count 5 --seed 7
    scripts/hostile/answers.py --kind gzip --place listing    those alone whose names hold this

Exit status 1 where a run ends with a traceback, with status 4, too late, with too much memory, or without a report.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "contract_tests" / "tests"))

from command import COMMAND, environment
from hostile_answers import KINDS, PLACES, hostile
from varied_server import varied

MAX_TIME, AFTER = 30, 10
"""Seconds that a run may take, and that it may take beyond them to end."""
MOST_MEMORY = 500
"""MiB."""
MEASURED = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status % 256)
"""
"""Runs a command and writes its peak memory: a child of a large process would begin with the memory of its parent."""
JUDGED = ("PROTO-*", "AUTH-1", "AUTH-3", "STATUS-*", "ORDERID-1", "RESULTS-1", "GROUP-1", "BATCH-1", "BATCH-5", "SEC-5")


def faults(place: str, kind: str, folder: Path) -> tuple[list[str], str]:
    """Judge one case; return what is wrong with the run, and a line of figures."""
    with varied("raw", answering=hostile(place, kind)) as line:
        client = line["client"]
        file = folder / "target.yaml"
        file.write_text(
            f"base_url: {line['url']}\noauth2_endpoint: {line['oauth2_endpoint']}\n"
            f"organization_id: {client.organization_id}\nclients: {{primary: {{id: T_ID, secret: T_SECRET}}}}\n"
            f"states: {{url: {line['states_url']}, token: T_STATES}}\nlisting: {{allowed: true}}\n"
            f"profile: strict\nlimits: {{max_time: {MAX_TIME}, timeout: 3s}}\n",
            "utf-8",
        )
        words = [*COMMAND, "--target", str(file), "--report", str(folder / "report")]
        words += [word for one in JUDGED for word in ("--requirement", one)]
        secrets = {"T_ID": client.client_id, "T_SECRET": client.client_secret, "T_STATES": line["states_token"]}
        began = time.monotonic()
        measured = [sys.executable, "-c", MEASURED, str(folder / "memory"), *words]
        process = subprocess.run(
            measured, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment(**secrets), check=False
        )
        text = process.stdout.decode("utf-8", "replace")
        seconds, memory = time.monotonic() - began, int((folder / "memory").read_text()) // 1024
    wrong = [what for what, broken in {
        "a traceback": "Traceback" in text, f"exit status {process.returncode}": process.returncode not in (0, 1, 3),
        "too late": seconds > MAX_TIME + AFTER, "too much memory": memory > MOST_MEMORY,
        "no report": not (folder / "report" / "report.json").exists(),
    }.items() if broken]  # fmt: skip
    bounds = _bounds(folder / "report" / "report.json")
    return wrong, f"exit {process.returncode}, {seconds:.1f} s, {memory} MiB{bounds}" + (text[-1500:] if wrong else "")


def _bounds(report: Path) -> str:
    if not report.exists():
        return ""
    verdicts = {one["requirement"]: one for one in json.loads(report.read_text("utf-8"))["verdicts"]}
    one = verdicts["PROTO-3"]
    return f", PROTO-3 {one['verdict']}: {one['summary'][:120]}"


def main() -> int:
    """Judge the cases, and print what is wrong."""
    parser = argparse.ArgumentParser(description="Judge services that answer in a hostile way.")
    parser.add_argument("--count", type=int, default=40, help="how many cases are drawn")
    parser.add_argument("--seed", type=int, default=1, help="what they are drawn from")
    parser.add_argument("--kind", default="", help="cases alone whose kind's name holds this")
    parser.add_argument("--place", default="", help="cases alone whose place's name holds this")
    given = parser.parse_args()
    cases = [one for one in itertools.product(PLACES, KINDS) if given.place in one[0] and given.kind in one[1]]
    cases = random.Random(given.seed).sample(cases, min(given.count, len(cases)))
    lost = 0
    for place, kind in cases:
        with tempfile.TemporaryDirectory() as folder:
            wrong, line = faults(place, kind, Path(folder))
        lost += bool(wrong)
        print(f"{'LOST ' + ', '.join(wrong) if wrong else 'held'}: {kind} at {place}: {line}", flush=True)
    print(f"{len(cases)} cases of seed {given.seed}: {lost} lost")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
