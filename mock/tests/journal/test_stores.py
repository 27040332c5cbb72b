"""Journals in memory and in a database keep the same: numbers, counters, bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mock.tests.helpers.databases import KINDS, Databases, engine_of
from pacsimile_advice.calls import ReportMention
from pacsimile_mock.exchange import Seen
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.store import CounterKey, JournalStore, MemoryJournalStore
from pacsimile_mock.storage.database import schema
from pacsimile_mock.storage.database.journal import TRIMMED_EVERY, SqlJournalStore
from pacsimile_mock.storage.database.sqlite import SqliteEngine
from pacsimile_mock.storage.database.statements import Statement


def entry(status: int = 200, client_id: str | None = "viewer") -> Entry:
    return Entry(0, 1, "id", "GET", "getStatus", client_id, {"order_id": "ORD-1"}, status, None, 5, 10)


@pytest.fixture(params=["memory", *KINDS])
def store(request: pytest.FixtureRequest, databases: Databases) -> Iterator[JournalStore]:
    """A store with room for three entries."""
    if request.param == "memory":
        yield MemoryJournalStore(bound=3)
        return
    engine = engine_of(databases.empty(request.param))
    schema.migrate(engine, schema.JOURNAL)
    schema.migrate(engine, schema.JOURNAL)  # the second worker finds the tables
    yield SqlJournalStore(engine, "w", bound=3)
    engine.close()


def test_entries_come_back_as_they_were_kept(store: JournalStore) -> None:
    """Oldest first, numbered, amended where the client got less."""
    for status in (200, 404):
        store.add(entry(status))
    last = store.entries()[-1]
    last.delivered = False
    store.update(last)
    assert [(one.number, one.status, one.delivered) for one in store.entries()] == [(1, 200, True), (2, 404, False)]
    assert dict(store.entries()[0].parameters) == {"order_id": "ORD-1"}


def test_the_oldest_go_and_the_counters_stay(store: JournalStore) -> None:
    """Within the bound the latest are kept; all are counted."""
    for n in range(7):
        store.add(entry(200 if n % 2 else 401, None if n % 2 == 0 else "viewer"))
    assert [one.number for one in store.entries()] == [5, 6, 7]
    assert store.counters() == {CounterKey("getStatus", 200, "viewer"): 3, CounterKey("getStatus", 401, None): 4}


def test_clearing_counts_anew_and_numbers_on(store: JournalStore) -> None:
    """Counters begin at nought, and no number stands for two calls."""
    store.add(entry())
    store.clear()
    assert list(store.entries()) == []
    assert store.last() == 1
    store.add(entry())
    assert store.entries()[0].number == 2
    assert sum(store.counters().values()) == 1


def test_what_came_after_a_number_is_found(store: JournalStore) -> None:
    """In order, at most so many, without those that were dropped."""
    assert store.last() == 0
    for _ in range(5):
        store.add(entry())
    assert [one.number for one in store.after(3, 10)] == [4, 5]
    assert [one.number for one in store.after(3, 1)] == [4]
    assert store.after(5, 10) == []


def test_postgresql_adds_an_entry_by_one_statement(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """No other worker waits for a number while this one's threads run between statements."""
    engine = engine_of(databases.empty("postgresql"))
    schema.migrate(engine, schema.JOURNAL)
    store = SqlJournalStore(engine, "w")
    taken: list[object] = []
    monkeypatch.setattr(engine, "in_dialect", lambda statement: taken.append(statement) or statement.format_style)
    monkeypatch.setattr(engine, "begin", taken.append)
    store.add(entry())
    assert len(taken) == 1
    assert [(one.number, one.status) for one in store.entries()] == [(1, 200)]
    engine.close()


def test_two_workers_write_one_journal(tmp_path: Path) -> None:
    """What one kept the other finds, numbered on."""
    engines = [SqliteEngine(tmp_path / "journal.db") for _ in range(2)]
    schema.migrate(engines[0], schema.JOURNAL)
    stores = [SqlJournalStore(engine, "w") for engine in engines]
    for one in stores:
        one.add(entry())
    assert [one.number for one in stores[0].entries()] == [1, 2]
    for engine in engines:
        engine.close()


def test_what_is_beyond_the_bound_is_dropped_from_the_file(tmp_path: Path) -> None:
    """The table does not grow for ever."""
    engine = SqliteEngine(tmp_path / "journal.db")
    schema.migrate(engine, schema.JOURNAL)
    store = SqlJournalStore(engine, "w", bound=10)
    for _ in range(TRIMMED_EVERY + 3):
        store.add(entry())
    rows = engine.first(Statement("SELECT COUNT(*) FROM journal"))
    assert rows is not None
    assert rows[0] == 13
    engine.close()


def test_the_bytes_of_a_journal_in_memory_are_bounded() -> None:
    """Entries of calls that send as much as is shown are a hundred times as large as others: fewer of them are kept."""
    store = MemoryJournalStore(bound=10_000, bound_bytes=64 * 1024)
    for number in range(500):
        large = entry()
        large.parameters = {f"name-{number}-{n}": "x" * 200 for n in range(50)}
        store.add(large)
    kept = store.entries()
    assert 0 < len(kept) < 10
    assert sum(one.weight for one in kept) == store.weight <= 64 * 1024
    assert kept[-1].number == sum(store.counters().values()) == 500


def test_a_very_long_listing_pushes_no_other_call_out() -> None:
    """It is kept without its reports, and the store says so until it is cleared."""
    store = MemoryJournalStore()
    store.add(entry())
    seen = Seen()
    seen.reports = [ReportMention(f"report-{number}") for number in range(100_000)]
    store.add(replace(entry(), observed=seen))
    kept = [None if one.observed is None else one.observed.reports for one in store.entries()]
    assert (kept, store.shortened) == ([None, []], True)
    assert len(seen.reports) == 0 and store.weight == sum(one.weight for one in store.entries())
    store.clear()
    assert not store.shortened
