"""What all parts of the server share: database, clock, tokens; and the clients that exist from the start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from starlette_server.clock import Clock
from starlette_server.database import AuditRecord, Client, Organization, Setting, opened
from starlette_server.tokens import Tokens, new_key

SCOPES = ("status.read", "reports.read", "reports.ack", "ingest.write")


@dataclass
class Service:
    """One server. `end` ends it as soon as all calls are answered; it can begin again only on a file."""

    engine: Engine
    sessions: sessionmaker[Session]
    clock: Clock
    tokens: Tokens
    states_token: str
    can_restart: bool = False
    restarting: bool = False
    end: Callable[[], None] = lambda: None

    def record(self, record: AuditRecord) -> None:
        """Write the audit record of a call."""
        values = {name: value for name, value in vars(record).items() if not name.startswith("_")}
        with self.engine.begin() as connection:
            connection.execute(insert(AuditRecord).values(values))

    def restart(self) -> None:
        """End, so that `serve.py` begins again on the same database and port."""
        self.restarting = True
        self.end()

    def advance(self, microseconds: int) -> None:
        """Move the clock ahead, for good."""
        self.clock.ahead += microseconds
        with self.sessions.begin() as session:
            session.merge(Setting(name="clock", value=str(self.clock.ahead)))


def started(url: str, file: str | None) -> Service:
    """Open the database, and make in it what is missing."""
    engine, sessions = opened(file)
    with sessions.begin() as session:
        key = kept(session, "key", new_key())
        clock = Clock(int(kept(session, "clock", "0")))
        states_token = kept(session, "states", os.environ.get("STARLETTE_SERVER_STATES_TOKEN", secrets.token_hex(16)))
        if session.get(Organization, "clinic-east") is None:
            session.add_all(first_clients())
    return Service(engine, sessions, clock, Tokens(f"{url}/oauth2", key, clock), states_token, file is not None)


def kept(session: Session, name: str, default: str) -> str:
    """A setting, which is made if it is not there yet."""
    setting = session.get(Setting, name)
    if setting is None:
        setting = Setting(name=name, value=default)
        session.add(setting)
    return setting.value


def first_clients() -> list[Organization | Client]:
    """Two organizations, and the clients that the target file may name."""
    client_id = os.environ.get("STARLETTE_SERVER_ID", "clinic-east-worklist")
    secret = os.environ.get("STARLETTE_SERVER_SECRET", secrets.token_hex(16))
    everything = " ".join(SCOPES[:3])
    rows = [
        (client_id, secret, "clinic-east", everything),
        ("clinic-east-second", secrets.token_hex(16), "clinic-east", everything),
        ("clinic-west-worklist", secrets.token_hex(16), "clinic-west", everything),
        ("clinic-east-status", secrets.token_hex(16), "clinic-east", "status.read"),
        ("clinic-east-ingest", secrets.token_hex(16), "clinic-east", "ingest.write"),
    ]
    organizations = [Organization(id="clinic-east"), Organization(id="clinic-west")]
    names = ("id", "secret", "organization_id", "scopes")
    return [*organizations, *(Client(**dict(zip(names, row, strict=True))) for row in rows)]
