"""Stores worlds in a database; every change raises the generation, which tells workers to read again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pacsimile_mock.clock import SECOND, Clock, ClockSetting, Instant
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.database_errors import WorldEnded
from pacsimile_mock.journal.store import JournalStore
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.orders.store import Store
from pacsimile_mock.storage.database import changes, journal, schema
from pacsimile_mock.storage.database.engine import Engine
from pacsimile_mock.storage.database.faults import SqlFaults
from pacsimile_mock.storage.database.journal import SqlJournalStore
from pacsimile_mock.storage.database.journal_outage import JournalOutage
from pacsimile_mock.storage.database.statements import Statement
from pacsimile_mock.storage.database.store import SqlStore
from pacsimile_mock.storage.registry import Changes

LOCK_GENERATION = Statement("SELECT value FROM pacsimile WHERE name = 'generation'", locks=True)
NEXT_GENERATION = """UPDATE pacsimile SET value = CAST({greatest}(CAST(value AS BIGINT) + 1, ?) AS TEXT)
    WHERE name = 'generation' RETURNING value"""
CHANGED = Statement(NEXT_GENERATION.format(greatest="MAX"), postgresql=NEXT_GENERATION.format(greatest="GREATEST"))
"""The time is a part of it, so that a database that has lost its last changes does not use their generations again."""
WORLD_CHANGED = Statement("UPDATE worlds SET changed = ? WHERE name = ? RETURNING name")
TEXT = Statement("SELECT value FROM pacsimile WHERE name = ?")
KEEP_TEXT = Statement("INSERT INTO pacsimile (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING")
REPLACE_TEXT = Statement("UPDATE pacsimile SET value = ? WHERE name = ?")
ADD_WORLD = Statement(
    """INSERT INTO worlds (name, options, clock, numbers, changed, resets, used_at)
       VALUES (?, ?, ?, 0, 0, 0, ?)"""
)
REPLACE_OPTIONS = Statement("UPDATE worlds SET options = ? WHERE name = ?")
RESET = Statement("UPDATE worlds SET resets = resets + 1 WHERE name = ? RETURNING resets")
LOCK_WORLD = Statement("SELECT name FROM worlds WHERE name = ?", locks=True)
REMOVE = tuple(
    Statement(f"DELETE FROM {table} WHERE {world} = ?")  # noqa: S608 - our own names
    for table, world in (("orders", "world"), ("reports", "world"), ("worlds", "name"))
)
"""Orders and reports have no foreign key to their world, so they are deleted here; its row is locked meanwhile."""
TOUCH = Statement("UPDATE worlds SET used_at = ? WHERE name = ?")
UNUSED = Statement("SELECT name FROM worlds WHERE used_at < ? ORDER BY name")
CLOCK = Statement("SELECT clock FROM worlds WHERE name = ?")
SET_CLOCK = Statement("UPDATE worlds SET clock = ? WHERE name = ?")
COUNT_CLIENTS = Statement("SELECT COUNT(*) FROM clients WHERE world = ?")
ADD_CLIENT = Statement(
    """INSERT INTO clients (client_id, world, place, client_secret, organization_id, scopes)
       VALUES (?, ?, ?, ?, ?, ?)"""
)
THROTTLE = Statement(
    """INSERT INTO throttled (world, client_id, status) VALUES (?, ?, ?)
       ON CONFLICT (world, client_id) DO UPDATE SET status = excluded.status"""
)
TAKE_THROTTLE = Statement("DELETE FROM throttled WHERE world = ? AND client_id = ? RETURNING status")
SAVE_TOKEN = Statement("INSERT INTO tokens (world, digest, content) VALUES (?, ?, ?)")
TOKEN = Statement("SELECT content FROM tokens WHERE world = ? AND digest = ?")
REVOKE = Statement("INSERT INTO revoked (world, digest) VALUES (?, ?) ON CONFLICT DO NOTHING")

NOTICE = SECOND // 10
"""How far ahead a freeze takes effect: longer than the commit by which the other workers learn of it."""


class SqlRegistry:
    """Stores worlds, clients, clocks and keys in a database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        was_empty = schema.migrate(engine)
        self._journal, self._journal_outage = engine.companion(), JournalOutage()
        if was_empty:  # an existing journal belongs to a database that was deleted
            schema.drop(self._journal, schema.JOURNAL, journal.NAMES)
        schema.migrate(self._journal, schema.JOURNAL)

    def generation(self) -> int:
        """Return the number that every change raises; it falls where the database has lost its last changes."""
        return self.engine.generation()

    def time(self) -> Instant:
        """Return the time that all workers on this database use."""
        return self.engine.time()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Begin a transaction or join the current one, and lock the row that every change writes.

        All changes lock in the same order, so that no deadlock occurs: this row, the world's, an order's, the queue's.
        """
        with self.engine.transaction():
            self.engine.first(LOCK_GENERATION)
            yield

    def _changed(self, world: str | None = None) -> int:
        """Raise the generation, and return it.

        Raises:
            WorldEnded: The world that was changed no longer exists.
        """
        row = self.engine.first(CHANGED, (self.time(),))
        generation = int(row[0]) if row else 0
        if world is not None and self.engine.first(WORLD_CHANGED, (generation, world)) is None:
            raise WorldEnded
        return generation

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Return the text stored under a name; the first worker to ask makes it for all."""
        stored = self._text(name)
        if stored is not None:
            return stored
        with self.transaction():
            text = self._text(name) or make()  # another worker may have made it meanwhile
            self.engine.run(KEEP_TEXT, (name, text))
        return text

    def _text(self, name: str) -> str | None:
        row = self.engine.first(TEXT, (name,))
        return None if row is None else str(row[0])

    def replace(self, name: str, text: str) -> None:
        """Replace the text stored under a name."""
        with self.transaction():
            self.engine.run(REPLACE_TEXT, (text, name))
            self._changed()

    # -- worlds

    def changes(self, since: int) -> Changes:
        """Return the worlds that were made, changed or ended since a generation."""
        return changes.changes(self.engine, since)

    def add(self, world: str, options: WorldOptions) -> None:
        """Store a new world."""
        with self.transaction():
            self.engine.run(
                ADD_WORLD,
                (world, changes.options_text(options), changes.clock_text(ClockSetting()), self.time()),
            )
            self._changed(world)

    def replace_options(self, world: str, options: WorldOptions) -> None:
        """Store the new options of a world."""
        with self.transaction():
            self.engine.run(REPLACE_OPTIONS, (changes.options_text(options), world))
            self._changed(world)

    def reset(self, world: str) -> int:
        """Record that a world was reset, and return how often it was.

        Raises:
            WorldEnded: The world no longer exists.
        """
        with self.transaction():
            row = self.engine.first(RESET, (world,))
            self._changed(world)
        return int(row[0]) if row else 0

    def remove(self, world: str) -> None:
        """Delete a world with everything in it."""
        with self.transaction():
            self.engine.first(LOCK_WORLD, (world,))
            for statement in REMOVE:
                self.engine.run(statement, (world,))
            self._changed()
        self.journal(world).end()

    def touch(self, world: str) -> None:
        """Record that a world is used now."""
        self.engine.run(TOUCH, (self.time(), world))

    def unused(self, since: Instant) -> list[str]:
        """Return the worlds that were not used since."""
        rows = self.engine.all(UNUSED, (since,))
        return [str(name) for (name,) in rows]

    def move_clock(self, world: str, clock: Clock, move: Callable[[Clock], object]) -> None:
        """Move a world's clock from where other workers have moved it, and return once all workers use the new time.

        Raises:
            WorldEnded: The world no longer exists.
        """
        with self.transaction():
            row = self.engine.first(CLOCK, (world,))
            if row is None:
                raise WorldEnded
            moved = Clock(self.time, NOTICE)
            moved.restore(changes.clock_of(row[0]))
            move(moved)
            self.engine.run(SET_CLOCK, (changes.clock_text(moved.setting), world))
            generation = self._changed(world)
        clock.restore(moved.setting, generation)
        time.sleep(moved.settles_in / SECOND)

    # -- the parts of a world

    def store(self, world: str) -> Store:
        """Return the store of a world's orders."""
        return SqlStore(self.engine, world)

    def faults(self, world: str) -> SqlFaults:
        """Return the store of a world's faults."""
        return SqlFaults(self.engine, world, self.transaction, lambda: self._changed(world))

    def journal(self, world: str) -> JournalStore:
        """Return the store of a world's journal, with the calls of all workers."""
        return SqlJournalStore(self._journal, world, outage=self._journal_outage)

    def clients(self, world: str) -> tuple[Client, ...] | None:
        """Return a world's clients as they are now."""
        return changes.clients_of(self.engine, world)

    def add_clients(self, world: str, clients: Iterable[Client]) -> None:
        """Store new clients, in their order."""
        with self.transaction():
            row = self.engine.first(COUNT_CLIENTS, (world,))
            first = int(row[0]) if row else 0
            self.engine.run_many(
                ADD_CLIENT,
                [
                    (
                        client.client_id,
                        world,
                        rank,
                        client.client_secret,
                        client.organization_id,
                        " ".join(client.scopes),
                    )
                    for rank, client in enumerate(clients, first)
                ],
            )
            self._changed(world)

    def throttle(self, world: str, client_id: str, status: int) -> None:
        """Record that a client's next call is refused."""
        with self.transaction():
            self.engine.run(THROTTLE, (world, client_id, status))
            self._changed(world)

    def take_throttle(self, world: str, client_id: str) -> bool:
        """Remove the record; return False where another worker was faster.

        The generation stays: another worker that still has the record finds no row to remove.
        """
        return self.engine.first(TAKE_THROTTLE, (world, client_id)) is not None

    # -- tokens

    def save_token(self, world: str, digest: str, content: str) -> None:
        """Store the content of an opaque token; the generation stays, since tokens are looked up in the database."""
        self.engine.run(SAVE_TOKEN, (world, digest, content))

    def token(self, world: str, digest: str) -> str | None:
        """Return the content of an opaque token; None for an unknown one."""
        row = self.engine.first(TOKEN, (world, digest))
        return None if row is None else str(row[0])

    def revoke(self, world: str, digest: str) -> None:
        """Record that a token was revoked."""
        with self.transaction():
            self.engine.run(REVOKE, (world, digest))
            self._changed(world)

    def probe(self) -> None:
        """Check that the database answers and can be written.

        Raises:
            Unavailable: It does not, or cannot.
        """
        self.engine.probe()

    def files(self) -> list[Path]:
        """Return the paths of the database's files."""
        return self.engine.files()

    def close(self) -> None:
        """Close the connections."""
        self.engine.close()
