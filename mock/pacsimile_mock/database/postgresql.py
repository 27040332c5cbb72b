"""PostgreSQL: several workers, several hosts, one state."""

from __future__ import annotations

from typing import Any

import psycopg

from pacsimile_mock.database.engine import Engine

CONNECT_SECONDS = 5


class PostgresqlEngine(Engine):
    """A PostgreSQL database, or the schema that the URL's `search_path` names."""

    errors = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.InsufficientResources)

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def connect(self) -> Any:
        """Open a connection."""
        return psycopg.connect(self.url, autocommit=True, connect_timeout=CONNECT_SECONDS)

    def begin(self, connection: Any) -> None:
        """Begin; rows that are counted on are locked where they are read."""
        connection.execute("BEGIN")

    def spelled(self, statement: str) -> str:
        """Spell `?` as `%s`."""
        return statement.replace("%", "%%").replace("?", "%s")

    def tables(self) -> set[str]:
        """Name the tables of the current schema."""
        return {
            str(name) for (name,) in self.all("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        }
