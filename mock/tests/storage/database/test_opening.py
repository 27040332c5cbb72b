"""Databases that cannot be used are refused in one line that says what to do; nothing is changed in them."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from mock.tests.helpers.databases import KINDS, Databases, Postgresql, engine_of
from mock.tests.helpers.fork_server import prepared
from mock.tests.helpers.served import PATIENCE, environment
from pacsimile_mock.database_errors import DatabaseError, Unavailable
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.oauth2.keys import SigningKeys
from pacsimile_mock.storage.database.open import open_registry
from pacsimile_mock.storage.database.sqlite import MOST_IDLE, SqliteEngine
from pacsimile_spec.extras import how_to_install


def refusal(url: str) -> str:
    """What is said of a database that cannot be used."""
    with pytest.raises(DatabaseError) as caught:
        open_registry(url)
    told = str(caught.value)
    assert "\n" not in told
    return told


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://me:secret@host/db", "begins with 'mysql', which is no database known here: give sqlite:///FILE or"),
        ("state.db", "begins with 'state.db'"),
        ("sqlite:///", "begins with 'sqlite'"),
        ("sqlite:///:memory:", "give sqlite:///FILE, or no --database"),
        ("sqlite:////no/such/folder/state.db", "there is no folder /no/such/folder: make it, or give another"),
        ("postgresql://me:secret@127.0.0.1:1/db", "the database does not answer: .*refused"),
        ("postgresql://me:secret@127.0.0.1:x/db", "does not answer|is not one that PostgreSQL knows"),
        ("postgresql://me:secret@h/db?colour=red", "is not one that PostgreSQL knows: .*colour"),
        ("postgresql://h/a b", "is not one that PostgreSQL knows"),
    ],
)
def test_a_url_that_leads_nowhere(url: str, said: str) -> None:
    """Is refused, without the password that it may hold."""
    told = refusal(url)
    assert re.search(said, told)
    assert "secret" not in told


def test_a_file_that_is_something_else(tmp_path: Path) -> None:
    """A folder, a text, another program's database."""
    assert "is a folder: give a file in it" in refusal(f"sqlite:///{tmp_path}")
    text = tmp_path / "notes.txt"
    text.write_text("Not a database, but long enough to be taken for the head of one. " * 20)
    assert "notes.txt is not an SQLite database: give another file" in refusal(f"sqlite:///{text}")
    assert text.read_text().startswith("Not a database")


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """With the reason that the system gives; a name that no file can have among them."""
    assert "cannot be made: File name too long" in refusal(f"sqlite:///{tmp_path}/{'x' * 300}.db")
    assert re.search(r"cannot be made: .*embedded null", refusal(f"sqlite:///{tmp_path}/a%00b.db"))
    assert "there is no folder " in refusal(f"sqlite:///{tmp_path}/{'x' * 300}/state.db")


def test_a_file_that_is_gone_is_an_outage(tmp_path: Path) -> None:
    """Idle connections are kept up to a number; a new one finds no file."""
    file = tmp_path / "state.db"
    engine = SqliteEngine(file)
    first = [engine.connect() for _ in range(MOST_IDLE + 1)]
    for connection in first:
        engine.give_back(connection)
    with pytest.raises(sqlite3.ProgrammingError):
        first[-1].execute("SELECT 1")
    engine.close_idle()
    file.unlink()
    with pytest.raises(Unavailable):
        engine.take()
    engine.close()


def foreign(url: str, *statements: str) -> None:
    """Put something into a database that is not ours."""
    engine = engine_of(url)
    for statement in statements:
        engine.script(statement)
    engine.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_another_program_is_left_alone(kind: str, databases: Databases) -> None:
    """It is told by its tables."""
    url = databases.empty(kind)
    foreign(url, "CREATE TABLE patients (name TEXT)", "CREATE TABLE visits (name TEXT)")
    assert "another program's tables (patients, visits): give an empty one" in refusal(url)
    engine = engine_of(url)
    assert engine.tables() == {"patients", "visits"}
    engine.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_from_before_the_first_version_is_refused(kind: str, databases: Databases) -> None:
    """Its tables are not those of the first step; nor are they where only a table of our name is there."""
    url = databases.empty(kind)
    open_registry(url).close()
    foreign(url, "UPDATE pacsimile SET value = '0' WHERE name = 'schema'", "DROP TABLE migrations")
    assert refusal(url) == (
        "the database was made by a pacsimile from before there were upgrades (schema 0): "
        "give an empty one, or start the pacsimile that made it"
    )
    other = databases.empty(kind)
    foreign(other, "CREATE TABLE pacsimile (colour TEXT)")
    assert "the database" in refusal(other)


