"""Worlds in a database: every change raises the generation, by which workers see that they must look again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pacsimile_mock.clock import SECOND, Clock, ClockSetting, Instant
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.database_errors import WorldEnded
from pacsimile_mock.journal.keeper import Keeper
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.orders.store import Store
from pacsimile_mock.storage.database import changes, keeper, schema
from pacsimile_mock.storage.database.engine import Engine
from pacsimile_mock.storage.database.faults import SqlFaults
from pacsimile_mock.storage.database.keeper import SqlKeeper
from pacsimile_mock.storage.database.store import SqlStore
from pacsimile_mock.storage.registry import Changes

NOTICE = SECOND // 10
"""How far ahead a freeze takes effect: longer than a commit takes, by which the other workers learn of it."""


class SqlRegistry:
    """Keeps worlds, clients, clocks and keys in a database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        was_empty = schema.migrate(engine)
        self._journal = engine.beside()
        if was_empty:  # a journal that is there is that of a database that is no more
            schema.forget(self._journal, schema.JOURNAL, keeper.NAMES)
        schema.migrate(self._journal, schema.JOURNAL)

    def generation(self) -> int:
        """The number that every change raises."""
        return self.engine.generation()

    def time(self) -> Instant:
        """The time that all workers on this database go by."""
        return self.engine.time()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Begin a transaction of the database, or join the one under way, and hold the row that every change writes.

        Who changes anything takes it first, then the world's row, then an order's, then the queue's: nobody waits for
        who waits for him.
        """
        with self.engine.transaction():
            self.engine.held("SELECT value FROM pacsimile WHERE name = 'generation'")
            yield

    def _changed(self, world: str | None = None) -> int:
        """Raise the generation, and give it; WorldEnded where the world that was changed is not there any more."""
        row = self.engine.one(
            """UPDATE pacsimile SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT)
               WHERE name = 'generation' RETURNING value"""
        )
        generation = int(row[0]) if row else 0
        if world is not None:
            statement = "UPDATE worlds SET changed = ? WHERE name = ? RETURNING name"
            if self.engine.one(statement, (generation, world)) is None:
                raise WorldEnded
        return generation

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Give the text kept under a name; the first to ask makes it, for all."""
        known = self._text(name)
        if known is not None:
            return known
        with self.transaction():
            text = self._text(name) or make()  # another may have been the first meanwhile
            self.engine.run("INSERT INTO pacsimile (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, text))
        return text

    def _text(self, name: str) -> str | None:
        row = self.engine.one("SELECT value FROM pacsimile WHERE name = ?", (name,))
        return None if row is None else str(row[0])

    def replace(self, name: str, text: str) -> None:
        """Keep another text under a name that `recall` knows."""
        with self.transaction():
            self.engine.run("UPDATE pacsimile SET value = ? WHERE name = ?", (text, name))
            self._changed()

    # -- worlds

    def changes(self, since: int) -> Changes:
        """The worlds that were made, changed or ended since a generation."""
        return changes.changes(self.engine, since)

    def add(self, world: str, options: WorldOptions) -> None:
        """Keep a new world."""
        with self.transaction():
            self.engine.run(
                """INSERT INTO worlds (name, options, clock, numbers, changed, resets, used_at)
                   VALUES (?, ?, ?, 0, 0, 0, ?)""",
                (world, changes.options_text(options), changes.clock_text(ClockSetting()), self.time()),
            )
            self._changed(world)

    def replace_options(self, world: str, options: WorldOptions) -> None:
        """Keep that a world is made of something else now."""
        with self.transaction():
            self.engine.run("UPDATE worlds SET options = ? WHERE name = ?", (changes.options_text(options), world))
            self._changed(world)

    def reset(self, world: str) -> None:
        """Keep that a world was begun anew."""
        with self.transaction():
            self.engine.run("UPDATE worlds SET resets = resets + 1 WHERE name = ?", (world,))
            self._changed(world)

    def remove(self, world: str) -> None:
        """Forget a world and all that is in it."""
        with self.transaction():
            self.engine.held("SELECT name FROM worlds WHERE name = ?", (world,))
            for table in schema.IN_BULK:
                self.engine.run(f"DELETE FROM {table} WHERE world = ?", (world,))  # noqa: S608 - our own names
            self.engine.run("DELETE FROM worlds WHERE name = ?", (world,))
            self._changed()
        self.keeper(world).end()

    def touch(self, world: str) -> None:
        """Keep that a world was used just now."""
        self.engine.run("UPDATE worlds SET used_at = ? WHERE name = ?", (self.time(), world))

    def unused(self, since: Instant) -> list[str]:
        """The worlds that were not used since."""
        rows = self.engine.all("SELECT name FROM worlds WHERE used_at < ? ORDER BY name", (since,))
        return [str(name) for (name,) in rows]

    def move_clock(self, world: str, clock: Clock, move: Callable[[Clock], object]) -> None:
        """Move a world's clock, from wherever another worker has moved it meanwhile, and return once all go by it."""
        with self.transaction():
            row = self.engine.one("SELECT clock FROM worlds WHERE name = ?", (world,))
            if row is None:
                raise WorldEnded
            moved = Clock(self.time, NOTICE)
            moved.restore(changes.clock_of(row[0]))
            move(moved)
            self.engine.run("UPDATE worlds SET clock = ? WHERE name = ?", (changes.clock_text(moved.setting), world))
            generation = self._changed(world)
        clock.restore(moved.setting, generation)
        time.sleep(moved.settles_in / SECOND)

    # -- what belongs to a world

    def store(self, world: str) -> Store:
        """The store of a world's orders."""
        return SqlStore(self.engine, world)

    def faults(self, world: str) -> SqlFaults:
        """The store of a world's faults."""
        return SqlFaults(self.engine, world, self.transaction, lambda: self._changed(world))

    def keeper(self, world: str) -> Keeper:
        """The journal of a world, of all workers' calls."""
        return SqlKeeper(self._journal, world)

    def clients(self, world: str) -> tuple[Client, ...] | None:
        """A world's clients as they are now."""
        return changes.clients_of(self.engine, world)

    def add_clients(self, world: str, clients: Iterable[Client]) -> None:
        """Keep new clients, in their order."""
        with self.transaction():
            row = self.engine.one("SELECT COUNT(*) FROM clients WHERE world = ?", (world,))
            first = int(row[0]) if row else 0
            self.engine.run_many(
                """INSERT INTO clients (client_id, world, place, client_secret, organization_id, scopes)
                   VALUES (?, ?, ?, ?, ?, ?)""",
                [
                    (one.client_id, world, first + n, one.client_secret, one.organization_id, " ".join(one.scopes))
                    for n, one in enumerate(clients)
                ],
            )
            self._changed(world)

    def throttle(self, world: str, client_id: str, status: int) -> None:
        """Keep that a client's next call is refused."""
        with self.transaction():
            self.engine.run(
                """INSERT INTO throttled (world, client_id, status) VALUES (?, ?, ?)
                   ON CONFLICT (world, client_id) DO UPDATE SET status = excluded.status""",
                (world, client_id, status),
            )
            self._changed(world)

    def take_throttle(self, world: str, client_id: str) -> bool:
        """Forget it; False where another worker was faster. Nobody must look again: who comes later finds nothing."""
        statement = "DELETE FROM throttled WHERE world = ? AND client_id = ? RETURNING status"
        return self.engine.one(statement, (world, client_id)) is not None

    # -- tokens

    def save_token(self, world: str, digest: str, content: str) -> None:
        """Keep what an opaque token stands for: looked up by its digest, so nobody must look again."""
        self.engine.run("INSERT INTO tokens (world, digest, content) VALUES (?, ?, ?)", (world, digest, content))

    def token(self, world: str, digest: str) -> str | None:
        """What an opaque token stands for."""
        row = self.engine.one("SELECT content FROM tokens WHERE world = ? AND digest = ?", (world, digest))
        return None if row is None else str(row[0])

    def revoke(self, world: str, digest: str) -> None:
        """Keep that a token was revoked."""
        with self.transaction():
            self.engine.run("INSERT INTO revoked (world, digest) VALUES (?, ?) ON CONFLICT DO NOTHING", (world, digest))
            self._changed(world)

    def probe(self) -> None:
        """Raise Unavailable where the database does not answer, or takes no changes."""
        self.engine.probe()

    def files(self) -> list[Path]:
        """Name the files that this is kept in."""
        return self.engine.files()

    def close(self) -> None:
        """Close the connections."""
        self.engine.close()
