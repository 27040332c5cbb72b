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
from pacsimile_mock.storage.database.statements import Statement

TRIMMED_EVERY = 500
"""Entries after which what is beyond the bound is dropped."""

NUMBER = Statement(
    """INSERT INTO journal_numbers (world, last) VALUES (?, 1)
    ON CONFLICT (world) DO UPDATE SET last = journal_numbers.last + 1 RETURNING last"""
)
COUNT = Statement(
    """INSERT INTO journal_counters (world, operation, status, client_id, total) VALUES (?, ?, ?, ?, 1)
    ON CONFLICT (world, operation, status, client_id) DO UPDATE SET total = journal_counters.total + 1"""
)
KEEP = Statement("INSERT INTO journal (world, number, content) VALUES (?, ?, ?)")
TRIM = Statement("DELETE FROM journal WHERE world = ? AND number <= ?")
AMEND = Statement("UPDATE journal SET content = ? WHERE world = ? AND number = ?")
LATEST = Statement("SELECT content FROM journal WHERE world = ? ORDER BY number DESC LIMIT ?")
AFTER = Statement("SELECT content FROM journal WHERE world = ? AND number > ? ORDER BY number LIMIT ?")
LAST = Statement("SELECT last FROM journal_numbers WHERE world = ?")
HOLD = Statement(LAST, locks=True)
"""As who keeps an entry does."""
COUNTERS = Statement("SELECT operation, status, client_id, total FROM journal_counters WHERE world = ?")


NAMES = ("journal", "journal_counters", "journal_numbers")
FORGET = {name: Statement(f"DELETE FROM {name} WHERE world = ?") for name in NAMES}  # noqa: S608 - our own names


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
                    KEEP,
                    (self.world, entry.number, _content(entry)),
                )
                self.engine.run(COUNT, (self.world, entry.operation or "", entry.status, entry.client_id or ""))
                if entry.number % TRIMMED_EVERY == 0:
                    self._trim(entry.number - self.bound)
        except Unavailable:
            return  # the outage was told of where it met the call itself

    def _trim(self, last: int) -> None:
        self.engine.run(TRIM, (self.world, last))

    def amend(self, entry: Entry) -> None:
        """Keep what became of an entry."""
        try:
            self.engine.run(
                AMEND,
                (_content(entry), self.world, entry.number),
            )
        except Unavailable:
            return

    def entries(self) -> Sequence[Entry]:
        """The entries that are kept, oldest first."""
        return [_entry(row[0]) for row in reversed(self.engine.all(LATEST, (self.world, self.bound)))]

    def after(self, number: int, most: int) -> Sequence[Entry]:
        """The first entries behind a number, of whichever worker."""
        return [_entry(row[0]) for row in self.engine.all(AFTER, (self.world, number, most))]

    def last(self) -> int:
        """The number of the latest entry."""
        row = self.engine.one(LAST, (self.world,))
        return int(row[0]) if row else 0

    def counters(self) -> Counter[Counted]:
        """All calls ever."""
        return Counter(
            {
                Counted(operation or None, status, client_id or None): total
                for operation, status, client_id, total in self.engine.all(COUNTERS, (self.world,))
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
            self.engine.one(HOLD, (self.world,))
            for table in tables:
                self.engine.run(FORGET[table], (self.world,))


def _content(entry: Entry) -> str:
    return orjson.dumps({**asdict(entry), "parameters": dict(entry.parameters)}).decode()


def _entry(content: str) -> Entry:
    fields: Mapping[str, Any] = orjson.loads(content)
    return Entry(**fields)
