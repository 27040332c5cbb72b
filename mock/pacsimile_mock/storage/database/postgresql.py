"""Uses PostgreSQL, which workers on several hosts can share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pacsimile_mock.clock import Instant
from pacsimile_mock.database_errors import DatabaseError
from pacsimile_mock.storage.database.connections import Connections
from pacsimile_mock.storage.database.engine import MIGRATION_WAIT, Engine
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
"""Connection parameters that detect a lost server soon; the URL overrides them."""

LOCK_TIMEOUT = 10
"""Seconds that a worker waits for a lock of another."""

SETTINGS = f"SET lock_timeout = '{LOCK_TIMEOUT}s'; SET idle_in_transaction_session_timeout = '30s'"
"""Bound how long a worker waits for another, and how long a worker that hangs may block the others."""

CLAIM = f"""BEGIN; SET LOCAL lock_timeout = '{MIGRATION_WAIT}s'; SELECT pg_advisory_xact_lock({0x7061_6373});
    SET LOCAL lock_timeout = '{LOCK_TIMEOUT}s'"""
"""Take the advisory lock of migrations with a long timeout; locks of tables keep the usual one."""

GENERATION = Statement(
    """SELECT value, CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)
       FROM pacsimile WHERE name = 'generation'"""
)
ENCODING = Statement("SHOW server_encoding")
TABLES = Statement("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")

COPY_FROM = 50
"""Rows from which on COPY pays off."""
MOST, MOST_WITHOUT_SYNC = 6, 4
"""Connections of one process: one for each thread that answers, and a few for other work."""

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
            self._parameters = {**DEFAULTS, **conninfo_to_dict(url)}
        except psycopg.ProgrammingError as error:
            reason = " ".join(str(error).split())
            raise DatabaseError(f"the URL of the --database is not one that PostgreSQL knows: {reason}") from None

        self._time = SharedTime()
        self._connections = Connections(self.connect, MOST if durable else MOST_WITHOUT_SYNC)

    def generation(self) -> int:
        """Return the number that every change of worlds raises, and update the shared time on the way."""
        row = self.first(GENERATION)
        if row is None:
            return 0
        self._time.update(row[1])
        return int(row[0])

    def time(self) -> Instant:
        """Return the database server's time, reckoned from its latest answer."""
        return self._time.now()

    def take(self) -> Any:
        """Take a connection from the pool."""
        return self._connections.take()

    def give_back(self, connection: Any) -> None:
        """Give a connection back to the pool."""
        self._connections.give_back(connection)

    def discard(self, connection: Any) -> None:
        """Close a connection; the pool opens another."""
        self._connections.discard(connection)

    def close_idle(self) -> None:
        """Close the pool."""
        self._connections.close()

    def connect(self) -> psycopg.Connection[Any]:
        """Open a connection, for the pool."""
        connection = psycopg.connect(**self._parameters, autocommit=True)
        try:
            connection.execute(self._settings)
        except BaseException:
            connection.close()
            raise
        return connection

    def begin(self, connection: Any) -> None:
        """Begin a transaction; statements with `locks` lock the rows that they read."""
        connection.execute("BEGIN")

    def without_sync(self) -> PostgresqlEngine:
        """Return an engine of the same database whose commits do not wait for the disk."""
        return PostgresqlEngine(self._url, durable=False)

    def begin_exclusive(self, connection: Any) -> None:
        """Take an advisory lock for the database, since without tables there are no rows to lock."""
        connection.execute(CLAIM)

    def script(self, text: str) -> None:
        """Run several statements without values."""
        with self._connection() as connection:
            connection.execute(text)

    def check(self) -> None:
        """Refuse an encoding other than UTF-8, since names and texts may be in any script."""
        (encoding,) = self.first(ENCODING) or ("none",)
        name = encoding.decode() if isinstance(encoding, bytes) else encoding  # bytes: unknown to the driver
        if name != "UTF8":
            raise DatabaseError(f"the database's encoding is {name}: give one that was made with ENCODING 'UTF8'")

    def load(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """Insert many new rows by COPY, which is several times as fast as INSERT; a few by INSERT."""
        if len(rows) < COPY_FROM:
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
        """Whether it is a lost connection, a lock timeout, a full disk, or a database that is being restored."""
        return isinstance(error, OUTAGES)

    def is_orphan(self, error: Exception) -> bool:
        """Whether it is a violated foreign key; all foreign keys refer to worlds."""
        return isinstance(error, psycopg.errors.ForeignKeyViolation)

    def in_dialect(self, statement: Statement) -> str:
        """Return the statement with `%s` for values."""
        return statement.format_style

    def analyze(self) -> None:
        """Update the planner's statistics of the tables that grow, unless another worker is doing so.

        The server itself does so only a minute later. Until then it would plan without knowing of a hundred thousand
        orders that arrived at once, and choose a bad index.
        """
        self.script("ANALYZE (SKIP_LOCKED) orders, reports")

    def tables(self) -> set[str]:
        """Return the names of the tables in the current schema."""
        return {str(name) for (name,) in self.all(TABLES)}
