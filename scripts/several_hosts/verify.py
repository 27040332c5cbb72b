#!/usr/bin/env python
"""Judge the mock through the balancer, before four hosts on one PostgreSQL, with each token format and balancer.

    scripts/several_hosts/verify.py
    scripts/several_hosts/verify.py --level full --balancer haproxy

Exit status 1 if a verdict is FAIL. Needs what `make test` needs, and Debian's nginx or haproxy.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter

from cluster import BALANCERS, CONTROL_TOKEN, Cluster, running_cluster

TOKENS = ("jwt", "opaque")


def main() -> None:
    """Judge, and print a line for each token format."""
    parser = argparse.ArgumentParser(description="Run the contract tests through a balancer before several hosts.")
    parser.add_argument("--level", default="standard", choices=("smoke", "standard", "full"))
    parser.add_argument("--hosts", type=int, default=4, choices=range(1, 5))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--balancer", choices=BALANCERS, default="nginx")
    parser.add_argument("--token-format", choices=TOKENS, action="append", help="repeatable; else both")
    given = parser.parse_args()
    failed = 0
    for tokens in given.token_format or TOKENS:
        options = ("--token-format", tokens)
        with running_cluster(
            *options, hosts=given.hosts, workers=given.workers, balancer=given.balancer, public="control"
        ) as cluster:
            began = time.monotonic()
            verdicts = judged(cluster, given.level)
            tracebacks = cluster.tracebacks()
        names = [name for name, verdict in verdicts.items() if verdict == "FAIL"]
        counts = ", ".join(f"{verdict} {count}" for verdict, count in Counter(verdicts.values()).most_common())
        print(
            f"{given.hosts} hosts, {given.balancer}, {tokens}: {counts}   ({time.monotonic() - began:.0f} s)",
            flush=True,
        )
        for line in (*names, *tracebacks):
            print(f"    {line}", flush=True)
        failed += len(names) + len(tracebacks)
    raise SystemExit(1 if failed else 0)


def judged(cluster: Cluster, level: str) -> dict[str, str]:
    """Judge a world that is made through the balancer. Return the verdict of each requirement."""
    host, port = cluster.control
    report = cluster.folder / "report"
    command = [sys.executable, "-P", "-m", "pacsimile", "verify", f"http://{host}:{port}", "--level", level]
    token = ["--control-token", CONTROL_TOKEN, "--report", str(report)]
    done = subprocess.run([*command, *token], capture_output=True, text=True, check=False)
    if not (report / "report.json").exists():
        raise SystemExit(f"verify ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    rows = json.loads((report / "report.json").read_text())["verdicts"]
    return {row["requirement"]: row["verdict"] for row in rows}


if __name__ == "__main__":
    main()
