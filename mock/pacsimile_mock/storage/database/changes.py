"""Reads what is kept of worlds: those that changed since a worker looked last, and no others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import Any

import orjson

from pacsimile_mock.clock import ClockSetting
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.storage.database.engine import Engine
from pacsimile_mock.storage.database.faults import SqlFaults
from pacsimile_mock.storage.registry import Changes, SavedWorld


def changes(engine: Engine, since: int) -> Changes:
    """Tell what became of worlds; without a transaction, whose begin would wait for a writer.

    The generation is read first: what is read after it is as new or newer, and looked at again if it is newer.
    """
    now = engine.generation()
    rows = engine.all("SELECT name, options, clock, changed, resets FROM worlds WHERE changed > ?", (since,))
    names = frozenset(str(name) for (name,) in engine.all("SELECT name FROM worlds"))
    clients, throttled, revoked = _clients(engine, since), _throttled(engine, since), _revoked(engine, since)
    faults = SqlFaults.of_all(engine)
    saved = {
        str(name): SavedWorld(
            options_of(options),
            clock_of(clock),
            tuple(clients[name]),
            throttled[name],
            frozenset(revoked[name]),
            tuple(faults[name]),
            changed,
            resets,
        )
        for name, options, clock, changed, resets in rows
        if name in names
    }
    return Changes(now, names, saved)


def _of_changed(engine: Engine, columns: str, table: str, since: int, order: str = "world") -> list[tuple[Any, ...]]:
    statement = f"""SELECT {columns} FROM {table}
        WHERE world IN (SELECT name FROM worlds WHERE changed > ?) ORDER BY {order}"""  # noqa: S608 - our own names
    return engine.all(statement, (since,))


CLIENT = "client_id, client_secret, organization_id, scopes"


def clients_of(engine: Engine, world: str) -> tuple[Client, ...]:
    """The clients of one world, in the order in which they were made."""
    rows = engine.all(f"SELECT {CLIENT} FROM clients WHERE world = ? ORDER BY place", (world,))  # noqa: S608 - our own
    return tuple(_client(*row) for row in rows)


def _client(client_id: str, secret: str, organization_id: str, scopes: str) -> Client:
    return Client(client_id, secret, organization_id, tuple(scopes.split()))


def _clients(engine: Engine, since: int) -> dict[str, list[Client]]:
    found: dict[str, list[Client]] = defaultdict(list)
    for world, *row in _of_changed(engine, f"world, {CLIENT}", "clients", since, "place"):
        found[world].append(_client(*row))
    return found


def _throttled(engine: Engine, since: int) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for world, client_id, status in _of_changed(engine, "world, client_id, status", "throttled", since):
        found[world][client_id] = status
    return found


def _revoked(engine: Engine, since: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for world, digest in _of_changed(engine, "world, digest", "revoked", since):
        found[world].append(digest)
    return found


def options_text(options: WorldOptions) -> str:
    """Write what a world is made of as JSON."""
    return orjson.dumps(asdict(options)).decode()


def options_of(text: str) -> WorldOptions:
    """Read what a world is made of."""
    told = orjson.loads(text)
    types = told["report_types"]
    return WorldOptions(
        **{
            **told,
            "defects": tuple(told["defects"]),
            "report_types": None if types is None else tuple(types),
            "undecided": tuple(told["undecided"]),
        }
    )


def clock_text(setting: ClockSetting) -> str:
    """Write how a clock is set as JSON."""
    return orjson.dumps(list(setting)).decode()


def clock_of(text: str) -> ClockSetting:
    """Read how a clock is set."""
    return ClockSetting(*orjson.loads(text))
