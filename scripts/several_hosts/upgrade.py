#!/usr/bin/env python
"""Replace four hosts one after the other by the next version, under load, as docs/stores.md says.

    scripts/several_hosts/upgrade.py                      from this checkout to one with one more migration
    scripts/several_hosts/upgrade.py --from REVISION      from an older revision to this checkout

The added migration is `next_migration.sql`: the kinds of change that a version may make while the one before runs.
Clients poll, list, acknowledge and revoke through the balancer all the time. Exit status 1 if an invariant of
`history.py` is violated, a host did not end well, or an old server starts on the new tables. Needs what `make test`
needs, and nginx.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tarfile
import tempfile
import time
from io import BytesIO
from pathlib import Path

from cluster import BALANCERS, ROOT, SOURCES, Cluster, Host, running_cluster
from workload import Workload, conclude

MIGRATIONS = "mock/pacsimile_mock/storage/database/migrations/state"
ADDED = Path(__file__).parent / "next_migration.sql"
QUIET = 5.0
"""Seconds of load before, between and after the replacements."""
SPEED = 60.0


def main() -> None:
    """Upgrade, and print what happened."""
    parser = argparse.ArgumentParser(description="Upgrade hosts one after the other under load.")
    parser.add_argument("--from", dest="revision", help="a revision of git to start with")
    parser.add_argument("--balancer", choices=BALANCERS, default="nginx")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "tree"
        if given.revision:
            check_out(given.revision, copy)
            former, newer = copy, ROOT
        else:
            add_migration(copy)
            former, newer = ROOT, copy
        with running_cluster("--scenario", "empty", balancer=given.balancer, tree=former) as cluster:
            violations, workload = upgrade(cluster, former, newer)
    conclude(workload.invariants, violations)


def check_out(revision: str, to: Path) -> None:
    """Unpack a revision."""
    done = subprocess.run(["git", "-C", ROOT, "archive", revision], stdout=subprocess.PIPE, check=True)
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(to, filter="data")


def add_migration(to: Path) -> None:
    """Copy the sources of this checkout, and add a migration."""
    for source in SOURCES:
        shutil.copytree(ROOT / source, to / source, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    for name in ("openapi.yaml", "requirements.yaml"):
        shutil.copy(ROOT / name, to / name)
    steps = to / MIGRATIONS
    number = len({step.name[:4] for step in steps.iterdir()}) + 1
    shutil.copy(ADDED, steps / f"{number:04}_next.postgresql.sql")


def upgrade(cluster: Cluster, former: Path, newer: Path) -> tuple[list[str], Workload]:
    """Replace all hosts under load. Return the violations."""
    violations, before = list[str](), tables(cluster)
    workload = Workload(cluster, SPEED, pause=0.05)
    workload.begin()
    time.sleep(QUIET)
    for host in cluster.hosts:
        at = time.monotonic()
        if (status := host.stop()) != 0:
            violations.append(f"{host.address} ended with {status}")
        host.tree = newer
        host.start()
        cluster.wait_until_healthy()
        time.sleep(QUIET)
        pause = workload.invariants.longest_pause(at, time.monotonic())
        print(
            f"{host.address} replaced in {time.monotonic() - at - QUIET:.1f} s; longest pause {pause:.1f} s", flush=True
        )
    workload.end()
    after = tables(cluster)
    print(f"tables before: {before}; after: {after}")
    violations += [*workload.violations(), *cluster.tracebacks()]
    if former == ROOT:
        violations += check_old_version_refuses(cluster, former)
    return violations, workload


def check_old_version_refuses(cluster: Cluster, former: Path) -> list[str]:
    """Start the old version on the new tables, which it must refuse. Return the violations."""
    cluster.hosts[0].stop()
    host = Host(cluster.hosts[0].address, cluster.hosts[0].port, cluster.folder, cluster.options, former)
    try:
        host.start()
    except SystemExit as refusal:
        print(f"an old server: {str(refusal).splitlines()[-1]}")
        return [] if "made by a newer pacsimile" in str(refusal) else [f"an old server ended so: {refusal}"]
    host.kill()
    return ["an old server started on the new tables"]


def tables(cluster: Cluster) -> str:
    """Return how many tables and columns there are, and which migrations were applied."""
    count = "SELECT count(DISTINCT table_name) || ' with ' || count(*) || ' columns' FROM information_schema.columns "
    shape = cluster.pair.primary.ask(f"{count} WHERE table_schema = 'public'", "mock")
    if not cluster.pair.primary.ask("SELECT count(*) FROM pg_tables WHERE tablename = 'migrations'", "mock"):
        return f"{shape}, no record of migrations"
    steps = cluster.pair.primary.ask("SELECT string_agg(name, ', ') FROM migrations WHERE series = 'state'", "mock")
    return f"{shape}, {steps}"


if __name__ == "__main__":
    main()
