"""A database that older code made is brought to the version of now, once, whoever starts at the same moment."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mock.tests.helpers import stored
from mock.tests.helpers.databases import KINDS, Databases, Postgresql, engine_of
from mock.tests.helpers.served import environment
from pacsimile_mock.database_errors import DatabaseError
from pacsimile_mock.storage.database import schema
from pacsimile_mock.storage.database.open import open_registry
from pacsimile_mock.storage.database.statements import Statement

VERSIONS = sorted(stored.STORED.iterdir())
APPLIED = Statement("SELECT series, number FROM migrations ORDER BY 1, 2")
Load = Callable[[Path], str]


@pytest.fixture(params=KINDS)
def load(request: pytest.FixtureRequest, tmp_path: Path) -> Load:
    """What makes a database of the dumps in a folder, and gives its URL; of each kind."""
    if request.param == "sqlite":
        return lambda dumps: stored.load_sqlite(tmp_path, dumps)
    postgresql: Postgresql = request.getfixturevalue("postgresql")
    return lambda dumps: stored.load_postgresql(postgresql, dumps)


@pytest.fixture
def migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations, to which others can be added."""
    folder = tmp_path / "migrations"
    shutil.copytree(str(schema.MIGRATIONS), folder)
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    return folder


def add(migrations: Path, *steps: str, series: str = "state") -> int:
    """Add steps behind those that there are; the number of the last."""
    known = len(list((migrations / series).iterdir()))
    for number, sql in enumerate(steps, known + 1):
        (migrations / series / f"{number:04}_added.sql").write_text(sql)
    return known + len(steps)


def tables(url: str) -> set[str]:
    """The tables in a database."""
    engine = engine_of(url)
    try:
        return engine.tables()
    finally:
        engine.close()


def applied(url: str) -> list[tuple[str, int]]:
    """The steps that a database says were applied."""
    engine = engine_of(url)
    try:
        return [(str(a), int(b)) for a, b in engine.all(APPLIED)]
    finally:
        engine.close()


def without_new_members(value: Any, older: Any) -> Any:
    """A JSON value without the members that an older one does not have."""
    if isinstance(value, dict) and isinstance(older, dict):
        return {name: without_new_members(member, older[name]) for name, member in value.items() if name in older}
    if isinstance(value, list | tuple) and isinstance(older, list) and len(value) == len(older):
        return [without_new_members(*pair) for pair in zip(value, older, strict=True)]
    return value


@pytest.mark.parametrize("version", VERSIONS, ids=lambda folder: folder.name)
def test_what_older_code_kept_is_served_as_it_was(version: Path, load: Load, migrations: Path) -> None:
    """Every answer has what the older code gave, also once a migration has been applied; it may have new members."""
    add(
        migrations,
        "ALTER TABLE worlds ADD COLUMN colour TEXT;\n-- A comment; with a semicolon.\nUPDATE worlds SET colour = 'a;b'",
    )
    url = load(version)
    kind = "postgresql" if url.startswith("postgresql") else "sqlite"
    lines = (version / f"{kind}.answers.jsonl").read_text().splitlines()
    asked, answers = zip(*map(json.loads, lines), strict=True)
    server = stored.opened(url)
    try:
        for call, answer, expected in zip(asked, stored.answers(server, asked), answers, strict=True):
            assert without_new_members(answer, expected) == expected, call
        assert server.state.worlds.registry.engine.all(Statement("SELECT DISTINCT colour FROM worlds")) == [("a;b",)]
    finally:
        server.state.close()
    assert applied(url) == [("state", 1), ("state", 2)]


def test_the_first_step_makes_the_tables_of_before(load: Load, databases: Databases) -> None:
    """They are alike, whether a dump or the code of now has made them."""
    old = load(stored.STORED / "version_1")
    new = databases.empty("postgresql" if old.startswith("postgresql") else "sqlite")
    open_registry(new).close()
    assert shape(new) == shape(old)
    assert tables(new) == tables(old) | {"migrations"}


