#!/usr/bin/env python
"""Measure how many calls a second 1, 2 and 4 hosts answer through the balancer, and who uses the processors.

    scripts/several_hosts/rate.py
    scripts/several_hosts/rate.py --seconds 5 --rounds 3 --workers 1 --hosts 1 --hosts 2

`status` is GET /status. `mixed` is seven of ten GET /status, two GET /reports?limit=5, one POST /reports. The shares
are of the processor time that a call took of all together, from /proc. `wrk` makes the load with 16 connections on the
same machine: where processors are few, more hosts only share them, and the processor time of a call tells more than the
rate. Needs what `make test` needs, nginx, and Debian's wrk.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path

from cluster import BALANCERS, Cluster, running_cluster
from processes import children
from workload import Workload

ORDERS = 2_000
CONNECTIONS = 16
TICKS = os.sysconf("SC_CLK_TCK")
SCRIPT = """
local n, mixed = 0, "{profile}" == "mixed"
wrk.headers["Authorization"] = "Bearer {token}"
request = function()
    n = n + 1
    if mixed and n % 10 == 0 then return wrk.format("POST", "/reports?organizationId={organization}") end
    if mixed and n % 5 == 1 then return wrk.format("GET", "/reports?organizationId={organization}&limit=5") end
    return wrk.format("GET", "/status?order_id={order}")
end
"""


def main() -> None:
    """Measure, and print a row of a table for each number of hosts and profile."""
    parser = argparse.ArgumentParser(description="Measure the rate of several hosts.")
    parser.add_argument("--hosts", type=int, action="append", choices=range(1, 5))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--balancer", choices=BALANCERS, default="nginx")
    given = parser.parse_args()
    print("| hosts | profile | calls a second | p99 | processor time of a call | PostgreSQL | mock | balancer | wrk |")
    print("|---|---|---|---|---|---|---|---|---|")
    for count in given.hosts or (1, 2, 4):
        options = ("--scenario", "empty", "--pace", "instant")
        with running_cluster(*options, hosts=count, workers=given.workers, balancer=given.balancer) as cluster:
            for profile in ("status", "mixed"):
                print(f"| {count} | {profile} | {row(cluster, profile, given.rounds, given.seconds)} |", flush=True)


def row(cluster: Cluster, profile: str, rounds: int, seconds: int) -> str:
    """Load one profile. Return the cells of its row."""
    script = cluster.folder / f"{profile}.lua"
    script.write_text(prepared(cluster, profile))
    before = processor_seconds(cluster)
    measured = [load(cluster, script, seconds) for _ in range(rounds)]
    spent = {name: after - before[name] for name, after in processor_seconds(cluster).items()}
    spent["wrk"] = sum(cpu for _, _, cpu in measured)
    whole = sum(spent.values())
    shares = " | ".join(f"{100 * spent[name] / whole:.0f} %" for name in ("PostgreSQL", "mock", "balancer", "wrk"))
    rate, p99 = (statistics.median(values) for values in list(zip(*measured, strict=True))[:2])
    calls = seconds * sum(rate for rate, _, _ in measured)
    return f"{rate:.0f} | {p99:.0f} ms | {1_000 * whole / calls:.1f} ms | {shares}"


def prepared(cluster: Cluster, profile: str) -> str:
    """Submit orders, and return the script of wrk."""
    workload = Workload(cluster, speed=1, pause=1)
    client = workload.clients[0]
    _, made = workload.context.call_control(
        "POST",
        "/worlds/default/orders",
        {"organization_id": client.organization, "count": ORDERS, "status": "COMPLETED"},
    )
    names = {"token": client.token(), "organization": client.organization, "order": made["first_order_id"]}
    script = SCRIPT
    for name, value in {**names, "profile": profile}.items():
        script = script.replace(f"{{{name}}}", value)
    return script


def load(cluster: Cluster, script: Path, seconds: int) -> tuple[float, float, float]:
    """Run wrk. Return calls a second, the 99th percentile in milliseconds, and wrk's own processor time in seconds.

    Raises:
        SystemExit: An answer was no success.
    """
    host, port = cluster.api
    before = os.times()
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}",
        "--latency",
        "-s",
        str(script),
        f"http://{host}:{port}",
    ]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    after = os.times()
    if "Non-2xx" in text:
        raise SystemExit(text)
    rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", text), re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    assert rate is not None and p99 is not None, text
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]
    return float(rate[1]), float(p99[1]) * scale, _of_children(after) - _of_children(before)


def processor_seconds(cluster: Cluster) -> dict[str, float]:
    """Return the processor time that each part has used, in seconds."""
    servers = [server.process for server in (cluster.pair.primary, cluster.pair.replica)]
    parts = {
        "PostgreSQL": servers,
        "mock": [host.process for host in cluster.hosts],
        "balancer": [cluster.balancer.process],
    }
    return {name: _seconds([each.pid for each in processes if each]) for name, processes in parts.items()}


def _seconds(parents: Sequence[int]) -> float:
    pids = [pid for parent in parents for pid in (parent, *children(parent))]
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS


def _of_children(times: os.times_result) -> float:
    return times.children_user + times.children_system


if __name__ == "__main__":
    main()
