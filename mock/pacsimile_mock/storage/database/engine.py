"""Defines the interface of a database: statements and transactions."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from pacsimile_mock.clock import Instant, system_time
from pacsimile_mock.database_errors import Unavailable, WorldEnded
from pacsimile_mock.storage.database.statements import Bulk, Statement

GENERATION = Statement("SELECT value FROM pacsimile WHERE name = 'generation'")
PROBE_KEPT = 1.0
"""Seconds for which a successful probe is not repeated, so that frequent health checks do not wear out the disk."""
PROBE = Statement(
    """INSERT INTO pacsimile (name, value) VALUES ('probe', ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value"""
)
"""The value differs each time, since SQLite writes nothing where nothing changes."""
MIGRATION_WAIT = 600
"""Seconds that a server waits at start while another one migrates the database."""


Row = tuple[Any, ...]


class Engine(ABC):
    """A database with its driver, its connections and its errors."""

    dialect: str
    """`sqlite` or `postgresql`."""
    failure: type[Exception]
    """The base class of the driver's errors."""

    def __init__(self) -> None:
        self._current: ContextVar[Any] = ContextVar("connection", default=None)
        self._companion: Engine | None = None
        self._probed = -PROBE_KEPT

    @abstractmethod
    def take(self) -> Any:
        """Take a connection that commits each statement by itself.

        Raises:
            Unavailable: The database does not answer.
        """

    @abstractmethod
    def give_back(self, connection: Any) -> None:
        """Keep a connection for the next `take`."""

    @abstractmethod
    def discard(self, connection: Any) -> None:
        """Close a broken connection."""

    @abstractmethod
    def close_idle(self) -> None:
        """Close the connections that are kept for the next `take`."""

    @abstractmethod
    def begin(self, connection: Any) -> None:
        """Begin a transaction that may write."""

    @abstractmethod
    def tables(self) -> set[str]:
        """Return the names of the tables."""

    def companion(self) -> Engine:
        """Return an engine that does not wait for the disk, for data such as journals; it is closed with this one."""
        if self._companion is None:
            self._companion = self.without_sync()
        return self._companion

    @abstractmethod
    def without_sync(self) -> Engine:
        """Return an engine that does not wait for the disk."""

    def files(self) -> list[Path]:
        """Return the paths of the database's files on this machine, whether they exist or not."""
        return []

    def check_files(self) -> None:
        """Check that writes reach the database's files, where the driver does not.

        Raises:
            Unavailable: The files were deleted or replaced.
        """
        return

    def probe(self) -> None:
        """Check that the database can be written.

        Raises:
            Unavailable: It cannot; the message has the reason.
        """
        self.check_files()
        if time.monotonic() < self._probed + PROBE_KEPT:
            return
        try:
            self.run(PROBE, (str(time.time_ns()),))
        except self.failure as error:
            raise unavailable(error) from error
        self._probed = time.monotonic()

    @abstractmethod
    def begin_exclusive(self, connection: Any) -> None:
        """Begin a transaction that locks the whole database, even one without tables.

        It waits up to `MIGRATION_WAIT` seconds for another such transaction, since migrations take long.
        """

    @abstractmethod
    def script(self, text: str) -> None:
        """Run several statements without values."""

    @abstractmethod
    def check(self) -> None:
        """Check that the database can store all data.

        Raises:
            DatabaseError: It cannot; the message says what to do.
        """

    @abstractmethod
    def is_outage(self, error: Exception) -> bool:
        """Whether an error means that the database does not answer; any other is an error of the statement."""

    @abstractmethod
    def is_orphan(self, error: Exception) -> bool:
        """Whether an error means that the row to write belongs to a world that no longer exists."""

    @abstractmethod
    def in_dialect(self, statement: Statement) -> str:
        """Return a statement in the dialect and parameter style of the driver."""

    def analyze(self) -> None:
        """Bring the planner's statistics up to date; SQLite's plans follow from the indexes alone."""
        return

    def generation(self) -> int:
        """Return the number that every change of worlds raises."""
        row = self.first(GENERATION)
        return int(row[0]) if row else 0

    def time(self) -> Instant:
        """Return the time that all users of the database share; here the machine's, since they are all on one."""
        return system_time()

    @contextmanager
    def transaction(self, *, exclusive: bool = False) -> Iterator[None]:
        """Let the statements inside take effect together or not at all; a nested transaction joins the outer one.

        Args:
            exclusive: Whether to lock the whole database, as `begin_exclusive` does.
        """
        if self._current.get() is not None:
            yield
            return
        with self._connection() as connection:
            (self.begin_exclusive if exclusive else self.begin)(connection)
            token = self._current.set(connection)
            try:
                yield
            except BaseException:
                self._roll_back(connection)
                raise
            finally:
                self._current.reset(token)
            connection.execute("COMMIT")

    def _roll_back(self, connection: Any) -> None:
        with suppress(self.failure):  # a connection that broke has rolled back already
            connection.execute("ROLLBACK")

    def all(self, statement: Statement, values: Sequence[Any] = ()) -> list[Row]:
        """Run a statement, and return its rows."""
        with self._connection() as connection:
            cursor = connection.execute(self.in_dialect(statement), values)
            return list(cursor.fetchall()) if cursor.description else []

    def first(self, statement: Statement, values: Sequence[Any] = ()) -> Row | None:
        """Run a statement, and return its first row; None for no rows."""
        rows = self.all(statement, values)
        return rows[0] if rows else None

    def run(self, statement: Statement, values: Sequence[Any] = ()) -> int:
        """Run a statement, and return how many rows it changed."""
        with self._connection() as connection:
            return int(connection.execute(self.in_dialect(statement), values).rowcount)

    def run_many(self, statement: Statement, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of values."""
        with self._connection() as connection:
            connection.cursor().executemany(self.in_dialect(statement), rows)

    def load(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """Insert many new rows into a table."""
        self.run_many(bulk.insert, rows)

    def close(self) -> None:
        """Close all connections, the companion's too."""
        if self._companion is not None:
            self._companion.close()
        self.close_idle()

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        joined = self._current.get()
        if joined is not None:
            yield joined
            return
        connection = self.take()
        try:
            yield connection
        except self.failure as error:
            if not self.is_outage(error):
                self.give_back(connection)
                if self.is_orphan(error):
                    raise WorldEnded from error
                raise
            self.discard(connection)
            raise unavailable(error) from error
        except BaseException:
            self.give_back(connection)
            raise
        else:
            self.give_back(connection)


def unavailable(error: Exception) -> Unavailable:
    """Return an error with the driver's message in one line."""
    return Unavailable(" ".join(str(error).split()))
