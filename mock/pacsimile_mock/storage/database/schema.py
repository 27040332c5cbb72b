"""Bring a database's tables to the version that this code needs, by numbered files of SQL.

Alembic would bring SQLAlchemy along, and there are no models of the tables in Python that it could compare a database
with: statements here are SQL, and so are migrations. They stand in `migrations/`, one folder a series, one file a step:
`0002_name.sql`, or `0002_name.sqlite.sql` and `0002_name.postgresql.sql` where the dialects differ. A step that has
landed is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from pacsimile_mock.database_errors import DatabaseError
from pacsimile_mock.logs import LOG
from pacsimile_mock.storage.database.engine import Engine
from pacsimile_mock.storage.database.statements import Statement

MIGRATIONS: Traversable = files("pacsimile_mock.storage.database") / "migrations"
FILE = re.compile(r"(?P<name>(?P<number>\d{4})_[a-z0-9_]+)(\.(?P<dialect>sqlite|postgresql))?\.sql")
FIRST = "1-4573c0dc"
"""What code from before there were migrations calls the tables of the first step."""

APPLIED = """CREATE TABLE IF NOT EXISTS migrations (series TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,
    applied_at BIGINT NOT NULL, PRIMARY KEY (series, number))"""
NOTE = Statement("INSERT INTO migrations (series, number, name, applied_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
FORGET = Statement("DELETE FROM migrations WHERE series = ?")
LAST = Statement("SELECT MAX(number) FROM migrations WHERE series = ?")
CALLED = Statement("SELECT value FROM pacsimile WHERE name = 'schema'")
CALL = Statement("UPDATE pacsimile SET value = ? WHERE name = 'schema'")


class Migration(NamedTuple):
    """One step."""

    number: int
    """1 for the first; the version that a database has after it."""
    name: str
    """The file's, without what it ends with: `0002_name`."""
    sql: str


class Series(NamedTuple):
    """The steps of what is kept together."""

    name: str
    """Its folder's; what a database calls it."""
    first_table: str
    """A table of the first step: where it is and no step is noted, the database is older than migrations are."""

    def steps(self, dialect: str) -> list[Migration]:
        """Read the steps in a dialect, in order.

        Raises:
            ValueError: A file is not named as one is, or numbers are missing or doubled.
        """
        steps = sorted(_steps(MIGRATIONS / self.name, dialect))
        names = [step.name for step in steps]
        if [step.number for step in steps] != list(range(1, len(steps) + 1)):
            raise ValueError(f"the migrations of {self.name} for {dialect} are not numbered 1, 2, 3: {names}")
        return steps


STATE = Series("state", "pacsimile")
"""Worlds, clients, orders, queues."""
JOURNAL = Series("journal", "journal")
"""What was answered; with SQLite it is in a file of its own."""


def _steps(folder: Traversable, dialect: str) -> Iterator[Migration]:
    for file in folder.iterdir():
        match = FILE.fullmatch(file.name)
        if match is None:
            raise ValueError(f"{file.name} is not named as a migration is")
        if match["dialect"] in (None, dialect):
            yield Migration(int(match["number"]), match["name"], file.read_text("utf-8"))


def migrate(engine: Engine, series: Series = STATE) -> bool:
    """Apply the steps that a database lacks, each in a transaction; others that start meanwhile wait for it.

    Returns:
        Whether the database was empty.

    Raises:
        DatabaseError: It is another program's, or of a version that is not known here; or a step failed.
    """
    engine.check()
    steps = series.steps(engine.dialect)
    was_empty = False
    version = _version(engine, series)
    while version < len(steps):
        with engine.transaction(whole=True):
            version = _version(engine, series)  # another may have been faster
            if version < len(steps):
                _apply(engine, series, steps, version)
                was_empty = was_empty or version == 0
                version += 1
    if version > len(steps):
        raise DatabaseError(
            f"the database has version {version}, made by a newer pacsimile, and this one knows versions up to "
            f"{len(steps)}: start the newer one, or give another database"
        )
    return was_empty


def forget(engine: Engine, series: Series, tables: Iterable[str]) -> None:
    """Drop the tables of a series, which `migrate` then makes anew."""
    with engine.transaction(whole=True):
        for table in tables:
            engine.script(f"DROP TABLE IF EXISTS {table}")
        if "migrations" in engine.tables():
            engine.run(FORGET, (series.name,))


def _version(engine: Engine, series: Series) -> int:
    """The number of the last step that was applied; 0 where the database is empty."""
    tables = engine.tables()
    if "migrations" in tables:
        row = engine.one(LAST, (series.name,))
        if row is not None and row[0] is not None:
            return int(row[0])
    if series.first_table in tables:
        _check_first(engine, series)
        return 1
    if series is STATE and tables:
        raise DatabaseError(
            f"the database holds another program's tables ({', '.join(sorted(tables)[:3])}): give an empty one"
        )
    return 0


def _check_first(engine: Engine, series: Series) -> None:
    """Refuse a database from before there were migrations whose tables are not those of the first step."""
    if series is not STATE:
        return  # what was called the schema of the state was that of the journal too
    row = engine.one(CALLED)
    if row is None or row[0] != FIRST:
        raise DatabaseError(
            f"the database was made by a pacsimile from before there were upgrades (schema "
            f"{row[0] if row else 'unknown'}): give an empty one, or start the pacsimile that made it"
        )


def _apply(engine: Engine, series: Series, steps: list[Migration], version: int) -> None:
    """Apply the step behind a version, inside a transaction that holds the database."""
    step = steps[version]
    try:
        engine.script(step.sql)
    except engine.failure as error:
        reason = " ".join(str(error).split())
        raise DatabaseError(
            f"the upgrade of the database failed at {step.name}, and left it as it was, at version {version}: {reason}"
        ) from error
    engine.script(APPLIED)
    noted = steps[: version + 1] if version == 1 else [step]  # the first step may be from before any was noted
    engine.run_many(
        NOTE,
        [(series.name, migration.number, migration.name, engine.time()) for migration in noted],
    )
    if version > 0:
        LOG.info("the %s in the database was brought to version %d (%s)", series.name, step.number, step.name)
        if series is STATE:  # code that knows no migrations refuses what is not the first version
            engine.run(CALL, (str(step.number),))
