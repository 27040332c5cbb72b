"""A world's journal in a database: what every worker answered is in it.

It has an engine of its own, which does not wait for the disk: a call's entry is worth less than its time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson

from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.journal.keeper import BOUND, Counted
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.storage.database.engine import Engine

TRIMMED_EVERY = 500
"""Entries after which what is beyond the bound is dropped."""

NUMBER = """INSERT INTO journal_numbers (world, last) VALUES (?, 1)
    ON CONFLICT (world) DO UPDATE SET last = journal_numbers.last + 1 RETURNING last"""
COUNT = """INSERT INTO journal_counters (world, operation, status, client_id, total) VALUES (?, ?, ?, ?, 1)
    ON CONFLICT (world, operation, status, client_id) DO UPDATE SET total = journal_counters.total + 1"""


NAMES = ("journal", "journal_counters", "journal_numbers")


class SqlKeeper:
    """Keeps the entries of one world. Numbers are given one transaction after the other: none becomes visible late."""

    shared = True

    def __init__(self, engine: Engine, world: str, bound: int = BOUND) -> None:
        self.engine = engine
        self.world = world
        self.bound = bound

    def keep(self, entry: Entry) -> None:
        """Keep an entry, and give it its number; while the database does not answer, the call goes on without."""
        try:
            with self.engine.transaction():
                row = self.engine.one(NUMBER, (self.world,))
                entry.number = int(row[0]) if row else 0
                self.engine.run(
                    "INSERT INTO journal (world, number, content) VALUES (?, ?, ?)",
                    (self.world, entry.number, _content(entry)),
                )
                self.engine.run(COUNT, (self.world, entry.operation or "", entry.status, entry.client_id or ""))
                if entry.number % TRIMMED_EVERY == 0:
                    self._trim(entry.number - self.bound)
        except Unavailable:
            return  # the outage was told of where it met the call itself

    def _trim(self, last: int) -> None:
        self.engine.run("DELETE FROM journal WHERE world = ? AND number <= ?", (self.world, last))

    def amend(self, entry: Entry) -> None:
        """Keep what became of an entry."""
        try:
            self.engine.run(
                "UPDATE journal SET content = ? WHERE world = ? AND number = ?",
                (_content(entry), self.world, entry.number),
            )
        except Unavailable:
            return

    def entries(self) -> Sequence[Entry]:
        """The entries that are kept, oldest first."""
        statement = "SELECT content FROM journal WHERE world = ? ORDER BY number DESC LIMIT ?"
        return [_entry(row[0]) for row in reversed(self.engine.all(statement, (self.world, self.bound)))]

    def after(self, number: int, most: int) -> Sequence[Entry]:
        """The first entries behind a number, of whichever worker."""
        statement = "SELECT content FROM journal WHERE world = ? AND number > ? ORDER BY number LIMIT ?"
        return [_entry(row[0]) for row in self.engine.all(statement, (self.world, number, most))]

    def last(self) -> int:
        """The number of the latest entry."""
        row = self.engine.one("SELECT last FROM journal_numbers WHERE world = ?", (self.world,))
        return int(row[0]) if row else 0

    def counters(self) -> Counter[Counted]:
        """All calls ever."""
        statement = "SELECT operation, status, client_id, total FROM journal_counters WHERE world = ?"
        return Counter(
            {
                Counted(operation or None, status, client_id or None): total
                for operation, status, client_id, total in self.engine.all(statement, (self.world,))
            }
        )

    def clear(self) -> None:
        """Forget all; the numbers go on."""
        self._forget("journal", "journal_counters")

    def end(self) -> None:
        """Leave nothing behind."""
        self._forget(*NAMES)

    def _forget(self, *tables: str) -> None:
        with self.engine.transaction():
            self.engine.held("SELECT last FROM journal_numbers WHERE world = ?", (self.world,))  # as who keeps one does
            for table in tables:
                self.engine.run(f"DELETE FROM {table} WHERE world = ?", (self.world,))  # noqa: S608 - our own names


def _content(entry: Entry) -> str:
    return orjson.dumps({**asdict(entry), "parameters": dict(entry.parameters)}).decode()


def _entry(content: str) -> Entry:
    told: Mapping[str, Any] = orjson.loads(content)
    return Entry(**told)