def test_a_journal_whose_database_was_deleted_is_begun_anew(tmp_path: Path) -> None:
    """A new file begins with everything, the journal beside it too."""
    url = f"sqlite:///{tmp_path / 'state.db'}"
    registry = open_registry(url)
    kept = registry.journal("default")
    kept.add(Entry(0, 1, "id", "GET", None, None, {}, 404, None, 5, 10))
    assert kept.last() == 1
    registry.close()
    (tmp_path / "state.db").unlink()
    registry = open_registry(url)
    assert registry.journal("default").last() == 0
    assert list(registry.journal("default").entries()) == []
    registry.close()


def test_a_server_that_has_no_such_database_or_will_not_let_us(postgresql: Postgresql) -> None:
    """PostgreSQL's own words say which."""
    assert 'database "nowhere" does not exist' in refusal(postgresql.url.replace("/postgres?", "/nowhere?"))
    assert "no schema has been selected" in refusal(f"{postgresql.url}&options={quote('-csearch_path=nowhere')}")
    postgresql.execute("CREATE ROLE guest LOGIN")
    assert "permission denied" in refusal(postgresql.empty_database().replace("postgres:@", "guest@"))


def test_a_database_that_cannot_hold_every_name(postgresql: Postgresql) -> None:
    """Patients are called Ärgerlich and Παπαδόπουλος."""
    url = postgresql.empty_database("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    assert "the database's encoding is SQL_ASCII: give one that was made with ENCODING 'UTF8'" in refusal(url)


@pytest.mark.parametrize("library", ["psycopg", "psycopg_pool"])
def test_the_driver_of_postgresql_is_an_extra(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told how to install it."""
    monkeypatch.setitem(sys.modules, library, None)
    for module in ("postgresql", "connections"):
        monkeypatch.delitem(sys.modules, f"pacsimile_mock.storage.database.{module}", raising=False)
    assert f"install it with {how_to_install('postgresql')}" in refusal("postgresql://h/db")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_server_says_so_and_ends(workers: str, tmp_path: Path) -> None:
    """One line on standard error, exit status 2, whether it would serve alone or by workers."""
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE patients (name TEXT)").connection.close()
    url = f"sqlite:///{tmp_path / 'other.db'}"
    done = subprocess.run(
        [*prepared(), "serve", "--port", "0", "--database", url, "--workers", workers],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "pacsimile: the database holds another program's tables (patients): give an empty one\n"


def served_once(folder: Path, *arguments: str) -> str:
    """What a server says on standard error that starts and ends again."""
    options = ("--port", "0", "--json", "--database", f"sqlite:///{folder / 'state.db'}", *arguments)
    with subprocess.Popen(
        [*prepared(), "serve", *options],
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.terminate()
        return process.stderr.read()


def test_what_is_kept_is_told_where_something_else_is_asked_for(tmp_path: Path) -> None:
    """A database has one default world, made by the first start: what later ones say of it is not used."""
    assert served_once(tmp_path, "--scenario", "backlog", "--seed", "7") == ""
    assert served_once(tmp_path) == ""
    assert served_once(tmp_path, "--scenario", "backlog", "--seed", "7") == ""
    told = served_once(tmp_path, "--scenario", "groups", "--seed", "8", "--token-format", "opaque", "--workers", "2")
    assert told == (
        "pacsimile: the database keeps the world that it was made with: "
        "--seed 7, --scenario backlog, --token-format jwt; give another --database for a new world\n"
    )
    spoken = served_once(tmp_path, "--scenario", "backlog", "--dialect", "camel")
    assert spoken.endswith("made with: --dialect identity; give another --database for a new world\n")


@pytest.mark.parametrize("number", [-5, 0, "'later'", "x'00'", 1.5])
def test_a_damaged_version_is_refused(tmp_path: Path, number: object) -> None:
    """A number that no step has: the file was edited, or is broken."""
    url = f"sqlite:///{tmp_path / 'state.db'}"
    open_registry(url).close()
    database = sqlite3.connect(tmp_path / "state.db")
    database.execute("DROP TABLE migrations")
    database.execute("CREATE TABLE migrations (series, number)")
    database.execute(f"INSERT INTO migrations VALUES ('state', {number})")
    database.commit()
    database.close()
    assert "record of its version is damaged" in refusal(url)


DAMAGED = ["", "x", "[]", "{}", "null", "[1]", "[{}]", '[{"kty": "EC"}]', '[{"kty": "oct", "k": "x"}]']


@pytest.mark.parametrize("saved", DAMAGED)
def test_damaged_keys_are_refused(saved: str) -> None:
    """Others in their place would refuse every token that was given."""
    with pytest.raises(DatabaseError, match="signing keys in the database are damaged"):
        SigningKeys(saved)
