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
from pacsimile_mock.storage.database.statements import Statement
from pacsimile_mock.storage.database.store import SqlStore
from pacsimile_mock.storage.registry import Changes

HOLD = Statement("SELECT value FROM pacsimile WHERE name = 'generation'", locks=True)
CHANGED = Statement(
    """UPDATE pacsimile SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT)
       WHERE name = 'generation' RETURNING value"""
)
WORLD_CHANGED = Statement("UPDATE worlds SET changed = ? WHERE name = ? RETURNING name")
TEXT = Statement("SELECT value FROM pacsimile WHERE name = ?")
KEEP_TEXT = Statement("INSERT INTO pacsimile (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING")
REPLACE_TEXT = Statement("UPDATE pacsimile SET value = ? WHERE name = ?")
ADD_WORLD = Statement(
    """INSERT INTO worlds (name, options, clock, numbers, changed, resets, used_at)
       VALUES (?, ?, ?, 0, 0, 0, ?)"""
)
REPLACE_OPTIONS = Statement("UPDATE worlds SET options = ? WHERE name = ?")
RESET = Statement("UPDATE worlds SET resets = resets + 1 WHERE name = ?")
HOLD_WORLD = Statement("SELECT name FROM worlds WHERE name = ?", locks=True)
REMOVE = tuple(
    Statement(f"DELETE FROM {table} WHERE {world} = ?")  # noqa: S608 - our own names
    for table, world in (("orders", "world"), ("reports", "world"), ("worlds", "name"))
)
"""Rows of orders and reports name no world that is looked up: they are written while the world's own row is held."""
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
            self.engine.one(HOLD)
            yield

    def _changed(self, world: str | None = None) -> int:
        """Raise the generation, and give it; WorldEnded where the world that was changed is not there any more."""
        row = self.engine.one(CHANGED)
        generation = int(row[0]) if row else 0
        if world is not None and self.engine.one(WORLD_CHANGED, (generation, world)) is None:
            raise WorldEnded
        return generation

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Give the text kept under a name; the first to ask makes it, for all."""
        known = self._text(name)
        if known is not None:
            return known
        with self.transaction():
            text = self._text(name) or make()  # another may have been the first meanwhile
            self.engine.run(KEEP_TEXT, (name, text))
        return text

    def _text(self, name: str) -> str | None:
        row = self.engine.one(TEXT, (name,))
        return None if row is None else str(row[0])

    def replace(self, name: str, text: str) -> None:
        """Keep another text under a name that `recall` knows."""
        with self.transaction():
            self.engine.run(REPLACE_TEXT, (text, name))
            self._changed()

    # -- worlds

    def changes(self, since: int) -> Changes:
        """The worlds that were made, changed or ended since a generation."""
        return changes.changes(self.engine, since)

    def add(self, world: str, options: WorldOptions) -> None:
        """Keep a new world."""
        with self.transaction():
            self.engine.run(
                ADD_WORLD,
                (world, changes.options_text(options), changes.clock_text(ClockSetting()), self.time()),
            )
            self._changed(world)

    def replace_options(self, world: str, options: WorldOptions) -> None:
        """Keep that a world is made of something else now."""
        with self.transaction():
            self.engine.run(REPLACE_OPTIONS, (changes.options_text(options), world))
            self._changed(world)

    def reset(self, world: str) -> None:
        """Keep that a world was begun anew."""
        with self.transaction():
            self.engine.run(RESET, (world,))
            self._changed(world)

    def remove(self, world: str) -> None:
        """Forget a world and all that is in it."""
        with self.transaction():
            self.engine.one(HOLD_WORLD, (world,))
            for statement in REMOVE:
                self.engine.run(statement, (world,))
            self._changed()
        self.keeper(world).end()

    def touch(self, world: str) -> None:
        """Keep that a world was used just now."""
        self.engine.run(TOUCH, (self.time(), world))

    def unused(self, since: Instant) -> list[str]:
        """The worlds that were not used since."""
        rows = self.engine.all(UNUSED, (since,))
        return [str(name) for (name,) in rows]

    def move_clock(self, world: str, clock: Clock, move: Callable[[Clock], object]) -> None:
        """Move a world's clock, from wherever another worker has moved it meanwhile, and return once all go by it."""
        with self.transaction():
            row = self.engine.one(CLOCK, (world,))
            if row is None:
                raise WorldEnded
            moved = Clock(self.time, NOTICE)
            moved.restore(changes.clock_of(row[0]))
            move(moved)
            self.engine.run(SET_CLOCK, (changes.clock_text(moved.setting), world))
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
            row = self.engine.one(COUNT_CLIENTS, (world,))
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
        """Keep that a client's next call is refused."""
        with self.transaction():
            self.engine.run(
                THROTTLE,
                (world, client_id, status),
            )
            self._changed(world)

    def take_throttle(self, world: str, client_id: str) -> bool:
        """Forget it; False where another worker was faster. Nobody must look again: who comes later finds nothing."""
        return self.engine.one(TAKE_THROTTLE, (world, client_id)) is not None

    # -- tokens

    def save_token(self, world: str, digest: str, content: str) -> None:
        """Keep what an opaque token stands for: looked up by its digest, so nobody must look again."""
        self.engine.run(SAVE_TOKEN, (world, digest, content))

    def token(self, world: str, digest: str) -> str | None:
        """What an opaque token stands for."""
        row = self.engine.one(TOKEN, (world, digest))
        return None if row is None else str(row[0])

    def revoke(self, world: str, digest: str) -> None:
        """Keep that a token was revoked."""
        with self.transaction():
            self.engine.run(REVOKE, (world, digest))
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
