# ruff: noqa: S608 - the statements are put together of our own words; what callers give stands behind `?`
"""One organization's queue in a database; every method runs inside a transaction that holds the queue's row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.storage.database.engine import Engine
from pacsimile_mock.storage.database.rows import ORDER_COLUMNS, order_of
from pacsimile_mock.storage.memory_queue import REMEMBERED
from pacsimile_spec.identifiers import REPORT_ID

HERE = "world = ? AND organization_id = ?"
PLANNED_COLUMNS = "world, organization_id, report_id, order_id, number, version, ready_at, supersedes"
PLANNED = f"INSERT INTO reports ({PLANNED_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
REMEMBER = """INSERT INTO listings
    (world, organization_id, client_id, counter, last_ready, last_number, last_version, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (world, organization_id, client_id) DO UPDATE SET
    counter = excluded.counter, last_ready = excluded.last_ready, last_number = excluded.last_number,
    last_version = excluded.last_version, at = excluded.at
    WHERE (listings.counter, listings.last_ready, listings.last_number, listings.last_version)
        <> (excluded.counter, excluded.last_ready, excluded.last_number, excluded.last_version)
        OR listings.at < excluded.at - ?"""
GRACE = 60 * SECOND
"""A listing that holds what the one before held, as those of who polls mostly do, is not written for so long."""
ORDER_OF_REPORT = ", ".join(f"o.{name.strip()}" for name in ORDER_COLUMNS.split(","))


class SqlQueue:
    """The reports of one organization of one world."""

    def __init__(self, engine: Engine, world: str, organization_id: str) -> None:
        self.engine = engine
        self.here = (world, organization_id)

    # -- what becomes ready

    def plan(self, orders: Iterable[Order]) -> None:
        """Take note of when new orders' versions become ready."""
        rows = [(*self.here, *_planned(order, one)) for order in orders for one in order.planned_versions()]
        self.engine.load("reports", PLANNED_COLUMNS, rows)

    def replan(self, order: Order) -> None:
        """Take note of an order's new plan; versions that were let in already stay as they are."""
        self._lock()
        self.engine.run(
            "DELETE FROM reports WHERE world = ? AND order_id = ? AND ready IS NULL", (self.here[0], order.order_id)
        )
        for one in order.planned_versions():
            self.engine.run(PLANNED, (*self.here, *_planned(order, one)))

    def _lock(self) -> int:
        """Hold the queue's row, so that one at a time changes it, and tell its counter."""
        while (row := self.engine.held(f"SELECT counter FROM queues WHERE {HERE}", self.here)) is None:
            self.engine.run(  # the first call of all; or the world was begun anew while this one waited for the row
                "INSERT INTO queues (world, organization_id, counter) VALUES (?, ?, 0) ON CONFLICT DO NOTHING",
                self.here,
            )
        return int(row[0])

    def _next(self) -> int:
        row = self.engine.one(f"UPDATE queues SET counter = counter + 1 WHERE {HERE} RETURNING counter", self.here)
        assert row is not None, "the queue's row is held"
        return int(row[0])

    def catch_up(self, now: Instant) -> int:
        """Let in what has become ready by `now`, in one step however much it is, and tell the counter."""
        counter = self._lock()
        due = f"FROM reports WHERE {HERE} AND ready IS NULL AND ready_at <= ?"
        if self.engine.one(f"SELECT 1 {due} LIMIT 1", (*self.here, now)) is None:
            return counter
        counter = self._next()
        self.engine.run(
            f"UPDATE reports SET ready = ? WHERE {HERE} AND ready IS NULL AND ready_at <= ?", (counter, *self.here, now)
        )
        amended = f"SELECT supersedes FROM reports WHERE {HERE} AND ready = ? AND supersedes IS NOT NULL"
        self.engine.run_many(
            f"UPDATE reports SET superseded = ? WHERE {HERE} AND report_id = ? AND superseded IS NULL",
            [(counter, *self.here, former) for (former,) in self.engine.all(amended, (*self.here, counter))],
        )
        return counter

    # -- listing

    def listing(self, now: Instant, limit: int | None) -> list[Listed]:
        """List what is waiting, the oldest so many (BATCH-1, BATCH-13)."""
        self.catch_up(now)
        statement = f"""SELECT r.version, r.report_id, r.ready_at, r.supersedes, {ORDER_OF_REPORT} FROM reports r
            JOIN orders o ON o.world = r.world AND o.order_id = r.order_id
            WHERE r.world = ? AND r.organization_id = ? AND r.acknowledged IS NULL AND r.superseded IS NULL
            AND r.ready IS NOT NULL ORDER BY r.ready_at, r.number, r.version"""
        if limit is not None:
            statement += f" LIMIT {int(limit)}"
        return [Listed(order_of(row[4:]), Version(*row[:4])) for row in self.engine.all(statement, self.here)]

    def remember(self, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember a listing in a few values: everything ready by then, up to the last one shown."""
        last = (
            (listed[-1].version.ready_at, listed[-1].order.number, listed[-1].version.number) if listed else (-1, 0, 0)
        )
        self.engine.run(REMEMBER, (*self.here, client_id, self._lock(), *last, now, GRACE))

    # -- acknowledging

    def acknowledge_listing(self, client_id: str, now: Instant) -> list[str]:
        """Acknowledge what the remembered listing contained, superseded since or not (BATCH-5, BATCH-12)."""
        self.catch_up(now)
        memory = self.engine.one(
            f"""SELECT counter, counter, last_ready, last_number, last_version FROM listings
                WHERE {HERE} AND client_id = ? AND at >= ?""",
            (*self.here, client_id, now - REMEMBERED - GRACE),
        )
        if memory is None:
            return []
        return self._mark(
            """ready <= ? AND (superseded IS NULL OR superseded > ?)
               AND (ready_at, number, version) <= (?, ?, ?)""",
            memory,
        )

    def acknowledge(self, report_ids: Iterable[str], now: Instant) -> Acknowledged:
        """Acknowledge the reports named; an unknown one does not fail the rest (BATCH-11)."""
        self.catch_up(now)
        named = list(dict.fromkeys(report_ids))
        known: set[str] = set()
        marked: set[str] = set()
        for begin in range(0, len(named), 500):
            some = [one for one in named[begin : begin + 500] if REPORT_ID.fullmatch(one)]
            marks = ", ".join("?" * len(some))
            if some:
                found = f"ready IS NOT NULL AND report_id IN ({marks})"
                rows = self.engine.all(f"SELECT report_id FROM reports WHERE {HERE} AND {found}", (*self.here, *some))
                known.update(str(one) for (one,) in rows)
                marked.update(self._mark(found, some))
        return Acknowledged([one for one in named if one in marked], [one for one in named if one not in known])

    def _mark(self, condition: str, values: Sequence[Any]) -> list[str]:
        rows = self.engine.all(
            f"""UPDATE reports SET acknowledged = ? WHERE {HERE} AND acknowledged IS NULL AND ready IS NOT NULL
                AND {condition} RETURNING ready_at, number, version, report_id""",
            (self._next(), *self.here, *values),
        )
        return [str(row[3]) for row in sorted(rows)]

    def is_acknowledged(self, report_id: str) -> bool:
        """Whether a report was acknowledged."""
        row = self.engine.one(
            f"SELECT 1 FROM reports WHERE {HERE} AND report_id = ? AND acknowledged IS NOT NULL",
            (*self.here, report_id),
        )
        return row is not None


def _planned(order: Order, version: Version) -> tuple[Any, ...]:
    return version.report_id, order.order_id, order.number, version.number, version.ready_at, version.supersedes
