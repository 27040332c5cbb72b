"""A server that is killed under load loses nothing and brings nothing back (BATCH-14)."""

from pathlib import Path

import pytest

from mock.tests.helpers.databases import Databases
from mock.tests.helpers.killing import Killing


@pytest.mark.parametrize(("kind", "workers", "kills"), [("sqlite", 1, 2), ("sqlite", 2, 2), ("postgresql", 2, 1)])
def test_a_kill_leaves_everything_wholly_done_or_not_at_all(
    kind: str, workers: int, kills: int, tmp_path: Path, databases: Databases
) -> None:
    """At any moment, with clients that list, acknowledge and submit at once; the listing's memory stays too.

    `scripts/several_hosts/history.py` kills hosts on a PostgreSQL many times.
    """
    with Killing(tmp_path, databases.empty(kind), workers) as killing:
        for _ in range(kills):
            killing.round()
        killing.end()
    assert killing.book.answers["acknowledged"] > 0
    assert killing.book.answers["submitted"] > 0
    assert killing.book.answers["none"] > 0