def shape(url: str) -> list[str]:
    """The definitions of a database's tables and indexes, but for spaces and names of schemas."""
    engine = engine_of(url)
    if url.startswith("postgresql"):
        columns = """SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable
            FROM information_schema.columns WHERE table_schema = current_schema()"""
        indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()"
        keys = """SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'"""
        found = [row[0] for statement in (columns, indexes, keys) for row in engine.all(Statement(statement))]
    else:
        found = [row[0] for row in engine.all(Statement("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))]
    engine.close()
    plain = (re.sub(r"\s+|\w+\.(?=\w)", "", str(one)) for one in found)
    return sorted(one for one in plain if "migrations" not in one)


START = """
import sys
from pathlib import Path
from pacsimile_mock.storage.database import schema
from pacsimile_mock.storage.database.open import open_registry
schema.MIGRATIONS = Path(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
registry = open_registry(sys.argv[1])
print(sorted(registry.changes(0).names))
registry.close()
"""


@pytest.mark.parametrize("is_old", [True, False])
def test_servers_that_start_at_once(
    is_old: bool, load: Load, migrations: Path, databases: Databases, tmp_path: Path
) -> None:
    """One brings the database to the version of now, the others find it there; none fails."""
    url = load(stored.STORED / "version_1")
    if not is_old:
        url = databases.empty("postgresql" if url.startswith("postgresql") else "sqlite")
    rows = "INSERT INTO colours SELECT number + {} FROM orders"
    add(migrations, "CREATE TABLE colours (number BIGINT)", *(rows.format(n) for n in range(3)))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", START, url, str(migrations)],
            env=environment(tmp_path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    with ThreadPoolExecutor(len(processes)) as pool:
        ended = list(pool.map(lambda process: process.communicate("\n", timeout=60), processes))
    assert [(process.returncode, errors) for process, (_, errors) in zip(processes, ended, strict=True)] == [
        (0, "")
    ] * 4
    assert len({names for names, _ in ended}) == 1
    assert [number for series, number in applied(url) if series == "state"] == [1, 2, 3, 4, 5]


def test_a_server_that_is_overtaken_between_two_looks(
    load: Load, migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has seen the tables of before, and then the record of now: it takes the database for what it is."""
    add(migrations, "CREATE TABLE colours (name TEXT)")
    url = load(stored.STORED / "version_1")
    engine = engine_of(url)
    own_look, others = engine.tables, iter([lambda: open_registry(url).close()])

    def tables_then_overtaken() -> set[str]:
        seen = own_look()
        next(others, lambda: None)()
        return seen

    monkeypatch.setattr(engine, "tables", tables_then_overtaken)
    try:
        assert schema.migrate(engine) is False
    finally:
        engine.close()


def test_a_step_that_fails_leaves_the_database_as_it_was(load: Load, migrations: Path) -> None:
    """It is named; what the steps before it did stays; and a mended one goes on from there."""
    add(migrations, "CREATE TABLE colours (name TEXT)")
    last = add(migrations, "CREATE TABLE shapes (name TEXT);\nINSERT INTO worlds SELECT * FROM nowhere;")
    url = load(stored.STORED / "version_1")
    with pytest.raises(DatabaseError) as caught:
        open_registry(url)
    assert re.fullmatch(
        r"the upgrade of the database failed at 0003_added, and left it as it was, at version 2: .*nowhere.*",
        str(caught.value),
    )
    assert "colours" in tables(url)
    assert "shapes" not in tables(url)
    (migrations / "state" / f"{last:04}_added.sql").write_text("CREATE TABLE shapes (name TEXT)")
    open_registry(url).close()
    assert applied(url)[-1] == ("state", 3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_newer_code_is_refused(kind: str, databases: Databases, migrations: Path) -> None:
    """One line says so, and how to go on; nothing is changed in it."""
    url = databases.empty(kind)
    newer = add(migrations, "CREATE TABLE colours (name TEXT)")
    open_registry(url).close()
    (migrations / "state" / f"{newer:04}_added.sql").unlink()
    with pytest.raises(DatabaseError) as caught:
        open_registry(url)
    assert str(caught.value) == (
        f"the database has version {newer}, made by a newer pacsimile, and this one knows versions up to {newer - 1}: "
        "start the newer one, or give another database"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_journal_is_brought_to_its_version_too(kind: str, databases: Databases, migrations: Path) -> None:
    """It has versions of its own: with SQLite it is another file."""
    url = databases.empty(kind)
    open_registry(url).close()
    add(migrations, "ALTER TABLE journal ADD COLUMN colour TEXT", series="journal")
    registry = open_registry(url)
    assert registry.journal("default").engine.all(Statement("SELECT colour FROM journal")) == []
    registry.close()


def test_numbers_of_migrations_have_no_gaps(migrations: Path) -> None:
    """Two that were made at once, one that is missing, or a file that is none: seen before anything is applied."""
    for dialect in KINDS:
        assert schema.STATE.steps(dialect)
        assert schema.JOURNAL.steps(dialect)
    for name in ("0009_later.sql", "0001_again.sqlite.sql", "0002-dash.sql"):
        wrong = migrations / "state" / name
        wrong.touch()
        with pytest.raises(ValueError, match="migration"):
            schema.STATE.steps("sqlite")
        wrong.unlink()
