"""The tables, and the check that a database is ours and of this version."""

from __future__ import annotations

from hashlib import sha256

from pacsimile_mock.database_errors import DatabaseError
from pacsimile_mock.storage.database import keeper
from pacsimile_mock.storage.database.engine import Engine

FORMAT = 1
"""Raised where what JSON or text in a column means has changed; the tables' own shape is told by `version`."""

OF_WORLD = "world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE"
"""What is written for a world that was ended meanwhile is refused, and what was written for it goes with it."""

TABLES = (
    "CREATE TABLE pacsimile (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE worlds (name TEXT PRIMARY KEY, options TEXT NOT NULL, clock TEXT NOT NULL, numbers BIGINT NOT NULL,
       changed BIGINT NOT NULL, resets BIGINT NOT NULL, used_at BIGINT NOT NULL)""",
    f"""CREATE TABLE clients (client_id TEXT PRIMARY KEY, {OF_WORLD}, place INTEGER NOT NULL,
       client_secret TEXT NOT NULL, organization_id TEXT NOT NULL, scopes TEXT NOT NULL)""",
    "CREATE INDEX clients_of_world ON clients (world, place)",
    f"""CREATE TABLE throttled ({OF_WORLD}, client_id TEXT NOT NULL, status INTEGER NOT NULL,
       PRIMARY KEY (world, client_id))""",
    f"CREATE TABLE tokens ({OF_WORLD}, digest TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (world, digest))",
    f"CREATE TABLE revoked ({OF_WORLD}, digest TEXT NOT NULL, PRIMARY KEY (world, digest))",
    f"""CREATE TABLE faults ({OF_WORLD}, number BIGINT NOT NULL, content TEXT NOT NULL, set_at BIGINT NOT NULL,
       matched BIGINT NOT NULL, met BIGINT NOT NULL, PRIMARY KEY (world, number))""",
    f"""CREATE TABLE queues ({OF_WORLD}, organization_id TEXT NOT NULL, counter BIGINT NOT NULL,
       PRIMARY KEY (world, organization_id))""",
    f"""CREATE TABLE listings ({OF_WORLD}, organization_id TEXT NOT NULL, client_id TEXT NOT NULL,
       counter BIGINT NOT NULL, last_ready BIGINT NOT NULL, last_number BIGINT NOT NULL, last_version INTEGER NOT NULL,
       at BIGINT NOT NULL, PRIMARY KEY (world, organization_id, client_id))""",
    f"CREATE TABLE files ({OF_WORLD}, digest TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (world, digest))",
    """CREATE TABLE orders (world TEXT NOT NULL, organization_id TEXT NOT NULL, order_id TEXT NOT NULL,
       number BIGINT NOT NULL, study_uid TEXT NOT NULL, study_group TEXT, content TEXT NOT NULL,
       PRIMARY KEY (world, order_id))""",
    "CREATE INDEX orders_of_organization ON orders (world, organization_id, number)",
    "CREATE INDEX orders_of_study ON orders (world, organization_id, study_uid, number)",
    """CREATE INDEX orders_of_group ON orders (world, organization_id, study_group, number)
       WHERE study_group IS NOT NULL""",
    """CREATE TABLE reports (world TEXT NOT NULL, report_id TEXT NOT NULL, organization_id TEXT NOT NULL,
       order_id TEXT NOT NULL, number BIGINT NOT NULL, version INTEGER NOT NULL, ready_at BIGINT NOT NULL,
       supersedes TEXT, ready BIGINT, superseded BIGINT, acknowledged BIGINT, PRIMARY KEY (world, report_id))""",
    """CREATE INDEX reports_waiting ON reports (world, organization_id, ready_at, number, version)
       WHERE acknowledged IS NULL AND ready IS NOT NULL""",
    "CREATE INDEX reports_planned ON reports (world, organization_id, ready_at) WHERE ready IS NULL",
    "CREATE INDEX reports_planned_of_order ON reports (world, order_id) WHERE ready IS NULL",
    "CREATE INDEX reports_superseding ON reports (world, organization_id, ready) WHERE supersedes IS NOT NULL",
)

IN_BULK = ("orders", "reports")
"""Tables whose rows name no world that is looked up: they are written while the world's own row is held."""


def version() -> str:
    """Name the schema: two that differ in any table, or in what is kept in one, have different names."""
    shape = " ".join("; ".join((*TABLES, *keeper.TABLES)).split())
    return f"{FORMAT}-{sha256(shape.encode()).hexdigest()[:8]}"


def prepare(engine: Engine) -> bool:
    """Make the tables in an empty database, and tell whether it was; refuse another program's, or another version's."""
    with engine.transaction():
        engine.claim()  # two servers may start at once
        engine.check()
        found = engine.tables()
        if not found:
            for statement in TABLES:
                engine.run(statement)
            engine.run("INSERT INTO pacsimile (name, value) VALUES ('schema', ?), ('generation', '0')", (version(),))
            return True
        if "pacsimile" not in found:
            raise DatabaseError(
                f"the database holds another program's tables ({', '.join(sorted(found)[:3])}): give an empty one"
            )
        row = engine.one("SELECT value FROM pacsimile WHERE name = 'schema'")
        if row is None or row[0] != version():
            raise DatabaseError(
                f"the database was made by another version of pacsimile (schema {row[0] if row else 'unknown'}, "
                f"here {version()}): give an empty one, or start the pacsimile that made it"
            )
        return False
