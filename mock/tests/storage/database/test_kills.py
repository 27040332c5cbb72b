"""A server that is killed under load loses nothing and brings nothing back (BATCH-14)."""

from pathlib import Path

import pytest

from mock.tests.helpers.databases import Databases
from mock.tests.helpers.killing import Killing

KILLS = 2


@pytest.mark.parametrize(("kind", "workers"), [("sqlite", 1), ("sqlite", 2), ("postgresql", 2)])
def test_a_kill_leaves_everything_wholly_done_or_not_at_all(
    kind: str, workers: int, tmp_path: Path, databases: Databases
) -> None:
    """At any moment, with clients that list, acknowledge and submit at once; the listing's memory stays too."""
    with Killing(tmp_path, databases.empty(kind), workers) as killing:
        for _ in range(KILLS):
            killing.round()
        killing.end()
    assert killing.book.answers["acknowledged"] > 0
    assert killing.book.answers["submitted"] > 0
    assert killing.book.answers["none"] > 0
