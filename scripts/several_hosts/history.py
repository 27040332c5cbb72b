#!/usr/bin/env python
"""Run two hours of the world's clock in ten minutes on four hosts, and kill each part of the cluster meanwhile.

    scripts/several_hosts/history.py
    scripts/several_hosts/history.py --minutes 0.5 --token-format opaque --balancer haproxy

Clients of two organizations poll, list and acknowledge through the balancer, and tokens are revoked. Meanwhile workers,
hosts and the balancer are killed, and PostgreSQL is restarted, killed, and failed over to its streaming replica. Exit
status 1 if a report that was acknowledged comes back, one that was not is lost, a status goes back, a revoked token
works, an organization is shown another's, or a call is refused in a way that is not documented. Needs what `make test`
needs, and Debian's nginx or haproxy.
"""

from __future__ import annotations

import argparse
import time

from cluster import BALANCERS, running_cluster
from disturbances import Disturbances
from workload import Workload, conclude

HISTORY = 7_200
"""Seconds of the world's clock in one run."""


def main() -> None:
    """Run, and print what happened."""
    parser = argparse.ArgumentParser(description="Kill hosts, balancer and PostgreSQL under load.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--hosts", type=int, default=4, choices=range(1, 5))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--balancer", choices=BALANCERS, default="nginx")
    parser.add_argument("--token-format", choices=("jwt", "opaque"), default="jwt")
    parser.add_argument("--seed", type=int, default=1, help="which disturbance follows which")
    parser.add_argument("--lossy", action="store_true", help="lose data at each failover: violations must be found")
    given = parser.parse_args()
    seconds = given.minutes * 60
    options = ("--scenario", "empty", "--token-format", given.token_format)
    with running_cluster(*options, hosts=given.hosts, workers=given.workers, balancer=given.balancer) as cluster:
        cluster.pair.lossy = given.lossy
        workload = Workload(cluster, HISTORY / seconds, pause=0.05)
        disturbances = Disturbances(cluster, workload.invariants, given.seed)
        began = time.monotonic()
        workload.begin()
        disturbances.run(seconds, quiet=min(4.0, seconds / 60))
        lasted = time.monotonic() - began
        cluster.wait_until_healthy()
        workload.end()
        violations = [*workload.violations(), *cluster.tracebacks()]
    print(f"{given.hosts} hosts of {given.workers} workers, {given.balancer}, {given.token_format}: {lasted:.0f} s")
    print(disturbances.table())
    conclude(workload.invariants, violations)


if __name__ == "__main__":
    main()
