"""A database in the few words that the stores need: statements, and transactions."""

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
"""Seconds for which a probe that went well is not repeated: who asks again and again does not wear out the disk."""
PROBE = Statement(
    """INSERT INTO pacsimile (name, value) VALUES ('probe', ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value"""
)
"""The value differs each time: SQLite writes nothing where nothing changes."""
PATIENCE = 600
"""Seconds that a server waits at start for another one that brings the database to a new version."""


Row = tuple[Any, ...]


class Engine(ABC):
    """One database: its driver, its connections, and what it says when something goes wrong."""

    dialect: str
    """`sqlite` or `postgresql`."""
    failure: type[Exception]
    """What all errors of the driver's are."""

    def __init__(self) -> None:
        self._current: ContextVar[Any] = ContextVar("connection", default=None)
        self._beside: Engine | None = None
        self._probed = -PROBE_KEPT

    @abstractmethod
    def take(self) -> Any:
        """Take a connection that commits each statement by itself, or raise Unavailable."""

    @abstractmethod
    def give_back(self, connection: Any) -> None:
        """Keep a connection for the next one who takes one."""

    @abstractmethod
    def discard(self, connection: Any) -> None:
        """Close a connection that broke."""

    @abstractmethod
    def close_kept(self) -> None:
        """Close the connections that are kept."""

    @abstractmethod
    def begin(self, connection: Any) -> None:
        """Begin a transaction that may write."""

    @abstractmethod
    def tables(self) -> set[str]:
        """Name the tables that there are."""

    def beside(self) -> Engine:
        """An engine for what is worth less than its time, such as journals; it is closed with this one."""
        if self._beside is None:
            self._beside = self.hasty()
        return self._beside

    @abstractmethod
    def hasty(self) -> Engine:
        """An engine that does not wait for the disk."""

    def files(self) -> list[Path]:
        """Name the files on this machine that the database is kept in, whether they are there or not."""
        return []

    def check_place(self) -> None:
        """Raise Unavailable where what is written is not kept, although the driver says nothing."""
        return

    def probe(self) -> None:
        """Write something that nobody reads, or raise Unavailable with the reason why that cannot be done."""
        self.check_place()
        if time.monotonic() < self._probed + PROBE_KEPT:
            return
        try:
            self.run(PROBE, (str(time.time_ns()),))
        except self.failure as error:
            raise unavailable(error) from error
        self._probed = time.monotonic()

    @abstractmethod
    def claim(self, connection: Any) -> None:
        """Begin a transaction that holds the whole database, its tables made or not.

        It waits for another that does, up to PATIENCE: a large database is not brought to a new version in a moment.
        """

    @abstractmethod
    def script(self, text: str) -> None:
        """Run several statements without values."""

    @abstractmethod
    def check(self) -> None:
        """Refuse a database that cannot hold what is to be kept."""

    @abstractmethod
    def is_outage(self, error: Exception) -> bool:
        """Whether the driver says that the database does not answer; else the statement is at fault."""

    @abstractmethod
    def is_orphan(self, error: Exception) -> bool:
        """Whether what was to be written belongs to a world that is not there any more."""

    @abstractmethod
    def spelled(self, statement: Statement) -> str:
        """A statement in the driver's style."""

    def analyze(self) -> None:
        """Bring the planner's statistics up to date; SQLite's plans follow from the indexes alone."""
        return

    def generation(self) -> int:
        """The number that every change of worlds raises."""
        row = self.one(GENERATION)
        return int(row[0]) if row else 0

    def time(self) -> Instant:
        """The time that all who use the database go by: the machine's, where they are all on one."""
        return system_time()

    @contextmanager
    def transaction(self, *, whole: bool = False) -> Iterator[None]:
        """Make the statements inside take effect together, or not at all; inside another one, join it.

        Args:
            whole: Hold the whole database, as `claim` does.
        """
        if self._current.get() is not None:
            yield
            return
        with self._connection() as connection:
            (self.claim if whole else self.begin)(connection)
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
        """Run a statement, and give its rows."""
        with self._connection() as connection:
            cursor = connection.execute(self.spelled(statement), values)
            return list(cursor.fetchall()) if cursor.description else []

    def one(self, statement: Statement, values: Sequence[Any] = ()) -> Row | None:
        """Run a statement, and give its first row."""
        rows = self.all(statement, values)
        return rows[0] if rows else None

    def run(self, statement: Statement, values: Sequence[Any] = ()) -> int:
        """Run a statement, and tell how many rows it changed."""
        with self._connection() as connection:
            return int(connection.execute(self.spelled(statement), values).rowcount)

    def run_many(self, statement: Statement, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of values."""
        with self._connection() as connection:
            connection.cursor().executemany(self.spelled(statement), rows)

    def load(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """Put many new rows into a table."""
        self.run_many(bulk.insert, rows)

    def close(self) -> None:
        """Close the connections that are kept."""
        if self._beside is not None:
            self._beside.close()
        self.close_kept()

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
    """Say in one line what the driver said."""
    return Unavailable(" ".join(str(error).split()))
