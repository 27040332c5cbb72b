"""Journals in memory and in a database keep the same: numbers, counters, bounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pacsimile_mock.journal.keeper import Counted, Keeper, MemoryKeeper
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.storage.database import schema
from pacsimile_mock.storage.database.keeper import TRIMMED_EVERY, SqlKeeper
from pacsimile_mock.storage.database.sqlite import SqliteEngine
from pacsimile_mock.storage.database.statements import Statement


def entry(status: int = 200, client_id: str | None = "viewer") -> Entry:
    return Entry(0, 1, "id", "GET", "getStatus", client_id, {"order_id": "ORD-1"}, status, None, 5, 10)


@pytest.fixture(params=["memory", "sqlite"])
def keeper(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Keeper]:
    """A keeper with room for three entries."""
    if request.param == "memory":
        yield MemoryKeeper(bound=3)
        return
    engine = SqliteEngine(tmp_path / "journal.db")
    schema.migrate(engine, schema.JOURNAL)
    schema.migrate(engine, schema.JOURNAL)  # the second worker finds the tables
    yield SqlKeeper(engine, "w", bound=3)
    engine.close()


def test_entries_come_back_as_they_were_kept(keeper: Keeper) -> None:
    """Oldest first, numbered, amended where the client got less."""
    for status in (200, 404):
        keeper.keep(entry(status))
    last = keeper.entries()[-1]
    last.delivered = False
    keeper.amend(last)
    assert [(one.number, one.status, one.delivered) for one in keeper.entries()] == [(1, 200, True), (2, 404, False)]
    assert dict(keeper.entries()[0].parameters) == {"order_id": "ORD-1"}


def test_the_oldest_go_and_the_counters_stay(keeper: Keeper) -> None:
    """Within the bound the latest are kept; all are counted."""
    for n in range(7):
        keeper.keep(entry(200 if n % 2 else 401, None if n % 2 == 0 else "viewer"))
    assert [one.number for one in keeper.entries()] == [5, 6, 7]
    assert keeper.counters() == {Counted("getStatus", 200, "viewer"): 3, Counted("getStatus", 401, None): 4}


def test_clearing_counts_anew_and_numbers_on(keeper: Keeper) -> None:
    """Counters begin at nought, and no number stands for two calls."""
    keeper.keep(entry())
    keeper.clear()
    assert list(keeper.entries()) == []
    assert keeper.last() == 1
    keeper.keep(entry())
    assert keeper.entries()[0].number == 2
    assert sum(keeper.counters().values()) == 1


def test_what_came_after_a_number_is_found(keeper: Keeper) -> None:
    """In order, at most so many, without those that were dropped."""
    assert keeper.last() == 0
    for _ in range(5):
        keeper.keep(entry())
    assert [one.number for one in keeper.after(3, 10)] == [4, 5]
    assert [one.number for one in keeper.after(3, 1)] == [4]
    assert keeper.after(5, 10) == []


def test_two_workers_write_one_journal(tmp_path: Path) -> None:
    """What one kept the other finds, numbered on."""
    engines = [SqliteEngine(tmp_path / "journal.db") for _ in range(2)]
    schema.migrate(engines[0], schema.JOURNAL)
    keepers = [SqlKeeper(engine, "w") for engine in engines]
    for one in keepers:
        one.keep(entry())
    assert [one.number for one in keepers[0].entries()] == [1, 2]
    for engine in engines:
        engine.close()


def test_what_is_beyond_the_bound_is_dropped_from_the_file(tmp_path: Path) -> None:
    """The table does not grow for ever."""
    engine = SqliteEngine(tmp_path / "journal.db")
    schema.migrate(engine, schema.JOURNAL)
    keeper = SqlKeeper(engine, "w", bound=10)
    for _ in range(TRIMMED_EVERY + 3):
        keeper.keep(entry())
    rows = engine.one(Statement("SELECT COUNT(*) FROM journal"))
    assert rows is not None
    assert rows[0] == 13
    engine.close()


def test_the_bytes_of_a_journal_in_memory_are_bounded() -> None:
    """Entries of calls that send as much as is shown are a hundred times as large as others: fewer of them are kept."""
    keeper = MemoryKeeper(bound=10_000, bound_bytes=64 * 1024)
    for number in range(500):
        large = entry()
        large.parameters = {f"name-{number}-{n}": "x" * 200 for n in range(50)}
        keeper.keep(large)
    kept = keeper.entries()
    assert 0 < len(kept) < 10
    assert sum(one.weight for one in kept) == keeper.weight <= 64 * 1024
    assert kept[-1].number == sum(keeper.counters().values()) == 500
