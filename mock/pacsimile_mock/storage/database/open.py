"""Opens the database that a URL names."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from pacsimile_mock.database_errors import DatabaseError
from pacsimile_mock.storage.database.engine import Engine
from pacsimile_mock.storage.database.registry import SqlRegistry

SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql://", "postgres://")
FORMS = "give sqlite:///FILE or postgresql://USER@HOST/DATABASE"


def open_registry(url: str) -> SqlRegistry:
    """Open a database, and create or migrate its tables.

    Raises:
        DatabaseError: It cannot be used; the message says in one line why.
    """
    engine = _engine(url)
    try:
        return SqlRegistry(engine)
    except BaseException as error:
        engine.close()
        if not isinstance(error, engine.failure):
            raise
        reason = " ".join(str(error).split())
        raise DatabaseError(f"the database cannot be used: {reason}") from None


def _engine(url: str) -> Engine:
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        from pacsimile_mock.storage.database.sqlite import SqliteEngine

        return SqliteEngine(Path(unquote(url.removeprefix(SQLITE))))
    if url.startswith(POSTGRESQL):
        return _postgresql(url)
    scheme = url.partition(":")[0]  # what follows may hold a password
    raise DatabaseError(f"--database begins with {scheme[:20]!r}, which is no database known here: {FORMS}")


def _postgresql(url: str) -> Engine:
    try:
        from pacsimile_mock.storage.database.postgresql import PostgresqlEngine
    except ImportError:
        from pacsimile_spec.extras import how_to_install

        raise DatabaseError(f"PostgreSQL needs its driver: install it with {how_to_install('postgresql')}") from None
    return PostgresqlEngine(url)
