"""Every statement finds its rows by an index, however many there are: told by SQLite of what it would do."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from mock.tests.helpers.databases import sqlite_url
from mock.tests.helpers.sharing import MANUAL, Server
from pacsimile_mock.clock import SECOND
from pacsimile_mock.orders import lifecycle
from pacsimile_mock.seed.submission import Submission
from pacsimile_mock.storage.database.engine import Engine, Row
from pacsimile_mock.storage.database.sqlite import SqliteEngine
from pacsimile_mock.storage.database.statements import Statement

HOUR = 3600 * SECOND
LARGE = ("orders", "reports", "r", "o")
"""Tables that grow with a world, and what statements call them."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The statements that a database is asked from now on."""
    statements: set[str] = set()
    every, run, many = Engine.all, Engine.run, Engine.run_many

    def noted(engine: Engine, statement: Statement, values: Sequence[Any] = ()) -> list[Row]:
        statements.add(statement)
        return every(engine, statement, values)

    def noted_run(engine: Engine, statement: Statement, values: Sequence[Any] = ()) -> int:
        statements.add(statement)
        return run(engine, statement, values)

    def noted_many(engine: Engine, statement: Statement, rows: Sequence[Sequence[Any]]) -> None:
        statements.add(statement)
        many(engine, statement, rows)

    monkeypatch.setattr(SqliteEngine, "all", noted)
    monkeypatch.setattr(SqliteEngine, "run", noted_run)
    monkeypatch.setattr(SqliteEngine, "run_many", noted_many)
    return statements


def work(server: Server) -> None:
    """Everything that calls and controls do to orders and reports."""
    caller, now = server.client(), server.world.clock.now()
    ids = server.ready(4)
    order = server.order("PROCESSING", study_uid="1.2.3", study_group="group")
    server.submitter.submit(Submission("hospital", "COMPLETED", now, now, study_uid="1.2.3"))
    server.submitter.advance(order, "COMPLETED")
    server.submitter.amend(order)
    server.control("POST", "/worlds/default/clock", {"advance": 1})
    for path, query in (
        ("/status", {"order_id": order.order_id}),
        ("/status", {"study_uid": "1.2.3"}),
        ("/orderId", {"study_uid": "1.2.3"}),
        ("/results", {"order_id": order.order_id, "report_type": "json"}),
        ("/report", {"study_group": "group", "report_type": "json"}),
    ):
        assert caller.get(path, **query).status == 200
    assert caller.listing(limit=2) == ids[:2]
    assert caller.acknowledge() == ids[:2]
    assert len(caller.listing()) == 4
    assert caller.acknowledge([ids[2], order.report_id(1), "REP-unknown"]) == [ids[2], order.report_id(1)]
    server.control("GET", f"/worlds/default/orders/{order.order_id}")
    server.control("GET", "/worlds/default/orders?organization_id=hospital")
    params = {"report_id": ids[3]}
    server.control("POST", "/states", {"state": "report_amended", "params": params})


def plans(engine: Engine, statements: set[str]) -> Iterator[tuple[str, str]]:
    """Each statement, with a line of SQLite's plan for it."""
    for statement in statements:
        if re.match(r"\s*(SELECT|UPDATE|DELETE)", statement):
            values = (None,) * statement.count("?")
            for *_, line in engine.all(f"EXPLAIN QUERY PLAN {statement}", values):
                yield statement, str(line)


def test_no_statement_looks_through_all_orders_or_reports(tmp_path: Path, asked: set[str]) -> None:
    """Beside the world each has at least one more thing to look for, and none sorts what the index has in order."""
    server = Server(MANUAL, database=sqlite_url(tmp_path))
    asked.clear()
    work(server)
    engine = server.state.worlds.registry.engine  # type: ignore[attr-defined]
    found = [(statement, line) for statement, line in plans(engine, set(asked)) if of_large(line)]
    assert len({statement for statement, _ in found}) > 10
    assert not [(line, statement) for statement, line in found if line.startswith("SCAN")]
    wide = [(line, statement) for statement, line in found if line.count("=?") < 2 and "MIN(" not in statement]
    assert not wide
    large = {statement for statement, _ in found}
    assert not [one for one, line in plans(engine, large) if "TEMP B-TREE FOR ORDER BY" in line]
    server.state.close()


def of_large(line: str) -> bool:
    """Whether a line of a plan is about a table that grows."""
    return re.match(r"(SCAN|SEARCH) (\w+)", line) is not None and line.split()[1] in LARGE


def test_time_does_not_grow_with_orders(tmp_path: Path) -> None:
    """One order more, moved and listed, takes as long among many as among few."""
    server = Server(MANUAL, database=sqlite_url(tmp_path))
    caller, now = server.client(), server.world.clock.now()
    steps: list[int] = []
    for count in (10, 5_000):
        plan = lifecycle.moving(now, now + HOUR, now + 2 * HOUR, "COMPLETED")
        server.submitter.submit_all([Submission("hospital", "RECEIVED", now, plan=plan)] * count)
        steps.append(_steps(server, caller))
    few, many = steps
    assert many < 2 * few
    server.state.close()


def _steps(server: Server, caller: Any) -> int:
    """Hundreds of SQLite's own steps that a round takes."""
    engine: Any = server.state.worlds.registry.engine  # type: ignore[attr-defined]
    engine.close()
    counted = [0]
    connect = engine.connect

    def watched() -> Any:
        connection = connect()
        connection.set_progress_handler(lambda: counted.__setitem__(0, counted[0] + 1), 100)
        return connection

    engine.connect = watched
    order = server.order("PROCESSING")
    server.submitter.advance(order, "COMPLETED")
    assert caller.listing() == [order.report_id(1)]
    assert caller.acknowledge() == [order.report_id(1)]
    assert caller.get("/status", order_id=order.order_id).status == 200
    engine.close()
    engine.connect = connect
    return counted[0]
