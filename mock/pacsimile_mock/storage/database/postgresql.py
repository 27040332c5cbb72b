"""PostgreSQL: several workers, several hosts, one state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pacsimile_mock.clock import Instant
from pacsimile_mock.database_errors import DatabaseError
from pacsimile_mock.storage.database.connections import Connections
from pacsimile_mock.storage.database.engine import PATIENCE, Engine
from pacsimile_mock.storage.database.shared_time import SharedTime
from pacsimile_mock.storage.database.statements import Bulk, Statement

DEFAULTS: dict[str, Any] = {
    "connect_timeout": 5,
    "application_name": "pacsimile",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""How soon a server that went away is noticed; what the URL says comes first."""

LOCK_TIMEOUT = 10
"""Seconds that a worker waits for another."""

SETTINGS = f"SET lock_timeout = '{LOCK_TIMEOUT}s'; SET idle_in_transaction_session_timeout = '30s'"
"""A worker waits that long for another, and may hold the others up that long where it hangs."""

CLAIM = f"""BEGIN; SET LOCAL lock_timeout = '{PATIENCE}s'; SELECT pg_advisory_xact_lock({0x7061_6373});
    SET LOCAL lock_timeout = '{LOCK_TIMEOUT}s'"""
"""Who makes the tables or changes them holds that lock; for one of a table's he waits no longer than others do."""

GENERATION = Statement(
    """SELECT value, CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)
       FROM pacsimile WHERE name = 'generation'"""
)
ENCODING = Statement("SHOW server_encoding")
TABLES = Statement("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")

WORTH_COPYING = 50
MOST, MOST_HASTY = 6, 4
"""Connections of one process: one for each thread that answers, and some for what goes on beside."""

OUTAGES = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.InternalError,
    psycopg.errors.UndefinedTable,
)


class PostgresqlEngine(Engine):
    """A PostgreSQL database, or the schema that the URL's `search_path` names."""

    dialect = "postgresql"
    failure = psycopg.Error

    def __init__(self, url: str, *, durable: bool = True) -> None:
        super().__init__()
        self._url = url
        self._settings = SETTINGS if durable else f"{SETTINGS}; SET synchronous_commit = off"
        try:
            self._given = {**DEFAULTS, **conninfo_to_dict(url)}
        except psycopg.ProgrammingError as error:
            reason = " ".join(str(error).split())
            raise DatabaseError(f"the URL of the --database is not one that PostgreSQL knows: {reason}") from None

        self._time = SharedTime()
        self._connections = Connections(self.connect, MOST if durable else MOST_HASTY)

    def generation(self) -> int:
        """The number that every change of worlds raises; and the server's time, which all hosts go by."""
        row = self.one(GENERATION)
        if row is None:
            return 0
        self._time.update(row[1])
        return int(row[0])

    def time(self) -> Instant:
        """The server's time, as it was told last."""
        return self._time.now()

    def take(self) -> Any:
        """Take a connection of the pool."""
        return self._connections.take()

    def give_back(self, connection: Any) -> None:
        """Give it back to the pool."""
        self._connections.give_back(connection)

    def discard(self, connection: Any) -> None:
        """Close it, and let the pool open another."""
        self._connections.discard(connection)

    def close_kept(self) -> None:
        """Close the pool."""
        self._connections.close()

    def connect(self) -> psycopg.Connection[Any]:
        """Open a connection, for the pool."""
        connection = psycopg.connect(**self._given, autocommit=True)
        try:
            connection.execute(self._settings)
        except BaseException:
            connection.close()
            raise
        return connection

    def begin(self, connection: Any) -> None:
        """Begin; rows that are counted on are locked where they are read."""
        connection.execute("BEGIN")

    def hasty(self) -> PostgresqlEngine:
        """The same database, by connections that do not wait for its disk."""
        return PostgresqlEngine(self._url, durable=False)

    def claim(self, connection: Any) -> None:
        """Hold a lock that stands for the database: before there are tables, there are no rows to lock."""
        connection.execute(CLAIM)

    def script(self, text: str) -> None:
        """Run several statements without values; the server takes them as they are."""
        with self._connection() as connection:
            connection.execute(text)

    def check(self) -> None:
        """Names and texts are of any script."""
        (encoding,) = self.one(ENCODING) or ("none",)
        name = encoding.decode() if isinstance(encoding, bytes) else encoding  # bytes: the driver does not know it
        if name != "UTF8":
            raise DatabaseError(f"the database's encoding is {name}: give one that was made with ENCODING 'UTF8'")

    def load(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """Put many new rows into a table as COPY does, several times as fast as INSERT; a few are not worth it."""
        if len(rows) < WORTH_COPYING:
            super().load(bulk, rows)
            return
        with (
            self._connection() as connection,
            connection.cursor() as cursor,
            cursor.copy(bulk.copy) as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def is_outage(self, error: Exception) -> bool:
        """A lost connection, a lock, a full disk; or a database that is being restored."""
        return isinstance(error, OUTAGES)

    def is_orphan(self, error: Exception) -> bool:
        """The only foreign keys are those of worlds."""
        return isinstance(error, psycopg.errors.ForeignKeyViolation)

    def spelled(self, statement: Statement) -> str:
        """With `%s` for values."""
        return statement.format_style

    def analyze(self) -> None:
        """Take a sample of what grows, unless another does so just now.

        The server does so by itself, but a minute later; until then it would know nothing of a hundred thousand orders
        that came at once, and take the first index that is about as good as any.
        """
        self.script("ANALYZE (SKIP_LOCKED) orders, reports")

    def tables(self) -> set[str]:
        """Name the tables of the current schema."""
        return {str(name) for (name,) in self.all(TABLES)}
