"""Migrates a database's tables to the version that this code needs, by numbered files of SQL.

The files are in `migrations/`, one folder for each series and one file for each step: `0002_name.sql`, or
`0002_name.sqlite.sql` and `0002_name.postgresql.sql` where the dialects differ. A step that has landed never changes.

Alembic is not used: it would add SQLAlchemy, and this package has no models of the tables to compare a database with.
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
"""The name that versions without migrations gave to the tables of the first step."""

APPLIED = """CREATE TABLE IF NOT EXISTS migrations (series TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,
    applied_at BIGINT NOT NULL, PRIMARY KEY (series, number))"""
RECORD = Statement(
    "INSERT INTO migrations (series, number, name, applied_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
FORGET = Statement("DELETE FROM migrations WHERE series = ?")
LAST = Statement("SELECT MAX(number) FROM migrations WHERE series = ?")
SCHEMA_NAME = Statement("SELECT value FROM pacsimile WHERE name = 'schema'")
RENAME_SCHEMA = Statement("UPDATE pacsimile SET value = ? WHERE name = 'schema'")


class Migration(NamedTuple):
    """One step."""

    number: int
    """The version of the database after the step, from 1."""
    name: str
    """The file's name without its suffixes, such as `0002_name`."""
    sql: str


class Series(NamedTuple):
    """The migrations of one group of tables."""

    name: str
    """The name of its folder, and its name in the table `migrations`."""
    first_table: str
    """A table of the first step. A database that has it and no record of a step is older than migrations."""

    def steps(self, dialect: str) -> list[Migration]:
        """Read the steps in a dialect, in order.

        Raises:
            ValueError: A file's name is not of the form above, or a number is missing or used twice.
        """
        steps = sorted(_steps(MIGRATIONS / self.name, dialect))
        names = [step.name for step in steps]
        if [step.number for step in steps] != list(range(1, len(steps) + 1)):
            raise ValueError(f"the migrations of {self.name} for {dialect} are not numbered 1, 2, 3: {names}")
        return steps


STATE = Series("state", "pacsimile")
"""Worlds, clients, orders, queues."""
JOURNAL = Series("journal", "journal")
"""The journal; with SQLite it is in a file of its own."""


def _steps(folder: Traversable, dialect: str) -> Iterator[Migration]:
    for file in folder.iterdir():
        match = FILE.fullmatch(file.name)
        if match is None:
            raise ValueError(f"{file.name} is not named as a migration is")
        if match["dialect"] in (None, dialect):
            yield Migration(int(match["number"]), match["name"], file.read_text("utf-8"))


def migrate(engine: Engine, series: Series = STATE) -> bool:
    """Apply the steps that a database lacks, each in a transaction that other servers wait for.

    Returns:
        Whether the database was empty.

    Raises:
        DatabaseError: It is another program's, its version is unknown, or a step failed.
    """
    engine.check()
    steps = series.steps(engine.dialect)
    was_empty = False
    version = _recorded(engine, series)
    while version is None or version < len(steps):
        with engine.transaction(exclusive=True):
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


def drop(engine: Engine, series: Series, tables: Iterable[str]) -> None:
    """Drop the tables of a series, so that `migrate` creates them again."""
    with engine.transaction(exclusive=True):
        for table in tables:
            engine.script(f"DROP TABLE IF EXISTS {table}")
        if "migrations" in engine.tables():
            engine.run(FORGET, (series.name,))


def _recorded(engine: Engine, series: Series) -> int | None:
    """Return the number of the last step that is recorded; None where there is no record."""
    row = engine.first(LAST, (series.name,)) if "migrations" in engine.tables() else None
    return None if row is None or row[0] is None else _checked(row[0])


def _version(engine: Engine, series: Series) -> int:
    """Return the number of the last step that was applied; 0 for an empty database.

    Without a record the tables tell it, which another server changes while it upgrades: call it where no other can.
    """
    recorded = _recorded(engine, series)
    if recorded is not None:
        return recorded
    tables = engine.tables()
    if series.first_table in tables:
        _check_first(engine, series)
        return 1
    if series is STATE and tables:
        raise DatabaseError(
            f"the database holds another program's tables ({', '.join(sorted(tables)[:3])}): give an empty one"
        )
    return 0


def _checked(number: object) -> int:
    """Return the recorded number of a step, or refuse what is none."""
    if not isinstance(number, int) or number < 1:
        raise DatabaseError("the database's own record of its version is damaged: give a backup, or an empty database")
    return number


def _check_first(engine: Engine, series: Series) -> None:
    """Refuse a database that is older than migrations and whose tables are not those of the first step."""
    if series is not STATE:
        return  # the schema name of the state covered the journal too
    row = engine.first(SCHEMA_NAME)
    if row is None or row[0] != FIRST:
        raise DatabaseError(
            f"the database was made by a pacsimile from before there were upgrades (schema "
            f"{row[0] if row else 'unknown'}): give an empty one, or start the pacsimile that made it"
        )


def _apply(engine: Engine, series: Series, steps: list[Migration], version: int) -> None:
    """Apply the step that follows a version, in a transaction that locks the database."""
    step = steps[version]
    try:
        engine.script(step.sql)
    except engine.failure as error:
        reason = " ".join(str(error).split())
        raise DatabaseError(
            f"the upgrade of the database failed at {step.name}, and left it as it was, at version {version}: {reason}"
        ) from error
    engine.script(APPLIED)
    applied = steps[: version + 1] if version == 1 else [step]  # the first step may be older than the table
    engine.run_many(
        RECORD,
        [(series.name, migration.number, migration.name, engine.time()) for migration in applied],
    )
    if version > 0:
        LOG.info("the %s in the database was brought to version %d (%s)", series.name, step.number, step.name)
        if series is STATE:  # versions without migrations refuse any other schema name
            engine.run(RENAME_SCHEMA, (str(step.number),))
