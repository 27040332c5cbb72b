# ruff: noqa: S608 - the statements consist of constants of this module
"""Reads the stored worlds that have changed since a worker last looked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict

import orjson

from pacsimile_mock.clock import ClockSetting
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.storage.database.engine import Engine
from pacsimile_mock.storage.database.faults import SqlFaults
from pacsimile_mock.storage.database.statements import Statement
from pacsimile_mock.storage.registry import Changes, SavedWorld

CLIENT = "client_id, client_secret, organization_id, scopes"
CHANGED = "world IN (SELECT name FROM worlds WHERE changed > ?)"
WORLDS = Statement("SELECT name, options, clock, changed, resets FROM worlds WHERE changed > ?")
NAMES = Statement("SELECT name FROM worlds")
CLIENTS = Statement(f"SELECT world, {CLIENT} FROM clients WHERE {CHANGED} ORDER BY place")
CLIENTS_OF_WORLD = Statement(f"SELECT {CLIENT} FROM clients WHERE world = ? ORDER BY place")
THROTTLED = Statement(f"SELECT world, client_id, status FROM throttled WHERE {CHANGED} ORDER BY world")
REVOKED = Statement(f"SELECT world, digest FROM revoked WHERE {CHANGED} ORDER BY world")


def changes(engine: Engine, since: int) -> Changes:
    """Return the worlds that were made, changed or ended since a generation.

    No transaction is used, since its begin would wait for a writer. The generation is read first: rows that are newer
    than it are read once more the next time.
    """
    now = engine.generation()
    rows = engine.all(WORLDS, (since,))
    names = frozenset(str(name) for (name,) in engine.all(NAMES))
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


def clients_of(engine: Engine, world: str) -> tuple[Client, ...]:
    """Return the clients of one world, in the order in which they were made."""
    rows = engine.all(CLIENTS_OF_WORLD, (world,))
    return tuple(_client(*row) for row in rows)


def _client(client_id: str, secret: str, organization_id: str, scopes: str) -> Client:
    return Client(client_id, secret, organization_id, tuple(scopes.split()))


def _clients(engine: Engine, since: int) -> dict[str, list[Client]]:
    clients: dict[str, list[Client]] = defaultdict(list)
    for world, *row in engine.all(CLIENTS, (since,)):
        clients[world].append(_client(*row))
    return clients


def _throttled(engine: Engine, since: int) -> dict[str, dict[str, int]]:
    throttled: dict[str, dict[str, int]] = defaultdict(dict)
    for world, client_id, status in engine.all(THROTTLED, (since,)):
        throttled[world][client_id] = status
    return throttled


def _revoked(engine: Engine, since: int) -> dict[str, list[str]]:
    revoked: dict[str, list[str]] = defaultdict(list)
    for world, digest in engine.all(REVOKED, (since,)):
        revoked[world].append(digest)
    return revoked


def options_text(options: WorldOptions) -> str:
    """Return the options of a world as JSON."""
    content = asdict(options)
    if options.dialect is None:
        del content["dialect"]  # which no version before knows
    return orjson.dumps(content).decode()


def options_of(text: str) -> WorldOptions:
    """Read the options of a world from JSON."""
    options = orjson.loads(text)
    types = options["report_types"]
    return WorldOptions(
        **{
            **options,
            "defects": tuple(options["defects"]),
            "report_types": None if types is None else tuple(types),
            "undecided": tuple(options["undecided"]),
        }
    )


def clock_text(setting: ClockSetting) -> str:
    """Return the setting of a clock as JSON."""
    return orjson.dumps(list(setting)).decode()


def clock_of(text: str) -> ClockSetting:
    """Read the setting of a clock from JSON."""
    return ClockSetting(*orjson.loads(text))
