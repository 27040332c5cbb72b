"""PostgreSQL finds its rows by the right index, right after very many came or went, and without any vacuum."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from mock.tests.helpers.databases import Databases
from mock.tests.helpers.in_process import Caller
from mock.tests.helpers.sharing import Server, serving
from pacsimile_mock.storage.database.engine import Engine, Row
from pacsimile_mock.storage.database.postgresql import PostgresqlEngine
from pacsimile_mock.storage.database.statements import Statement

MANY = 10_000
"""Orders that come at once."""
FEW = 50
"""Rows that a statement may look at in vain."""


class Plans:
    """The statements that were asked, each with the values that it was asked with last, and how they are run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: dict[Statement, tuple[Engine, Sequence[Any]]] = {}
        every, run = Engine.all, Engine.run

        def noted(engine: Engine, statement: Statement, values: Sequence[Any] = ()) -> list[Row]:
            self.asked[statement] = engine, values
            return every(engine, statement, values)

        def noted_run(engine: Engine, statement: Statement, values: Sequence[Any] = ()) -> int:
            self.asked[statement] = engine, values
            return run(engine, statement, values)

        monkeypatch.setattr(PostgresqlEngine, "all", noted)
        monkeypatch.setattr(PostgresqlEngine, "run", noted_run)

    def wide(self) -> Iterator[str]:
        """Plans that look through a table, or an index, for a few rows."""
        for statement, (engine, values) in list(self.asked.items()):
            if re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)", statement) and re.search(r"orders|reports", statement):
                plan = explained(engine, statement, values)
                in_vain = [int(count) for count in re.findall(r"Rows Removed by [\w ]+: (\d+)", plan)]
                if "Seq Scan on" in plan or max(in_vain, default=0) > FEW:
                    yield f"{statement}\n{plan}"


def explained(engine: Engine, statement: Statement, values: Sequence[Any]) -> str:
    """Run a statement, and give the plan that it was run by; what it changed is taken back."""
    with engine._connection() as connection:
        connection.execute("BEGIN")
        try:
            spelled = f"EXPLAIN (ANALYZE) {statement.format_style}"
            return "\n".join(str(row[0]) for row in connection.execute(spelled, values).fetchall())
        finally:
            connection.execute("ROLLBACK")


def work(server: Server, caller: Caller) -> None:
    """A few calls of each kind, about a few orders."""
    order = server.order("PROCESSING")
    server.submitter.advance(order, "COMPLETED")
    for _ in range(2):
        caller.get("/reports", organizationId="hospital", limit=5)
        assert caller.post(None).status == 200
    listed = caller.listing(limit=3)
    assert caller.acknowledge(listed) == listed
    assert caller.get("/status", order_id=order.order_id).status == 200
    assert caller.get("/orderId", study_uid=order.study_uid).status == 200
    assert caller.get("/results", order_id=order.order_id, report_type="json").status == 200


def test_plans_are_good_whatever_came_before(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many are planned, become ready, are acknowledged, and as many come again."""
    with serving(databases.empty("postgresql"), 1) as (server,):
        engine: Any = server.state.worlds.registry.engine  # type: ignore[attr-defined]
        for table in ("orders", "reports"):
            engine.script(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
        caller = server.client()
        work(server, caller)
        plans = Plans(monkeypatch)

        def assert_good() -> None:
            plans.asked.clear()
            work(server, caller)
            work(server, caller)
            assert len(plans.asked) > 15
            assert not list(plans.wide())

        moves = {"starts": "1m", "finishes": "2m"}
        server.control("POST", "/worlds/default/orders", {"organization_id": "hospital", "count": MANY, "moves": moves})
        assert_good()
        server.control("POST", "/worlds/default/clock", {"advance": 180})
        caller.listing(limit=1)
        assert_good()
        assert len(caller.listing()) > MANY // 2
        assert len(caller.acknowledge()) > MANY // 2
        assert_good()
        server.control("POST", "/worlds/default/orders", {"organization_id": "hospital", "count": MANY})
        assert_good()
