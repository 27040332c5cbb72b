"""Uses SQLite in a file, which workers on one host can share."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from pacsimile_mock import private_files
from pacsimile_mock.database_errors import DatabaseError, Unavailable
from pacsimile_mock.storage.database.engine import MIGRATION_WAIT, Engine, unavailable
from pacsimile_mock.storage.database.statements import Statement

WAIT_SECONDS = 10.0
"""Seconds that one writer waits for another."""
TABLES = Statement("SELECT name FROM sqlite_master WHERE type = 'table'")
MOST_IDLE = 8
"""Idle connections that are kept for later calls."""


class SqliteEngine(Engine):
    """A database file, in write-ahead mode: readers never wait."""

    dialect = "sqlite"
    failure = sqlite3.Error

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        super().__init__()
        self.path = path
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._synchronous = "FULL" if durable else "OFF"
        if not os.path.isdir(path.parent):  # noqa: PTH112 - `Path.is_dir` raises for a name that no file can have
            raise DatabaseError(f"there is no folder {path.parent}: make it, or give another --database")
        if path.name == ":memory:":
            raise DatabaseError("workers share a file, not the memory of one: give sqlite:///FILE, or no --database")
        if os.path.isdir(path):  # noqa: PTH112
            raise DatabaseError(f"{path} is a folder: give a file in it as --database")
        try:
            private_files.claim(path)
            self._file = path.stat().st_ino
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise DatabaseError(f"the database {path} cannot be made: {reason}") from None

    def take(self) -> Any:
        """Take an idle connection, or open one; there is no limit of readers."""
        try:
            return self._idle.get_nowait()
        except Empty:
            pass
        try:
            return self.connect()
        except sqlite3.Error as error:
            if self.is_outage(error):
                raise unavailable(error) from error
            raise

    def give_back(self, connection: Any) -> None:
        """Keep a connection for later calls, or close it where enough are kept."""
        if self._idle.qsize() < MOST_IDLE:
            self._idle.put(connection)
        else:
            connection.close()

    def discard(self, connection: Any) -> None:
        """Close a connection."""
        with suppress(sqlite3.Error):
            connection.close()

    def close_idle(self) -> None:
        """Close the idle connections."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()

    def connect(self) -> Any:
        """Open the file; by default a commit is on the disk before the call is answered (BATCH-14)."""
        name = f"{self.path.absolute().as_uri()}?mode=rw"  # SQLite would create a file that all users can read
        connection = sqlite3.connect(
            name, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False, uri=True
        )
        try:
            self._write_ahead(connection)
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """Set write-ahead mode, which the file keeps; try again while another connection sets it."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            except sqlite3.DatabaseError:
                raise DatabaseError(f"{self.path} is not an SQLite database: give another file") from None

    def begin(self, connection: Any) -> None:
        """Begin as a writer at once, since of two transactions that begin as readers one would fail."""
        connection.execute("BEGIN IMMEDIATE")

    def without_sync(self) -> SqliteEngine:
        """Return an engine of the companion file, such as state.journal.db beside state.db."""
        return SqliteEngine(self.companion_path(), durable=False)

    def companion_path(self) -> Path:
        """Return the path of the companion file."""
        return self.path.with_name(f"{self.path.stem}.journal.db")

    def files(self) -> list[Path]:
        """Return the paths of the database and its companion, with the files that SQLite adds to each."""
        own = (self.path, self.companion_path())
        return [path.with_name(path.name + end) for path in own for end in ("", "-wal", "-shm", "-journal")]

    def check_files(self) -> None:
        """Refuse a file that was deleted or replaced: open connections would write to a file that nobody can read.

        Raises:
            Unavailable: The file is another one than at start, or gone.
        """
        try:
            same = self.path.stat().st_ino == self._file
        except OSError:
            same = False
        if not same:
            raise Unavailable(f"{self.path} was deleted or replaced while it was in use")

    def begin_exclusive(self, connection: Any) -> None:
        """Begin as a writer, which locks the whole file."""
        connection.execute(f"PRAGMA busy_timeout = {MIGRATION_WAIT * 1000}")
        try:
            self.begin(connection)
        finally:
            connection.execute(f"PRAGMA busy_timeout = {int(WAIT_SECONDS * 1000)}")

    def script(self, text: str) -> None:
        """Run several statements without values; the driver's `executescript` would end the transaction."""
        statement = ""
        with self._connection() as connection:
            for line in text.splitlines(keepends=True):
                statement += line
                if sqlite3.complete_statement(statement):
                    connection.execute(statement)
                    statement = ""
            connection.execute(statement)

    def check(self) -> None:
        """Accept every file, since SQLite stores any text."""

    def in_dialect(self, statement: Statement) -> str:
        """Return the statement as it is."""
        return statement

    def is_outage(self, error: Exception) -> bool:
        """Whether it is a lock timeout, a full or broken disk, or a damaged file."""
        return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError

    def is_orphan(self, error: Exception) -> bool:
        """Whether it is a violated foreign key; all foreign keys refer to worlds."""
        return isinstance(error, sqlite3.IntegrityError) and "FOREIGN KEY" in str(error)

    def tables(self) -> set[str]:
        """Return the names of the tables."""
        return {str(name) for (name,) in self.all(TABLES)}
