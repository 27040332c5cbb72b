"""Worlds in a database: every change raises the generation, by which workers see that they must look again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict

import orjson

from pacsimile_mock.clock import ClockSetting
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.database import schema
from pacsimile_mock.database.engine import Engine
from pacsimile_mock.database.faults import SqlFaults
from pacsimile_mock.database.store import SqlStore
from pacsimile_mock.journal.keeper import Keeper, MemoryKeeper
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.registry import SavedWorld
from pacsimile_mock.store import Store


class SqlRegistry:
    """Keeps worlds, clients, clocks and keys in a database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        schema.prepare(engine)

    def generation(self) -> int:
        """The number that every change raises."""
        row = self.engine.one("SELECT value FROM pacsimile WHERE name = 'generation'")
        return int(row[0]) if row else 0

    def transaction(self) -> AbstractContextManager[None]:
        """Begin a transaction of the database, or join the one under way."""
        return self.engine.transaction()

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Give the text kept under a name; the first to ask makes it, for all."""
        with self.transaction():
            self._lock()
            row = self.engine.one("SELECT value FROM pacsimile WHERE name = ?", (name,))
            if row is None:
                row = (make(),)
                self.engine.run("INSERT INTO pacsimile (name, value) VALUES (?, ?)", (name, row[0]))
        return str(row[0])

    def _lock(self) -> None:
        """Hold the row that every change writes: changes come one after the other."""
        self.engine.run("UPDATE pacsimile SET value = value WHERE name = 'generation'")

    def _changed(self) -> None:
        self.engine.run(
            "UPDATE pacsimile SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE name = 'generation'"
        )

    def worlds(self) -> dict[str, SavedWorld]:
        """All worlds, as they are at one instant."""
        with self.transaction():
            clients, throttled, revoked = self._clients(), self._throttled(), self._revoked()
            faults = SqlFaults.of_all(self.engine)
            rows = self.engine.all("SELECT name, options, clock FROM worlds ORDER BY name")
        return {
            str(name): SavedWorld(
                _options(options),
                ClockSetting(*orjson.loads(clock)),
                tuple(clients[name]),
                throttled[name],
                frozenset(revoked[name]),
                tuple(faults[name]),
            )
            for name, options, clock in rows
        }

    def _clients(self) -> dict[str, list[Client]]:
        found: dict[str, list[Client]] = defaultdict(list)
        statement = "SELECT world, client_id, client_secret, organization_id, scopes FROM clients ORDER BY place"
        for world, client_id, secret, organization_id, scopes in self.engine.all(statement):
            found[world].append(Client(client_id, secret, organization_id, tuple(str(scopes).split())))
        return found

    def _throttled(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for world, client_id, status in self.engine.all("SELECT world, client_id, status FROM throttled"):
            found[world][client_id] = status
        return found

    def _revoked(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for world, digest in self.engine.all("SELECT world, digest FROM revoked"):
            found[world].append(digest)
        return found

    def replace(self, name: str, text: str) -> None:
        """Keep another text under a name that `recall` knows."""
        with self.transaction():
            self.engine.run("UPDATE pacsimile SET value = ? WHERE name = ?", (text, name))
            self._changed()

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
            self._changed()

    def add(self, world: str, options: WorldOptions) -> None:
        """Keep a new world."""
        with self.transaction():
            clock = orjson.dumps(list(ClockSetting())).decode()
            self.engine.run(
                "INSERT INTO worlds (name, options, clock, numbers) VALUES (?, ?, ?, 0)",
                (world, orjson.dumps(asdict(options)).decode(), clock),
            )
            self._changed()

    def remove(self, world: str) -> None:
        """Forget a world and all that is in it."""
        with self.transaction():
            for table in schema.OF_A_WORLD:
                column = "name" if table == "worlds" else "world"
                self.engine.run(f"DELETE FROM {table} WHERE {column} = ?", (world,))  # noqa: S608 - our own names
            self._changed()

    def keeper(self, world: str) -> Keeper:
        """The journal of a world."""
        del world
        return MemoryKeeper()

    def store(self, world: str) -> Store:
        """The store of a world's orders."""
        return SqlStore(self.engine, world)

    def faults(self, world: str) -> SqlFaults:
        """The store of a world's faults."""
        return SqlFaults(self.engine, world, self._changed)

    def add_clients(self, world: str, clients: Iterable[Client]) -> None:
        """Keep new clients, in their order."""
        with self.transaction():
            self._lock()
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
            self._changed()

    def save_clock(self, world: str, setting: ClockSetting) -> None:
        """Keep how a world's clock is set."""
        with self.transaction():
            self.engine.run("UPDATE worlds SET clock = ? WHERE name = ?", (orjson.dumps(list(setting)).decode(), world))
            self._changed()

    def throttle(self, world: str, client_id: str, status: int) -> None:
        """Keep that a client's next call is refused."""
        with self.transaction():
            self.engine.run(
                """INSERT INTO throttled (world, client_id, status) VALUES (?, ?, ?)
                   ON CONFLICT (world, client_id) DO UPDATE SET status = excluded.status""",
                (world, client_id, status),
            )
            self._changed()

    def take_throttle(self, world: str, client_id: str) -> bool:
        """Forget it; False where another worker was faster."""
        with self.transaction():
            statement = "DELETE FROM throttled WHERE world = ? AND client_id = ? RETURNING status"
            taken = self.engine.one(statement, (world, client_id)) is not None
            self._changed()
        return taken


def _options(text: str) -> WorldOptions:
    told = orjson.loads(text)
    types = told["report_types"]
    return WorldOptions(
        **{**told, "defects": tuple(told["defects"]), "report_types": None if types is None else tuple(types)}
    )
