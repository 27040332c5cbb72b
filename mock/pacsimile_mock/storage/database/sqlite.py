"""SQLite in a file: one host, one or several workers."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from pacsimile_mock import private_files
from pacsimile_mock.database_errors import DatabaseError, Unavailable
from pacsimile_mock.storage.database.engine import PATIENCE, Engine, unavailable
from pacsimile_mock.storage.database.statements import Statement

WAIT_SECONDS = 10.0
"""How long one writer waits for another."""
TABLES = Statement("SELECT name FROM sqlite_master WHERE type = 'table'")
MOST_KEPT = 8
"""Connections kept for the next call."""


class SqliteEngine(Engine):
    """A database file, in write-ahead mode: readers never wait."""

    dialect = "sqlite"
    failure = sqlite3.Error

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        super().__init__()
        self.path = path
        self._kept: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._synchronous = "FULL" if durable else "OFF"
        if not path.parent.is_dir():
            raise DatabaseError(f"there is no folder {path.parent}: make it, or give another --database")
        if path.name == ":memory:":
            raise DatabaseError("workers share a file, not the memory of one: give sqlite:///FILE, or no --database")
        if path.is_dir():
            raise DatabaseError(f"{path} is a folder: give a file in it as --database")
        try:
            private_files.claim(path)
            self._file = path.stat().st_ino
        except OSError as error:
            raise DatabaseError(f"the database {path} cannot be made: {error.strerror}") from None

    def take(self) -> Any:
        """Take a connection that is kept, or open one: readers are as many as they are."""
        try:
            return self._kept.get_nowait()
        except Empty:
            pass
        try:
            return self.connect()
        except sqlite3.Error as error:
            if self.is_outage(error):
                raise unavailable(error) from error
            raise

    def give_back(self, connection: Any) -> None:
        """Keep a connection, unless many are kept."""
        if self._kept.qsize() < MOST_KEPT:
            self._kept.put(connection)
        else:
            connection.close()

    def discard(self, connection: Any) -> None:
        """Close a connection."""
        with suppress(sqlite3.Error):
            connection.close()

    def close_kept(self) -> None:
        """Close the connections that are kept."""
        with suppress(Empty):
            while True:
                self._kept.get_nowait().close()

    def connect(self) -> Any:
        """Open the file; a commit is on the disk before it is answered (BATCH-14)."""
        name = f"{self.path.absolute().as_uri()}?mode=rw"  # never made here: SQLite would let all read it
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
        """Set the mode, which the file keeps; SQLite does not wait where another does so at this moment."""
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
                raise DatabaseError(f"{self.path} is no SQLite database: give another file") from None

    def begin(self, connection: Any) -> None:
        """Begin as a writer at once: two that begin as readers could not both go on."""
        connection.execute("BEGIN IMMEDIATE")

    def hasty(self) -> SqliteEngine:
        """A file beside this one, such as state.journal.db beside state.db."""
        return SqliteEngine(self.hasty_path(), durable=False)

    def hasty_path(self) -> Path:
        """Where the file beside this one is."""
        return self.path.with_name(f"{self.path.stem}.journal.db")

    def files(self) -> list[Path]:
        """Name the files that keys and calls are kept in, those that SQLite keeps beside them too."""
        own = (self.path, self.hasty_path())
        return [path.with_name(path.name + end) for path in own for end in ("", "-wal", "-shm", "-journal")]

    def check_place(self) -> None:
        """Refuse a file that was deleted or replaced: connections that are open write to what nobody finds again."""
        try:
            same = self.path.stat().st_ino == self._file
        except OSError:
            same = False
        if not same:
            raise Unavailable(f"{self.path} was deleted or replaced while it was in use")

    def claim(self, connection: Any) -> None:
        """Begin as a writer, who holds the whole file."""
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
        try:
            self.begin(connection)
        finally:
            connection.execute(f"PRAGMA busy_timeout = {int(WAIT_SECONDS * 1000)}")

    def script(self, text: str) -> None:
        """Run several statements without values; the driver's own way to do so would end the transaction."""
        statement = ""
        with self._connection() as connection:
            for line in text.splitlines(keepends=True):
                statement += line
                if sqlite3.complete_statement(statement):
                    connection.execute(statement)
                    statement = ""
            connection.execute(statement)

    def check(self) -> None:
        """A file holds any text."""

    def spelled(self, statement: Statement) -> str:
        """As it is written."""
        return statement

    def is_outage(self, error: Exception) -> bool:
        """A lock, a full disk, an error of the disk's; or a file that is damaged."""
        return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError

    def is_orphan(self, error: Exception) -> bool:
        """The only foreign keys are those of worlds."""
        return isinstance(error, sqlite3.IntegrityError) and "FOREIGN KEY" in str(error)

    def tables(self) -> set[str]:
        """Name the tables."""
        return {str(name) for (name,) in self.all(TABLES)}
