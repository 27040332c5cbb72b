#!/usr/bin/env python
"""Replace four hosts one after the other by the next version, under load, as docs/stores.md says.

    scripts/several_hosts/upgrade.py                      from this checkout to one with one more migration
    scripts/several_hosts/upgrade.py --from REVISION      from an older revision to this checkout

The added migration is `next_migration.sql`: the kinds of change that a version may make while the one before runs.
Clients poll, list, acknowledge and revoke through the balancer all the time. Exit status 1 if a promise of `history.py`
is broken, a host did not end well, or an old server starts on the new tables. Needs what `make test` needs, and nginx.
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

from farm import BALANCERS, ROOT, SOURCES, Farm, Host, farm
from stage import Company, conclude

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
        with farm("--scenario", "empty", balancer=given.balancer, tree=former) as place:
            broken, company = upgrade(place, former, newer)
    conclude(company.book, broken)


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


def upgrade(place: Farm, former: Path, newer: Path) -> tuple[list[str], Company]:
    """Replace all hosts under load. Return the broken promises."""
    broken, before = list[str](), tables(place)
    company = Company(place, SPEED, pause=0.05)
    company.begin()
    time.sleep(QUIET)
    for host in place.hosts:
        at = time.monotonic()
        if (status := host.stop()) != 0:
            broken.append(f"{host.address} ended with {status}")
        host.tree = newer
        host.start()
        place.wait_until_healthy()
        time.sleep(QUIET)
        pause = company.book.longest_pause(at, time.monotonic())
        print(
            f"{host.address} replaced in {time.monotonic() - at - QUIET:.1f} s; longest pause {pause:.1f} s", flush=True
        )
    company.end()
    after = tables(place)
    print(f"tables before: {before}; after: {after}")
    broken += [*company.broken(), *place.tracebacks()]
    if former == ROOT:
        broken += starts_again(place, former)
    return broken, company


def starts_again(place: Farm, former: Path) -> list[str]:
    """Start an old server on the new tables: it must refuse."""
    place.hosts[0].stop()
    host = Host(place.hosts[0].address, place.hosts[0].port, place.folder, place.options, former)
    try:
        host.start()
    except SystemExit as refusal:
        print(f"an old server: {str(refusal).splitlines()[-1]}")
        return [] if "made by a newer pacsimile" in str(refusal) else [f"an old server ended so: {refusal}"]
    host.kill()
    return ["an old server started on the new tables"]


def tables(place: Farm) -> str:
    """Return how many tables and columns there are, and which migrations were applied."""
    count = "SELECT count(DISTINCT table_name) || ' with ' || count(*) || ' columns' FROM information_schema.columns "
    shape = place.pair.primary.ask(f"{count} WHERE table_schema = 'public'", "mock")
    if not place.pair.primary.ask("SELECT count(*) FROM pg_tables WHERE tablename = 'migrations'", "mock"):
        return f"{shape}, no record of migrations"
    steps = place.pair.primary.ask("SELECT string_agg(name, ', ') FROM migrations WHERE series = 'state'", "mock")
    return f"{shape}, {steps}"


if __name__ == "__main__":
    main()
