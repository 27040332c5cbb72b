"""Stores a world's journal in a database, with the calls of all workers.

It has an engine of its own that does not wait for the disk, since speed matters more than a lost entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import orjson

from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.journal.model import Entry, Observed
from pacsimile_mock.journal.observation import settle
from pacsimile_mock.journal.store import BOUND, CounterKey
from pacsimile_mock.storage.database.engine import Engine
from pacsimile_mock.storage.database.journal_outage import JournalOutage
from pacsimile_mock.storage.database.statements import Statement

TRIMMED_EVERY = 500
"""Entries after which those beyond the bound are dropped."""

NUMBER = Statement(
    """INSERT INTO journal_numbers (world, last) VALUES (?, ?)
    ON CONFLICT (world) DO UPDATE SET last = journal_numbers.last + excluded.last RETURNING last"""
)
COUNT = Statement(
    """INSERT INTO journal_counters (world, operation, status, client_id, total) VALUES (?, ?, ?, ?, 1)
    ON CONFLICT (world, operation, status, client_id) DO UPDATE SET total = journal_counters.total + 1"""
)
ADD = Statement("INSERT INTO journal (world, number, content) VALUES (?, ?, ?)")
ADD_AT_ONCE = Statement(
    f"""WITH numbered AS ({NUMBER}), counted AS ({COUNT})
    INSERT INTO journal (world, number, content) SELECT ?, last, '{{"number":' || last || ',' || ? FROM numbered
    RETURNING number"""  # noqa: S608 - statements of this module
)
"""`NUMBER`, `COUNT` and `ADD` as one statement, for PostgreSQL. There all workers wait while one has the number locked:
between its statements it must not wait for its own threads. The content comes without its first member, the number."""
TRIM = Statement("DELETE FROM journal WHERE world = ? AND number <= ?")
UPDATE = Statement("UPDATE journal SET content = ? WHERE world = ? AND number = ?")
LATEST = Statement("SELECT content FROM journal WHERE world = ? ORDER BY number DESC LIMIT ?")
AFTER = Statement("SELECT content FROM journal WHERE world = ? AND number > ? ORDER BY number LIMIT ?")
LAST = Statement("SELECT last FROM journal_numbers WHERE world = ?")
LOCK_NUMBERS = Statement(LAST, locks=True)
"""Locks the row that `add` locks too."""
COUNTERS = Statement("SELECT operation, status, client_id, total FROM journal_counters WHERE world = ?")
REFUSED = 503
"""The status of a call that the outage itself refuses."""

NAMES = ("journal", "journal_counters", "journal_numbers")
DELETE = {name: Statement(f"DELETE FROM {name} WHERE world = ?") for name in NAMES}  # noqa: S608 - our own names


class SqlJournalStore:
    """Stores the entries of one world.

    Numbers are assigned in one transaction after the other, so that no entry appears after one with a higher number.
    """

    shared = True
    shortened = False

    def __init__(self, engine: Engine, world: str, bound: int = BOUND, outage: JournalOutage | None = None) -> None:
        self.engine = engine
        self.outage = outage or JournalOutage()
        self.world = world
        self.bound = bound

    @property
    def behind(self) -> bool:
        """Whether calls of this process are missing that no gap in the numbers shows yet."""
        return self.outage.unseen(self.world)

    def add(self, entry: Entry) -> None:
        """Store an entry, and set its number; 0 while the database does not answer."""
        step = 1 + self.outage.take_owed(self.world)
        try:
            if self.engine.dialect == "postgresql":
                self._add_at_once(entry, step)
            else:
                self._add_in_steps(entry, step)
        except Unavailable as error:
            entry.number = 0  # of no other entry, if this one is amended
            self.outage.missed(self.world, step, error, served=entry.status != REFUSED)
            return
        self.outage.ended(self.world, left_free=step - 1)
        if entry.number % TRIMMED_EVERY == 0:
            self._trim(entry.number - self.bound)

    def _add_at_once(self, entry: Entry, step: int) -> None:
        fields = _fields(entry)
        del fields["number"]
        content = orjson.dumps(fields).decode().removeprefix("{")
        row = self.engine.first(ADD_AT_ONCE, (self.world, step, *self._counted(entry), self.world, content))
        assert row is not None, "an INSERT without a conflict returns its row"
        entry.number = int(row[0])

    def _add_in_steps(self, entry: Entry, step: int) -> None:
        with self.engine.transaction():
            row = self.engine.first(NUMBER, (self.world, step))
            entry.number = int(row[0]) if row else 0
            self.engine.run(ADD, (self.world, entry.number, _content(entry)))
            self.engine.run(COUNT, self._counted(entry))

    def _counted(self, entry: Entry) -> tuple[Any, ...]:
        return self.world, entry.operation or "", entry.status, entry.client_id or ""

    def _trim(self, last: int) -> None:
        with suppress(Unavailable):  # the next time drops these too
            self.engine.run(TRIM, (self.world, last))

    def update(self, entry: Entry) -> None:
        """Store the changes of an entry."""
        try:
            self.engine.run(UPDATE, (_content(entry), self.world, entry.number))
        except Unavailable:
            return

    def entries(self) -> Sequence[Entry]:
        """Return the latest entries up to the bound, oldest first."""
        return [_entry(row[0]) for row in reversed(self.engine.all(LATEST, (self.world, self.bound)))]

    def after(self, number: int, most: int) -> Sequence[Entry]:
        """Return the first `most` entries of all workers after a number."""
        return [_entry(row[0]) for row in self.engine.all(AFTER, (self.world, number, most))]

    def last(self) -> int:
        """Return the number of the latest entry."""
        row = self.engine.first(LAST, (self.world,))
        return int(row[0]) if row else 0

    def counters(self) -> Counter[CounterKey]:
        """Count all calls ever, by operation, status and client."""
        return Counter(
            {
                CounterKey(operation or None, status, client_id or None): total
                for operation, status, client_id, total in self.engine.all(COUNTERS, (self.world,))
            }
        )

    def clear(self) -> None:
        """Delete all entries and counters; numbers continue."""
        self._delete("journal", "journal_counters")

    def end(self) -> None:
        """Delete everything of the world."""
        self.outage.forget(self.world)
        self._delete(*NAMES)

    def _delete(self, *tables: str) -> None:
        with self.engine.transaction():
            self.engine.first(LOCK_NUMBERS, (self.world,))
            for table in tables:
                self.engine.run(DELETE[table], (self.world,))


def _content(entry: Entry) -> str:
    return orjson.dumps(_fields(entry)).decode()


def _fields(entry: Entry) -> dict[str, Any]:
    return {**asdict(settle(entry)), "parameters": dict(entry.parameters)}


def _entry(content: str) -> Entry:
    fields: dict[str, Any] = orjson.loads(content)
    observed = fields.pop("observed", None)
    return Entry(**fields, observed=None if observed is None else Observed(**observed))
