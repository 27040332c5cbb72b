# ruff: noqa: S608 - the statements consist of constants of this module
"""Stores a world's orders and queues in a database."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice

from pacsimile_mock.clock import Instant
from pacsimile_mock.database_errors import WorldEnded
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.storage.database.engine import Engine
from pacsimile_mock.storage.database.queue import SqlQueue
from pacsimile_mock.storage.database.rows import MANY, ORDER_COLUMNS, order_content, order_of, order_row
from pacsimile_mock.storage.database.statements import Bulk, Statement
from pacsimile_spec.identifiers import ORDER_ID, REPORT_ID, STUDY_UID

BATCH = 5_000
"""Orders written by one statement."""
PAGE = 500
"""Orders read by one statement."""

ORDER = Statement(f"SELECT {ORDER_COLUMNS} FROM orders WHERE world = ? AND order_id = ?")
LOCK_ORDER = Statement(ORDER, locks=True)
ORDERS = f"SELECT {ORDER_COLUMNS} FROM orders WHERE world = ? AND organization_id = ?"
OF_STUDY = Statement(f"{ORDERS} AND study_uid = ? ORDER BY number")
OF_GROUP = Statement(f"{ORDERS} AND study_group = ? ORDER BY number")
NEXT_PAGE = Statement(f"{ORDERS} AND number > ? ORDER BY number LIMIT {PAGE}")
ADD = Bulk.of("orders", ORDER_COLUMNS)
CHANGE = Statement("UPDATE orders SET content = ? WHERE world = ? AND order_id = ?")
NUMBERS = Statement("UPDATE worlds SET numbers = numbers + ? WHERE name = ? RETURNING numbers")
TABLES = ("orders", "reports", "queues", "listings", "files")
CLEAR = (
    Statement("UPDATE worlds SET numbers = 0 WHERE name = ?"),
    *(Statement(f"DELETE FROM {table} WHERE world = ?") for table in TABLES),
)
KEEP_FILE = Statement("INSERT INTO files (world, digest, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
FILE = Statement("SELECT content FROM files WHERE world = ? AND digest = ?")
REPORT = Statement("SELECT order_id FROM reports WHERE world = ? AND report_id = ? AND ready_at <= ?")
ORGANIZATIONS = Statement(
    """WITH RECURSIVE owner (name) AS (
    SELECT MIN(organization_id) FROM orders WHERE world = ?
    UNION ALL SELECT (SELECT MIN(organization_id) FROM orders WHERE world = ? AND organization_id > owner.name)
    FROM owner WHERE owner.name IS NOT NULL) SELECT name FROM owner WHERE name IS NOT NULL"""
)
"""Jumps from one organization to the next by the index, without reading the orders between."""


class SqlStore:
    """Stores a world's orders in a database."""

    def __init__(self, engine: Engine, world: str) -> None:
        self.engine = engine
        self.world = world

    def transaction(self) -> AbstractContextManager[object]:
        """Begin a transaction of the database, or join the current one."""
        return self.engine.transaction()

    def reading(self) -> AbstractContextManager[object]:
        """Return a context that does nothing: one statement reads everything that a call needs."""
        return nullcontext()

    def clear(self) -> None:
        """Delete all orders and queues."""
        with self.transaction():
            for statement in CLEAR:
                self.engine.run(statement, (self.world,))

    def end(self) -> None:
        """Do nothing: the registry deletes the rows."""

    def next_number(self, count: int = 1) -> int:
        """Reserve `count` numbers, and return the first; the world cannot end before the transaction does.

        Raises:
            WorldEnded: The world no longer exists.
        """
        row = self.engine.first(NUMBERS, (count, self.world))
        if row is None:
            raise WorldEnded
        return int(row[0]) - count + 1

    def add(self, orders: Iterable[Order]) -> None:
        """Store new orders, in batches."""
        rest, count = iter(orders), 0
        with self.transaction():
            while batch := list(islice(rest, BATCH)):
                count += len(batch)
                self.engine.load(ADD, [order_row(self.world, order) for order in batch])
                for organization_id in {order.organization_id for order in batch}:
                    self._queue(organization_id).plan(o for o in batch if o.organization_id == organization_id)
            if count >= MANY:
                self.engine.analyze()

    def lock(self, order: Order) -> bool:
        """Update an order from the database, and lock it until the transaction ends; return False where it is gone."""
        row = self.engine.first(LOCK_ORDER, (self.world, order.order_id))
        if row is None:
            return False
        current = order_of(row)
        order.plan, order.amendments, order.polls = current.plan, current.amendments, current.polls
        return True

    def change(self, order: Order) -> None:
        """Store an order's new plan or amendments."""
        with self.transaction():
            self.engine.run(CHANGE, (order_content(order), self.world, order.order_id))
            self._queue(order.organization_id).replan(order)

    def keep_files(self, files: Mapping[str, bytes]) -> None:
        """Store files, by the digest of their bytes."""
        if files:
            self.engine.run_many(
                KEEP_FILE,
                [(self.world, digest, b64encode(content).decode()) for digest, content in files.items()],
            )

    def file(self, digest: str) -> bytes | None:
        """Return the bytes of a stored file; None for an unknown digest."""
        row = self.engine.first(FILE, (self.world, digest))
        return None if row is None else b64decode(row[0])

    def order(self, organization_id: str, order_id: str) -> Order | None:
        """Find an organization's order by its id."""
        order = self.find_order(order_id)
        return order if order is not None and order.organization_id == organization_id else None

    def find_order(self, order_id: str) -> Order | None:
        """Find an order of any organization by its id."""
        if not ORDER_ID.fullmatch(order_id):
            return None  # databases do not accept all characters
        row = self.engine.first(ORDER, (self.world, order_id))
        return None if row is None else order_of(row)

    def orders_of_study(self, organization_id: str, study_uid: str) -> Sequence[Order]:
        """Find an organization's orders of a study."""
        if not STUDY_UID.fullmatch(study_uid):
            return ()  # databases do not accept all characters
        return self._orders(OF_STUDY, organization_id, study_uid)

    def orders_of_group(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Find an organization's orders of a group, in order of submission."""
        return self._orders(OF_GROUP, organization_id, study_group)

    def orders_of(self, organization_id: str) -> Iterator[Order]:
        """Iterate over all orders of an organization in order of submission, read page by page."""
        last = 0
        while orders := self._orders(NEXT_PAGE, organization_id, last):
            yield from orders
            last = orders[-1].number

    def organizations(self) -> Sequence[str]:
        """Return the organizations that have orders."""
        return [str(name) for (name,) in self.engine.all(ORGANIZATIONS, (self.world, self.world))]

    def _orders(self, statement: Statement, *values: str | int) -> list[Order]:
        return [order_of(row) for row in self.engine.all(statement, (self.world, *values))]

    def is_acknowledged(self, organization_id: str, report_id: str) -> bool:
        """Whether a report was acknowledged."""
        return self._queue(organization_id).is_acknowledged(report_id)

    def find_report(self, report_id: str, now: Instant) -> Order | None:
        """Find the order of a ready report of any organization."""
        if not REPORT_ID.fullmatch(report_id):
            return None
        row = self.engine.first(REPORT, (self.world, report_id, now))
        return None if row is None else self.find_order(str(row[0]))

    def list_unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List up to `limit` reports that are ready and not acknowledged, oldest first; None for all."""
        with self.transaction():
            return self._queue(organization_id).listing(now, limit)

    def remember_listing(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember a client's most recent listing."""
        with self.transaction():
            self._queue(organization_id).remember(client_id, listed, now)

    def remembered_listing(self, organization_id: str, client_id: str, now: Instant) -> list[str] | None:
        """Return what is not acknowledged of the client's most recent listing."""
        with self.transaction():
            return self._queue(organization_id).remembered_listing(client_id, now)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> list[str]:
        """Acknowledge the client's most recent listing."""
        with self.transaction():
            return self._queue(organization_id).acknowledge_listing(client_id, now)

    def acknowledge(self, organization_id: str, report_ids: Iterable[str], now: Instant) -> Acknowledged:
        """Acknowledge the reports of these ids."""
        with self.transaction():
            return self._queue(organization_id).acknowledge(report_ids, now)

    def _queue(self, organization_id: str) -> SqlQueue:
        return SqlQueue(self.engine, self.world, organization_id)
