"""SQLite in a file: one host, one or several workers."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from pacsimile_mock.database.engine import Engine
from pacsimile_mock.database.errors import DatabaseError

WAIT_SECONDS = 10.0
"""How long one writer waits for another."""


class SqliteEngine(Engine):
    """A database file, in write-ahead mode: readers never wait."""

    errors = (sqlite3.OperationalError,)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        if not path.parent.is_dir():
            raise DatabaseError(f"there is no folder {path.parent}: make it, or give another --database")

    def connect(self) -> Any:
        """Open the file; a commit is on the disk before it is answered (BATCH-14)."""
        connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def begin(self, connection: Any) -> None:
        """Begin as a writer at once: two that begin as readers could not both go on."""
        connection.execute("BEGIN IMMEDIATE")

    def tables(self) -> set[str]:
        """Name the tables."""
        return {str(name) for (name,) in self.all("SELECT name FROM sqlite_master WHERE type = 'table'")}
