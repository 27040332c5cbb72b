"""Opens the database that a URL names."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import unquote

from pacsimile_mock.database.engine import Engine
from pacsimile_mock.database.errors import DatabaseError, Unavailable
from pacsimile_mock.database.registry import SqlRegistry

SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql://", "postgres://")


def open_registry(url: str) -> SqlRegistry:
    """Open the database, make its tables if it is empty; DatabaseError says in one line what is wrong."""
    try:
        return SqlRegistry(_engine(url))
    except Unavailable as error:
        raise DatabaseError(f"the database does not answer: {error}") from None
    except sqlite3.DatabaseError:
        raise DatabaseError(f"{url.removeprefix(SQLITE)} is no SQLite database: give another file") from None


def _engine(url: str) -> Engine:
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        from pacsimile_mock.database.sqlite import SqliteEngine

        return SqliteEngine(Path(unquote(url.removeprefix(SQLITE))))
    if url.startswith(POSTGRESQL):
        return _postgresql(url)
    raise DatabaseError(f"{url!r} is no database URL: give sqlite:///FILE or postgresql://USER@HOST/DATABASE")


def _postgresql(url: str) -> Engine:
    try:
        from pacsimile_mock.database.postgresql import PostgresqlEngine
    except ImportError:
        raise DatabaseError(
            "PostgreSQL needs its driver: install it with pip install 'pacsimile[postgresql]'"
        ) from None
    return PostgresqlEngine(url)
