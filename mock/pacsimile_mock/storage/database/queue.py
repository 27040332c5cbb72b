# ruff: noqa: S608 - the statements consist of constants of this module, and of `?` for values
"""Stores one organization's queue in a database; every method runs in a transaction that locks the queue's row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import orjson

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.storage.database.engine import Engine, Row
from pacsimile_mock.storage.database.rows import MANY, ORDER_COLUMNS, order_of
from pacsimile_mock.storage.database.statements import Bulk, Statement
from pacsimile_mock.storage.memory_queue import REMEMBERED
from pacsimile_spec.identifiers import REPORT_ID

HERE = "world = ? AND organization_id = ?"
PLANNED_COLUMNS = "world, organization_id, report_id, order_id, number, version, ready_at, supersedes"
ADD = Bulk.of("reports", PLANNED_COLUMNS)
PLAN = Statement(f"{ADD.insert} ON CONFLICT DO NOTHING")
FORGET_PLAN = Statement("DELETE FROM reports WHERE world = ? AND order_id = ? AND ready IS NULL")
LOCK_QUEUE = Statement(f"SELECT counter FROM queues WHERE {HERE}", locks=True)
BEGIN = Statement("INSERT INTO queues (world, organization_id, counter) VALUES (?, ?, 0) ON CONFLICT DO NOTHING")
NEXT = Statement(f"UPDATE queues SET counter = counter + 1 WHERE {HERE} RETURNING counter")
FIRST_PLANNED = Statement(f"SELECT ready_at FROM reports WHERE {HERE} AND ready IS NULL ORDER BY ready_at LIMIT 1")
"""Ordered as the index is, which is the cheapest plan whatever the statistics are."""
MARK_READY = Statement(f"UPDATE reports SET ready = ? WHERE {HERE} AND ready IS NULL AND ready_at <= ?")
SUPERSEDED = Statement(f"SELECT supersedes FROM reports WHERE {HERE} AND ready = ? AND supersedes IS NOT NULL")
SUPERSEDE = Statement(f"UPDATE reports SET superseded = ? WHERE {HERE} AND report_id = ? AND superseded IS NULL")
ORDER_OF_REPORT = ", ".join(f"o.{name.strip()}" for name in ORDER_COLUMNS.split(","))
LIST = Statement(
    f"""SELECT r.version, r.report_id, r.ready_at, r.supersedes, {ORDER_OF_REPORT} FROM reports r
        JOIN orders o ON o.world = r.world AND o.order_id = r.order_id
        WHERE r.world = ? AND r.organization_id = ? AND r.acknowledged IS NULL AND r.superseded IS NULL
        AND r.ready IS NOT NULL ORDER BY r.ready_at, r.number, r.version"""
)
REMEMBER = Statement(
    """INSERT INTO listings
    (world, organization_id, client_id, counter, last_ready, last_number, last_version, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (world, organization_id, client_id) DO UPDATE SET
    counter = excluded.counter, last_ready = excluded.last_ready, last_number = excluded.last_number,
    last_version = excluded.last_version, at = excluded.at
    WHERE (listings.counter, listings.last_ready, listings.last_number, listings.last_version)
        <> (excluded.counter, excluded.last_ready, excluded.last_number, excluded.last_version)
        OR listings.at < excluded.at - ?"""
)
REMEMBERED_LISTING = Statement(
    f"""SELECT counter, counter, last_ready, last_number, last_version FROM listings
        WHERE {HERE} AND client_id = ? AND at >= ?"""
)
"""The counter stands there twice: the row gives the values of `LISTED`, which compares two columns with it."""
MARK = f"UPDATE reports SET acknowledged = ? WHERE {HERE} AND acknowledged IS NULL AND ready IS NOT NULL"
MARKED = "RETURNING ready_at, number, version, report_id"
AT_ONCE = 1_000
LISTED = f"""SELECT report_id FROM reports WHERE {HERE} AND acknowledged IS NULL AND ready IS NOT NULL
    AND ready <= ? AND (superseded IS NULL OR superseded > ?)
    AND (ready_at, number, version) <= (?, ?, ?) AND (ready_at, number, version) > (?, ?, ?)
    ORDER BY ready_at, number, version LIMIT {AT_ONCE}"""
MARK_LISTED = Statement(
    f"{MARK} AND report_id IN ({LISTED}) {MARKED}", postgresql=f"{MARK} AND report_id = ANY(ARRAY({LISTED})) {MARKED}"
)
"""Marks up to `AT_ONCE` reports in the order of the index, since no statistics estimate how many there are."""
NOT_MARKED = Statement(LISTED.rpartition(" LIMIT ")[0])
"""Lists all that `MARK_LISTED` would mark."""
IS_ACKNOWLEDGED = Statement(f"SELECT 1 FROM reports WHERE {HERE} AND report_id = ? AND acknowledged IS NOT NULL")


def _of_named(text: str) -> Statement:
    """Return a statement in which `{named}` selects the reports whose ids are in a JSON array, one of its values."""
    return Statement(
        text.format(named="report_id IN (SELECT value FROM json_each(?))"),
        postgresql=text.format(named="report_id = ANY(ARRAY(SELECT json_array_elements_text(CAST(? AS json))))"),
    )


KNOWN = _of_named(f"SELECT report_id FROM reports WHERE {HERE} AND ready IS NOT NULL AND {{named}}")
MARK_NAMED = _of_named(f"{MARK} AND {{named}} {MARKED}")
GRACE = 60 * SECOND
"""How long a listing is not written again while it stays the same, as it mostly does for clients that poll."""


class SqlQueue:
    """The reports of one organization of one world."""

    def __init__(self, engine: Engine, world: str, organization_id: str) -> None:
        self.engine = engine
        self.here = (world, organization_id)

    # -- reports that become ready

    def plan(self, orders: Iterable[Order]) -> None:
        """Store when the versions of new orders become ready."""
        rows = [(*self.here, *_planned(order, version)) for order in orders for version in order.planned_versions()]
        self.engine.load(ADD, rows)

    def replan(self, order: Order) -> None:
        """Store an order's new plan; versions that are ready already stay as they are."""
        self._lock()
        self.engine.run(FORGET_PLAN, (self.here[0], order.order_id))
        for version in order.planned_versions():
            self.engine.run(PLAN, (*self.here, *_planned(order, version)))

    def _lock(self) -> int:
        """Lock the queue's row, so that only one transaction changes it, and return its counter."""
        while (row := self.engine.first(LOCK_QUEUE, self.here)) is None:
            self.engine.run(BEGIN, self.here)  # the first call, or the world was reset while this one waited
        return int(row[0])

    def _next(self) -> int:
        row = self.engine.first(NEXT, self.here)
        assert row is not None, "the queue's row is locked"
        return int(row[0])

    def catch_up(self, now: Instant) -> int:
        """Add all reports that have become ready by `now` in one step, and return the counter."""
        counter = self._lock()
        first = self.engine.first(FIRST_PLANNED, self.here)
        if first is None or first[0] > now:
            return counter
        counter = self._next()
        count = self.engine.run(MARK_READY, (counter, *self.here, now))
        if count >= MANY:
            self.engine.analyze()
        amended = self.engine.all(SUPERSEDED, (*self.here, counter))
        self.engine.run_many(SUPERSEDE, [(counter, *self.here, former) for (former,) in amended])
        return counter

    # -- listing

    def listing(self, now: Instant, limit: int | None) -> list[Listed]:
        """List up to `limit` reports that wait, oldest first; None for all (BATCH-1, BATCH-13)."""
        self.catch_up(now)
        statement = LIST if limit is None else _limited(limit)
        return [Listed(order_of(row[4:]), Version(*row[:4])) for row in self.engine.all(statement, self.here)]

    def remember(self, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember a listing by the queue's counter and the last report in it."""
        last = (
            (listed[-1].version.ready_at, listed[-1].order.number, listed[-1].version.number) if listed else (-1, 0, 0)
        )
        self.engine.run(REMEMBER, (*self.here, client_id, self._lock(), *last, now, GRACE))

    # -- acknowledging

    def acknowledge_listing(self, client_id: str, now: Instant) -> list[str]:
        """Acknowledge the reports of the remembered listing, even those superseded since (BATCH-5, BATCH-12)."""
        listing = self._remembered(client_id, now)
        if listing is None:
            return []
        marked, last = list[Row](), (-1, 0, 0)
        while rows := self._mark(MARK_LISTED, *self.here, *listing, *last):
            marked += rows
            last = rows[-1][:3]
        return self._report_ids(marked)

    def remembered_listing(self, client_id: str, now: Instant) -> list[str] | None:
        """Return the reports that `acknowledge_listing` would acknowledge; None without a remembered listing."""
        listing = self._remembered(client_id, now)
        if listing is None:
            return None
        return [str(report_id) for (report_id,) in self.engine.all(NOT_MARKED, (*self.here, *listing, -1, 0, 0))]

    def _remembered(self, client_id: str, now: Instant) -> Row | None:
        self.catch_up(now)
        return self.engine.first(REMEMBERED_LISTING, (*self.here, client_id, now - REMEMBERED - GRACE))

    def acknowledge(self, report_ids: Iterable[str], now: Instant) -> Acknowledged:
        """Acknowledge the reports of these ids; an unknown id does not affect the others (BATCH-11)."""
        self.catch_up(now)
        distinct = list(dict.fromkeys(report_ids))
        valid = [report_id for report_id in distinct if REPORT_ID.fullmatch(report_id)]
        if not valid:
            return Acknowledged([], distinct)
        ids = orjson.dumps(valid).decode()
        known = {str(report_id) for (report_id,) in self.engine.all(KNOWN, (*self.here, ids))}
        marked = set(self._report_ids(self._mark(MARK_NAMED, ids)))
        return Acknowledged(
            [report_id for report_id in distinct if report_id in marked],
            [report_id for report_id in distinct if report_id not in known],
        )

    def _mark(self, statement: Statement, *values: Any) -> list[Row]:
        return sorted(self.engine.all(statement, (self._next(), *self.here, *values)))

    def _report_ids(self, rows: Sequence[Row]) -> list[str]:
        if len(rows) >= MANY:
            self.engine.analyze()
        return [str(row[3]) for row in rows]

    def is_acknowledged(self, report_id: str) -> bool:
        """Whether a report was acknowledged."""
        return self.engine.first(IS_ACKNOWLEDGED, (*self.here, report_id)) is not None


@lru_cache(maxsize=1000)
def _limited(limit: int) -> Statement:
    """Return the listing of the first `limit` reports; each limit has a plan of its own, since the best one differs."""
    return Statement(f"{LIST} LIMIT {limit}")


def _planned(order: Order, version: Version) -> tuple[Any, ...]:
    return version.report_id, order.order_id, order.number, version.number, version.ready_at, version.supersedes
