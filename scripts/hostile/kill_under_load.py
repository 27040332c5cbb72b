#!/usr/bin/env python
"""Kill a server under load a hundred times. After each kill, check that nothing is lost and nothing comes back.

    scripts/hostile/kill_under_load.py          SQLite in a folder of its own, and a PostgreSQL started for it
    scripts/hostile/kill_under_load.py --kills 20 --workers 1
    scripts/hostile/kill_under_load.py --database postgresql://...

It needs what `make test` needs. It stops at the first broken promise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mock.tests.helpers.databases import KINDS, sqlite_url, started_postgresql
from mock.tests.helpers.killing import Killing


def main() -> None:
    """Kill as often as asked, and print the results."""
    parser = argparse.ArgumentParser(description="Kill a server under load, again and again, and check its queue.")
    parser.add_argument("--database", help="URL of an empty database; else one of each kind is made")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1, help="when it is killed follows from it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, url in [("database", given.database)] if given.database else made(Path(folder)):
            place = Path(folder) / name
            place.mkdir()
            with Killing(place, url, given.workers, given.seed) as killing:
                killed(killing, name, given.kills)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Return an empty database of a kind."""
    if kind == "sqlite":
        yield sqlite_url(folder)
        return
    with started_postgresql() as server:
        yield server.url


def made(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield a database of each kind in turn."""
    for kind in KINDS:
        with database(kind, folder) as url:
            yield kind, url


def killed(killing: Killing, name: str, kills: int) -> None:
    """Kill, restart and check, then print a line of figures."""
    began = time.monotonic()
    for number in range(kills):
        killing.round()
        if sys.stdout.isatty():
            print(f"\r{name}: {number + 1} of {kills}", end="", flush=True)
    killing.end()
    book, seconds = killing.book, time.monotonic() - began
    print(
        f"{chr(13) if sys.stdout.isatty() else ''}{name}: {kills} kills in {seconds:.0f} s, {killing.workers} workers; "
        f"answered {book.answers['submitted']} submissions and {book.answers['acknowledged']} acknowledgements, "
        f"not answered {book.answers['none']} calls; of {len(book.made)} reports {len(book.acknowledged)} acknowledged "
        "by answers: none lost, none back, none twice"
    )


if __name__ == "__main__":
    main()
